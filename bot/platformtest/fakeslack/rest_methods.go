package fakeslack

import (
	"slices"
	"strings"
	"time"
)

// method is how the fake serves one method of the Web API.
type method struct {
	token tokenKind
	scope string // "": none, or it depends on what the call is about
	serve func(*call) answer
}

type tokenKind int

const (
	botToken tokenKind = iota
	appToken
	noToken
)

// methods is the table of what the fake knows. Whatever else is asked for is a violation.
func (s *Slack) methods() map[string]method {
	return map[string]method{
		"api.test":                     {noToken, "", func(c *call) answer { return ok(object{"args": c.args}) }},
		"auth.test":                    {botToken, "", s.authTest},
		"apps.connections.open":        {appToken, "", s.openConnection},
		"bots.info":                    {botToken, "users:read", s.botsInfo},
		"chat.postMessage":             {botToken, "chat:write", s.postMessage},
		"chat.postEphemeral":           {botToken, "chat:write", s.postEphemeral},
		"chat.update":                  {botToken, "chat:write", s.updateMessage},
		"chat.delete":                  {botToken, "chat:write", s.deleteMessage},
		"chat.getPermalink":            {botToken, "", s.getPermalink},
		"conversations.info":           {botToken, "", s.conversationsInfo},
		"conversations.history":        {botToken, "", s.history},
		"conversations.replies":        {botToken, "", s.replies},
		"conversations.members":        {botToken, "", s.conversationsMembers},
		"conversations.open":           {botToken, "im:write", s.conversationsOpen},
		"conversations.join":           {botToken, "channels:join", s.conversationsJoin},
		"conversations.list":           {botToken, "", s.conversationsList},
		"users.conversations":          {botToken, "", s.usersConversations},
		"users.info":                   {botToken, "users:read", s.usersInfo},
		"users.list":                   {botToken, "users:read", s.usersList},
		"views.open":                   {botToken, "", s.viewsOpen},
		"views.publish":                {botToken, "", s.viewsPublish},
		"files.getUploadURLExternal":   {botToken, "files:write", s.getUploadURL},
		"files.completeUploadExternal": {botToken, "files:write", s.completeUpload},
		"files.delete":                 {botToken, "files:write", s.deleteFile},
		"files.info":                   {botToken, "files:read", s.filesInfo},
	}
}

// allScopes are what the app has at first: all that any method or event needs.
var allScopes = []string{
	"app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands", "files:read", "files:write",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "metadata.message:read", "users:read",
}

// metadataScope is what reading the metadata of messages needs.
const metadataScope = "metadata.message:read"

// Scopes sets the scopes that the app is granted.
func (s *Slack) Scopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = append([]string{}, scopes...)
}

func (s *Slack) scopesNow() []string {
	if s.scopes == nil {
		return allScopes
	}
	return s.scopes
}

func (s *Slack) granted(scope string) bool {
	return scope == "" || slices.Contains(s.scopesNow(), scope)
}

func (s *Slack) missing(scope string) answer {
	return merge(refuse("missing_scope"), object{"needed": scope, "provided": strings.Join(s.scopesNow(), ",")})
}

// historyScope is what reading a channel's messages needs, readScope what reading its properties does.
func historyScope(c *channel) string { return family(c) + ":history" }
func readScope(c *channel) string    { return family(c) + ":read" }
func family(c *channel) string       { return plural(c.kind()) }

// visible says whether the bot may know of a channel.
func (s *Slack) visible(c *channel) bool { return c != nil && (c.has(s.Bot) || c.kind() == "channel") }

// find returns the channel that a call names, if the bot may know of it.
func (s *Slack) find(c *call) (*channel, answer) {
	ch := s.channels[c.get("channel")]
	if !s.visible(ch) {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

func (s *Slack) authTest(*call) answer {
	return ok(object{
		"url": s.TeamURL(), "team": teamName, "user": "crux", "team_id": s.Team, "user_id": s.Bot, "bot_id": s.BotID, "is_enterprise_install": false,
	})
}

func (s *Slack) openConnection(*call) answer {
	ticket := s.mintID("ticket")
	s.gate.tickets[ticket] = true
	return ok(object{"url": s.socketURL() + "?ticket=" + ticket + "&app_id=" + s.App})
}

func (s *Slack) botsInfo(c *call) answer {
	switch c.get("bot") {
	case s.BotID:
		return ok(object{"bot": merge(s.botJSON(), object{"user_id": s.Bot})})
	case otherBot:
		return ok(object{"bot": object{"id": otherBot, "deleted": false, "name": "another app", "updated": 1700000000, "app_id": "A0OTHERAPP"}})
	}
	return refuse("bot_not_found")
}

func (s *Slack) usersInfo(c *call) answer {
	u := s.users[c.get("user")]
	if u == nil {
		return refuse("user_not_found")
	}
	return ok(object{"user": s.userJSON(u)})
}

func (s *Slack) usersList(c *call) answer {
	var users []object
	for _, u := range s.sortedUsers() {
		users = append(users, s.userJSON(u))
	}
	part, next, problem := page(c, users, 200, 1000)
	if problem != "" {
		return refuse(problem)
	}
	return ok(object{"members": list(part), "cache_ts": time.Now().Unix(), "response_metadata": object{"next_cursor": next}})
}

func (s *Slack) sortedUsers() []*user {
	var out []*user
	for _, u := range s.users {
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b *user) int { return strings.Compare(a.id, b.id) })
	return out
}

func (s *Slack) viewsPublish(c *call) answer {
	u := s.users[c.get("user_id")]
	if u == nil {
		return refuse("user_not_found")
	}
	m, code := s.newHome(c.get("view"), c.get("hash"), u.id)
	if code != "" {
		return refuse(code)
	}
	s.touch(m)
	s.homes[u.id] = m
	s.notify()
	return ok(object{"view": s.viewJSON(m)})
}
