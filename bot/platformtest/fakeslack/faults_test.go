package fakeslack

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"crux/bot/platformtest/wire"
)

func TestFail(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	s.Fail("chat.postMessage", "fatal_error", 1)
	s.Fail("chat.postMessage", 503, 1)
	if r := c.say(agora, "x"); r.Error != "fatal_error" || r.status != 200 {
		t.Errorf("an error: %+v", r)
	}
	if r := c.say(agora, "x"); r.status != 503 {
		t.Errorf("a status: %d", r.status)
	}
	if r := c.say(agora, "x"); !r.OK || len(s.Messages(agora)) != 1 {
		t.Errorf("then: %+v", r)
	}
	s.Fail("*", "internal_error", 0)
	if r := c.call("auth.test"); r.Error != "internal_error" {
		t.Errorf("while all fails: %+v", r)
	}
	s.Heal()
	c.must("auth.test")
	log := s.WaitRequests("chat.postMessage", 3)
	if log[0].Error != "fatal_error" || log[1].Status != 503 || log[2].Args.Get("text") != "x" || log[2].Status != 200 {
		t.Errorf("the log: %+v", log)
	}
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	s := New(t)
	agora := s.AddChannel(Channel{Name: "agora"})
	transport := &http.Transport{DisableKeepAlives: true}
	post := func() error {
		body := "channel=" + agora + "&text=x&unfurl_links=false&unfurl_media=false&token=" + s.BotToken
		req, err := http.NewRequest("POST", s.APIURL()+"chat.postMessage", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := transport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	s.Fail("chat.postMessage", 0, 1)
	if err := post(); err == nil || len(s.Messages(agora)) != 0 {
		t.Errorf("broken off before: %v", err)
	}
	s.Lose("chat.postMessage", 1)
	if err := post(); err == nil || len(s.Messages(agora)) != 1 {
		t.Errorf("broken off after: %v", err)
	}
	if err := post(); err != nil || len(s.Messages(agora)) != 2 {
		t.Errorf("then: %v", err)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	s.Limit("auth.test", 1, 1500*time.Millisecond, 1)
	c.must("auth.test")
	if r := c.call("auth.test"); r.status != 429 || r.header.Get("Retry-After") != "2" || r.Error != "ratelimited" {
		t.Errorf("limited: %+v", r)
	}
	told := func(since time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults.pauses.Told("auth.test", time.Now().Add(since), time.Hour)
	}
	told(time.Minute)
	c.must("auth.test") // forgiven, as it might have been on its way
	wantViolations(t, s)
	told(-time.Second)
	c.must("bots.info", "bot", s.BotID) // another method
	wantViolations(t, s)
	c.call("auth.test")
	wantViolations(t, s, "before the client was allowed")
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	s.PostMany(agora, make([]Message, 40)...)
	s.Throttle(true)
	if r := c.must("conversations.history", "channel", agora, "limit", "200"); len(r.Messages) != 15 || !r.HasMore {
		t.Errorf("%d messages", len(r.Messages))
	}
	if r := c.call("conversations.history", "channel", agora); r.status != 429 || r.header.Get("Retry-After") != "60" {
		t.Errorf("within the minute: %+v", r)
	}
	c.must("conversations.replies", "channel", agora, "ts", s.Messages(agora)[0].ID)
	s.mu.Lock()
	s.faults.lastRead["conversations.history"] = time.Now().Add(-throttleEvery)
	s.mu.Unlock()
	c.must("conversations.history", "channel", agora)
	s.Throttle(false)
	c.must("conversations.history", "channel", agora)
}

func TestHoldAndBefore(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	agora := s.AddChannel(Channel{Name: "agora"})
	ts := s.Post(agora, Message{Text: "soon gone"})
	release := s.Hold("conversations.history")
	s.Before("conversations.history", func(Request) { s.Delete(agora, ts) })
	s.Delay("conversations.history", time.Millisecond)
	got := make(chan reply)
	go func() { got <- c.call("conversations.history", "channel", agora) }()
	if r := s.WaitRequests("conversations.history", 1); r[0].Status != 0 {
		t.Error("a held request was answered")
	}
	release()
	release() // twice does no harm
	if r := <-got; len(r.Messages) != 0 {
		t.Errorf("read %+v, which was deleted before", r.Messages)
	}
}

func TestImpatience(t *testing.T) {
	t.Parallel()
	s := New(t)
	said := &wire.Complaints{TB: t}
	s.t, s.Patience = said, time.Millisecond
	s.WaitConnected(1)
	if len(said.Said()) != 1 {
		t.Errorf("complaints: %q", said.Said())
	}
}

func TestProgressIsPassedOver(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	ann := s.AddUser(User{Name: "ann"})
	agora := s.AddChannel(Channel{Name: "agora", Members: []string{ann}})
	s.Post(agora, Message{Author: ann, Text: "well…"})
	all := func(Posted) bool { return true }
	if p := s.WaitMessage(agora, all); p.Author != ann {
		t.Errorf("what people write is no progress: %+v", p)
	}
	ts := c.say(agora, "Reading 40 messages…").TS
	if p := s.WaitMessage(agora, all); p.Author != ann {
		t.Errorf("progress is shown: %+v", p)
	}
	if p := s.WaitShown(agora, all); p.ID != ts {
		t.Errorf("progress is not shown: %+v", p)
	}
	updated := make(chan reply)
	go func() { updated <- c.call("chat.update", "channel", agora, "ts", ts, "text", "Three points.") }()
	if p := s.WaitMessage(agora, func(p Posted) bool { return p.Author == s.Bot }); p.Text != "Three points." {
		t.Errorf("the answer: %+v", p)
	}
	if r := <-updated; !r.OK {
		t.Errorf("updating: %s", r.Error)
	}
}

func TestUnknownAddress(t *testing.T) {
	t.Parallel()
	s := New(t)
	c := newClient(t, s)
	if status := c.post(s.server.URL+"/nowhere", object{}); status != 404 {
		t.Errorf("status %d", status)
	}
	wantViolations(t, s, "unknown address: POST /nowhere")
}
