package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crux/bot"
	fake "crux/bot/platformtest/fakediscord"
	"crux/summarize"
)

func idsOf(h bot.History) []string {
	var all []string
	for _, m := range h.Messages {
		all = append(all, m.ID)
	}
	return all
}

// TestHistoryIsWhatTheRangeSays compares what is read with what a filter over all messages leaves.
func TestHistoryIsWhatTheRangeSays(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	authors := []string{d.AddMember(guild, "ann"), d.AddMember(guild, "bob"), d.AddMember(guild, "cid")}
	channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
	const n = 320
	start := time.Now().Add(-24 * time.Hour).Truncate(time.Millisecond)
	var posts []fake.Message
	for i := range n {
		m := fake.Message{Author: authors[min(i%7, 1)], Text: fmt.Sprint("message ", i), At: start.Add(time.Duration(i) * time.Minute)}
		if i == 10 {
			m.Author = authors[2]
		}
		posts = append(posts, m)
	}
	all := d.PostMany(channel, posts...)
	a, p := reader(t, d), bot.Place{Server: guild, Channel: channel}

	rapid.Check(t, func(rt *rapid.T) {
		index := rapid.IntRange(0, n-1)
		r := bot.Range{Last: rapid.OneOf(rapid.IntRange(1, n+20), rapid.SampledFrom([]int{100, 200, 300, n, n - 1})).Draw(rt, "last")}
		moment := func(what string) time.Time {
			offset := rapid.SampledFrom([]time.Duration{0, 1, time.Microsecond, time.Millisecond, -1, -time.Millisecond}).Draw(rt, what+" offset")
			return start.Add(time.Duration(index.Draw(rt, what)) * time.Minute).Add(offset)
		}
		if rapid.IntRange(0, 2).Draw(rt, "has since") == 0 {
			r.Since = moment("since")
		}
		if rapid.IntRange(0, 2).Draw(rt, "has until") == 0 {
			r.Until = moment("until")
		}
		if rapid.IntRange(0, 2).Draw(rt, "has from") == 0 {
			r.From = all[index.Draw(rt, "from")]
		}
		if rapid.IntRange(0, 2).Draw(rt, "has to") == 0 {
			r.To = all[index.Draw(rt, "to")]
		}
		if rapid.IntRange(0, 3).Draw(rt, "has author") == 0 {
			r.Author = rapid.SampledFrom(authors).Draw(rt, "author")
		}

		var want []string
		whole := true
		for i := n - 1; i >= 0; i-- {
			at := posts[i].At
			if (!r.Since.IsZero() && at.Before(r.Since)) || (!r.Until.IsZero() && !at.Before(r.Until)) ||
				(r.From != "" && i < slices.Index(all, r.From)) || (r.To != "" && i > slices.Index(all, r.To)) {
				continue
			}
			if len(want) == r.Last {
				whole = false
				break
			}
			want = append(want, all[i])
			if r.Author == posts[i].Author {
				break
			}
		}
		slices.Reverse(want)

		read := 0
		h, err := a.History(t.Context(), p, r, func(n int) {
			if n < read {
				rt.Errorf("progress went from %d to %d", read, n)
			}
			read = n
		})
		if err != nil {
			rt.Fatal(err)
		}
		if got := idsOf(h); !slices.Equal(got, want) || h.Whole != whole || read != len(want) {
			rt.Fatalf("range %+v: %d messages, whole %v, progress %d; want %d, %v", r, len(got), h.Whole, read, len(want), whole)
		}
		if total := len(want); (h.Whole && h.Total != total) || (!h.Whole && h.Total != 0) {
			rt.Fatalf("total %d, of %d, whole %v", h.Total, total, h.Whole)
		}
	})
}

