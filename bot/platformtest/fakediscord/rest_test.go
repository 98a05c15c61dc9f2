package fakediscord

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

type sent struct {
	ID, Content, Nonce string
	Type               int
	Author             struct{ ID string }
	Embeds             []Embed
	Attachments        []struct{ Filename, URL string }
	Components         []struct{ Type int }
	Referenced         *struct{ Content string } `json:"referenced_message"`
	Snapshots          []struct {
		Message struct{ Content string }
	} `json:"message_snapshots"`
}

func TestHistory(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	agora := d.AddChannel(d.AddGuild("Athens"), Channel{Name: "agora"})
	var ms []Message
	for n := range 250 {
		ms = append(ms, Message{Text: fmt.Sprint(n), At: time.Now().Add(time.Duration(n-250) * time.Minute)})
	}
	ids := d.PostMany(agora, ms...)
	late := d.Post(agora, Message{Text: "early", At: time.Now().Add(-time.Hour * 24)})

	for _, test := range []struct {
		query       string
		first, last string // newest first
		n           int
	}{
		{"", "249", "200", 50},
		{"?limit=100", "249", "150", 100},
		{"?limit=100&before=" + ids[100], "99", "0", 100},
		{"?limit=100&before=" + ids[50], "49", "early", 51},
		{"?limit=10&after=" + ids[100], "110", "101", 10},
		{"?limit=100&after=" + ids[240], "249", "241", 9},
		{"?limit=2&after=0", "0", "early", 2},
		{"?limit=11&around=" + ids[100], "105", "95", 11},
		{"?before=" + late, "", "", 0},
	} {
		var got []sent
		if status := c.do("GET", "/channels/"+agora+"/messages"+test.query, nil, &got); status != 200 {
			t.Errorf("%q: status %d", test.query, status)
		}
		if len(got) != test.n {
			t.Errorf("%q: %d messages, want %d", test.query, len(got), test.n)
			continue
		}
		if test.n > 0 && (got[0].Content != test.first || got[test.n-1].Content != test.last) {
			t.Errorf("%q: %s to %s", test.query, got[0].Content, got[test.n-1].Content)
		}
	}
	for _, bad := range []string{"?limit=101", "?limit=0", "?before=x", "?before=1&after=2"} {
		if code := c.errorCode("GET", "/channels/"+agora+"/messages"+bad, nil); code != 50035 {
			t.Errorf("%s: code %d", bad, code)
		}
	}
	if n := len(d.Violations()); n != 4 {
		t.Errorf("%d violations for 4 bad queries", n)
	}
}

func TestReadingNeedsPermission(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	agora := d.AddChannel(g, Channel{Name: "agora"})
	id := d.Post(agora, Message{Text: "hello"})
	d.SetOverwrites(agora, Overwrite{ID: d.Bot, Member: true, Deny: ReadMessageHistory})
	var got []sent
	if status := c.do("GET", "/channels/"+agora+"/messages", nil, &got); status != 200 || len(got) != 0 {
		t.Errorf("without reading history: status %d, %d messages; want an empty list", status, len(got))
	}
	if code := c.errorCode("GET", "/channels/"+agora+"/messages/"+id, nil); code != 50001 {
		t.Errorf("one message without reading history: code %d", code)
	}
	d.SetOverwrites(agora, Overwrite{ID: d.Bot, Member: true, Deny: ViewChannel})
	for _, path := range []string{"", "/messages", "/messages/" + id} {
		if code := c.errorCode("GET", "/channels/"+agora+path, nil); code != 50001 {
			t.Errorf("unseen channel %s: code %d", path, code)
		}
	}
	if code := c.errorCode("GET", "/channels/1", nil); code != 10003 {
		t.Errorf("no channel: code %d", code)
	}
	c.token = "wrong"
	if status := c.do("GET", "/users/@me", nil, nil); status != 401 {
		t.Errorf("wrong token: status %d", status)
	}
}

