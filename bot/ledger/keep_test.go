package ledger

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// merged are the entries of one report on the deploys.
func merged(objections ...summarize.Objection) []Entry {
	entries := Merge(nil, report(deploys, objections...), deploys, day(1))
	return entries
}

func TestCorrect(t *testing.T) {
	open := merged(objection("o1", "bo", onCall))[0]
	settled := merged(with(objection("o1", "bo", onCall), summarize.Answered, rota))[0]
	conceded := merged(with(objection("o1", "bo", onCall), summarize.Conceded, "m3 somebody will be on call"))[0]
	for name, test := range map[string]struct {
		entry  Entry
		kind   CorrectionKind
		by     string
		words  string
		status summarize.Status
		gist   string
		shown  bool
		err    error
	}{
		"answered":             {open, SaidAnswered, "eve", "", summarize.Answered, "Nobody is on call during the weekend.", true, nil},
		"answered and so said": {conceded, SaidAnswered, "eve", "", summarize.Conceded, "Nobody is on call during the weekend.", true, nil},
		"not answered":         {settled, SaidOpen, "eve", "beside the point", summarize.Unanswered, "Nobody is on call during the weekend.", true, nil},
		"not mine":             {open, NotMine, "bo", "", summarize.Unanswered, "", false, nil},
		"reworded":             {open, NotMine, "bo", "I only asked.", summarize.Unanswered, "I only asked.", true, nil},
		"another's":            {open, NotMine, "dee", "", summarize.Unanswered, "Nobody is on call during the weekend.", true, ErrNotAuthor},
		"by nobody":            {open, SaidAnswered, "", "", summarize.Unanswered, "Nobody is on call during the weekend.", true, ErrCorrection},
		"of no kind":           {open, "wrong", "eve", "", summarize.Unanswered, "Nobody is on call during the weekend.", true, ErrCorrection},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Correct(test.entry, Correction{Kind: test.kind, By: test.by, At: day(2), Words: test.words})
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if got.Status != test.status || got.Gist != test.gist || got.Shown() != test.shown {
				t.Errorf("it is %s, %q, shown %v", got.Status, got.Gist, got.Shown())
			}
			if last := len(got.Changes) - 1; err == nil && test.kind != NotMine {
				if c := got.Changes[last]; c.From != test.entry.Status || c.To != test.status || c.By != test.by || !c.Corrected {
					t.Errorf("the change is %+v", c)
				}
			}
		})
	}
}

// TestACorrectionStays: until the next one, and not for what people say later.
func TestACorrectionStays(t *testing.T) {
	open := objection("o1", "bo", onCall)
	entries := merged(open)
	correct := func(kind CorrectionKind, by string, at time.Time) {
		t.Helper()
		next, err := Correct(entries[0], Correction{Kind: kind, By: by, At: at})
		if err != nil {
			t.Fatal(err)
		}
		entries[0] = next
	}
	merge := func(o summarize.Objection, at time.Time) []News {
		entries = Merge(entries, report(deploys, o), deploys, at)
		return happened(entries, at.Add(-time.Second))
	}
	correct(SaidAnswered, "eve", day(2))
	if news := merge(open, day(3)); len(news) != 0 || entries[0].Status != summarize.Answered {
		t.Errorf("it is %s, news %v", entries[0].Status, told(news))
	}
	correct(SaidOpen, "dee", day(4))
	merge(with(open, summarize.Answered, rota), day(5))
	if entries[0].Status != summarize.Unanswered || entries[0].Corrected.By != "dee" {
		t.Errorf("it is %s, as %s said", entries[0].Status, entries[0].Corrected.By)
	}
	if diff := cmp.Diff([]string{"m2: reopened by dee in "}, told(Since(entries, day(3)))); diff != "" {
		t.Errorf("since then (-want +got):\n%s", diff)
	}

	correct(NotMine, "bo", day(6))
	if news := merge(open, day(7)); len(news) != 0 || len(entries) != 1 || entries[0].Shown() {
		t.Errorf("what bo disowned is back: %v, news %v", about(entries), told(news))
	}
	// That dee says so too is not bo's to deny, but another entry.
	merge(objection("o1", "dee", again), day(8))
	if diff := cmp.Diff([]string{"m4 unanswered by dee"}, about(Standing(entries))); diff != "" {
		t.Errorf("standing (-want +got):\n%s", diff)
	}
	// Who said that it is not theirs may still say what they meant.
	correct(NotMine, "bo", day(9))
}

