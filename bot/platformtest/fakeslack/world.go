package fakeslack

import (
	"cmp"
	"slices"
	"time"
)

type user struct {
	id string
	User
}

func (u *user) shownName() string {
	if u.NoDisplayName || u.Name == "" {
		return u.realName()
	}
	return u.Name
}

func (u *user) realName() string { return cmp.Or(u.RealName, u.Name) }

type channel struct {
	id string
	Channel
	dm       string // of a direct-message channel: with whom
	created  time.Time
	members  []string
	messages []*message            // by ts, ascending, replies too
	threads  map[string][]*message // replies by the ts of what they reply to, ascending
}

func (c *channel) has(user string) bool { return slices.Contains(c.members, user) }

// kind is the channel's type, as events name it.
func (c *channel) kind() string {
	switch {
	case c.dm != "":
		return "im"
	case c.Private:
		return "group"
	}
	return "channel"
}

// letter is the channel's type, as events of memberships name it.
func (c *channel) letter() string {
	if c.Private {
		return "G"
	}
	return "C"
}

// AddUser adds a user and returns the id.
func (s *Slack) AddUser(u User) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(u).id
}

func (s *Slack) addUser(u User) *user {
	added := &user{s.mintID("U"), u}
	s.users[added.id] = added
	s.names.set(added.id, added.shownName())
	return added
}

// SetUser changes a user and sends user_change.
func (s *Slack) SetUser(id string, change func(*User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.mustUser(id)
	change(&u.User)
	s.names.set(u.id, u.shownName())
	s.emit("users:read", "", object{"type": "user_change", "user": s.userJSON(u)})
}

// AddChannel adds a channel and returns its id.
func (s *Slack) AddChannel(c Channel) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Creator = cmp.Or(c.Creator, s.Owner)
	members := append(slices.Clone(c.Members), c.Creator)
	if !c.NoBot {
		members = append(members, s.Bot)
	}
	added := s.addChannel("C", c) // private ones too: only old ones begin with G
	for _, m := range members {
		s.mustUser(m)
		if !added.has(m) {
			added.members = append(added.members, m)
		}
	}
	return added.id
}

func (s *Slack) addChannel(prefix string, c Channel) *channel {
	added := &channel{id: s.mintID(prefix), Channel: c, created: time.Now(), threads: map[string][]*message{}}
	s.channels[added.id] = added
	s.names.set(added.id, c.Name)
	return added
}

// SetChannel changes a channel's properties; its Members and NoBot are of no account.
func (s *Slack) SetChannel(id string, change func(*Channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(id)
	shared := c.ExtShared
	change(&c.Channel)
	s.names.set(c.id, c.Name)
	if c.ExtShared && !shared {
		s.emitIn(c, object{"type": "channel_shared", "connected_team_id": otherTeam, "channel": c.id})
	}
}

// otherTeam is the id of the organisation that channels are shared with.
const otherTeam = "T0OTHERORG"

// AddDM opens the direct-message channel between a user and the bot.
func (s *Slack) AddDM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dm(user).id
}

func (s *Slack) dm(user string) *channel {
	for _, c := range s.channels {
		if c.dm == user {
			return c
		}
	}
	s.mustUser(user)
	c := s.addChannel("D", Channel{Creator: user})
	c.dm, c.members = user, []string{user, s.Bot}
	return c
}

// Join makes a user, or the bot, a member of a channel.
func (s *Slack) Join(channel, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustUser(user)
	s.join(s.mustChannel(channel), user)
}

func (s *Slack) join(c *channel, user string) {
	if c.has(user) {
		return
	}
	c.members = append(c.members, user)
	s.emitIn(c, object{
		"type": "member_joined_channel", "user": user, "channel": c.id, "channel_type": c.letter(), "team": s.Team, "inviter": c.Creator,
	})
	s.post(c, Message{Author: user, Subtype: c.kind() + "_join", Text: "<@" + user + "> has joined the channel"})
}

// Leave makes a user, or the bot, leave a channel.
func (s *Slack) Leave(channel, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channel)
	c.members = slices.DeleteFunc(c.members, func(m string) bool { return m == user })
	if user == s.Bot {
		s.emit(readScope(c), "", object{"type": c.kind() + "_left", "channel": c.id, "actor_id": c.Creator})
		s.notify()
		return
	}
	s.emitIn(c, object{"type": "member_left_channel", "user": user, "channel": c.id, "channel_type": c.letter(), "team": s.Team})
	s.post(c, Message{Author: user, Subtype: c.kind() + "_leave", Text: "<@" + user + "> has left the channel"})
}

// DeleteChannel deletes a channel with all that stands in it.
func (s *Slack) DeleteChannel(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channel)
	s.emitIn(c, object{"type": c.kind() + "_deleted", "channel": c.id, "actor_id": c.Creator})
	delete(s.channels, c.id)
	s.notify()
}

// Archive archives a channel.
func (s *Slack) Archive(channel string) { s.setArchived(channel, true, "_archive") }

// Unarchive opens an archived channel again.
func (s *Slack) Unarchive(channel string) { s.setArchived(channel, false, "_unarchive") }

func (s *Slack) setArchived(channel string, archived bool, event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channel)
	c.Archived = archived
	s.emitIn(c, object{"type": c.kind() + event, "channel": c.id, "user": c.Creator})
}

// Uninstall removes the app from the workspace: it sends app_uninstalled and
// tokens_revoked, and every call fails from then on.
func (s *Slack) Uninstall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit("", "", object{"type": "app_uninstalled"})
	s.emit("", "", object{"type": "tokens_revoked", "tokens": object{"oauth": []string{}, "bot": []string{s.Bot}}})
	s.revoked = true
	s.notify()
}

// mustChannel returns a channel that the test named. A test that names none is
// wrong beyond repair, so it stops.
func (s *Slack) mustChannel(id string) *channel {
	c := s.channels[id]
	if c == nil {
		panic("fakeslack: no channel has the id " + id)
	}
	return c
}

func (s *Slack) mustUser(id string) *user {
	u := s.users[id]
	if u == nil {
		panic("fakeslack: no user has the id " + id)
	}
	return u
}
