package fakediscord

import (
	"encoding/json"
	"strconv"
	"time"
)

func (d *Discord) getGateway(*call) answer { return ok(object{"url": d.gatewayURL()}) }

func (d *Discord) getGatewayBot(*call) answer {
	return ok(object{"url": d.gatewayURL(), "shards": 1, "session_start_limit": object{
		"total": 1000, "remaining": 1000, "reset_after": 14400000, "max_concurrency": 1,
	}})
}

func (d *Discord) getMe(*call) answer { return ok(d.userJSON(d.Bot)) }

func (d *Discord) getUser(c *call) answer {
	id := c.path("user")
	if d.users[id] == nil {
		return unknownUser
	}
	return ok(d.userJSON(id))
}

func (d *Discord) getApplication(*call) answer {
	return ok(object{
		"id": d.App, "name": "crux", "icon": nil, "description": "", "bot_public": true, "bot_require_code_grant": false,
		"verify_key": "00", "flags": d.appFlags(), "approximate_guild_count": len(d.botGuilds()), "bot": d.userJSON(d.Bot),
		"owner": object{"id": "2", "username": "operator", "discriminator": "0", "avatar": nil},
	})
}

func (d *Discord) getMyGuilds(c *call) answer {
	limit, after := 200, number(c.query.Get("after"))
	if n, err := strconv.Atoi(c.query.Get("limit")); err == nil {
		limit = n
	}
	out := []object{}
	for _, g := range d.botGuilds() {
		if number(g.id) > after && len(out) < limit {
			p := basePermissions(g, g.members[d.Bot])
			out = append(out, object{
				"id": g.id, "name": g.name, "icon": nil, "owner": false, "permissions": bits(p), "features": []any{},
			})
		}
	}
	return ok(out)
}

// visibleGuild returns a guild that the bot is in.
func (d *Discord) visibleGuild(c *call) (*guild, answer) {
	g := d.guilds[c.path("guild")]
	switch {
	case g == nil:
		return nil, unknownGuild
	case g.members[d.Bot] == nil:
		return nil, missingAccess
	}
	return g, answer{}
}

func (d *Discord) getGuild(c *call) answer {
	g, refusal := d.visibleGuild(c)
	if g == nil {
		return refusal
	}
	j := d.guildJSON(g)
	if c.query.Get("with_counts") == "true" {
		j["approximate_member_count"] = len(g.members)
		j["approximate_presence_count"] = 1
	}
	return ok(j)
}

func (d *Discord) getRoles(c *call) answer {
	g, refusal := d.visibleGuild(c)
	if g == nil {
		return refusal
	}
	return ok(g.rolesJSON())
}

// getChannels lists all channels, those that the bot cannot see too, without threads.
func (d *Discord) getChannels(c *call) answer {
	g, refusal := d.visibleGuild(c)
	if g == nil {
		return refusal
	}
	out := []object{}
	for _, ch := range d.channelsOf(g) {
		out = append(out, d.channelJSON(ch))
	}
	return ok(out)
}

func (d *Discord) getMember(c *call) answer {
	g, refusal := d.visibleGuild(c)
	if g == nil {
		return refusal
	}
	id := c.path("user")
	m := g.members[id]
	switch {
	case m != nil:
		return ok(d.memberJSON(m))
	case d.users[id] == nil:
		return unknownUser
	}
	return unknownMember
}

// visibleChannel returns a channel that the bot may view.
func (d *Discord) visibleChannel(c *call) (*channel, answer) {
	ch := d.channels[c.path("channel")]
	switch {
	case ch == nil:
		return nil, unknownChannel
	case d.permissions(d.Bot, ch)&ViewChannel == 0:
		return nil, missingAccess
	}
	return ch, answer{}
}

func (d *Discord) getChannel(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	return ok(d.channelJSON(ch))
}

func (d *Discord) postTyping(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	if !maySend(d.permissions(d.Bot, ch), ch) {
		return missingPermissions
	}
	return noContent
}

func (d *Discord) openDM(c *call) answer {
	var to struct {
		RecipientID string `json:"recipient_id"`
	}
	if refusal, good := d.decode(c, &to); !good {
		return refusal
	}
	if d.users[to.RecipientID] == nil {
		return unknownUser
	}
	return ok(d.channelJSON(d.dm(to.RecipientID)))
}

func (d *Discord) getActiveThreads(c *call) answer {
	g, refusal := d.visibleGuild(c)
	if g == nil {
		return refusal
	}
	threads := []*channel{}
	for _, t := range d.threadsOf(g) {
		if !t.archived && d.permissions(d.Bot, t)&ViewChannel != 0 {
			threads = append(threads, t)
		}
	}
	return ok(d.threadsJSON(threads))
}

func (d *Discord) threadsJSON(threads []*channel) object {
	out, members := []object{}, []object{}
	for _, t := range threads {
		j := d.channelJSON(t)
		if m, found := j["member"]; found {
			members = append(members, m.(object))
			delete(j, "member")
		}
		out = append(out, j)
	}
	return object{"threads": out, "members": members}
}

// getArchivedThreads serves the public and the private threads; the path says which.
func (d *Discord) getArchivedThreads(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	p := d.permissions(d.Bot, ch)
	private := c.name[len(c.name)-len("private"):] == "private"
	if p&ReadMessageHistory == 0 || private && p&ManageThreads == 0 {
		return missingAccess
	}
	limit, before := 50, time.Now().Add(time.Hour)
	if n, err := strconv.Atoi(c.query.Get("limit")); err == nil {
		limit = n
	}
	if b := c.query.Get("before"); b != "" {
		t, err := time.Parse(time.RFC3339, b)
		if err != nil {
			return invalid("before is no timestamp")
		}
		before = t
	}
	var threads []*channel
	more := false
	all := d.threadsOf(ch.guild)
	for n := len(all) - 1; n >= 0; n-- {
		t := all[n]
		if t.parent != ch || !t.archived || (t.kind == PrivateThread) != private || !t.archiveChanged.Before(before) {
			continue
		}
		if len(threads) == limit {
			more = true
			break
		}
		threads = append(threads, t)
	}
	return ok(merge(d.threadsJSON(threads), object{"has_more": more}))
}

func (d *Discord) getThreadMembers(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	if d.refused&IntentGuildMembers != 0 {
		return missingAccess
	}
	out := []object{}
	for _, id := range ch.members {
		out = append(out, threadMemberJSON(ch, id))
	}
	return ok(out)
}

func (d *Discord) getThreadMember(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	id := c.path("user")
	if id == "@me" {
		id = d.Bot
	}
	for _, m := range ch.members {
		if m == id {
			return ok(threadMemberJSON(ch, id))
		}
	}
	return unknownMember
}

func (d *Discord) joinThread(c *call) answer {
	ch, refusal := d.visibleChannel(c)
	if ch == nil {
		return refusal
	}
	ch.members = append(ch.members, d.Bot)
	return noContent
}

// text decodes a value that may be a string or a number, as ids and nonces are sent.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}
