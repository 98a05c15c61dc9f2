package bot

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crux/bot/ledger"
	"crux/summarize"
)

var (
	noon     = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	optedOut = exclusions{"ann": {Exclusion: Exclusion{Person: "ann"}}}
	erasedAt = exclusions{"ann": {Exclusion: Exclusion{Person: "ann", Until: noon}}}
)

func saidAt(id, author, replyTo string, minutes int) summarize.Message {
	return summarize.Message{ID: id, Author: author, ReplyTo: replyTo, Text: "words of " + author, Time: noon.Add(time.Duration(minutes) * time.Minute)}
}

func TestWithoutWhoIsLeftOut(t *testing.T) {
	messages := []summarize.Message{saidAt("1", "ann", "", -2), saidAt("2", "ben", "1", -1), saidAt("3", "ann", "2", 0), saidAt("4", "cy", "3", 1), saidAt("5", "", "", 2)}
	names := map[string]string{"ann": "Ann", "ben": "Ben"}
	for name, test := range map[string]struct {
		out   exclusions
		want  []string
		named int
		note  bool
	}{
		"nobody":                 {nil, []string{"1", "2", "3", "4", "5"}, 2, false},
		"somebody else":          {exclusions{"dee": {}}, []string{"1", "2", "3", "4", "5"}, 2, false},
		"all of somebody":        {optedOut, []string{"2", "4", "5"}, 1, true},
		"what they wrote before": {erasedAt, []string{"2", "3", "4", "5"}, 2, true},
		"who nobody answered":    {exclusions{"cy": {}}, []string{"1", "2", "3", "5"}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			read := &summarize.Transcript{Messages: slices.Clone(messages), Names: names}
			left, note := test.out.without(read)
			var ids []string
			for _, m := range left.Messages {
				ids = append(ids, m.ID)
			}
			if !slices.Equal(ids, test.want) || len(left.Names) != test.named || (note != "") != test.note {
				t.Errorf("left are %v, %d names, and %q", ids, len(left.Names), note)
			}
			if (left == read) != (len(test.want) == len(messages)) {
				t.Error("a transcript of which nothing was left out is another, or one of which something was is the same")
			}
			if len(read.Messages) != len(messages) || len(read.Names) != 2 {
				t.Error("the transcript that was given changed")
			}
		})
	}
}

// Whatever the messages and whoever is left out: no message that is left out stays, every other does, in order.
func TestWithoutWhoIsLeftOutProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := []string{"", "ann", "ben", "cy", "dee"}
		out := exclusions{}
		for _, person := range people[1:] {
			switch rapid.IntRange(0, 2).Draw(t, "exclusion") {
			case 1:
				out[person] = exclusion{Exclusion: Exclusion{Person: person}}
			case 2:
				out[person] = exclusion{Exclusion: Exclusion{Person: person, Until: noon.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "until")) * time.Minute)}}
			}
		}
		read := &summarize.Transcript{Names: map[string]string{"ann": "Ann", "ben": "Ben", "cy": "Cy", "dee": "Dee"}}
		for n := range rapid.IntRange(0, 20).Draw(t, "messages") {
			read.Messages = append(read.Messages, saidAt(fmt.Sprint(n), rapid.SampledFrom(people).Draw(t, "author"), fmt.Sprint(rapid.IntRange(-1, 20).Draw(t, "reply")), n-10))
		}
		left, _ := out.without(read)
		var want []string
		speak := map[string]bool{}
		for _, m := range read.Messages {
			if e, is := out[m.Author]; is && (e.Until.IsZero() || m.Time.Before(e.Until)) {
				continue
			}
			want, speak[m.Author] = append(want, m.ID), true
		}
		var got []string
		for _, m := range left.Messages {
			got = append(got, m.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("left are %v, not %v", got, want)
		}
		for person := range read.Names {
			_, isOut := out[person]
			if _, named := left.Names[person]; named != (!isOut || speak[person]) {
				t.Fatalf("%s is named: %v", person, named)
			}
		}
	})
}

// Who is left out while an answer is being made is left out of it; who was before is left out by leaveOut, which says so.
func TestApplyLeavesOutMeanwhile(t *testing.T) {
	s := newRemovals()
	s.people.set(optedOut)
	j := s.watch(Place{Channel: "agora"})
	defer j.end()
	read := &summarize.Transcript{Messages: []summarize.Message{saidAt("1", "ann", "", 0), saidAt("2", "ben", "", 1)}}
	if j.apply(read) != read {
		t.Error("something changed though nothing happened")
	}
	s.people.set(exclusions{"ann": optedOut["ann"], "ben": {Exclusion: Exclusion{Person: "ben", Until: noon.Add(time.Hour)}}})
	if left := j.apply(read).Messages; len(left) != 1 || left[0].ID != "1" {
		t.Errorf("left is %v", left)
	}
}

