package fakediscord

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// object is a JSON object on its way out.
type object = map[string]any

// viewer says what a receiver may see of messages.
type viewer struct {
	content bool // whether the content of others' messages
}

func merge(into object, more object) object {
	maps.Copy(into, more)
	return into
}

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000-07:00")
}

func bits(p int64) string { return strconv.FormatInt(p, 10) }

func idOrNull(c *channel) any {
	if c == nil {
		return nil
	}
	return c.id
}

// list makes a nil slice an empty one, since Discord sends no null for a list.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (d *Discord) userJSON(id string) object {
	u := d.users[id]
	if u == nil {
		return object{"id": id, "username": "deleted_user", "discriminator": "0", "global_name": nil, "avatar": nil}
	}
	o := object{"id": u.id, "username": u.name, "discriminator": "0", "global_name": u.name, "avatar": nil, "public_flags": 0}
	if u.bot {
		o["bot"] = true
		o["global_name"] = nil
	}
	return o
}

func (d *Discord) memberJSON(m *member) object {
	return object{
		"user": d.userJSON(m.user), "nick": nil, "avatar": nil, "roles": list(m.roles), "joined_at": stamp(m.joined),
		"premium_since": nil, "deaf": false, "mute": false, "flags": 0, "pending": false,
	}
}

func (g *guild) roleJSON(r *role) object {
	return object{
		"id": r.id, "name": r.name, "permissions": bits(r.permissions), "position": slices.Index(g.roles, r), "color": 0,
		"hoist": false, "managed": r.id == g.botRole, "mentionable": false, "flags": 0,
	}
}

func (g *guild) rolesJSON() []object {
	var out []object
	for _, r := range g.roles {
		out = append(out, g.roleJSON(r))
	}
	return out
}

func (d *Discord) guildJSON(g *guild) object {
	return object{
		"id": g.id, "name": g.name, "icon": nil, "owner_id": g.owner, "roles": g.rolesJSON(), "emojis": []any{}, "stickers": []any{},
		"features": []any{"COMMUNITY"}, "preferred_locale": "en-US", "verification_level": 1, "system_channel_id": nil,
		"premium_tier": 0, "nsfw_level": 0, "afk_timeout": 300, "mfa_level": 0, "default_message_notifications": 1,
		"explicit_content_filter": 0, "system_channel_flags": 0, "premium_progress_bar_enabled": false,
	}
}

// guildCreate is what GUILD_CREATE carries. Of the members it holds the bot alone,
// as for any client without the presences intent.
func (d *Discord) guildCreate(g *guild) object {
	channels, threads := []object{}, []object{}
	for _, c := range d.channelsOf(g) {
		channels = append(channels, d.channelJSON(c))
	}
	for _, t := range d.threadsOf(g) {
		if !t.archived && d.permissions(d.Bot, t)&ViewChannel != 0 {
			threads = append(threads, d.channelJSON(t))
		}
	}
	members := []object{}
	if m := g.members[d.Bot]; m != nil {
		members = append(members, d.memberJSON(m))
	}
	return merge(d.guildJSON(g), object{
		"joined_at": stamp(time.Now()), "large": false, "unavailable": false, "member_count": len(g.members),
		"members": members, "channels": channels, "threads": threads, "presences": []any{}, "voice_states": []any{},
		"stage_instances": []any{}, "guild_scheduled_events": []any{},
	})
}

func (d *Discord) channelJSON(c *channel) object {
	o := object{"id": c.id, "type": c.kind, "last_message_id": nil, "flags": 0}
	if n := len(c.messages); n > 0 {
		o["last_message_id"] = c.messages[n-1].id
	}
	switch {
	case c.guild == nil:
		o["recipients"] = []object{d.userJSON(c.recipient)}
		return o
	case c.isThread():
		d.threadJSON(o, c)
	default:
		overwrites := []object{}
		for _, w := range c.overwrites {
			kind := 0
			if w.Member {
				kind = 1
			}
			overwrites = append(overwrites, object{"id": w.ID, "type": kind, "allow": bits(w.Allow), "deny": bits(w.Deny)})
		}
		merge(o, object{"permission_overwrites": overwrites, "topic": nil, "nsfw": false, "position": 0})
	}
	return merge(o, object{"guild_id": c.guild.id, "name": c.name, "parent_id": idOrNull(c.parent), "rate_limit_per_user": 0})
}

func (d *Discord) threadJSON(o object, c *channel) {
	merge(o, object{
		"owner_id": c.owner, "message_count": len(c.messages), "total_message_sent": len(c.messages),
		"member_count": len(c.members),
		"thread_metadata": object{
			"archived": c.archived, "auto_archive_duration": 1440, "archive_timestamp": stamp(c.archiveChanged), "locked": false,
			"create_timestamp": stamp(c.created),
		},
	})
	if slices.Contains(c.members, d.Bot) {
		o["member"] = threadMemberJSON(c, d.Bot)
	}
}

