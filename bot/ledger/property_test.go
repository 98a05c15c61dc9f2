package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

// TestMergingTheSameAgainChangesNothing: not even when it is done later, but for when an entry was last seen.
func TestMergingTheSameAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		read := g.window()
		r := g.report(read)
		once := Merge(entries, r, read, g.tick())
		twice := Merge(once, r, read, g.tick())
		if news := happened(twice, g.now.Add(-time.Second)); len(news) != 0 {
			t.Errorf("news: %v", told(news))
		}
		if diff := cmp.Diff(unseen(once), unseen(twice)); diff != "" {
			t.Errorf("the second merge changed:\n%s", diff)
		}
	})
}

func unseen(entries []Entry) []Entry {
	out := clones(entries)
	for i := range out {
		out[i].LastSeen = time.Time{}
	}
	return out
}

func TestTheOrderOfObjectionsIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		read := g.window()
		r := g.report(read)
		shuffled := *r
		shuffled.Debates = rapid.Permutation(r.Debates).Draw(t, "debates")
		for i := range shuffled.Debates {
			d := &shuffled.Debates[i]
			d.Objections = rapid.Permutation(d.Objections).Draw(t, "objections")
		}
		now := g.tick()
		want := Merge(entries, r, read, now)
		got := Merge(rapid.Permutation(entries).Draw(t, "entries"), &shuffled, read, now)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("entries in another order:\n%s", diff)
		}
	})
}

// TestNothingIsLostOrMergedThatAReportKeepsApart: entries stay, and every objection of a report is one entry of its own.
func TestNothingIsLostOrMergedThatAReportKeepsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		before, _ := json.Marshal(entries)
		read := g.window()
		r := g.report(read)
		m := newMerging(entries, r, read, g.now)
		m.match()
		seen := map[int]bool{}
		for _, o := range m.objections {
			if seen[o.entry] {
				t.Errorf("two objections are entry %s", m.entries[o.entry].ID)
			}
			seen[o.entry] = true
		}

		merged := Merge(entries, r, read, g.tick())
		ids := map[string]bool{}
		for _, e := range merged {
			if ids[e.ID] || e.ID == "" {
				t.Errorf("two entries are %q", e.ID)
			}
			ids[e.ID] = true
		}
		for _, e := range entries {
			if !ids[e.ID] {
				t.Errorf("entry %s is gone", e.ID)
			}
		}
		for _, o := range m.objections {
			has := func(e Entry) bool {
				return !slices.ContainsFunc(o.quotes, func(q Quote) bool {
					same := func(p Quote) bool { return p.Message == q.Message && p.Text == q.Text }
					return !slices.ContainsFunc(e.Quotes, same) && !slices.ContainsFunc(e.Disowned, same)
				})
			}
			if !slices.ContainsFunc(merged, has) {
				t.Errorf("no entry has all of %v", o.quotes)
			}
		}
		if after, _ := json.Marshal(entries); string(after) != string(before) {
			t.Error("Merge wrote to what it was given")
		}
		sound(t, merged)
	})
}

// sound checks what holds of all entries.
func sound(t rapid.TB, entries []Entry) {
	data, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ReplaceAll(string(data), `"corrected":null`, ""), ":null") {
		t.Errorf("a list is null: %s", data)
	}
	var back []Entry
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(entries, back); diff != "" {
		t.Errorf("read back from JSON:\n%s", diff)
	}
	ids := map[string]bool{}
	for _, e := range entries {
		ids[e.ID] = true
	}
	for _, e := range entries {
		if e.Into == e.ID || e.Into != "" && !ids[e.Into] {
			t.Errorf("entry %s went into %q", e.ID, e.Into)
		}
		if len(e.Quotes)+len(e.Disowned) == 0 {
			t.Errorf("entry %s has no quotes", e.ID)
		}
		if n := len(e.Changes); n > 0 && e.Changes[n-1].To != e.Status || n == 0 && e.Status != summarize.Unanswered {
			t.Errorf("entry %s is %s after %v", e.ID, e.Status, e.Changes)
		}
		for i := 1; i < len(e.Changes); i++ {
			if e.Changes[i].From != e.Changes[i-1].To {
				t.Errorf("the changes of %s don't follow: %v", e.ID, e.Changes)
			}
		}
	}
}

