package platformtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"crux/bot"
	"crux/summarize"
)

// history is what stands in a place.
func history() []check[World] {
	return []check[World]{
		{"every range is kept", rangesHold},
		{"as people wrote it", asWritten},
		{"links lead to the very message", linksLead},
		{"over several pages", pages},
		{"a thread", threadIsItsMessages},
		{"an empty channel", emptyChannel},
		{"a malformed message costs only itself", malformedCostsItself},
		{"a deleted message is gone", deletedIsGone},
		{"texts that are withheld are no empty texts", withheldIsRefused},
		{"ended", endedHistory},
		{"of a place that does not exist", historyOfNowhere},
	}
}

// read reads a history that must be readable, and checks its progress.
func read(t *testing.T, w World, p bot.Place, r bot.Range) bot.History {
	t.Helper()
	last := 0
	h, err := w.Platform().History(t.Context(), p, r, func(n int) {
		if n < last {
			t.Errorf("progress fell from %d to %d", last, n)
		}
		last = n
	})
	if err != nil {
		t.Fatalf("history of %+v: %v", r, err)
	}
	if last < len(h.Messages) { // more may have been read, of which the range turned out to leave some out
		t.Errorf("%+v: progress ended at %d, and %d messages were read", r, last, len(h.Messages))
	}
	if !slices.IsSortedFunc(h.Messages, func(a, b summarize.Message) int { return a.Time.Compare(b.Time) }) {
		t.Errorf("%+v: messages are not in order of time", r)
	}
	return h
}

func ids(h bot.History) []string {
	var all []string
	for _, m := range h.Messages {
		all = append(all, m.ID)
	}
	return all
}

// whileAgo is a time in the past, of which tests count on.
func whileAgo() time.Time { return time.Now().Add(-24 * time.Hour).Truncate(time.Second).UTC() }

// rangesHold compares what is read with what a filter over all messages leaves.
func rangesHold(t *testing.T, w World) {
	ann, bob, cid, dan := w.Person("ann"), w.Person("bob"), w.Person("cid"), w.Person("dan")
	agora, start := w.Channel("agora"), whileAgo()
	authors := []string{ann, bob, ann, ann, cid, bob, bob, ann, bob, ann, bob, ann}
	replies := map[int]int{5: 1, 7: 4, 9: 1, 10: 2}
	var all []string
	for i, author := range authors {
		m := Message{Author: author, Text: fmt.Sprint("message ", i), At: start.Add(time.Duration(i) * time.Minute)}
		if to, ok := replies[i]; ok {
			m.ReplyTo = all[to]
		}
		all = append(all, w.Post(agora, m))
	}
	at := func(i int) time.Time { return start.Add(time.Duration(i) * time.Minute) }
	for _, last := range []int{1, 4, len(all), 100} {
		for _, since := range []time.Time{{}, at(3), at(6).Add(time.Second)} {
			for _, until := range []time.Time{{}, at(10)} {
				for _, from := range []int{-1, 2, 9} {
					for _, to := range []int{-1, 7, 8} {
						for _, author := range []string{"", bob, cid, dan} {
							r := bot.Range{Last: last, Since: since, Until: until, Author: author}
							if from >= 0 {
								r.From = all[from]
							}
							if to >= 0 {
								r.To = all[to]
							}
							want, whole := filtered(r, all, authors, at)
							h := read(t, w, agora, r)
							if got := ids(h); !slices.Equal(got, want) || h.Whole != whole {
								t.Fatalf("%+v: %q, whole %v; want %q, %v", r, got, h.Whole, want, whole)
							}
							if whole && h.Total != len(want) {
								t.Fatalf("%+v: total %d of %d messages", r, h.Total, len(want))
							}
						}
					}
				}
			}
		}
	}
}

// filtered are the ids of the messages in a range, and whether Last let all of them through.
func filtered(r bot.Range, all, authors []string, at func(i int) time.Time) (want []string, whole bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if (!r.Since.IsZero() && at(i).Before(r.Since)) || (!r.Until.IsZero() && !at(i).Before(r.Until)) ||
			(r.From != "" && i < slices.Index(all, r.From)) || (r.To != "" && i > slices.Index(all, r.To)) {
			continue
		}
		if len(want) == r.Last {
			return want, false
		}
		want = slices.Insert(want, 0, all[i])
		if r.Author == authors[i] {
			break
		}
	}
	return want, true
}

