package fakeslack

import (
	"encoding/json"
	"time"
)

// sentView is a view as the app sends it.
type sentView struct {
	Type            string          `json:"type"`
	Title           any             `json:"title"`
	Submit          any             `json:"submit"`
	Close           any             `json:"close"`
	Blocks          json.RawMessage `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata"`
	CallbackID      string          `json:"callback_id"`
	ExternalID      string          `json:"external_id"`
}

// newView makes a view of one of the kinds home and modal.
func (s *Slack) newView(where, kind, raw, user string) (*message, string) {
	var v sentView
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		s.violate("%s: the view is no JSON", where)
		return nil, "invalid_arguments"
	}
	problem := ""
	switch {
	case v.Type != kind:
		problem = "a view that is no " + kind
	case len(raw) > maxView:
		problem = "a view of more than 250 KB"
	case length(v.PrivateMetadata) > maxPrivate || length(v.CallbackID) > maxID || length(v.ExternalID) > maxID:
		problem = "a view with too long an id or metadata"
	}
	if problem != "" {
		s.violate("%s: %s", where, problem)
		return nil, "invalid_arguments"
	}
	blocks, code := s.blocksOf(where, v.Blocks)
	if code == "" && blocks == nil {
		s.violate("%s: a view without blocks", where)
		code = "invalid_arguments"
	}
	if code != "" {
		return nil, code
	}
	if code := s.check(&content{where: where, blocks: blocks}); code != "" {
		return nil, "invalid_arguments"
	}
	m := &message{ts: s.mintID("V"), author: s.Bot, viewer: user, blocks: *blocks, view: json.RawMessage(raw), edited: s.mintTS(time.Time{})}
	if found := m.frameFaults(v); kind == "modal" && len(found) > 0 {
		for _, f := range found {
			s.violate("%s: %s", where, f)
		}
		return nil, "invalid_arguments"
	}
	return m, ""
}

// newHome makes a user's App Home, of which an older state may stand.
func (s *Slack) newHome(raw, hash, user string) (*message, string) {
	m, code := s.newView("views.publish", "home", raw, user)
	if code != "" {
		return nil, code
	}
	if old := s.homes[user]; old != nil {
		if hash != "" && hash != viewHash(old) {
			return nil, "hash_conflict"
		}
		m.ts, m.edits = old.ts, old.edits+1
	}
	return m, ""
}

// viewHash names a state of a view.
func viewHash(m *message) string { return m.edited + ".hash" }

func (s *Slack) viewJSON(m *message) object {
	var sent object
	_ = json.Unmarshal(m.view, &sent) // it was decoded before
	o := object{
		"type": "home", "callback_id": "", "private_metadata": "", "external_id": "", "title": object{"type": "plain_text", "text": "crux", "emoji": true},
		"clear_on_close": false, "notify_on_close": false, "close": nil, "submit": nil,
	}
	return merge(merge(o, sent), object{
		"id": m.ts, "team_id": s.Team, "blocks": m.blocks, "state": object{"values": object{}}, "hash": viewHash(m),
		"root_view_id": m.ts, "app_id": s.App, "bot_id": s.BotID, "app_installed_team_id": s.Team, "previous_view_id": nil,
	})
}