func TestRemove(t *testing.T) {
	entries := func() []Entry {
		a := objection("o1", "bo", onCall, again)
		a.Responses = []summarize.Response{
			{Quote: said("m5 Ok, the suite is too slow")[0], Kind: summarize.Concession},
			{Quote: said(rota)[0], Kind: summarize.Answer},
		}
		a.Status = summarize.Conceded
		return merged(a, objection("o2", "cy", "m7 The budget has nothing for it."))
	}
	for name, test := range map[string]struct {
		messages []string
		kept     []string
		changed  int
		recheck  bool
	}{
		"another message":   {[]string{"m6"}, []string{"m2,m4 conceded by bo", "m7 unanswered by cy"}, 0, false},
		"one of two quotes": {[]string{"m4"}, []string{"m2 conceded by bo", "m7 unanswered by cy"}, 1, false},
		"all quotes":        {[]string{"m2", "m4"}, []string{"m7 unanswered by cy"}, 1, false},
		"the best response": {[]string{"m5"}, []string{"m2,m4 answered by bo", "m7 unanswered by cy"}, 1, true},
		"another response":  {[]string{"m3"}, []string{"m2,m4 conceded by bo", "m7 unanswered by cy"}, 1, false},
		"all responses":     {[]string{"m5", "m3"}, []string{"m2,m4 unanswered by bo", "m7 unanswered by cy"}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			kept, changed := Remove(entries(), test.messages)
			if diff := cmp.Diff(test.kept, about(kept)); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if len(changed) != test.changed || kept[0].Recheck != test.recheck {
				t.Errorf("changed %v, recheck %v", changed, kept[0].Recheck)
			}
		})
	}
}

// TestAnEntryOutlivesAnEdit: with its identity and what people said of it, once the message is read again.
func TestAnEntryOutlivesAnEdit(t *testing.T) {
	entries := merged(objection("o1", "cy", "m7 The budget has nothing for it."))
	entries[0], _ = Correct(entries[0], Correction{Kind: SaidAnswered, By: "eve", At: day(2)})
	id := entries[0].ID

	edited, changed := Edit(entries, "m7", "Who pays? There's no money left.")
	if len(edited) != 1 || len(changed) != 1 || edited[0].Shown() || edited[0].Gist != "" {
		t.Fatalf("edited %+v", edited)
	}
	reread := channel("m1 ann: We should deploy every Friday afternoon.", "m7 cy: Who pays? There's no money left.")
	again := Merge(edited, report(reread, objection("o4", "cy", "m7 There's no money left.")), reread, day(3))
	if len(again) != 1 || again[0].ID != id || again[0].Corrected == nil || !again[0].Shown() {
		t.Errorf("read again it is %+v", again)
	}
	if gone := Merge(edited, &summarize.Report{}, reread, day(3)); len(gone) != 0 {
		t.Errorf("read again in vain, it is %+v", gone)
	}
	if same, changed := Edit(entries, "m7", "Well. The budget has nothing for it."); len(changed) != 0 || !same[0].Shown() {
		t.Errorf("an edit of other words changed %v", changed)
	}
	// Merge finds out about an edit by itself.
	if again := Merge(entries, report(reread, objection("o4", "cy", "m7 There's no money left.")), reread, day(3)); len(again) != 1 || again[0].ID != id {
		t.Errorf("edited and read again, it is %+v", again)
	}
}