// Of an entry goes what its people may not be quoted with, and nothing else.
func TestTakeFromEntries(t *testing.T) {
	quote := func(m summarize.Message) ledger.Quote {
		return ledger.Quote{Quote: summarize.Quote{Message: m.ID, Text: m.Text}, Author: m.Author, Time: m.Time}
	}
	entries := func() []ledger.Entry {
		return []ledger.Entry{
			{ID: "old", By: []string{"ann"}, Gist: "x", Quotes: []ledger.Quote{quote(saidAt("1", "ann", "", -5))}, Status: summarize.Unanswered},
			{ID: "new", By: []string{"ann"}, Gist: "x", Quotes: []ledger.Quote{quote(saidAt("2", "ann", "", 5))}, Status: summarize.Unanswered},
			{
				ID: "against", By: []string{"ben"}, Gist: "x", Quotes: []ledger.Quote{quote(saidAt("3", "ben", "", 5))}, Status: summarize.Unanswered,
				Target: ledger.Target{Gist: "y", Quotes: []ledger.Quote{quote(saidAt("1", "ann", "", -5))}, By: []string{"ann"}},
			},
			{ID: "other", By: []string{"ben"}, Gist: "x", Quotes: []ledger.Quote{quote(saidAt("4", "ben", "", 6))}, Status: summarize.Unanswered},
			{
				ID: "corrected", By: []string{"ben"}, Gist: "x", Quotes: []ledger.Quote{quote(saidAt("5", "ben", "", 7))}, Status: summarize.Answered,
				Corrected: &ledger.Correction{Kind: ledger.SaidAnswered, By: "ann", At: noon.Add(time.Hour)},
			},
		}
	}
	for name, test := range map[string]struct {
		out     exclusions
		kept    []string
		changed []string
	}{
		"nobody":                 {exclusions{"dee": {}}, []string{"old", "new", "against", "other", "corrected"}, nil},
		"all of somebody":        {optedOut, []string{"against", "other", "corrected"}, []string{"old", "new", "against", "corrected"}},
		"what they wrote before": {erasedAt, []string{"new", "against", "other", "corrected"}, []string{"old", "against"}},
	} {
		t.Run(name, func(t *testing.T) {
			kept, changed := test.out.takeFrom(entries())
			var ids []string
			for i := range kept {
				e := &kept[i]
				ids = append(ids, e.ID)
				for _, q := range e.AllQuotes() {
					if out, is := test.out[q.Author]; is && out.Covers(q.Time) {
						t.Errorf("%s quotes %s", e.ID, q.Author)
					}
				}
				if out, is := test.out["ann"]; is && out.Until.IsZero() && (concerns(e, "ann") || isCorrectedBy(e, "ann")) {
					t.Errorf("%s names who is left out", e.ID)
				}
			}
			slices.Sort(changed)
			changed = slices.Compact(changed)
			slices.Sort(test.changed)
			if !slices.Equal(ids, test.kept) || !slices.Equal(changed, test.changed) {
				t.Errorf("kept are %v, changed %v", ids, changed)
			}
		})
	}
}

func TestRestsOnLeftOut(t *testing.T) {
	store := &privacyStore{out: map[string]Exclusion{"dee": {Person: "dee", Until: noon}}}
	b := newPrivacyBot(t, store)
	if _, err := b.exclusions(t.Context()); err != nil {
		t.Fatal(err)
	}
	begun := b.reports.begin()
	before := &Answer{people: []string{"ann", "ben"}, since: begun}
	rests := func(a *Answer) bool {
		t.Helper()
		is, err := b.restsOnLeftOut(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	if rests(before) || rests(&Answer{people: []string{"dee"}, since: begun}) {
		t.Error("an answer rests on nobody who was left out since it was begun")
	}
	b.recent.put(&Answer{Request: Request{Window: Window{To: "9"}}})
	store.out["ben"] = Exclusion{Person: "ben", Until: noon} // by another process
	if !rests(before) {
		t.Error("what was begun before may hold what came before")
	}
	if _, ok := b.recent.get(Request{Window: Window{To: "9"}}); ok {
		t.Error("an answer from before is in memory")
	}
	if rests(&Answer{people: []string{"ann"}, since: begun}) {
		t.Error("whoever else is left out does not matter")
	}
	after := &Answer{people: []string{"ann", "ben"}, since: b.reports.begin()}
	if rests(after) {
		t.Error("what was begun after it holds what came later alone")
	}
	store.out["ben"] = Exclusion{Person: "ben"}
	if !rests(after) || !rests(&Answer{people: []string{"ben"}, since: b.reports.begin()}) {
		t.Error("nothing may rest on who is left out altogether")
	}
	store.fault = errors.New("disk full")
	if _, err := b.restsOnLeftOut(t.Context(), after); err == nil {
		t.Error("where it is not known who is left out, it is said that nobody is")
	}
}
