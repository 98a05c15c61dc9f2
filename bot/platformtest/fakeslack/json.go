package fakeslack

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// object is a JSON object on its way out.
type object = map[string]any

func merge(into object, more object) object {
	maps.Copy(into, more)
	return into
}

// list makes a nil slice an empty one, since Slack sends no null for a list.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("fakeslack: what Slack says cannot be encoded: " + err.Error())
	}
	return raw
}

func (s *Slack) userJSON(u *user) object {
	team, display := s.Team, u.Name
	if u.Team != "" {
		team = u.Team
	}
	if u.NoDisplayName {
		display = ""
	}
	profile := object{
		"real_name": u.realName(), "real_name_normalized": u.realName(), "display_name": display, "display_name_normalized": display,
		"avatar_hash": "", "team": team, "fields": object{}, "status_text": "", "status_emoji": "",
	}
	o := object{
		"id": u.id, "team_id": team, "name": strings.ToLower(u.Name), "deleted": u.Deleted, "real_name": u.realName(), "profile": profile,
		"is_bot": u.Bot, "is_admin": u.Admin, "is_owner": u.Owner, "is_primary_owner": u.id == s.Owner,
		"is_restricted": u.Guest || u.SingleGuest, "is_ultra_restricted": u.SingleGuest, "is_app_user": false, "updated": 1700000000,
		"tz": "Europe/Athens", "tz_label": "Eastern European Time", "tz_offset": 7200, "is_email_confirmed": true,
	}
	if u.Team != "" {
		o["is_stranger"] = true
	}
	if u.id == s.Bot {
		merge(profile, object{"api_app_id": s.App, "bot_id": s.BotID, "always_active": false})
	}
	return o
}

func (s *Slack) channelJSON(c *channel) object {
	o := object{
		"id": c.id, "created": c.created.Unix(), "updated": c.created.UnixMilli(), "is_archived": c.Archived, "is_im": c.dm != "",
		"is_org_shared": c.OrgShared, "context_team_id": s.Team,
	}
	if c.dm != "" {
		return merge(o, object{"user": c.dm, "is_user_deleted": s.mustUser(c.dm).Deleted, "is_open": true, "priority": 0})
	}
	teams := []string{s.Team}
	if c.ExtShared {
		teams = append(teams, otherTeam)
	}
	o = merge(o, object{
		"name": c.Name, "name_normalized": c.Name, "creator": c.Creator, "is_channel": !c.Private, "is_group": c.Private, "is_private": c.Private,
		"is_mpim": false, "is_general": false, "is_member": c.has(s.Bot), "is_shared": c.ExtShared || c.OrgShared, "is_ext_shared": c.ExtShared,
		"is_pending_ext_shared": c.PendingShared, "pending_shared": []string{}, "pending_connected_team_ids": []string{},
		"shared_team_ids": teams, "unlinked": 0, "parent_conversation": nil, "previous_names": []string{},
		"topic": object{"value": "", "creator": "", "last_set": 0}, "purpose": object{"value": "", "creator": "", "last_set": 0},
	})
	if c.ExtShared {
		merge(o, object{"connected_team_ids": []string{otherTeam}, "internal_team_ids": []string{s.Team}, "conversation_host_id": s.Team})
	}
	return o
}

// messageJSON is a message as the history shows it.
func (s *Slack) messageJSON(m *message) object {
	o := object{"type": "message", "ts": m.ts, "text": m.text}
	if m.author != "" {
		o["user"] = m.author
	}
	s.addOrigin(o, m)
	if m.subtype != "" {
		o["subtype"] = m.subtype
	}
	if m.subtype == "tombstone" {
		o["hidden"] = true
	}
	s.addThread(o, m)
	if m.edited != "" {
		o["edited"] = object{"user": m.author, "ts": m.edited}
	}
	if len(m.files) > 0 {
		files := make([]object, len(m.files))
		for i, f := range m.files {
			files[i] = s.fileJSON(f)
		}
		merge(o, object{"files": files, "upload": m.botID == ""})
	}
	switch {
	case m.malformed:
		o["blocks"] = malformedBlocks
	case len(m.blocks) > 0:
		o["blocks"] = m.blocks
	}
	return o
}

