package fakeslack

import (
	"strings"
	"testing"

	"crux/bot/platformtest/wire"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "Ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}, NoBot: true})
	k := dial(t, s)
	e := s.Command(Use{User: ann, Channel: agora, Text: "summary 3d"})
	p := k.next()
	if p.Type != "slash_commands" || !p.Accepts || p.Payload.Command != "/debate" || p.Payload.Text != "summary 3d" || p.Payload.Response != e.ResponseURL {
		t.Errorf("the command: %+v", p)
	}
	k.ack(p, object{"text": "Reading…", "response_type": "ephemeral"})
	if got := e.Answer(); got.Text != "Reading…" || got.User != ann || e.Latency() <= 0 {
		t.Errorf("at once: %+v", got)
	}
	// A command has nothing to replace: a new message appears.
	if status := c.post(e.ResponseURL, quiet("three points", object{"replace_original": true})); status != 200 {
		t.Errorf("answering: status %d", status)
	}
	if got := e.Final(); got.Text != "three points" || got.User != ann {
		t.Errorf("the answer: %+v", got)
	}
	if got := e.Answers(); len(got) != 2 || len(s.Ephemerals(ann)) != 2 {
		t.Errorf("answers: %+v", got)
	}
	c.post(e.ResponseURL, quiet("for all", object{"response_type": "in_channel"}))
	if got := s.WaitMessage(agora, func(Posted) bool { return true }); got.Text != "for all" || got.Author != s.Bot {
		t.Errorf("in the channel: %+v", got)
	}
	wantViolations(t, s)
	c.post(e.ResponseURL, object{"text": "loud"})
	c.post(e.ResponseURL, quiet("four", nil))
	c.post(e.ResponseURL, quiet("five", nil))
	wantViolations(t, s, "must both be false")
	if status := c.post(e.ResponseURL, quiet("six", nil)); status != 404 {
		t.Errorf("a sixth use: status %d", status)
	}
	wantViolations(t, s, "used 6 times")
}

func TestResponseURLs(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	e := s.Command(Use{User: ann, Channel: agora})
	k.take()
	e.Expire()
	if status := c.post(e.ResponseURL, quiet("late", nil)); status != 404 {
		t.Errorf("after 30 minutes: status %d", status)
	}
	if status := c.post(s.server.URL+"/actions/T/A/forged", quiet("x", nil)); status != 404 {
		t.Errorf("a forged address: status %d", status)
	}
	f := s.Command(Use{User: ann, Channel: agora})
	k.take()
	if status := c.post(f.ResponseURL, quiet("", object{"blocks": []object{{"type": "hologram"}}})); status != 400 {
		t.Errorf("bad blocks: status %d", status)
	}
	wantViolations(t, s, "used after", "no such address", "hologram", "which notifications show")
}

