package fakeslack

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	s := New(t)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	stoa := s.AddChannel(Channel{Name: "stoa", NoBot: true, Members: []string{ann}})
	s.Post(agora, Message{Text: "before anybody listened"})
	k := dial(t, s)
	s.Mention(ann, stoa, "", "not heard where the bot is not")
	ts := s.Mention(ann, agora, "", "help")
	p := k.take()
	if e := p.Payload.Event; p.Type != "events_api" || p.Payload.Type != "event_callback" || e.Type != "message" || e.ChannelType != "channel" || e.TS != ts {
		t.Errorf("the message: %+v", p)
	}
	q := k.take()
	if e := q.Payload.Event; e.Type != "app_mention" || e.TS != ts || e.User != ann || e.Text != "<@"+s.Bot+"> help" || q.Payload.EventID == p.Payload.EventID {
		t.Errorf("the mention: %+v", q)
	}
	dm := s.AddDM(ann)
	s.Post(dm, Message{Text: "hello <@" + s.Bot + ">"})
	if e := k.until("message"); e.ChannelType != "im" || e.Channel != dm || e.User != ann {
		t.Errorf("a direct message: %+v", e)
	}
	s.OpenHome(ann)
	if e := k.until("app_home_opened"); e.User != ann || e.Tab != "home" || e.Channel != dm {
		t.Errorf("the home: %+v", e)
	}
	bob := s.AddUser(User{Name: "bob"})
	s.Join(agora, bob)
	if e := k.until("member_joined_channel"); e.User != bob || e.Channel != agora {
		t.Errorf("joining: %+v", e)
	}
	if e := k.until("message"); e.Subtype != "channel_join" {
		t.Errorf("joining: %+v", e)
	}
	s.Leave(agora, bob)
	k.until("member_left_channel")
	s.SetUser(bob, func(u *User) { u.Name = "bobby" })
	k.until("user_change")
	s.Archive(agora)
	k.until("channel_archive")
	s.Unarchive(agora)
	k.until("channel_unarchive")
	s.SetChannel(agora, func(c *Channel) { c.ExtShared = true })
	k.until("channel_shared")
	s.Leave(agora, s.Bot)
	if e := k.until("channel_left"); e.Channel != agora {
		t.Errorf("the bot leaving: %+v", e)
	}
	s.Post(agora, Message{Text: "unheard"})
	council := s.AddChannel(Channel{Name: "council", Private: true})
	s.DeleteChannel(council)
	k.until("group_deleted")
	s.Join(agora, s.Bot)
	if e := k.until("member_joined_channel"); e.User != s.Bot {
		t.Errorf("the bot joining: %+v", e)
	}
	s.Uninstall()
	k.until("app_uninstalled")
	k.until("tokens_revoked")
	c := newClient(t, s)
	for range maxLate {
		if r := c.call("auth.test"); r.Error != "account_inactive" {
			t.Errorf("after the removal: %q", r.Error)
		}
	}
	wantViolations(t, s)
	c.call("auth.test")
	wantViolations(t, s, "after the app was removed")
}

func TestOnlyWhatIsSubscribedAndGranted(t *testing.T) {
	t.Parallel()
	s := New(t)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	s.Subscribe("app_mention", "message.im")
	s.Mention(ann, agora, "", "one")
	if e := k.take().Payload.Event; e.Type != "app_mention" {
		t.Errorf("an event that nobody subscribed to: %+v", e)
	}
	s.Scopes("app_mentions:read")
	s.Post(s.AddDM(ann), Message{Text: "no scope"})
	s.Mention(ann, agora, "", "two")
	if e := k.take().Payload.Event; e.Type != "app_mention" || !strings.Contains(e.Text, "two") {
		t.Errorf("an event without the scope: %+v", e)
	}
}

func TestUnacknowledgedComesAgain(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Deadline = time.Hour
	agora := s.AddChannel(Channel{Name: "agora"})
	k := dial(t, s)
	s.Post(agora, Message{Text: "hello"})
	first := k.next()
	s.passDeadline()
	second := k.next()
	if first.RetryAttempt != 0 || second.RetryAttempt != 1 || first.Payload.EventID != second.Payload.EventID || first.EnvelopeID == second.EnvelopeID {
		t.Errorf("again: %+v, %+v", first, second)
	}
	k.ack(first, nil) // too late, and no harm
	k.ack(second, nil)
	s.WaitDelivered()
	wantViolations(t, s, "the event message.channels was not acknowledged in 1h0m0s")
	if n := len(s.Latencies()); n != 1 {
		t.Errorf("%d latencies", n)
	}
	k.ack(packet{EnvelopeID: "invented"}, nil)
	s.Post(agora, Message{Text: "more"})
	k.take()
	s.WaitDelivered()
	wantViolations(t, s, "never sent")
}