func TestMessageShapes(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	agora := d.AddChannel(g, Channel{Name: "agora"})
	ann := d.AddMember(g, "ann")
	first := d.Post(agora, Message{Author: ann, Text: "first", Attachments: []File{{Name: "a.txt", Data: []byte("words")}}})
	reply := d.Post(agora, Message{Author: ann, Text: "reply", ReplyTo: first})
	odd := d.Post(agora, Message{Raw: map[string]any{"components": []object{{"type": 99}}}})
	forward := d.Post(agora, Message{Snapshot: &Message{Author: ann, Text: "elsewhere"}})
	mention := d.Post(agora, Message{Text: "<@" + d.Bot + "> look"})
	get := func(id string) sent {
		var m sent
		if status := c.do("GET", "/channels/"+agora+"/messages/"+id, nil, &m); status != 200 {
			t.Errorf("status %d", status)
		}
		return m
	}
	if m := get(first); m.Author.ID != ann || len(m.Attachments) != 1 || m.Attachments[0].Filename != "a.txt" {
		t.Errorf("first: %+v", m)
	}
	if m := get(reply); m.Type != 19 || m.Referenced == nil || m.Referenced.Content != "first" {
		t.Errorf("reply: %+v", m)
	}
	if m := get(odd); len(m.Components) != 1 || m.Components[0].Type != 99 {
		t.Errorf("an unknown component: %+v", m)
	}
	if m := get(forward); len(m.Snapshots) != 1 || m.Snapshots[0].Message.Content != "elsewhere" {
		t.Errorf("forward: %+v", m)
	}
	d.SetIntentAllowed(IntentMessageContent, false)
	for _, id := range []string{first, odd, forward} {
		m := get(id)
		if m.Content != "" || len(m.Attachments)+len(m.Components) > 0 || len(m.Snapshots) > 0 && m.Snapshots[0].Message.Content != "" {
			t.Errorf("without the intent the content is seen: %+v", m)
		}
	}
	if m := get(mention); m.Content == "" {
		t.Error("a message that mentions the bot is empty")
	}
	d.SetIntentAllowed(IntentMessageContent, true)
	d.Delete(agora, first)
	if m := get(reply); m.Referenced != nil {
		t.Error("a deleted message is still referred to")
	}
}

func TestPosting(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	agora := d.AddChannel(g, Channel{Name: "agora"})
	path := "/channels/" + agora + "/messages"

	var m sent
	if status := c.do("POST", path, merge(say("one"), object{"nonce": "n", "enforce_nonce": true}), &m); status != 200 {
		t.Fatalf("status %d", status)
	}
	var again sent
	c.do("POST", path, merge(say("one"), object{"nonce": "n", "enforce_nonce": true}), &again)
	if again.ID != m.ID || again.Nonce != "n" {
		t.Errorf("a repeated nonce makes %+v of %+v", again, m)
	}
	var read []sent
	if c.do("GET", path, nil, &read); len(read) != 1 || read[0].Nonce != "" {
		t.Errorf("the history tells of nonces: %+v", read)
	}
	c.do("PATCH", path+"/"+m.ID, say("two"), nil)
	if status := c.form("POST", path, say("with a file"), File{Name: "r.md", Data: []byte("# report")}); status != 200 {
		t.Errorf("form: status %d", status)
	}
	standing := d.Messages(agora)
	if len(standing) != 2 || standing[0].Content != "two" || standing[0].Edited.IsZero() || standing[0].Author != d.Bot ||
		len(standing[1].Files) != 1 || string(standing[1].Files[0].Data) != "# report" {
		t.Errorf("standing: %+v", standing)
	}
	c.do("GET", path+"/"+standing[1].ID, nil, &m)
	resp, err := c.http.Get(m.Attachments[0].URL)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the file's link: %v", err)
	}
	_ = resp.Body.Close()
	if status := c.do("DELETE", path+"/"+standing[0].ID, nil, nil); status != 204 {
		t.Errorf("deleting: status %d", status)
	}
	d.WaitGone(agora, standing[0].ID)
	if code := c.errorCode("PATCH", path+"/"+standing[0].ID, say("three")); code != 10008 {
		t.Errorf("editing what is gone: code %d", code)
	}
	wantViolations(t, d)

	theirs := d.Post(agora, Message{Text: "mine"})
	if code := c.errorCode("PATCH", path+"/"+theirs, say("yours")); code != 50005 {
		t.Errorf("editing another's message: code %d", code)
	}
	d.SetOverwrites(agora, Overwrite{ID: d.Bot, Member: true, Deny: SendMessages})
	if code := c.errorCode("POST", path, say("four")); code != 50013 {
		t.Errorf("posting without permission: code %d", code)
	}
	if code := c.errorCode("POST", "/channels/"+d.AddChannel(g, Channel{Type: ForumChannel})+"/messages", say("five")); code != 50008 {
		t.Errorf("posting in a forum: code %d", code)
	}
	wantViolations(t, d, "somebody else's", "may not: sending", "no messages can stand there")
}