func TestHistoryStopsReading(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
	var posts []fake.Message
	for i := range 500 {
		posts = append(posts, fake.Message{Text: "x", At: time.Now().Add(time.Duration(i-600) * time.Minute)})
	}
	all := d.PostMany(channel, posts...)
	a, p := reader(t, d), bot.Place{Server: guild, Channel: channel}
	for _, tt := range []struct {
		r     bot.Range
		pages int
	}{
		{bot.Range{Last: 50}, 1},
		{bot.Range{Last: 150}, 2},
		{bot.Range{From: all[450], Last: 2000}, 1},
		{bot.Range{From: all[250], Last: 2000}, 3},
		{bot.Range{To: all[99], Last: 99}, 1},
		{bot.Range{Last: 2000}, 6},
	} {
		before := len(d.Requests("GET /channels/*/messages"))
		if _, err := a.History(t.Context(), p, tt.r, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if n := len(d.Requests("GET /channels/*/messages")) - before; n != tt.pages {
			t.Errorf("%+v: %d pages, want %d", tt.r, n, tt.pages)
		}
	}
}

func TestHistoryOfEveryKindOfMessage(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	ann, bob := d.AddMember(guild, "ann"), d.AddMember(guild, "bob")
	channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
	question := d.Post(channel, fake.Message{Author: ann, Text: "Tabs?"})
	reply := d.Post(channel, fake.Message{Author: bob, Text: "No, <@" + ann + ">.", ReplyTo: question})
	d.Post(channel, fake.Message{Author: bob, Type: 7})
	future := d.Post(channel, fake.Message{Author: ann, Text: "Look", Raw: map[string]any{
		"components": []any{map[string]any{"type": 9999, "items": 7}}, "embeds": []any{"?"}}})
	d.Post(channel, fake.Message{Author: ann, Text: "broken", Raw: map[string]any{"author": nil}})
	d.Post(channel, fake.Message{Author: ann, Text: "broken", Raw: map[string]any{"content": map[string]any{}}})
	forward := d.Post(channel, fake.Message{Author: bob, Snapshot: &fake.Message{Author: ann, Text: "Spaces are better"}})
	hook := d.Post(channel, fake.Message{Author: "CI", Text: "Build 7 failed", Webhook: true})
	d.Edit(channel, question, "Tabs or spaces?")

	var log bytes.Buffer
	a := reader(t, d)
	a.rest.log = slog.New(slog.NewTextHandler(&log, nil))
	h, err := a.History(t.Context(), bot.Place{Server: guild, Channel: channel}, bot.Range{Last: 100}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := idsOf(h), []string{question, reply, future, forward, hook}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	m := map[string]summarize.Message{}
	for _, one := range h.Messages {
		m[one.ID] = one
		if one.URL != "https://discord.com/channels/"+guild+"/"+channel+"/"+one.ID {
			t.Errorf("link %q", one.URL)
		}
	}
	if q := m[question]; q.Text != "Tabs or spaces?" || q.Edited.IsZero() || q.Author != ann {
		t.Errorf("edited: %+v", q)
	}
	if r := m[reply]; r.ReplyTo != question || r.Bot {
		t.Errorf("reply: %+v", r)
	}
	if f := m[forward]; f.Text != "" || f.ReplyTo != "" || !slices.Equal(f.Attachments, []string{"forwarded message"}) {
		t.Errorf("forward: %+v", f)
	}
	if !m[hook].Bot {
		t.Errorf("webhook: %+v", m[hook])
	}
	if h.Names[ann] != "ann" || h.Names[bob] != "bob" || !h.Whole {
		t.Errorf("names %v, whole %v", h.Names, h.Whole)
	}
	if !strings.Contains(log.String(), "count=2") || strings.Contains(log.String(), "broken") {
		t.Errorf("log: %s", &log)
	}
}

func TestHistoryOfThreads(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	ann, bob := d.AddMember(guild, "ann"), d.AddMember(guild, "bob")
	channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
	forum := d.AddChannel(guild, fake.Channel{Name: "forum", Type: fake.ForumChannel})
	a := reader(t, d)
	read := func(channel string, r bot.Range) bot.History {
		t.Helper()
		h, err := a.History(t.Context(), bot.Place{Server: guild, Channel: channel}, r, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}

	hourAgo := time.Now().Add(-time.Hour)
	question := d.Post(channel, fake.Message{Author: ann, Text: "Tabs?", At: hourAgo})
	thread := d.AddThread(channel, fake.Thread{Name: "tabs", Owner: bob, Starter: question, At: hourAgo.Add(10 * time.Minute)})
	first := d.Post(thread, fake.Message{Author: bob, Text: "No.", At: hourAgo.Add(20 * time.Minute)})
	second := d.Post(thread, fake.Message{Author: ann, Text: "Why?", At: hourAgo.Add(30 * time.Minute)})

	h := read(thread, bot.Range{Last: 100})
	if got := idsOf(h); !slices.Equal(got, []string{question, first, second}) {
		t.Fatalf("got %v", got)
	}
	if q := h.Messages[0]; q.Author != ann || q.Text != "Tabs?" || q.URL != link(guild, channel, question) || h.Names[ann] != "ann" {
		t.Errorf("start %+v, names %v", q, h.Names)
	}
	if got := idsOf(read(thread, bot.Range{Since: hourAgo.Add(5 * time.Minute), Last: 100})); !slices.Equal(got, []string{first, second}) {
		t.Errorf("since after the start: %v", got)
	}
	if got := idsOf(read(thread, bot.Range{From: question, Last: 100})); !slices.Equal(got, []string{question, first, second}) {
		t.Errorf("from the start: %v", got)
	}
	if h := read(thread, bot.Range{Last: 1}); h.Whole || h.Total != 4 { // as Discord counts, notices among them
		t.Errorf("whole %v, total %d", h.Whole, h.Total)
	}

	post := d.AddThread(forum, fake.Thread{Name: "post", Owner: ann})
	d.Post(post, fake.Message{Author: ann, Text: "Spaces?", Starter: true})
	answer := d.Post(post, fake.Message{Author: bob, Text: "Yes."})
	if got := idsOf(read(post, bot.Range{Last: 100})); !slices.Equal(got, []string{post, answer}) {
		t.Errorf("forum: %v", got)
	}

	d.Delete(channel, question)
	if got := idsOf(read(thread, bot.Range{Last: 100})); !slices.Equal(got, []string{first, second}) {
		t.Errorf("after the start was deleted: %v", got)
	}
}

func TestMissingIntentIsSaid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		off   bool
		posts []fake.Message
		said  bool
	}{
		{"off, and somebody wrote", true, []fake.Message{{Text: "Tabs?"}}, true},
		{"off, and somebody also spoke to crux", true, []fake.Message{{Text: "Tabs?"}, {Text: "<@crux> what is open?"}}, true},
		{"off, and only files came", true, []fake.Message{{Attachments: []fake.File{{Name: "a.png"}}}}, true},
		{"off, and nobody wrote", true, nil, false},
		{"off, and only crux was spoken to", true, []fake.Message{{Text: "<@crux> what is open?"}}, false},
		{"on", false, []fake.Message{{Text: "Tabs?"}}, false},
		{"on, and only something new came, which looks empty", false, []fake.Message{{Text: ""}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := fake.New(t)
			guild := d.AddGuild("Athens")
			channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
			d.SetIntentAllowed(fake.IntentMessageContent, !tt.off)
			for _, m := range tt.posts {
				m.Text = strings.ReplaceAll(m.Text, "crux", d.Bot)
				d.Post(channel, m)
			}
			_, err := reader(t, d).History(t.Context(), bot.Place{Server: guild, Channel: channel}, bot.Range{Last: 100}, func(int) {})
			if got := refusal(t, err); (got != "") != tt.said || tt.said && !strings.Contains(got, "Message Content Intent") {
				t.Errorf("said %q", got)
			}
		})
	}
}

func TestHistoryOfManyNotices(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	channel := d.AddChannel(guild, fake.Channel{Name: "welcome"})
	var posts []fake.Message
	for i := range 2000 {
		posts = append(posts, fake.Message{Type: 7, At: time.Now().Add(time.Duration(i-3000) * time.Second)})
	}
	d.PostMany(channel, posts...)
	h, err := reader(t, d).History(t.Context(), bot.Place{Server: guild, Channel: channel}, bot.Range{Last: 10}, func(int) {})
	if err != nil || len(h.Messages) != 0 || h.Whole {
		t.Errorf("%d messages, whole %v, %v", len(h.Messages), h.Whole, err)
	}
	if n := len(d.Requests("GET /channels/*/messages")); n > 12 {
		t.Errorf("%d pages for nothing", n)
	}
}

func TestHistoryFails(t *testing.T) {
	t.Parallel()
	d := fake.New(t)
	guild := d.AddGuild("Athens")
	channel := d.AddChannel(guild, fake.Channel{Name: "agora"})
	a, p := reader(t, d), bot.Place{Server: guild, Channel: channel}
	read := func(ctx context.Context, p bot.Place) error {
		_, err := a.History(ctx, p, bot.Range{Last: 300}, func(int) {})
		return err
	}
	if got := refusal(t, read(t.Context(), bot.Place{Server: guild, Channel: "99"})); got != hidden {
		t.Errorf("said %q", got)
	}
	t.Run("pages that go in a circle", func(t *testing.T) {
		page := make([]map[string]any, pageSize)
		for i := range page {
			page[i] = map[string]any{"id": fmt.Sprint(5000 + i), "channel_id": channel, "type": 7, "author": map[string]any{"id": "9"}}
		}
		body, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		d.Fail("GET /channels/*/messages", http.StatusOK, string(body), 0)
		defer d.Heal()
		if err := read(t.Context(), p); err == nil {
			t.Error("no error")
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		release := d.Hold("GET /channels/*/messages")
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		n := len(d.Requests("GET /channels/*/messages"))
		go func() { ended <- read(ctx, p) }()
		d.WaitRequests("GET /channels/*/messages", n+1)
		cancel()
		if err := <-ended; err == nil {
			t.Error("no error")
		}
	})
}