// passDeadline makes all that owes an acknowledgement overdue.
func (s *Slack) passDeadline() {
	s.mu.Lock()
	owed := map[*envelope]*conn{}
	for _, c := range s.gate.conns {
		for _, e := range c.unacked {
			owed[e] = c
		}
	}
	s.mu.Unlock()
	for e, c := range owed {
		c.overdue(e)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Deadline = time.Millisecond
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	s.Post(agora, Message{Text: "hello"})
	for attempt := range maxAttempt + 1 {
		if p := k.next(); p.RetryAttempt != attempt {
			t.Errorf("attempt %d: %+v", attempt, p)
		}
	}
	s.WaitDelivered()
	if n := len(s.Violations()); n != maxAttempt+1 {
		t.Errorf("%d violations", n)
	}
	if why := s.Command(Use{User: ann, Channel: agora}).Failed(); why != "timeout" {
		t.Errorf("a command: %q", why)
	}
	wantViolations(t, s, "the command /debate was not acknowledged")
}

func TestBigAcknowledgement(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Deadline = time.Hour
	agora := s.AddChannel(Channel{Name: "agora"})
	k := dial(t, s)
	s.Post(agora, Message{Text: "hello"})
	k.ack(k.next(), strings.Repeat("x", maxAck))
	s.wait("the drop", func() bool { return s.gate.conns[0].unacked[0].dropped })
	s.passDeadline()
	if p := k.take(); p.RetryAttempt != 1 {
		t.Errorf("after a dropped acknowledgement: %+v", p)
	}
	s.WaitDelivered()
	wantViolations(t, s, "was dropped")
}

func TestCutSockets(t *testing.T) {
	t.Parallel()
	s := New(t)
	agora := s.AddChannel(Channel{Name: "agora"})
	k := dial(t, s)
	s.Post(agora, Message{Text: "one"})
	owed := k.next()
	release := s.HoldSockets()
	s.CutSockets()
	s.WaitDisconnected()
	s.Post(agora, Message{Text: "two"})
	go release()
	k = dial(t, s)
	s.WaitConnected(2)
	for n, want := range []string{"one", "two"} {
		p := k.take()
		if p.Payload.Event.Text != want || p.RetryAttempt != 1 || n == 0 && p.Payload.EventID != owed.Payload.EventID {
			t.Errorf("after the gap: %+v", p)
		}
	}
	release()
	s.WaitDelivered()

	s.CutSockets()
	s.WaitDisconnected()
	s.Post(agora, Message{Text: "lost"})
	if n := s.ForgetEvents(); n != 1 {
		t.Errorf("%d events were forgotten", n)
	}
	k = dial(t, s)
	s.Post(agora, Message{Text: "three"})
	if p := k.take(); p.Payload.Event.Text != "three" {
		t.Errorf("what was forgotten came: %+v", p)
	}
}

func TestRefreshSockets(t *testing.T) {
	t.Parallel()
	s := New(t)
	agora := s.AddChannel(Channel{Name: "agora"})
	old := dial(t, s)
	s.Post(agora, Message{Text: "one"})
	owed := old.next()
	s.RefreshSockets()
	if p := old.next(); p.Type != "disconnect" || p.Reason != "refresh_requested" {
		t.Errorf("refreshing: %+v", p)
	}
	old.ack(owed, nil) // is still heard
	if _, err := old.read(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("after the refresh: %v", err)
	}
	s.WaitDisconnected()
	fresh := dial(t, s)
	s.Post(agora, Message{Text: "two"})
	if p := fresh.take(); p.Payload.Event.Text != "two" {
		t.Errorf("on the fresh connection: %+v", p)
	}
	if s.Connections() != 1 {
		t.Errorf("%d connections", s.Connections())
	}
}

func TestEachEventGoesToOneSocket(t *testing.T) {
	t.Parallel()
	s := New(t)
	agora := s.AddChannel(Channel{Name: "agora"})
	sockets := []*socket{dial(t, s), dial(t, s)}
	s.PostMany(agora, Message{Text: "a"}, Message{Text: "b"})
	seen := map[string]bool{}
	for _, k := range sockets {
		seen[k.take().Payload.Event.Text] = true
	}
	if !seen["a"] || !seen["b"] {
		t.Errorf("seen: %v", seen)
	}
	s.WaitDelivered()
	s.Duplicate(2)
	s.Post(agora, Message{Text: "twice"})
	a, b := sockets[0].take(), sockets[1].take()
	if a.Payload.EventID != b.Payload.EventID || a.EnvelopeID == b.EnvelopeID {
		t.Errorf("duplicates: %+v, %+v", a, b)
	}
	s.WaitDelivered()
}

func TestTickets(t *testing.T) {
	t.Parallel()
	s := New(t)
	_, resp, err := websocket.DefaultDialer.Dial(s.socketURL()+"?ticket=forged", nil)
	if err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a forged ticket: %v", err)
	}
}