// TestNoWordSurvivesItsMessage: deleted, edited or its author forgotten.
func TestNoWordSurvivesItsMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		for range rapid.IntRange(1, 3).Draw(t, "removals") {
			m := g.messages[rapid.IntRange(0, len(g.messages)-1).Draw(t, "message")]
			var gone func(summarize.Message) bool
			var changed []string
			before := entries
			switch rapid.SampledFrom([]string{"delete", "edit", "forget"}).Draw(t, "what") {
			case "delete":
				gone = func(other summarize.Message) bool { return other.ID == m.ID }
				entries, changed = Remove(entries, []string{m.ID})
			case "edit":
				gone = func(other summarize.Message) bool { return other.ID == m.ID }
				entries, changed = Edit(entries, m.ID, "something else")
			case "forget":
				gone = func(other summarize.Message) bool { return other.Author == m.Author }
				entries, changed = Forget(entries, m.Author)
				if data, _ := json.Marshal(entries); strings.Contains(string(data), m.Author) {
					t.Errorf("%s is still named: %s", m.Author, data)
				}
			}
			data, _ := json.Marshal(entries)
			for _, other := range g.messages {
				if gone(other) && strings.Contains(string(data), wordsOf(other.ID)) {
					t.Errorf("words of %s by %s are left: %s", other.ID, other.Author, data)
				}
			}
			for _, e := range before {
				if now := find(entries, e.ID); (now == nil || !cmp.Equal(*now, e)) != slices.Contains(changed, e.ID) {
					t.Errorf("entry %s: changed are %v", e.ID, changed)
				}
			}
			sound(t, entries)
		}
		// What is left can be merged on.
		read := g.window()
		entries = Merge(entries, g.report(read), read, g.tick())
		sound(t, entries)
	})
}

// TestCorrectionsOutliveReports: whatever the reports say later, in whatever order.
func TestCorrectionsOutliveReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		corrected := map[string]Correction{}
		for i := range entries {
			e := &entries[i]
			c := Correction{Kind: rapid.SampledFrom([]CorrectionKind{SaidAnswered, SaidOpen, NotMine}).Draw(t, "kind"), By: "bob", At: g.tick()}
			if c.Kind == NotMine {
				if len(e.By) == 0 {
					continue
				}
				c.By = e.By[0]
				c.Words = rapid.SampledFrom([]string{"", "I meant something else"}).Draw(t, "words")
			}
			next, err := Correct(*e, c)
			if err != nil {
				t.Fatal(err)
			}
			*e = next
			corrected[e.ID] = c
		}
		for range rapid.IntRange(1, 4).Draw(t, "merges") {
			read := g.window()
			entries = Merge(entries, g.report(read), read, g.tick())
			sound(t, entries)
		}
		for id, c := range corrected {
			e := find(entries, id)
			switch {
			case c.Kind == SaidAnswered && e.Status.Open(), c.Kind == SaidOpen && !e.Status.Open():
				t.Errorf("%s, said to be %s, is %s", id, c.Kind, e.Status)
			case c.Kind == NotMine && c.Words == "" && (slices.Contains(e.By, c.By) || slices.ContainsFunc(e.Quotes, func(q Quote) bool { return q.Author == c.By })):
				t.Errorf("%s is by %v again", id, e.By)
			case c.Kind == NotMine && c.Words != "" && slices.Contains(e.By, c.By) && e.Gist != c.Words:
				t.Errorf("%s says %q again", id, e.Gist)
			}
		}
	})
}

