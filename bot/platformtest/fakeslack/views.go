package fakeslack

import (
	"encoding/json"
	"time"
)

// newView makes a user's App Home of a view as it was sent.
func (s *Slack) newView(raw, hash, user string) (*message, string) {
	var v struct {
		Type            string          `json:"type"`
		Blocks          json.RawMessage `json:"blocks"`
		PrivateMetadata string          `json:"private_metadata"`
		CallbackID      string          `json:"callback_id"`
		ExternalID      string          `json:"external_id"`
	}
	const where = "views.publish"
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		s.violate("%s: the view is no JSON", where)
		return nil, "invalid_arguments"
	}
	problem := ""
	switch {
	case v.Type != "home":
		problem = "a view that is no home"
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
	o := object{"callback_id": "", "private_metadata": "", "external_id": "", "title": object{"type": "plain_text", "text": "crux", "emoji": true}}
	return merge(merge(o, sent), object{
		"id": m.ts, "team_id": s.Team, "type": "home", "blocks": m.blocks, "state": object{"values": object{}}, "hash": viewHash(m),
		"root_view_id": m.ts, "app_id": s.App, "bot_id": s.BotID, "app_installed_team_id": s.Team, "previous_view_id": nil,
		"clear_on_close": false, "notify_on_close": false, "close": nil, "submit": nil,
	})
}
