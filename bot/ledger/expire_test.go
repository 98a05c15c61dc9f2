package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

// TestExpire: the objection of m2, raised again in m4, answered in m3, is expired at the time of a message.
func TestExpire(t *testing.T) {
	friday := summarize.Point{ID: "p1", Side: "for", By: []string{"ann"}, Gist: "deploy every Friday afternoon", Quotes: said("m1 deploy every Friday afternoon")}
	o := with(aimed(objection("o1", "bo", onCall, again), "p1"), summarize.Answered, rota)
	o.By = []string{"bo", "dee"}
	entries := Merge(nil, reportOn(deploys, []summarize.Point{friday}, o), deploys, day(1))
	entries[0], _ = Correct(entries[0], Correction{Kind: SaidAnswered, By: "eve", At: day(2), Words: "see above"})
	hour := func(n int) Entry {
		kept, _ := Expire(entries, start.Add(time.Duration(n)*time.Hour))
		return kept[0]
	}
	if kept, changed := Expire(entries, start.Add(4*time.Hour)); len(kept) != 0 || len(changed) != 1 {
		t.Errorf("when all words are old, %v is left, changed %v", kept, changed)
	}
	for name, test := range map[string]struct {
		hours                    int
		gist, by, against, words string
		shown                    bool
	}{
		"nothing is so old":  {0, "Nobody is on call during the weekend.", "bo,dee", "ann", "see above", true},
		"what it challenges": {1, "Nobody is on call during the weekend.", "bo,dee", "", "see above", true},
		"where it was put":   {2, "During the weekend nobody is on call, so who rolls back a broken Friday deploy?", "dee", "", "see above", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := hour(test.hours)
			if e.Gist != test.gist || strings.Join(e.By, ",") != test.by || strings.Join(e.Target.By, ",") != test.against || e.Shown() != test.shown {
				t.Errorf("it says %q by %v against %v, shown: %v", e.Gist, e.By, e.Target.By, e.Shown())
			}
			if e.ID != entries[0].ID || e.Status != summarize.Answered || e.Corrected == nil || e.Corrected.Words != test.words || !e.Raised.Equal(start.Add(time.Hour)) {
				t.Errorf("it is %s, corrected by %+v, raised %v", e.Status, e.Corrected, e.Raised)
			}
		})
	}
}

// TestNoOldWordIsLeft: nor who wrote it, where nothing else is left; and what became of it stays.
func TestNoOldWordIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		for i := range entries {
			if len(entries[i].By) > 0 && rapid.Bool().Draw(t, "corrected") {
				c := Correction{Kind: NotMine, By: entries[i].By[0], At: g.tick(), Words: rapid.SampledFrom([]string{"", "I meant this"}).Draw(t, "words")}
				entries[i], _ = Correct(entries[i], c)
			}
		}
		at := rapid.IntRange(0, len(g.messages)).Draw(t, "old")
		before := g.messages[0].Time.AddDate(0, 0, -1)
		if at > 0 {
			before = g.messages[at-1].Time.Add(1)
		}
		kept, changed := Expire(entries, before)
		sound(t, kept)
		for _, e := range entries {
			young := slices.ContainsFunc(e.AllQuotes(), func(q Quote) bool { return !q.Time.Before(before) })
			if find(kept, e.ID) == nil && (young || !slices.Contains(changed, e.ID)) {
				t.Errorf("%s is gone, changed: %v; it had a young word: %v", e.ID, changed, young)
			}
			if into := find(kept, e.Into); e.Into != "" && find(kept, e.ID) != nil && young && into == nil {
				t.Errorf("%s went into %s, which is gone", e.ID, e.Into)
			}
		}
		for _, e := range kept {
			words := func(q Quote) bool { return !q.expired() }
			into := func(other Entry) bool { return other.Into == e.ID }
			if !slices.ContainsFunc(e.AllQuotes(), words) && !slices.ContainsFunc(kept, into) {
				t.Errorf("%+v is kept though nothing of it is left", e)
			}
		}
		data, _ := json.Marshal(kept)
		for _, m := range g.messages[:at] {
			if strings.Contains(string(data), wordsOf(m.ID)) {
				t.Errorf("words of %s are left: %s", m.ID, data)
			}
		}
		for i, e := range kept {
			if was := find(entries, e.ID); was == nil || was.Status != e.Status || !was.Raised.Equal(e.Raised) || len(was.Changes) != len(e.Changes) {
				t.Errorf("of %+v is left %+v", was, e)
			} else if cmp.Equal(*was, kept[i]) == slices.Contains(changed, e.ID) {
				t.Errorf("%s changed: %v", e.ID, changed)
			}
			one, _ := json.Marshal(e)
			if !strings.Contains(string(one), "word") && strings.Contains(string(one), `"user`) {
				t.Errorf("without words it names somebody: %s", one)
			}
		}
		if again, changed := Expire(kept, before); len(changed) != 0 {
			t.Errorf("expired again, it changes:\n%s", cmp.Diff(kept, again))
		}
		// What is young is merged on, as if what is old stood outside the window.
		young := &summarize.Transcript{Messages: g.messages[at:]}
		if len(young.Messages) > 0 {
			entries = Merge(kept, g.report(young), young, g.tick())
			sound(t, entries)
			for _, e := range kept {
				if find(entries, e.ID) == nil && e.counts() {
					t.Errorf("entry %s is gone", e.ID)
				}
			}
		}
	})
}