func threadMemberJSON(c *channel, user string) object {
	return object{"id": c.id, "user_id": user, "join_timestamp": stamp(c.created), "flags": 0}
}

// attachmentURL is where the fake serves a file; Discord would name its CDN.
func (d *Discord) attachmentURL(m *message, f attachment) string {
	return d.URL() + "/attachments/" + m.channel.id + "/" + f.id + "/" + url.PathEscape(f.Name)
}

var userMention = regexp.MustCompile(`<@!?(\d+)>`)

// seesContent says whether a viewer gets a message's words: always those of the
// bot, in direct messages, and where the bot is mentioned.
func (d *Discord) seesContent(m *message, v viewer) bool {
	if v.content || m.author == d.Bot || m.channel.guild == nil {
		return true
	}
	for _, id := range userMention.FindAllStringSubmatch(m.content, -1) {
		if id[1] == d.Bot {
			return true
		}
	}
	return false
}

func (d *Discord) messageJSON(m *message, v viewer) object {
	o := d.bareMessageJSON(m, v)
	if m.replyTo != "" {
		o["message_reference"] = withGuild(object{"type": 0, "message_id": m.replyTo, "channel_id": m.replyChannel().id}, m.channel)
		if target := m.replyChannel().message(m.replyTo); target != nil {
			o["referenced_message"] = d.bareMessageJSON(target, v)
		} else {
			o["referenced_message"] = nil
		}
	}
	if s := m.snapshot; s != nil {
		o["message_reference"] = withGuild(object{"type": 1, "message_id": s.id, "channel_id": s.channel.id}, m.channel)
		inner := d.bareMessageJSON(s, v)
		for _, not := range []string{"id", "channel_id", "author", "tts", "pinned", "mention_everyone"} {
			delete(inner, not)
		}
		o["message_snapshots"] = []object{{"message": inner}}
	}
	if t := m.thread(d); t != nil {
		o["thread"] = d.channelJSON(t)
		o["flags"] = m.flags | 1<<5
	}
	if i := m.interaction; i != nil {
		o["webhook_id"] = d.App
		o["application_id"] = d.App
		o["interaction_metadata"] = object{
			"id": i.ID, "type": i.Use.Kind.number(), "user": d.userJSON(i.Use.User), "authorizing_integration_owners": object{},
		}
	}
	merge(o, m.raw)
	if !d.seesContent(m, v) {
		withoutContent(o)
	}
	return o
}

// replyChannel is where the message that is referred to stands: a thread's starter
// stands in the channel that the thread hangs from.
func (m *message) replyChannel() *channel {
	if m.kind == messageThreadStarter && m.channel.parent != nil {
		return m.channel.parent
	}
	return m.channel
}

// thread returns the thread that grows from a message.
func (m *message) thread(d *Discord) *channel {
	if t := d.channels[m.id]; t != nil && t.parent == m.channel {
		return t
	}
	return nil
}

func (d *Discord) bareMessageJSON(m *message, v viewer) object {
	mentions := []object{}
	for _, id := range userMention.FindAllStringSubmatch(m.content, -1) {
		if d.users[id[1]] != nil {
			mentions = append(mentions, d.userJSON(id[1]))
		}
	}
	files := []object{}
	for _, f := range m.files {
		url := d.attachmentURL(m, f)
		files = append(files, object{
			"id": f.id, "filename": f.Name, "size": len(f.Data), "url": url, "proxy_url": url, "content_type": f.ContentType,
		})
	}
	o := object{
		"id": m.id, "channel_id": m.channel.id, "author": d.authorJSON(m), "type": m.kind, "content": m.content,
		"timestamp": stamp(m.at), "edited_timestamp": stamp(m.edited), "tts": false, "pinned": false, "mention_everyone": false,
		"mentions": mentions, "mention_roles": []any{}, "attachments": files, "embeds": list(m.embeds),
		"components": list(m.components), "flags": m.flags,
	}
	if m.webhook {
		o["webhook_id"] = "1" // any id that is no user's
	}
	if !d.seesContent(m, v) {
		withoutContent(o)
	}
	return o
}

func withoutContent(o object) {
	merge(o, object{"content": "", "attachments": []any{}, "embeds": []any{}, "components": []any{}})
}

func (d *Discord) authorJSON(m *message) object {
	if m.webhook {
		return object{"id": "1", "username": m.author, "discriminator": "0000", "global_name": nil, "avatar": nil, "bot": true}
	}
	o := d.userJSON(m.author)
	if m.bot {
		o["bot"] = true
	}
	return o
}