// generator draws debates. The words of a message stand in no other one.
type generator struct {
	t        *rapid.T
	messages []summarize.Message
	now      time.Time
}

func drawn(t *rapid.T) *generator {
	g := &generator{t: t, now: day(10)}
	for i := range rapid.IntRange(2, 8).Draw(t, "messages") {
		id := fmt.Sprint("m", i)
		g.messages = append(g.messages, summarize.Message{
			ID: id, Author: fmt.Sprint("user", rapid.IntRange(0, 3).Draw(t, "author"), "x"), Time: start.Add(time.Duration(i) * time.Minute),
			Text: fmt.Sprintf("%[1]sa %[1]sb. %[1]sc %[1]sd %[1]se.", wordsOf(id)),
		})
	}
	return g
}

// wordsOf begins the words of a message.
func wordsOf(id string) string { return "word" + id + "of" }

func (g *generator) tick() time.Time {
	g.now = g.now.Add(time.Hour)
	return g.now
}

// history are the entries after some merges.
func (g *generator) history() []Entry {
	entries := []Entry{}
	for range rapid.IntRange(1, 3).Draw(g.t, "merges before") {
		read := g.window()
		entries = Merge(entries, g.report(read), read, g.tick())
	}
	return entries
}

// window is a stretch of the messages.
func (g *generator) window() *summarize.Transcript {
	from := rapid.IntRange(0, len(g.messages)-1).Draw(g.t, "from")
	to := rapid.IntRange(from+1, len(g.messages)).Draw(g.t, "to")
	return &summarize.Transcript{Messages: g.messages[from:to]}
}

// report is any that holds of what was read.
func (g *generator) report(read *summarize.Transcript) *summarize.Report {
	t := g.t
	text := func() string { return rapid.SampledFrom(read.Messages).Draw(t, "of").Text }
	quote := func() summarize.Quote {
		m := rapid.SampledFrom(read.Messages).Draw(t, "message")
		parts := strings.Fields(m.Text)
		from := rapid.IntRange(0, len(parts)-1).Draw(t, "word")
		to := rapid.IntRange(from+1, len(parts)).Draw(t, "end")
		return summarize.Quote{Message: m.ID, Text: strings.Join(parts[from:to], " ")}
	}
	several := func() []summarize.Quote {
		out := []summarize.Quote{quote()}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			out = append(out, quote())
		}
		return out
	}
	d := summarize.Debate{ID: "d", Question: text()}
	for i, m := range read.Messages {
		d.Messages = append(d.Messages, m.ID)
		if id := "AB"[i%2 : i%2+1]; i < 2 {
			d.Sides = append(d.Sides, summarize.Side{ID: id, Members: []string{m.Author}})
		}
	}
	d.Points = []summarize.Point{{ID: "p", Gist: text(), Quotes: several()}}
	for i := range rapid.IntRange(0, 4).Draw(t, "objections") {
		o := summarize.Objection{
			ID: fmt.Sprint("o", i), Gist: rapid.SampledFrom([]string{"It is otherwise.", "No.", text()}).Draw(t, "gist"), Quotes: several(),
			Target: rapid.SampledFrom([]string{"", "p", "A", "B", "o0", "o1"}).Draw(t, "target"),
			Status: rapid.SampledFrom([]summarize.Status{
				summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn,
			}).Draw(t, "status"),
			Confidence: rapid.Float64Range(0, 1).Draw(t, "confidence"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "responses") {
			o.Responses = append(o.Responses, summarize.Response{Quote: quote(), Kind: rapid.SampledFrom([]summarize.ResponseKind{
				summarize.Answer, summarize.Concession, summarize.Deferral, summarize.Withdrawal,
			}).Draw(t, "kind")})
		}
		d.Objections = append(d.Objections, o)
	}
	r := &summarize.Report{Debates: []summarize.Debate{d}}
	summarize.Verify(r, read)
	return r
}