func TestPress(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann, bob := s.AddUser(User{Name: "ann"}), s.AddUser(User{Name: "bob"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann, bob}})
	k := dial(t, s)
	blocks := string(mustJSON([]object{section("plain_text", "report"), actions(button("More", "more", object{"value": "page 2"}))}))
	s.Subscribe()

	parent := s.Post(agora, Message{Text: "parent"})
	ts := c.say(agora, "report", "blocks", blocks, "thread_ts", parent).TS
	shown := s.WaitMessage(agora, func(p Posted) bool { return p.ID == ts })
	e := s.Press(bob, shown, "More")
	p := k.take()
	if a := p.Payload.Actions; p.Type != "interactive" || p.Payload.Type != "block_actions" || len(a) != 1 || a[0].ActionID != "more" || a[0].Value != "page 2" {
		t.Errorf("a press: %+v", p)
	}
	if at := p.Payload.Container; at.MessageTS != ts || at.ThreadTS != parent || at.Ephemeral || p.Payload.Message == nil || p.Payload.User.ID != bob {
		t.Errorf("where: %+v", p.Payload)
	}
	c.post(e.ResponseURL, object{"text": "page 2", "replace_original": true})
	if got := e.Final(); got.ID != ts || got.Text != "page 2" || got.Edits != 1 || len(got.Blocks) != 0 {
		t.Errorf("replaced: %+v", got)
	}

	c.whisper(agora, ann, "report", "blocks", blocks)
	mine := s.WaitEphemeral(ann, func(Posted) bool { return true })
	e = s.Press(ann, mine, "more")
	if p := k.take(); !p.Payload.Container.Ephemeral || p.Payload.Message != nil || p.Payload.Container.MessageTS != mine.ID {
		t.Errorf("a press on an ephemeral message: %+v", p)
	}
	c.post(e.ResponseURL, object{"text": "page 2", "replace_original": "true"})
	if got := s.Ephemerals(ann); len(got) != 1 || got[0].Text != "page 2" {
		t.Errorf("replaced: %+v", got)
	}
	c.post(e.ResponseURL, object{"delete_original": true})
	s.WaitGone(agora, mine.ID)
	if got := e.States(); len(got) != 2 || !got[1].Deleted {
		t.Errorf("states: %+v", got)
	}
	wantViolations(t, s)

	asked := s.Command(Use{User: ann, Channel: agora})
	k.take()
	c.post(asked.ResponseURL, quiet("report", object{"blocks": []object{actions(button("Post", "post", nil))}}))
	asked.Press("Post")
	if p := k.next(); p.Payload.Actions[0].ActionID != "post" {
		t.Errorf("a press on an answer: %+v", p)
	}
	release := s.HoldSockets()
	e = s.Command(Use{User: ann, Channel: agora})
	s.CutSockets()
	if why := e.Failed(); why != "the connection was lost" {
		t.Errorf("a command whose connection is lost: %q", why)
	}
	release()

	said := &wire.Complaints{TB: t}
	s.t = said
	s.Press(bob, mine, "More")
	s.Press(ann, shown, "Less")
	s.Command(Use{User: s.AddUser(User{Name: "eve"}), Channel: agora})
	if len(said.Said()) != 3 {
		t.Errorf("complaints: %q", said.Said())
	}
}

func TestHomeAndShortcut(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	k := dial(t, s)
	s.Subscribe()
	view := object{"type": "home", "blocks": []object{section("mrkdwn", "*crux* in <#"+agora+">"), actions(button("Stop", "stop", nil))}}
	r := c.json("views.publish", object{"user_id": ann, "view": view})
	home := s.WaitHome(ann, func(Posted) bool { return true })
	if home.Visible() != "crux in #agora\nStop" || home.ID != r.View.ID || home.Channel != "" {
		t.Errorf("the home: %q", home.Visible())
	}
	e := s.Press(ann, home, "Stop")
	if p := k.take(); p.Payload.Container.Type != "view" || p.Payload.View.ID != home.ID || p.Payload.Response != "" || e.ResponseURL != "" {
		t.Errorf("a press in the home: %+v", p)
	}
	if r := c.json("views.publish", object{"user_id": ann, "view": view, "hash": "stale"}); r.Error != "hash_conflict" {
		t.Errorf("a stale hash: %q", r.Error)
	}
	c.json("views.publish", object{"user_id": ann, "view": view, "hash": r.View.Hash})
	if got := s.Home(ann); got.ID != home.ID || got.Edits != 1 {
		t.Errorf("published again: %+v", got)
	}

	ts := s.Post(agora, Message{Author: ann, Text: "so what?"})
	e = s.Shortcut(Use{User: ann, Channel: agora, Message: ts, Callback: "answered"})
	p := k.take()
	if p.Payload.Type != "message_action" || p.Payload.CallbackID != "answered" || p.Payload.Message == nil || p.Payload.Message.Text != "so what?" {
		t.Errorf("the shortcut: %+v", p)
	}
	c.post(e.ResponseURL, quiet("not yet", nil))
	if got := e.Final(); got.User != ann || !strings.Contains(got.Text, "not yet") {
		t.Errorf("the answer: %+v", got)
	}
}

func TestNobodyConnected(t *testing.T) {
	t.Parallel()
	s := New(t)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	if why := s.Command(Use{User: ann, Channel: agora}).Failed(); why != "the app has no connection" {
		t.Errorf("failed: %q", why)
	}
	s.Scopes("chat:write")
	said := &wire.Complaints{TB: t}
	s.t = said
	s.Command(Use{User: ann, Channel: agora})
	if len(said.Said()) != 1 {
		t.Errorf("a command without the scope: %q", said.Said())
	}
}
