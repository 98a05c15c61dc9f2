package fakeslack

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// Use is one use of the app by a user: a slash command or a shortcut of a message.
type Use struct {
	User, Channel string
	Command       string // Command: with its slash; "/debate" unless set
	Text          string // Command: what follows the command
	Message       string // Shortcut: the message's timestamp
	Callback      string // Shortcut: its callback id
}

// Exchange is a command, a shortcut, a press or a dialog that was sent, and what came of it.
type Exchange struct {
	// ID is the trigger's id. ResponseURL is where the app may answer, "" of a press in the
	// App Home and of a dialog.
	ID, ResponseURL string
	User, Channel   string

	s       *Slack
	name    string // for messages
	hook    *responseURL
	acked   bool
	failed  string // why it will not be acknowledged
	latency time.Duration
	payload json.RawMessage
	states  []Posted   // all states of all answers, in order
	answers []*message // what the app said by the response URL

	sent      time.Time
	triggered bool     // whether a dialog was opened
	stale     bool     // whether none can be opened any more
	dialog    *message // the view that was opened
}

// Mention posts a message that mentions the bot, in a thread or, with "", in the
// channel, and returns its timestamp. Slack tells of it twice: as a message and as app_mention.
func (s *Slack) Mention(user, channel, thread, words string) string {
	return s.Post(channel, Message{Author: user, Thread: thread, Text: strings.TrimSpace("<@" + s.Bot + "> " + words)})
}

// Command sends a slash command. The use must be possible: the user a member of
// the channel, the scope commands granted. If not, the test gets an error.
func (s *Slack) Command(u Use) *Exchange {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	u.Command = cmp.Or(u.Command, "/debate")
	c := s.mustChannel(u.Channel)
	e := s.newExchange(u, c, u.Command+" "+u.Text)
	if problem := s.forbidden(u, c); problem != "" {
		s.t.Errorf("Command: %s", problem)
		e.failed = problem
		return e
	}
	form := url.Values{
		"token": {"fake verification token"}, "team_id": {s.Team}, "team_domain": {teamDomain}, "channel_id": {c.id}, "channel_name": {c.placeName()},
		"user_id": {u.User}, "user_name": {strings.ToLower(s.mustUser(u.User).Name)}, "command": {u.Command}, "text": {u.Text}, "api_app_id": {s.App},
		"is_enterprise_install": {"false"}, "response_url": {e.ResponseURL}, "trigger_id": {e.ID},
	}
	payload := object{}
	for key := range form {
		payload[key] = form.Get(key)
	}
	s.send(&delivery{kind: slashCommands, name: "the command " + u.Command, payload: mustJSON(payload), form: form, exchange: e})
	return e
}

// Shortcut chooses the app's shortcut in a message's menu.
func (s *Slack) Shortcut(u Use) *Exchange {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(u.Channel)
	e := s.newExchange(u, c, "the shortcut "+u.Callback)
	m := c.message(u.Message)
	problem := s.forbidden(u, c)
	if m == nil {
		problem = "no such message to open the menu of"
	}
	if problem != "" {
		s.t.Errorf("Shortcut: %s", problem)
		e.failed = problem
		return e
	}
	s.send(&delivery{kind: interactive, name: e.name, exchange: e, payload: mustJSON(merge(s.interaction(e, "message_action"), object{
		"callback_id": u.Callback, "response_url": e.ResponseURL, "message_ts": m.ts, "message": s.messageJSON(m),
		"channel": object{"id": c.id, "name": c.placeName()},
	}))})
	return e
}

// forbidden says why Slack would not let the user do this, "" if it would.
func (s *Slack) forbidden(u Use, c *channel) string {
	switch {
	case s.users[u.User] == nil || s.users[u.User].Deleted:
		return "no such user"
	case !c.has(u.User):
		return "the user is not in the channel"
	case !s.granted("commands"):
		return "the app has not the scope commands"
	}
	return ""
}

// interaction is what the payloads of all interactions have in common.
func (s *Slack) interaction(e *Exchange, kind string) object {
	return object{
		"type": kind, "token": "fake verification token", "action_ts": s.mintTS(time.Time{}), "team": s.teamJSON(), "user": s.actorJSON(e.User),
		"api_app_id": s.App, "trigger_id": e.ID, "is_enterprise_install": false, "enterprise": nil,
	}
}

func (s *Slack) newExchange(u Use, c *channel, name string) *Exchange {
	e := &Exchange{ID: s.mintID("1700000000.trigger."), User: u.User, s: s, name: strings.TrimSpace(name), sent: time.Now()}
	s.triggers[e.ID] = e
	if c != nil {
		e.Channel = c.id
		e.hook = &responseURL{exchange: e, channel: c, opened: time.Now()}
		secret := s.mintID("secret")
		s.hooks[secret] = e.hook
		e.ResponseURL = s.server.URL + "/actions/" + s.Team + "/" + s.App + "/" + secret
	}
	return e
}

// OpenHome opens the app's home tab.
func (s *Slack) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	event := object{"type": "app_home_opened", "user": user, "channel": s.dm(user).id, "tab": "home"}
	if m := s.homes[user]; m != nil {
		event["view"] = s.viewJSON(m)
	}
	s.emit("", "", event)
}

// acknowledge notes the acknowledgement. A command's may already be an answer.
func (e *Exchange) acknowledge(after time.Duration, payload json.RawMessage) {
	e.acked, e.latency, e.payload = true, after, payload
	if strings.HasPrefix(e.name, "/") && e.hook != nil {
		e.answerAtOnce(payload)
	}
}

func (e *Exchange) fail(why string) {
	if !e.acked && e.failed == "" {
		e.failed = why
	}
	e.s.notify()
}