// malformedBlocks has the type of something known and the shape of nothing that is.
var malformedBlocks = json.RawMessage(`[{"type":"section","block_id":7,"text":"a text where an object belongs","fields":"none"}]`)

// addOrigin says which app wrote a message, or that a person's client did.
func (s *Slack) addOrigin(o object, m *message) {
	switch {
	case m.botID == s.BotID:
		merge(o, object{"bot_id": s.BotID, "app_id": s.App, "team": s.Team, "bot_profile": s.botJSON()})
	case m.botID != "":
		o["bot_id"] = m.botID
		if m.username != "" {
			o["username"] = m.username
		}
	case m.author != "USLACKBOT":
		merge(o, object{"client_msg_id": "fake-" + m.ts, "team": s.Team})
	}
}

func (s *Slack) botJSON() object {
	icons := object{"image_36": "https://a.slack-edge.com/bot_36.png", "image_48": "https://a.slack-edge.com/bot_48.png", "image_72": "https://a.slack-edge.com/bot_72.png"}
	return object{"id": s.BotID, "deleted": false, "name": "crux", "updated": 1700000000, "app_id": s.App, "icons": icons, "team_id": s.Team}
}

// addThread says what a message replies to, or what replies it has.
func (s *Slack) addThread(o object, m *message) {
	c := m.channel
	if m.thread != "" {
		o["thread_ts"] = m.thread
		if parent := c.message(m.thread); parent != nil {
			o["parent_user_id"] = parent.author
			if m.broadcast {
				o["root"] = s.messageJSON(parent)
			}
		}
		return
	}
	replies := c.threads[m.ts]
	if len(replies) == 0 || m.viewer != "" {
		return
	}
	var users []string
	seen := map[string]bool{}
	for _, r := range replies {
		if r.author != "" && !seen[r.author] {
			seen[r.author] = true
			users = append(users, r.author)
		}
	}
	merge(o, object{
		"thread_ts": m.ts, "reply_count": len(replies), "reply_users_count": len(users), "reply_users": list(users[:min(5, len(users))]),
		"latest_reply": replies[len(replies)-1].ts, "is_locked": false, "subscribed": false,
	})
}

// eventJSON is a message as the event tells of it that it was posted.
func (s *Slack) eventJSON(m *message) object {
	return merge(s.messageJSON(m), object{"channel": m.channel.id, "channel_type": m.channel.kind(), "event_ts": m.ts})
}

func (s *Slack) fileJSON(f *file) object {
	if f.Deleted {
		return object{"id": f.ID, "mode": "tombstone"}
	}
	link := s.server.URL + "/files-pri/" + s.Team + "-" + f.ID + "/download"
	return object{
		"id": f.ID, "created": 1700000000, "timestamp": 1700000000, "name": f.Name, "title": f.Title, "mimetype": "text/plain", "filetype": "text",
		"pretty_type": "Plain Text", "user": f.User, "user_team": s.Team, "editable": false, "size": len(f.Data), "mode": "hosted",
		"is_external": false, "external_type": "", "is_public": true, "url_private": link, "url_private_download": link,
		"permalink": fmt.Sprintf("%sfiles/%s/%s/%s", s.TeamURL(), f.User, f.ID, f.Name), "channels": list(f.Channels),
	}
}

func (s *Slack) teamJSON() object { return object{"id": s.Team, "domain": teamDomain} }

// actorJSON is the user who did something, as interactions name the user.
func (s *Slack) actorJSON(user string) object {
	u := s.mustUser(user)
	team := s.Team
	if u.Team != "" {
		team = u.Team
	}
	name := strings.ToLower(u.Name)
	return object{"id": u.id, "username": name, "name": name, "team_id": team}
}

// placeName is what interactions call a channel.
func (c *channel) placeName() string {
	switch {
	case c.dm != "":
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}
