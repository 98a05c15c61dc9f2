package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"crux/bot"
	"crux/summarize"
)

// model is bot.MessageStorage for one place, written to be plainly right.
type model struct {
	messages map[string]summarize.Message
	// channel are those of the channel, where messages are a thread's.
	channel map[string]summarize.Message
	removed map[string]bool
	// excluded are until when people are left out, by id; zero is for ever.
	excluded map[string]time.Time
	covered  bool
	from     string
	since    time.Time // of the message at from, zero where it is not known
}

func (m *model) put(messages []summarize.Message) {
	for _, msg := range messages {
		old, isThere := m.messages[msg.ID]
		if m.removed[msg.ID] || m.excludes(msg) || isThere && old.Edited.After(msg.Edited) {
			continue
		}
		m.messages[msg.ID] = msg
	}
}

func (m *model) excludes(msg summarize.Message) bool {
	until, ok := m.excluded[msg.Author]
	return ok && (until.IsZero() || msg.Time.Before(until))
}

func (m *model) cover(from string) {
	m.covered, m.from, m.since = true, from, time.Time{}
	var first string
	for id := range m.messages {
		if byID(id, from) >= 0 && (first == "" || byID(id, first) < 0) {
			first = id
		}
	}
	if first != "" {
		m.since = m.messages[first].Time
	}
}

