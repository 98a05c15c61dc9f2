package discord

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"crux/bot/platformtest/fakediscord"
)

// about is what was told of messages and channels, without what was told of the connection.
func about(told []string) []string {
	return slices.DeleteFunc(slices.Clone(told), func(s string) bool { return s == "connected" || s == "interrupted" })
}

func hasLast(last string) func([]string) bool {
	return func(told []string) bool { return slices.Contains(told, last) }
}

func TestEventsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	var want []string
	last := ""
	for n := range 50 {
		id := w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: fmt.Sprint("first ", n)})
		w.Edit(w.agora, id, fmt.Sprint("second ", n))
		w.Delete(w.agora, id)
		last = "removed " + id + " " + id // as the first message of a thread that may have grown from it
		want = append(want, fmt.Sprintf("posted %s  first %d", w.agora, n), fmt.Sprintf("edited %s  second %d", w.agora, n),
			"removed "+w.agora+" "+id, last)
	}
	if got := about(o.wait(t, hasLast(last))); !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEventsOfMessages(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)

	// discordgo makes a message without an author of this.
	w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "with a new thing", Raw: map[string]any{
		"components": []any{map[string]any{"type": 9999, "novel": true}},
	}})
	// An update without an edit: Discord shows a preview.
	id := w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "a link"})
	thread := w.AddThread(w.agora, fakediscord.Thread{Name: "aside"})
	w.Post(thread, fakediscord.Message{Author: w.ann, Text: "in the thread"})
	other := w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "another"})
	w.Delete(w.agora, id, other)
	w.DeleteChannel(thread)
	w.DeleteChannel(w.agora)

	want := []string{
		fmt.Sprintf("posted %s  with a new thing", w.agora),
		fmt.Sprintf("posted %s  a link", w.agora),
		fmt.Sprintf("posted %s %s in the thread", thread, w.agora),
		fmt.Sprintf("posted %s  another", w.agora),
		fmt.Sprintf("removed %s %s,%s", w.agora, id, other),
		fmt.Sprintf("removed %s %s", id, id),
		fmt.Sprintf("removed %s %s", other, other),
		"closed " + thread,
		"closed " + w.agora,
	}
	if got := about(o.wait(t, hasLast("closed "+w.agora))); !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEventsThatSayNothing(t *testing.T) {
	t.Parallel()
	o := newOracle(answersAll)
	a, err := New(Options{Token: "t", Log: newTown(t).quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	e := newEvents(a, o)
	e.parents["20"] = ""
	const author = `"author":{"id":"30","username":"ann"}`
	message := func(fields string) string { return `{"id":"10","channel_id":"20","guild_id":"40",` + fields + `}` }
	tests := []struct {
		name, kind, raw string
		want            []string
	}{
		{"an edit", "MESSAGE_UPDATE", message(`"content":"new","edited_timestamp":"2026-01-02T03:04:05Z",` + author), []string{"edited 20  new"}},
		{"an update of the preview", "MESSAGE_UPDATE", message(`"content":"old","edited_timestamp":null,` + author), nil},
		{"a partial update", "MESSAGE_UPDATE", message(`"embeds":[]`), nil},
		{"an update without an author", "MESSAGE_UPDATE", message(`"content":"new","edited_timestamp":"2026-01-02T03:04:05Z"`), nil},
		{"a direct message", "MESSAGE_CREATE", `{"id":"10","channel_id":"20","content":"psst",` + author + `}`, nil},
		{"a message without an author", "MESSAGE_CREATE", message(`"content":"who?"`), nil},
		{"no JSON", "MESSAGE_CREATE", `{`, nil},
		{"a server that is down", "GUILD_DELETE", `{"id":"40","unavailable":true}`, nil},
		{"a server that crux was removed from", "GUILD_DELETE", `{"id":"40"}`, []string{"left 40"}},
		{"typing", "TYPING_START", `{}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o.told = nil
			e.add(test.kind, []byte(test.raw))
			batch, _ := e.take()
			for _, ev := range batch {
				e.handle(t.Context(), ev)
			}
			if !slices.Equal(o.told, test.want) {
				t.Errorf("told %q, want %q", o.told, test.want)
			}
		})
	}
}

func TestConnectionIsToldOf(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := newOracle(answersAll)
	w.run(t, o)
	o.wait(t, hasLast("connected"))
	if !w.adapter.Connected() {
		t.Error("connected, and says that it is not")
	}
	release := w.HoldGateway()
	w.CutGateway()
	o.wait(t, hasLast("interrupted"))
	w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "missed"})
	release()
	told := o.wait(t, func(told []string) bool {
		return slices.Contains(told[slices.Index(told, "interrupted"):], "connected")
	})
	// Discord sends again what was missed, before it says that all was sent.
	if missed := slices.Index(told, fmt.Sprintf("posted %s  missed", w.agora)); missed < 0 || missed > slices.Index(told[1:], "connected")+1 {
		t.Errorf("told %q", told)
	}
}

func TestTooManyEventsAreReadInLater(t *testing.T) {
	t.Parallel()
	o := newOracle(answersAll)
	a, err := New(Options{Token: "t", Log: newTown(t).quiet()})
	if err != nil {
		t.Fatal(err)
	}
	a.connected.Store(true)
	defer a.Close()
	e := newEvents(a, o)
	for range eventsKept + 10 {
		e.add("TYPING_START", nil)
		e.add("GUILD_DELETE", []byte(`{"unavailable":true}`))
	}
	if !slices.Equal(o.told, []string{"interrupted"}) {
		t.Errorf("told %q, want one interruption", o.told)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.run(ctx)
	}()
	o.wait(t, hasLast("connected"))
	cancel()
	<-ended
}

func TestNothingIsMissedWhateverBecomesOfTheConnection(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		befall   func(*town)
		sessions int // in all, once it is over; 0 where the session is resumed
	}{
		{"cut", func(w *town) { w.CutGateway() }, 0},
		{"asked to reconnect", func(w *town) { w.Reconnect() }, 0},
		{"closed", func(w *town) { w.CloseGateway(4000) }, 0},
		{"session forgotten", func(w *town) {
			release := w.HoldGateway()
			w.CutGateway()
			w.ForgetSessions()
			release()
		}, 2},
		{"session invalid", func(w *town) { w.InvalidSession(false) }, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			o := newOracle(answersAll)
			w.run(t, o)
			o.wait(t, hasLast("connected"))
			test.befall(w)
			if test.sessions == 0 {
				w.WaitResumed(1)
			} else {
				w.WaitReady(test.sessions)
			}
			// The bot reads in what it missed, and what happens from now on it is told.
			told := o.wait(t, func(told []string) bool {
				i := slices.Index(told, "interrupted")
				return i >= 0 && slices.Contains(told[i:], "connected")
			})
			if len(about(told)) > 0 {
				t.Errorf("told %q", told)
			}
			w.Post(w.agora, fakediscord.Message{Author: w.ann, Text: "still there?"})
			o.wait(t, hasLast(fmt.Sprintf("posted %s  still there?", w.agora)))
		})
	}
}
