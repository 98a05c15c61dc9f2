package fakediscord

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

func TestNonces(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	path := "/channels/" + agora + "/messages"
	post := func(text string, enforced bool) sent {
		var m sent
		c.do("POST", path, merge(say(text), object{"nonce": "n", "enforce_nonce": enforced}), &m)
		return m
	}
	first := post("one", true)
	if again := post("two", true); again.ID != first.ID || again.Content != "one" {
		t.Errorf("posted again: %+v", again)
	}
	if other := post("three", false); other.ID == first.ID {
		t.Error("a nonce that is not enforced makes no second message")
	}
	d.ExpireNonces()
	if late := post("four", true); late.ID == first.ID {
		t.Error("after minutes the nonce is still known")
	}
	if n := len(d.Messages(agora)); n != 3 {
		t.Errorf("%d messages stand", n)
	}
}

func TestDirectMessages(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	ann, bob, cid := d.AddMember(g, "ann"), d.AddMember(g, "bob"), d.AddMember(g, "cid")
	d.CloseDMs(bob)
	d.RemoveMember(g, cid)
	tell := func(user string) int {
		var to struct{ ID string }
		if status := c.do("POST", "/users/@me/channels", object{"recipient_id": user}, &to); status != 200 {
			t.Errorf("opening: status %d", status)
		}
		return c.errorCode("POST", "/channels/"+to.ID+"/messages", merge(say("Your digest failed."), object{"flags": FlagSilent}))
	}
	if code := tell(ann); code != 0 {
		t.Errorf("a member: code %d", code)
	}
	if told := d.Told(ann); len(told) != 1 || !told[0].Silent() || told[0].Content != "Your digest failed." {
		t.Errorf("told %+v", told)
	}
	for user, want := range map[string]int{bob: 50007, cid: 50278} {
		if code := tell(user); code != want || len(d.Told(user)) != 0 {
			t.Errorf("code %d, want %d; told %+v", code, want, d.Told(user))
		}
	}
}

// lost posts and expects no answer.
func lost(ctx context.Context, t *testing.T, d *Discord, path string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "POST", d.URL()+"/api/v9"+path, strings.NewReader(`{"content":"x","allowed_mentions":{"parse":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+d.Token)
	req.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{DisableKeepAlives: true}
	if resp, err := transport.RoundTrip(req); err == nil {
		_ = resp.Body.Close()
		t.Errorf("an answer came: %d", resp.StatusCode)
	}
}

func TestAnswersAreLost(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	path := "/channels/" + agora + "/messages"
	stands := func(n int) {
		t.Helper()
		if got := len(d.Messages(agora)); got != n {
			t.Errorf("%d messages stand, not %d", got, n)
		}
	}
	d.Lose("POST /channels/*/messages", 1)
	lost(t.Context(), t, d, path)
	stands(1)
	if status := c.do("POST", path, say("x"), nil); status != 200 {
		t.Errorf("after a loss: status %d", status)
	}
	d.Lose("POST /channels/*/messages", 0)
	d.Heal()
	if status := c.do("POST", path, say("x"), nil); status != 200 {
		t.Errorf("after healing: status %d", status)
	}
	stands(3)

	release := d.HoldAnswers("POST /channels/*/messages")
	ctx, stop := context.WithCancel(t.Context())
	d.After("POST /channels/*/messages", func(Request) { stop() })
	lost(ctx, t, d, path) // the client is stopped once the message stands
	stands(4)
	release()
}