func TestThreads(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	g := d.AddGuild("Athens")
	agora := d.AddChannel(g, Channel{Name: "agora"})
	starter := d.Post(agora, Message{Text: "shall we?"})
	grown := d.AddThread(agora, Thread{Name: "grown", Starter: starter})
	done := d.AddThread(agora, Thread{Name: "done", Archived: true})
	hidden := d.AddThread(agora, Thread{Name: "hidden", Private: true})
	forum := d.AddChannel(g, Channel{Name: "forum", Type: ForumChannel})
	post := d.AddThread(forum, Thread{Name: "post"})
	d.Post(post, Message{Text: "opening", Starter: true})

	var active struct{ Threads []struct{ ID string } }
	c.do("GET", "/guilds/"+g+"/threads/active", nil, &active)
	if len(active.Threads) != 2 || active.Threads[0].ID != grown || active.Threads[1].ID != post {
		t.Errorf("active: %+v", active)
	}
	c.do("GET", "/channels/"+agora+"/threads/archived/public", nil, &active)
	if len(active.Threads) != 1 || active.Threads[0].ID != done {
		t.Errorf("archived: %+v", active)
	}
	var first []sent
	c.do("GET", "/channels/"+grown+"/messages", nil, &first)
	if len(first) != 1 || first[0].Type != messageThreadStarter || first[0].Referenced == nil || first[0].Referenced.Content != "shall we?" {
		t.Errorf("a thread's first message: %+v", first)
	}
	var opening sent
	if c.do("GET", "/channels/"+post+"/messages/"+post, nil, &opening); opening.Content != "opening" {
		t.Error("a forum post's first message lacks the post's id")
	}
	if code := c.errorCode("GET", "/channels/"+hidden, nil); code != 50001 {
		t.Errorf("a private thread: code %d", code)
	}
	if code := c.errorCode("GET", "/channels/"+grown+"/thread-members/"+d.Bot, nil); code != 10007 {
		t.Errorf("no member of the thread: code %d", code)
	}
	c.do("POST", "/channels/"+done+"/messages", say("late"), nil)
	c.do("GET", "/channels/"+agora+"/threads/archived/public", nil, &active)
	if len(active.Threads) != 0 {
		t.Error("a message does not open an archived thread")
	}
}

func TestUnknownRouteIsAViolation(t *testing.T) {
	t.Parallel()
	d := New(t)
	c := newClient(t, d)
	if status := c.do("GET", "/voice/regions", nil, nil); status != 404 {
		t.Errorf("status %d", status)
	}
	c.do("POST", "/users/@me/channels", "not an object", nil)
	wantViolations(t, d, "unknown route: GET /voice/regions", "malformed JSON")
}