func byID(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func (m *model) sorted() []summarize.Message {
	return slices.SortedFunc(maps.Values(m.messages), inTime)
}

func inTime(a, b summarize.Message) int { return cmp.Or(a.Time.Compare(b.Time), byID(a.ID, b.ID)) }

func (m *model) covers(msg summarize.Message) bool {
	return m.from == "" || byID(msg.ID, m.from) >= 0 || !m.since.IsZero() && !msg.Time.Before(m.since)
}

// thread is what m knows of the thread that a message begins.
func (m *model) thread(id string) *model {
	first, isKept := m.messages[id]
	in := model{covered: m.covered, from: m.from, since: m.since, messages: map[string]summarize.Message{}, channel: m.messages}
	if byID(id, m.from) >= 0 || isKept && m.covers(first) {
		in.from = ""
	}
	for _, msg := range m.messages {
		if msg.ID == id || msg.ReplyTo == id {
			in.messages[msg.ID] = msg
		}
	}
	return &in
}

func (m *model) read(r bot.Range) (bot.History, error) {
	if !m.covered {
		return bot.History{}, bot.ErrNotKept
	}
	var upTo []summarize.Message
	for _, msg := range m.sorted() {
		if (r.Until.IsZero() || msg.Time.Before(r.Until)) && (r.To == "" || byID(msg.ID, r.To) <= 0) {
			upTo = append(upTo, msg)
		}
	}
	known, isBounded := m.from == "", false
	inRange := func(summarize.Message) bool { return true }
	bound := func(isKnown bool, holds func(summarize.Message) bool) {
		before := inRange
		known, isBounded = known || isKnown, true
		inRange = func(msg summarize.Message) bool { return before(msg) && holds(msg) }
	}
	if r.From != "" {
		probe, isKept := m.messages[r.From]
		if m.channel != nil {
			probe, isKept = m.channel[r.From]
		}
		isKnown := byID(r.From, m.from) >= 0 || isKept && m.covers(probe)
		bound(isKnown, func(msg summarize.Message) bool { return byID(msg.ID, r.From) >= 0 })
	}
	if !r.Since.IsZero() {
		isKnown := !m.since.IsZero() && !r.Since.Before(m.since)
		bound(isKnown, func(msg summarize.Message) bool { return !msg.Time.Before(r.Since) })
	}
	for _, msg := range slices.Backward(upTo) {
		if r.Author != "" && msg.Author == r.Author {
			bound(m.covers(msg), func(other summarize.Message) bool { return inTime(other, msg) >= 0 })
			break
		}
	}
	if !known && (isBounded || r.Author != "") {
		return bot.History{}, bot.ErrNotKept
	}
	if !known {
		inRange = func(msg summarize.Message) bool { return byID(msg.ID, m.from) >= 0 }
	}
	var found []summarize.Message
	for _, msg := range upTo {
		if inRange(msg) {
			found = append(found, msg)
		}
	}
	if !known && len(found) < r.Last {
		return bot.History{}, bot.ErrNotKept
	}
	last := found[max(0, len(found)-r.Last):]
	h := bot.History{Messages: last}
	if known {
		h.Total, h.Whole = len(found), len(found) <= r.Last
	}
	return h, nil
}

func TestModel(t *testing.T) {
	s := open(t, "sqlite::memory:")
	ctx := context.Background()
	round := 0
	threads := []string{"7", "50", "101"}
	id := rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.IntRange(1, 105).Draw(t, "id")) })
	when := rapid.Custom(func(t *rapid.T) time.Time {
		return noon.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "time")) * time.Microsecond)
	})
	message := rapid.Custom(func(t *rapid.T) summarize.Message {
		m := summarize.Message{
			ID: id.Draw(t, "id"), Author: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "author"),
			Time: when.Draw(t, "time"), Text: rapid.String().Draw(t, "text"), Bot: rapid.Bool().Draw(t, "bot"),
		}
		if rapid.Bool().Draw(t, "is a reply") {
			m.ReplyTo = rapid.SampledFrom(threads).Draw(t, "thread")
		}
		if rapid.Bool().Draw(t, "is edited") {
			m.Edited = when.Draw(t, "edited")
		}
		return m
	})
	rapid.Check(t, func(t *rapid.T) {
		round++
		p, platform := bot.Place{Server: "guild", Channel: fmt.Sprint(round)}, fmt.Sprint("platform", round)
		m := model{messages: map[string]summarize.Message{}, removed: map[string]bool{}, excluded: map[string]time.Time{}}
		check := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		check(s.Watch(ctx, platform, bot.WatchedChannel{Place: p, At: noon}))
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				messages := rapid.SliceOfN(message, 0, 12).Draw(t, "messages")
				m.put(messages)
				check(s.PutMessages(ctx, platform, p, "", messages, nil))
			},
			"remove": func(t *rapid.T) {
				ids := rapid.SliceOfN(id, 0, 3).Draw(t, "ids")
				for _, id := range ids {
					delete(m.messages, id)
					m.removed[id] = true
				}
				check(s.RemoveMessages(ctx, platform, p, ids))
			},
			"exclude": func(t *rapid.T) {
				e := bot.Exclusion{Person: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "person")}
				if rapid.Bool().Draw(t, "up to a time") {
					e.Until = when.Draw(t, "until")
				}
				m.excluded[e.Person] = e.Until
				gone := 0
				for id, msg := range m.messages {
					if m.excludes(msg) {
						delete(m.messages, id)
						gone++
					}
				}
				n, err := s.Exclude(ctx, platform, e)
				check(err)
				if n != gone {
					t.Fatalf("%d messages went, want %d", n, gone)
				}
			},
			"cover": func(t *rapid.T) {
				from := ""
				if rapid.Bool().Draw(t, "partly") {
					from = id.Draw(t, "from")
				}
				m.cover(from)
				check(s.Cover(ctx, platform, p, from))
			},
			"read": func(t *rapid.T) {
				r := bot.Range{Last: rapid.IntRange(1, 20).Draw(t, "last")}
				some := func(what string, set func()) {
					if rapid.IntRange(0, 2).Draw(t, what) == 0 {
						set()
					}
				}
				some("from", func() { r.From = id.Draw(t, "from id") })
				some("to", func() { r.To = id.Draw(t, "to id") })
				some("since", func() { r.Since = when.Draw(t, "since time") })
				some("until", func() { r.Until = when.Draw(t, "until time") })
				some("author", func() { r.Author = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who") })
				from, kept := p, &m
				some("thread", func() {
					from.Thread = rapid.SampledFrom(threads).Draw(t, "of thread")
					kept = m.thread(from.Thread)
				})
				want, wantErr := kept.read(r)
				got, err := s.Messages(ctx, platform, from, r)
				if !errors.Is(err, wantErr) {
					t.Fatalf("%+v of thread %q with coverage from %q: got error %v, want %v", r, from.Thread, m.from, err, wantErr)
				}
				got.Names = nil
				if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%+v of thread %q with coverage from %q (-want +got):\n%s", r, from.Thread, m.from, diff)
				}
			},
		})
	})
}
