package fakediscord

import (
	"slices"
	"sort"
	"time"
)

type user struct {
	id, name string
	bot      bool
	closed   bool // to direct messages
}

type guild struct {
	id, name, owner string
	botRole         string
	roles           []*role // the first is @everyone
	members         map[string]*member
}

type role struct {
	id, name    string
	permissions int64
}

type member struct {
	user   string
	roles  []string
	joined time.Time
}

type channel struct {
	id, name   string
	kind       int
	guild      *guild // nil for a direct-message channel
	parent     *channel
	overwrites []Overwrite
	created    time.Time
	messages   []*message // by id, ascending
	// Of threads:
	owner          string
	members        []string
	archived       bool
	archiveChanged time.Time
	// Of a direct-message channel:
	recipient string
}

func (c *channel) isThread() bool { return c.kind >= threadTypeFirst && c.kind <= threadTypeLast }

func (g *guild) role(id string) *role {
	for _, r := range g.roles {
		if r.id == id {
			return r
		}
	}
	return nil
}

// AddGuild adds a server with an owner, an @everyone role with EveryonePermissions
// (its id is the guild's) and the bot as a member with a role of its own.
func (d *Discord) AddGuild(name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := d.mint(time.Time{})
	g := &guild{id: id, name: name, members: map[string]*member{}}
	g.roles = []*role{{id: id, name: "@everyone", permissions: EveryonePermissions}}
	d.guilds[id] = g
	g.owner = d.addUser("owner of " + name).id
	g.botRole = d.mint(time.Time{})
	g.roles = append(g.roles, &role{id: g.botRole, name: "crux", permissions: BotPermissions})
	d.join(g, g.owner)
	d.join(g, d.Bot, g.botRole)
	d.emit(IntentGuilds, g, nil, "GUILD_CREATE", func(viewer) any { return d.guildCreate(g) })
	return id
}

// Owner returns the id of the guild's owner.
func (d *Discord) Owner(guild string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mustGuild(guild).owner
}

// AddRole adds a role and returns its id.
func (d *Discord) AddRole(guild, name string, permissions int64) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.mustGuild(guild)
	r := &role{id: d.mint(time.Time{}), name: name, permissions: permissions}
	g.roles = append(g.roles, r)
	d.emit(IntentGuilds, g, nil, "GUILD_ROLE_CREATE", func(viewer) any {
		return object{"guild_id": g.id, "role": g.roleJSON(r)}
	})
	return r.id
}

// SetRole sets what a role may do; the guild's own id names @everyone.
func (d *Discord) SetRole(guild, id string, permissions int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setRole(d.mustGuild(guild), id, permissions)
}

func (d *Discord) setRole(g *guild, id string, permissions int64) {
	r := g.role(id)
	if r == nil {
		d.t.Errorf("SetRole: the guild has no such role")
		return
	}
	r.permissions = permissions
	d.emit(IntentGuilds, g, nil, "GUILD_ROLE_UPDATE", func(viewer) any {
		return object{"guild_id": g.id, "role": g.roleJSON(r)}
	})
}

// SetBotPermissions sets what the bot's own role may do; BotPermissions at first.
// What @everyone may do comes on top, as for anybody.
func (d *Discord) SetBotPermissions(guild string, permissions int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.mustGuild(guild)
	d.setRole(g, g.botRole, permissions)
}

// AddMember adds a new user to a guild and returns the user's id.
func (d *Discord) AddMember(guild, name string, roles ...string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.addUser(name)
	d.join(d.mustGuild(guild), u.id, roles...)
	return u.id
}

// Join makes a user who is known from another guild a member of this one.
func (d *Discord) Join(guild, user string, roles ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.join(d.mustGuild(guild), user, roles...)
}

// SetMemberRoles replaces a member's roles.
func (d *Discord) SetMemberRoles(guild, user string, roles ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.mustGuild(guild)
	m := g.members[user]
	if m == nil {
		d.t.Errorf("SetMemberRoles: no such member")
		return
	}
	m.roles = slices.Clone(roles)
	d.emit(IntentGuildMembers, g, nil, "GUILD_MEMBER_UPDATE", func(viewer) any {
		return merge(d.memberJSON(m), object{"guild_id": g.id})
	})
}

// RemoveMember makes a member leave. If it is the bot, the guild is gone for it.
func (d *Discord) RemoveMember(guild, user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.mustGuild(guild)
	if user == d.Bot {
		d.emit(IntentGuilds, g, nil, "GUILD_DELETE", func(viewer) any { return object{"id": g.id} })
	} else {
		d.emit(IntentGuildMembers, g, nil, "GUILD_MEMBER_REMOVE", func(viewer) any {
			return object{"guild_id": g.id, "user": d.userJSON(user)}
		})
	}
	delete(g.members, user)
}

// AddChannel adds a channel to a guild and returns its id.
func (d *Discord) AddChannel(guild string, c Channel) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch := &channel{
		id: d.mint(time.Time{}), name: c.Name, kind: c.Type, guild: d.mustGuild(guild),
		parent: d.channels[c.Parent], overwrites: slices.Clone(c.Overwrites), created: time.Now(),
	}
	d.channels[ch.id] = ch
	d.emit(IntentGuilds, ch.guild, nil, "CHANNEL_CREATE", func(viewer) any { return d.channelJSON(ch) })
	return ch.id
}