func TestForget(t *testing.T) {
	entries := merged(with(objection("o1", "bo", onCall, again), summarize.Answered, rota), aimed(objection("o2", "dee", "m4 who rolls back"), "for"))
	entries[0], _ = Correct(entries[0], Correction{Kind: SaidAnswered, By: "dee", At: day(2), Words: "see above"})

	kept, changed := Forget(entries, "dee")
	if diff := cmp.Diff([]string{"m2 answered by bo"}, about(kept)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if kept[0].Corrected.By != "" || kept[0].Corrected.Words != "" || len(changed) != 2 {
		t.Errorf("corrected by %+v, changed %v", kept[0].Corrected, changed)
	}
	if kept, changed := Forget(entries, "eve"); len(changed) != 0 || len(kept) != 2 {
		t.Errorf("forgetting a stranger changed %v", changed)
	}
}

func TestOwed(t *testing.T) {
	entries := merged(
		aimed(objection("o1", "bo", onCall), "for"), with(objection("o2", "bo", slow), summarize.Conceded, "m5 the suite is too slow"),
		aimed(objection("o3", "cy", "m7 The budget has nothing for it."), "against"),
	)
	owes, owed := Owed(entries, "bo")
	if diff := cmp.Diff([][]string{{"m7 unanswered by cy"}, {"m2 unanswered by bo"}}, [][]string{about(owes), about(owed)}); diff != "" {
		t.Errorf("bo owes and is owed (-want +got):\n%s", diff)
	}
	owes, owed = Owed(entries, "cy")
	if diff := cmp.Diff([][]string{{"m2 unanswered by bo"}, {"m7 unanswered by cy"}}, [][]string{about(owes), about(owed)}); diff != "" {
		t.Errorf("cy owes and is owed (-want +got):\n%s", diff)
	}
}

// TestSinceTellsWhatCameOfIt: of an entry with many changes.
func TestSinceTellsWhatCameOfIt(t *testing.T) {
	open := objection("o1", "bo", onCall)
	var entries []Entry
	for i, o := range []summarize.Objection{
		open, with(open, summarize.Answered, rota), open, with(open, summarize.Acknowledged, "m3 starts in April"), with(open, summarize.Conceded, "m5 Ok"),
	} {
		entries = Merge(entries, report(deploys, o), deploys, day(i+1))
	}
	for i, want := range []string{
		"m2: raised by bo in m2", "m2: conceded by cy in m5", "m2: conceded by cy in m5", "m2: conceded by cy in m5", "m2: conceded by cy in m5", "",
	} {
		got := told(Since(entries, day(i)))
		if want == "" {
			if len(got) != 0 {
				t.Errorf("since the end: %v", got)
			}
		} else if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("since day %d (-want +got):\n%s", i, diff)
		}
	}
	standing := Since(merged(open), day(1))
	if len(standing) != 1 || standing[0].Kind != IsStanding || standing[0].Entry.Age(day(3)).String() != "2 days" {
		t.Errorf("standing: %+v", standing)
	}
}

func TestAge(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"less than a minute": 59 * time.Second, "1 minute": 119 * time.Second, "59 minutes": 59 * time.Minute, "1 hour": 60 * time.Minute,
		"23 hours": 24*time.Hour - 1, "1 day": 24 * time.Hour, "3 days": 95 * time.Hour, "400 days": 400 * 24 * time.Hour,
	} {
		e := Entry{Raised: start}
		if got := e.Age(start.Add(d)).String(); got != want {
			t.Errorf("after %v it is %q, want %q", d, got, want)
		}
	}
	if got := (&Entry{Raised: start}).Age(start.Add(-time.Hour)); got != 0 {
		t.Errorf("before it was raised it is %v", got)
	}
	if got := (&Entry{}).Age(start); got != 0 {
		t.Errorf("without a time it is %v", got)
	}
}