func asWritten(t *testing.T, w World) {
	ann, bob := w.Person("ann"), w.Person("bob")
	agora, start := w.Channel("agora"), whileAgo()
	const odd = "if a < b && c > d: &lt; &amp;amp; *x* \\_/ `y` 日本語 👩‍👧 \u202etxt"
	first := w.Post(agora, Message{Author: ann, Text: odd, At: start})
	reply := w.Post(agora, Message{Author: bob, Text: "No.", ReplyTo: first, At: start.Add(1500 * time.Millisecond)})
	files := w.Post(agora, Message{Author: bob, Text: "Look:", Files: []string{"a plan.pdf", "b.png"}, At: start.Add(3 * time.Second)})
	program := w.Post(agora, Message{Author: bob, Text: "Build 7 failed", Bot: true, At: start.Add(4 * time.Second)})
	edited := w.Post(agora, Message{Author: ann, Text: "Tabs", At: start.Add(5 * time.Second)})
	w.Edit(agora, edited, "Tabs & spaces")

	h := read(t, w, agora, bot.Range{Last: 100})
	if got, want := ids(h), []string{first, reply, files, program, edited}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if h.Names[ann] != "ann" || h.Names[bob] != "bob" {
		t.Errorf("names are %v", h.Names)
	}
	m := h.Messages
	if m[0].Text != odd || m[0].Author != ann || !m[0].Edited.IsZero() || m[0].ReplyTo != "" || m[0].Bot || len(m[0].Attachments) > 0 {
		t.Errorf("a message is %+v", m[0])
	}
	if m[1].ReplyTo != first || m[1].Author != bob {
		t.Errorf("a reply is %+v", m[1])
	}
	if !slices.Equal(m[2].Attachments, []string{"a plan.pdf", "b.png"}) || m[2].Text != "Look:" {
		t.Errorf("a message with files is %+v", m[2])
	}
	if !m[3].Bot {
		t.Errorf("a program's message is %+v", m[3])
	}
	if m[4].Text != "Tabs & spaces" || m[4].Edited.Before(start) || m[4].Time != start.Add(5*time.Second) {
		t.Errorf("an edited message is %+v", m[4])
	}
	for i, offset := range []time.Duration{0, 1500 * time.Millisecond, 3 * time.Second} {
		if want := start.Add(offset); !m[i].Time.Equal(want) || m[i].Time.Location() != time.UTC {
			t.Errorf("a message is of %v, want %v", m[i].Time, want)
		}
	}
}

func linksLead(t *testing.T, w World) {
	ann := w.Person("ann")
	for _, p := range []bot.Place{w.Channel("agora"), w.Private("council", ann)} {
		first := w.Post(p, Message{Author: ann, Text: "Tabs?"})
		w.Post(p, Message{Author: ann, Text: "Well?", ReplyTo: first})
		thread := w.Thread(p, first)
		w.Post(thread, Message{Author: ann, Text: "Anybody?"})
		for _, place := range []bot.Place{p, thread} {
			for _, m := range read(t, w, place, bot.Range{Last: 100}).Messages {
				where := place
				if m.ID == first {
					where = p // on some platforms a thread's first message stands in the channel
				}
				if want := w.Link(where, m.ID); m.URL != want {
					t.Errorf("%q has the link %q, want %q", m.Text, m.URL, want)
				}
			}
		}
	}
}

func pages(t *testing.T, w World) {
	ann := w.Person("ann")
	agora, start := w.Channel("agora"), whileAgo()
	const n = 450
	var all []string
	for i := range n {
		m := Message{Author: ann, Text: fmt.Sprint("message ", i), At: start.Add(time.Duration(i) * time.Second)}
		if i == n-10 {
			m.ReplyTo = all[5] // from the newest page to the oldest one
		}
		all = append(all, w.Post(agora, m))
	}
	for _, tt := range []struct {
		name  string
		r     bot.Range
		want  []string
		whole bool
	}{
		{"everything", bot.Range{Last: 1000}, all, true},
		{"exactly everything", bot.Range{Last: n}, all, true},
		{"all but one", bot.Range{Last: n - 1}, all[1:], false},
		{"the last ones", bot.Range{Last: 250}, all[n-250:], false},
		{"from one on", bot.Range{From: all[100], Last: 1000}, all[100:], true},
		{"up to one", bot.Range{To: all[260], Last: 210}, all[51:261], false},
	} {
		if h := read(t, w, agora, tt.r); !slices.Equal(ids(h), tt.want) || h.Whole != tt.whole {
			t.Errorf("%s: %d messages, whole %v; want %d, %v", tt.name, len(h.Messages), h.Whole, len(tt.want), tt.whole)
		}
	}
}

