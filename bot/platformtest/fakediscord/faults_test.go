package fakediscord

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"crux/bot/platformtest/wire"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	path := "/channels/" + agora + "/messages"
	d.Fail("POST /channels/*/messages", 503, `{"message":"busy"}`, 2)
	for n, want := range []int{503, 503, 200} {
		if status := c.do("POST", path, say("x"), nil); status != want {
			t.Errorf("try %d: status %d", n, status)
		}
	}
	if n := len(d.Messages(agora)); n != 1 {
		t.Errorf("%d messages stand", n)
	}
	d.Fail("GET *", 500, "{}", 0)
	if status := c.do("GET", "/gateway", nil, nil); status != 500 {
		t.Errorf("while all fails: status %d", status)
	}
	d.Heal()
	if status := c.do("GET", "/gateway", nil, nil); status != 200 {
		t.Errorf("after healing: status %d", status)
	}
	d.Fail("GET /users/@me", 0, "", 1)
	req, err := http.NewRequest("GET", d.URL()+"/api/v9/users/@me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+d.Token)
	if resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
		_ = resp.Body.Close()
		t.Error("a broken connection gave an answer")
	}
	log := d.WaitRequests("POST /channels/*/messages", 3)
	if len(log) != 3 || log[0].Status != 503 || !strings.Contains(string(log[2].Body), `"content":"x"`) {
		t.Errorf("the log: %+v", log)
	}
}

func TestHoldAndBefore(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	id := d.Post(agora, Message{Text: "soon gone"})
	release := d.Hold("GET /channels/*/messages")
	d.Before("GET /channels/*/messages", func(Request) { d.Delete(agora, id) })
	got := make(chan []sent)
	go func() {
		var ms []sent
		c.do("GET", "/channels/"+agora+"/messages", nil, &ms)
		got <- ms
	}()
	if r := d.WaitRequests("GET /channels/*/messages", 1); r[0].Status != 0 {
		t.Error("a held request was answered")
	}
	release()
	release() // twice does no harm
	if ms := <-got; len(ms) != 0 {
		t.Errorf("read %+v, which was deleted before", ms)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	d.RateLimit("GET /users/@me", 1, time.Hour, false)
	var limited struct {
		RetryAfter float64 `json:"retry_after"`
		Global     bool
	}
	if status := c.do("GET", "/users/@me", nil, &limited); status != 429 || limited.RetryAfter != 3600 || limited.Global {
		t.Errorf("status %d, %+v", status, limited)
	}
	// At once is forgiven: it might have been on its way.
	c.do("GET", "/users/@me", nil, nil)
	wantViolations(t, d)
	d.mu.Lock()
	d.faults.pauses.Told("GET /users/@me", time.Now().Add(-time.Second), time.Hour)
	d.mu.Unlock()
	c.do("GET", "/gateway", nil, nil) // another route
	wantViolations(t, d)
	c.do("GET", "/users/@me", nil, nil)
	wantViolations(t, d, "before the client was allowed")
}

func TestImpatience(t *testing.T) {
	t.Parallel()
	d := New(t)
	said := &wire.Complaints{TB: t}
	d.t, d.Patience = said, time.Millisecond
	d.WaitReady(1)
	if len(said.Said()) != 1 {
		t.Errorf("complaints: %q", said.Said())
	}
}
