package fakeslack

import (
	"encoding/json"
	"strings"
	"time"
)

// contentOf reads what a call wants to show.
func (s *Slack) contentOf(c *call) (*content, string) {
	out := &content{
		where: c.method, isMessage: true, threadTS: c.get("thread_ts"), linkNames: c.is("link_names"), parse: c.get("parse"),
	}
	if c.args.Has("text") {
		text := c.get("text")
		out.text = &text
	}
	var code string
	if out.blocks, code = s.blocksOf(c.method, json.RawMessage(c.get("blocks"))); code != "" {
		return nil, code
	}
	if raw := c.get("metadata"); raw != "" {
		out.metadata = json.RawMessage(raw)
	}
	if a := c.get("attachments"); a != "" && a != "[]" {
		s.violate("%s: attachments, which the fake does not know", c.method)
	}
	return out, ""
}

// target finds where a call posts: a channel that the bot is in, or a user's direct messages.
func (s *Slack) target(c *call) (*channel, answer) {
	if u := s.users[c.get("channel")]; u != nil && u.id != s.Bot {
		if u.Deleted {
			return nil, refuse("user_disabled")
		}
		return s.dm(u.id), nil
	}
	ch, refusal := s.find(c)
	switch {
	case refusal != nil:
		return nil, refusal
	case !ch.has(s.Bot):
		return nil, refuse("not_in_channel")
	case ch.Archived:
		return nil, refuse("is_archived")
	}
	return ch, nil
}

// badThread says why a message cannot reply to another.
func (s *Slack) badThread(ch *channel, c *content) (code string) {
	if c.threadTS == "" {
		return ""
	}
	parent := ch.message(c.threadTS)
	switch {
	case parent == nil:
		return "thread_not_found"
	case parent.thread != "":
		s.violate("%s: thread_ts names a reply, not the message that it replies to", c.where)
		return "cannot_reply_to_message"
	}
	return ""
}

// compose makes a message of the bot's.
func (s *Slack) compose(ch *channel, c *content) *message {
	m := &message{
		ts: s.mintTS(time.Time{}), channel: ch, thread: c.threadTS, author: s.Bot, botID: s.BotID, text: c.textOrNone(), metadata: c.metadata,
	}
	if c.blocks != nil {
		m.blocks = *c.blocks
	}
	return m
}

// placeEphemeral shows a message to its viewer alone. In a thread that nobody has
// replied in yet nobody sees it.
func (s *Slack) placeEphemeral(m *message) {
	if m.thread != "" && len(m.channel.threads[m.thread]) == 0 {
		s.violate("an ephemeral message in a thread without replies, which nobody sees")
		return
	}
	s.touch(m)
	s.ephemerals = append(s.ephemerals, m)
	s.notify()
}

func (s *Slack) postMessage(c *call) answer {
	ch, refusal := s.target(c)
	if refusal != nil {
		return refusal
	}
	body, code := s.contentOf(c)
	if code != "" {
		return refuse(code)
	}
	body.unfurls = []*bool{c.said("unfurl_links"), c.said("unfurl_media")}
	if code := s.check(body); code != "" {
		return refuse(code)
	}
	if code := s.badThread(ch, body); code != "" {
		return refuse(code)
	}
	m := s.compose(ch, body)
	if m.thread != "" && c.is("reply_broadcast") {
		m.broadcast, m.subtype = true, "thread_broadcast"
	}
	s.place(m)
	return ok(object{"channel": ch.id, "ts": m.ts, "message": s.messageJSON(m)})
}

func (s *Slack) postEphemeral(c *call) answer {
	ch, refusal := s.target(c)
	if refusal != nil {
		return refusal
	}
	if !ch.has(c.get("user")) {
		return refuse("user_not_in_channel")
	}
	body, code := s.contentOf(c)
	if code != "" {
		return refuse(code)
	}
	body.unfurls = []*bool{c.said("unfurl_links"), c.said("unfurl_media")}
	if code := s.check(body); code != "" {
		return refuse(code)
	}
	if code := s.badThread(ch, body); code != "" {
		return refuse(code)
	}
	m := s.compose(ch, body)
	m.viewer = c.get("user")
	s.placeEphemeral(m)
	return ok(object{"message_ts": m.ts})
}

// own finds the message that a call names, which must be the bot's.
func (s *Slack) own(c *call, notOwn string) (*message, answer) {
	ch, refusal := s.find(c)
	if refusal != nil {
		return nil, refusal
	}
	m := ch.message(c.get("ts"))
	switch {
	case m == nil || m.deleted:
		return nil, refuse("message_not_found")
	case m.author != s.Bot:
		s.violate("%s: a message of somebody else's", c.method)
		return nil, refuse(notOwn)
	}
	return m, nil
}

func (s *Slack) updateMessage(c *call) answer {
	m, refusal := s.own(c, "cant_update_message")
	if refusal != nil {
		return refusal
	}
	body, code := s.contentOf(c)
	if code != "" {
		return refuse(code)
	}
	body.maxText, body.keeps = maxUpdatedText, len(m.blocks) > 0
	if code := s.check(body); code != "" {
		return refuse(code)
	}
	previous := s.messageJSON(m)
	if body.text != nil {
		m.text = *body.text
	}
	if body.blocks != nil {
		m.blocks = *body.blocks
	}
	if body.metadata != nil {
		m.metadata = body.metadata
	}
	s.changedMessage(m, previous)
	return ok(object{"channel": m.channel.id, "ts": m.ts, "text": m.text, "message": s.messageJSON(m)})
}

func (s *Slack) deleteMessage(c *call) answer {
	m, refusal := s.own(c, "cant_delete_message")
	if refusal != nil {
		return refusal
	}
	s.remove(m)
	return ok(object{"channel": m.channel.id, "ts": m.ts})
}

func (s *Slack) getPermalink(c *call) answer {
	ch, refusal := s.find(c)
	if refusal != nil {
		return refusal
	}
	m := ch.message(c.get("message_ts"))
	if m == nil {
		return refuse("message_not_found")
	}
	link := s.TeamURL() + "archives/" + ch.id + "/p" + strings.ReplaceAll(m.ts, ".", "")
	if m.thread != "" {
		link += "?thread_ts=" + m.thread + "&cid=" + ch.id
	}
	return ok(object{"channel": ch.id, "permalink": link})
}