func threadIsItsMessages(t *testing.T, w World) {
	ann, bob := w.Person("ann"), w.Person("bob")
	agora, start := w.Channel("agora"), whileAgo()
	post := func(p bot.Place, author, text string, minute int) string {
		return w.Post(p, Message{Author: author, Text: text, At: start.Add(time.Duration(minute) * time.Minute)})
	}
	before := post(agora, bob, "Good morning", 0)
	first := post(agora, ann, "Tabs?", 1)
	thread := w.Thread(agora, first)
	second, third := post(thread, bob, "No.", 3), post(thread, ann, "Why?", 5)
	between := post(agora, bob, "Lunch?", 4)

	h := read(t, w, thread, bot.Range{Last: 100})
	if got, want := ids(h), []string{first, second, third}; !slices.Equal(got, want) || !h.Whole || h.Total != 3 {
		t.Fatalf("got %q, whole %v, total %d; want %q", got, h.Whole, h.Total, want)
	}
	if m := h.Messages[0]; m.Text != "Tabs?" || m.Author != ann || h.Names[ann] != "ann" || h.Names[bob] != "bob" {
		t.Errorf("it begins with %+v, names %v", m, h.Names)
	}
	for _, tt := range []struct {
		name string
		r    bot.Range
		want []string
	}{
		{"the last two", bot.Range{Last: 2}, []string{second, third}},
		{"from the second on", bot.Range{From: second, Last: 100}, []string{second, third}},
		{"since the first reply", bot.Range{Since: start.Add(2 * time.Minute), Last: 100}, []string{second, third}},
		{"up to the second", bot.Range{To: second, Last: 100}, []string{first, second}},
		{"until the last", bot.Range{Until: start.Add(5 * time.Minute), Last: 100}, []string{first, second}},
		{"since bob's last", bot.Range{Author: bob, Last: 100}, []string{second, third}},
	} {
		if got := ids(read(t, w, thread, tt.r)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	whole := ids(read(t, w, agora, bot.Range{Last: 100}))
	for _, id := range []string{before, first, between} {
		if !slices.Contains(whole, id) {
			t.Errorf("the channel lacks a message of its own")
		}
	}
}

func emptyChannel(t *testing.T, w World) {
	h := read(t, w, w.Channel("agora"), bot.Range{Last: 100})
	if len(h.Messages) != 0 || !h.Whole || h.Total != 0 {
		t.Errorf("%d messages, whole %v, total %d", len(h.Messages), h.Whole, h.Total)
	}
}

func malformedCostsItself(t *testing.T, w World) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	before := w.Post(agora, Message{Author: ann, Text: "before"})
	w.Post(agora, Message{Author: ann, Text: "broken", Malformed: true})
	after := w.Post(agora, Message{Author: ann, Text: "after"})
	h := read(t, w, agora, bot.Range{Last: 100})
	got := slices.DeleteFunc(ids(h), func(id string) bool { return id != before && id != after })
	if !slices.Equal(got, []string{before, after}) || len(h.Messages) > 3 {
		t.Errorf("read %d messages, of which %q are in order", len(h.Messages), got)
	}
}

// deletedIsGone: what a history lacks of what was posted is gone, and nothing else is.
func deletedIsGone(t *testing.T, w World) {
	ann, agora, start := w.Person("ann"), w.Channel("agora"), whileAgo()
	var all []string
	for i := range 8 {
		m := Message{Author: ann, Text: fmt.Sprint("message ", i), At: start.Add(time.Duration(i) * time.Minute)}
		if i == 4 {
			m.ReplyTo = all[1]
		}
		all = append(all, w.Post(agora, m))
	}
	deleted := []string{all[1], all[2], all[7]} // the first has a reply
	for _, id := range deleted {
		w.Delete(agora, id)
	}
	h := read(t, w, agora, bot.Range{Last: 100})
	lacking := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(ids(h), id) })
	if !slices.Equal(lacking, deleted) {
		t.Fatalf("the history lacks %q, and deleted were %q", lacking, deleted)
	}
	gone, err := w.Platform().Gone(t.Context(), agora, lacking)
	if slices.Sort(gone); err != nil || !slices.Equal(gone, deleted) {
		t.Errorf("gone are %q, %v, want %q", gone, err, deleted)
	}
	if gone, err := w.Platform().Gone(t.Context(), agora, nil); err != nil || len(gone) != 0 {
		t.Errorf("of none %q are gone, %v", gone, err)
	}
	w.Close(agora)
	if gone, err := w.Platform().Gone(t.Context(), agora, all[3:4]); err != nil || !slices.Equal(gone, all[3:4]) {
		t.Errorf("with the channel %q are gone, %v, want all", gone, err)
	}
}

func withheldIsRefused(t *testing.T, w World) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	w.Post(agora, Message{Author: ann, Text: "Tabs?"})
	w.Withhold()
	h, err := w.Platform().History(t.Context(), agora, bot.Range{Last: 100}, func(int) {})
	forbidden(t, "reading what is withheld", err)
	if len(h.Messages) > 0 {
		t.Errorf("read %+v", h.Messages)
	}
}

func endedHistory(t *testing.T, w World) {
	ann, agora := w.Person("ann"), w.Channel("agora")
	w.Post(agora, Message{Author: ann, Text: "Tabs?"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Platform().History(ctx, agora, bot.Range{Last: 100}, func(int) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was ended", err)
	}
	if _, isRefusal := errors.AsType[*bot.Refusal](err); isRefusal {
		t.Errorf("an end is told as a refusal: %v", err)
	}
}

func historyOfNowhere(t *testing.T, w World) {
	_, err := w.Platform().History(t.Context(), w.Nowhere(), bot.Range{Last: 100}, func(int) {})
	forbidden(t, "reading it", err)
}