// AddThread adds a thread to a channel, or a post to a forum, and returns its id.
// The bot is no member of it unless named.
func (d *Discord) AddThread(parent string, th Thread) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.mustChannel(parent)
	id := th.Starter
	if id == "" {
		id = d.mint(th.At)
	}
	t := &channel{
		id: id, name: th.Name, kind: PublicThread, guild: p.guild, parent: p, created: timeOf(id),
		owner: th.Owner, archived: th.Archived, archiveChanged: timeOf(id),
	}
	switch {
	case th.Private:
		t.kind = PrivateThread
	case p.kind == NewsChannel:
		t.kind = NewsThread
	}
	if t.owner == "" {
		t.owner = p.guild.owner
	}
	t.members = append([]string{t.owner}, th.Members...)
	d.channels[id] = t
	d.emit(IntentGuilds, t.guild, t, "THREAD_CREATE", func(viewer) any {
		return merge(d.channelJSON(t), object{"newly_created": true})
	})
	if th.Starter != "" {
		d.post(t, Message{Author: t.owner, Type: messageThreadStarter, ReplyTo: th.Starter, At: th.At})
	}
	return id
}

// AddDM opens a direct-message channel between a user and the bot.
func (d *Discord) AddDM(user string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dm(user).id
}

// CloseDMs makes a user take no direct messages from the bot any more.
func (d *Discord) CloseDMs(user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.users[user] == nil {
		panic("fakediscord: no user has the id " + user)
	}
	d.users[user].closed = true
}

// Told returns what the bot said to a user by direct messages, oldest first.
func (d *Discord) Told(user string) []Posted {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Posted
	for _, m := range d.dm(user).messages {
		if m.author == d.Bot {
			out = append(out, m.posted())
		}
	}
	return out
}

func (d *Discord) dm(user string) *channel {
	for _, c := range d.channels {
		if c.kind == DirectMessage && c.recipient == user {
			return c
		}
	}
	c := &channel{id: d.mint(time.Time{}), kind: DirectMessage, recipient: user, created: time.Now()}
	d.channels[c.id] = c
	return c
}

// SetOverwrites replaces a channel's overwrites.
func (d *Discord) SetOverwrites(channel string, o ...Overwrite) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.mustChannel(channel)
	c.overwrites = slices.Clone(o)
	d.emit(IntentGuilds, c.guild, nil, "CHANNEL_UPDATE", func(viewer) any { return d.channelJSON(c) })
}

// SetArchived archives a thread or opens it again.
func (d *Discord) SetArchived(thread string, archived bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setArchived(d.mustChannel(thread), archived)
}

func (d *Discord) setArchived(c *channel, archived bool) {
	c.archived, c.archiveChanged = archived, time.Now()
	d.emit(IntentGuilds, c.guild, c, "THREAD_UPDATE", func(viewer) any { return d.channelJSON(c) })
}

// SetThreadMembers replaces who is in a thread; its owner is not added. No event
// tells of it, as Discord tells clients without the members intent of none.
func (d *Discord) SetThreadMembers(thread string, members ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mustChannel(thread).members = slices.Clone(members)
}

// DeleteChannel deletes a channel or a thread, with the threads in it.
func (d *Discord) DeleteChannel(channel string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.mustChannel(channel)
	for _, t := range d.threadsOf(c.guild) {
		if t.parent == c {
			d.deleteThread(t)
		}
	}
	if c.isThread() {
		d.deleteThread(c)
		return
	}
	d.emit(IntentGuilds, c.guild, nil, "CHANNEL_DELETE", func(viewer) any { return d.channelJSON(c) })
	delete(d.channels, c.id)
	d.notify()
}

func (d *Discord) deleteThread(t *channel) {
	d.emit(IntentGuilds, t.guild, t, "THREAD_DELETE", func(viewer) any {
		return object{"id": t.id, "guild_id": t.guild.id, "parent_id": t.parent.id, "type": t.kind}
	})
	delete(d.channels, t.id)
	d.notify()
}

func (d *Discord) addUser(name string) *user {
	u := &user{id: d.mint(time.Time{}), name: name}
	d.users[u.id] = u
	return u
}

func (d *Discord) join(g *guild, user string, roles ...string) {
	m := &member{user: user, roles: slices.Clone(roles), joined: time.Now()}
	g.members[user] = m
	d.emit(IntentGuildMembers, g, nil, "GUILD_MEMBER_ADD", func(viewer) any {
		return merge(d.memberJSON(m), object{"guild_id": g.id})
	})
}

// mustGuild returns a guild that the test named. A test that names none is wrong
// beyond repair, so it stops.
func (d *Discord) mustGuild(id string) *guild {
	g := d.guilds[id]
	if g == nil {
		panic("fakediscord: no guild has the id " + id)
	}
	return g
}

func (d *Discord) mustChannel(id string) *channel {
	c := d.channels[id]
	if c == nil {
		panic("fakediscord: no channel has the id " + id)
	}
	return c
}

// channelsOf returns a guild's channels without threads, oldest first.
func (d *Discord) channelsOf(g *guild) []*channel {
	return d.sorted(func(c *channel) bool { return c.guild == g && !c.isThread() })
}

// threadsOf returns a guild's threads, archived or not, oldest first.
func (d *Discord) threadsOf(g *guild) []*channel {
	return d.sorted(func(c *channel) bool { return c.guild == g && c.isThread() })
}

func (d *Discord) sorted(keep func(*channel) bool) []*channel {
	var out []*channel
	for _, c := range d.channels {
		if keep(c) {
			out = append(out, c)
		}
	}
	sort.Slice(out, func(i, j int) bool { return number(out[i].id) < number(out[j].id) })
	return out
}
