package fakeslack

import (
	"encoding/json"
	"net/http"
	"time"
)

// responseURL is where the app may answer a command, a shortcut or a press.
type responseURL struct {
	exchange *Exchange
	channel  *channel
	pressed  *message // whose button it was; nil of commands and shortcuts
	opened   time.Time
	uses     int
	expired  bool
}

const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// response is what the app posts to a response URL, or acknowledges a command with.
type response struct {
	Text            *string         `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal json.RawMessage `json:"replace_original"`
	DeleteOriginal  json.RawMessage `json:"delete_original"`
	Thread          string          `json:"thread_ts"`
	UnfurlLinks     *bool           `json:"unfurl_links"`
	UnfurlMedia     *bool           `json:"unfurl_media"`
	Metadata        json.RawMessage `json:"metadata"`
}

// yes reads a JSON bool, which clients send as text too.
func yes(raw json.RawMessage) bool { return string(raw) == "true" || string(raw) == `"true"` }

// respond serves a response URL. A refusal has a status of its own there.
func (s *Slack) respond(secret string, body []byte) (status int, answer object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	h := s.hooks[secret]
	if h == nil {
		s.violate("response_url: no such address")
		return http.StatusNotFound, object{"ok": false, "error": "invalid_url"}
	}
	h.uses++
	switch {
	case h.uses > responseUses:
		s.violate("response_url: used %d times, %d are allowed", h.uses, responseUses)
		return http.StatusNotFound, object{"ok": false, "error": "used_url"}
	case h.expired || time.Since(h.opened) > responseLife:
		s.violate("response_url: used after %v", responseLife)
		return http.StatusNotFound, object{"ok": false, "error": "expired_url"}
	}
	var r response
	if err := json.Unmarshal(body, &r); err != nil {
		s.violate("response_url: malformed JSON: %v", err)
		return http.StatusBadRequest, object{"ok": false, "error": "invalid_payload"}
	}
	if code := s.answer(h, r, "response_url", true); code != "" {
		return http.StatusBadRequest, object{"ok": false, "error": code}
	}
	return http.StatusOK, object{"ok": true}
}

// answerAtOnce posts what a command was acknowledged with, if that is a message.
func (e *Exchange) answerAtOnce(payload json.RawMessage) {
	var r response
	if len(payload) == 0 || string(payload) == "null" {
		return
	}
	if err := json.Unmarshal(payload, &r); err != nil {
		e.s.violate("the acknowledgement of %s carries malformed JSON", e.name)
		return
	}
	if r.Text != nil || len(r.Blocks) > 0 {
		e.s.answer(e.hook, r, "the acknowledgement of "+e.name, false)
	}
}

// answer carries a response out: it deletes or replaces the message whose button
// was pressed, or posts a new one. Without such a message there is nothing to
// replace, and a new one appears.
func (s *Slack) answer(h *responseURL, r response, where string, unfurls bool) (code string) {
	e := h.exchange
	if yes(r.DeleteOriginal) {
		if h.pressed != nil && !h.pressed.deleted {
			e.follow(h.pressed)
			s.remove(h.pressed)
		}
		return ""
	}
	replaces := yes(r.ReplaceOriginal) && h.pressed != nil && !h.pressed.deleted
	c := content{where: where, text: r.Text, threadTS: r.Thread, isMessage: true}
	if c.blocks, code = s.blocksOf(where, r.Blocks); code != "" {
		return code
	}
	c.metadata = usualMetadata(r.Metadata)
	if unfurls && !replaces {
		c.unfurls = []*bool{r.UnfurlLinks, r.UnfurlMedia}
	}
	if code := s.check(&c); code != "" {
		return code
	}
	if replaces {
		e.follow(h.pressed)
		previous := s.messageJSON(h.pressed)
		h.pressed.text, h.pressed.blocks, h.pressed.metadata = c.textOrNone(), nil, c.metadata
		if c.blocks != nil {
			h.pressed.blocks = *c.blocks
		}
		s.changedMessage(h.pressed, previous)
		return ""
	}
	m := s.compose(h.channel, &c)
	if r.ResponseType != "in_channel" {
		m.viewer = e.User
	}
	e.follow(m)
	if m.viewer == "" {
		s.place(m)
	} else {
		s.placeEphemeral(m)
	}
	m.noteState(s)
	return ""
}

// usualMetadata leaves out what clients send for want of an event.
func usualMetadata(raw json.RawMessage) json.RawMessage {
	var m struct {
		EventType string `json:"event_type"`
	}
	if json.Unmarshal(raw, &m) != nil || m.EventType == "" {
		return nil
	}
	return raw
}

func (e *Exchange) follow(m *message) {
	for _, known := range e.answers {
		if known == m {
			return
		}
	}
	e.answers = append(e.answers, m)
	m.followed = append(m.followed, e)
}
