package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

// disowning are words of the deploys that their author disowns, or words otherwise.
func disowning(t *testing.T, quote, author, meant string) Disowned {
	t.Helper()
	q := said(quote)[0]
	d, ok := DisownedOf(q, messageOf(deploys, q.Message), author, meant, day(2))
	if !ok {
		t.Fatalf("%s can't disown %q", author, quote)
	}
	return d
}

func messageOf(t *summarize.Transcript, id string) *summarize.Message {
	i := slices.IndexFunc(t.Messages, func(m summarize.Message) bool { return m.ID == id })
	return &t.Messages[i]
}

func TestOnlyAuthorsDisown(t *testing.T) {
	for name, test := range map[string]struct {
		quote, in, author string
		want              bool
	}{
		"the author":      {onCall, "m2", "bo", true},
		"another":         {onCall, "m2", "ann", false},
		"nobody":          {onCall, "m2", "", false},
		"another message": {onCall, "m4", "dee", false},
		"other words":     {"m2 Everybody is on call.", "m2", "bo", false},
		"no words":        {"m2 ", "m2", "bo", false},
	} {
		t.Run(name, func(t *testing.T) {
			d, got := DisownedOf(said(test.quote)[0], messageOf(deploys, test.in), test.author, "", day(2))
			if got != test.want {
				t.Errorf("disowned: %v", got)
			}
			if data, _ := json.Marshal(d); strings.Contains(string(data), "call") {
				t.Errorf("it holds the words: %s", data)
			}
		})
	}
}

func TestWithhold(t *testing.T) {
	friday := summarize.Point{ID: "p1", Side: "for", By: []string{"ann"}, Gist: "deploy every Friday afternoon", Quotes: said("m1 deploy every Friday afternoon")}
	r := func() *summarize.Report {
		both := aimed(objection("o1", "bo", onCall, again), "p1")
		both.By = []string{"bo", "dee"}
		return reportOn(deploys, []summarize.Point{friday}, both, with(aimed(objection("o2", "bo", slow), "p1"), summarize.Conceded, "m5 the suite is too slow"))
	}
	for name, test := range map[string]struct {
		disowned []Disowned
		want     string // rows: id, people, gist, target
	}{
		"nothing":                            {nil, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"a point":                            {[]Disowned{disowning(t, "m1 every Friday afternoon, because", "ann", "")}, "o1 bo,dee Nobody is on call during the weekend. >for; o2 bo And the test suite takes four hours to finish. >for"},
		"one author's of two":                {[]Disowned{disowning(t, onCall, "bo", "")}, "p1 ann deploy every Friday afternoon; o1 dee During the weekend nobody is on call, so who rolls back a broken Friday deploy? >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"an objection":                       {[]Disowned{disowning(t, slow, "bo", "")}, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1"},
		"reworded":                           {[]Disowned{disowning(t, "m1 deploy every Friday", "ann", "Small changes, 7 of them.")}, "p1 ann “Small changes, 7 of them.” (in their own words); o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"too little of the quote":            {[]Disowned{disowning(t, "m1 We should deploy", "ann", "")}, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"what was edited since":              {[]Disowned{func() Disowned { d := disowning(t, slow, "bo", ""); d.Sum = sumOf("other words"); return d }()}, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"the response stays":                 {[]Disowned{disowning(t, "m5 the suite is too slow", "cy", "")}, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"everything":                         {[]Disowned{disowning(t, "m1 deploy every Friday afternoon", "ann", ""), disowning(t, onCall, "bo", ""), disowning(t, again, "dee", ""), disowning(t, slow, "bo", "")}, ""},
		"what its author said last":          {[]Disowned{disowning(t, slow, "bo", ""), func() Disowned { d := disowning(t, slow, "bo", "It is slow."); d.At = day(3); return d }()}, "p1 ann deploy every Friday afternoon; o1 bo,dee Nobody is on call during the weekend. >p1; o2 bo “It is slow.” (in their own words) >p1"},
		"reworded where another says it too": {[]Disowned{disowning(t, onCall, "bo", "I concede.")}, "p1 ann deploy every Friday afternoon; o1 dee During the weekend nobody is on call, so who rolls back a broken Friday deploy? >p1; o2 bo And the test suite takes four hours to finish. >p1"},
		"reworded by all, the last of them":  {[]Disowned{disowning(t, again, "dee", "Who?"), func() Disowned { d := disowning(t, onCall, "bo", "Is a “rota” meant?"); d.At = day(3); return d }()}, "p1 ann deploy every Friday afternoon; o1 bo “Is a 'rota' meant?” (in their own words) >p1; o2 bo And the test suite takes four hours to finish. >p1"},
	} {
		t.Run(name, func(t *testing.T) {
			given := r()
			got := rows(Withhold(given, deploys, test.disowned))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(r(), given); diff != "" {
				t.Errorf("the report given was changed:\n%s", diff)
			}
		})
	}
}

// rows says of a report's rows what a test compares.
func rows(r *summarize.Report) string {
	var lines []string
	for _, d := range r.Debates {
		for _, p := range d.Points {
			lines = append(lines, p.ID+" "+strings.Join(p.By, ",")+" "+p.Gist)
		}
		for _, o := range d.Objections {
			lines = append(lines, o.ID+" "+strings.Join(o.By, ",")+" "+o.Gist+" >"+o.Target)
		}
	}
	return strings.Join(lines, "; ")
}

// disown draws what the authors of some quotes of the report disown.
func (g *generator) disown(read *summarize.Transcript, r *summarize.Report) []Disowned {
	var quotes []summarize.Quote
	for _, d := range r.Debates {
		for _, p := range d.Points {
			quotes = append(quotes, p.Quotes...)
		}
		for _, o := range d.Objections {
			quotes = append(quotes, o.Quotes...)
		}
	}
	var disowned []Disowned
	for _, q := range quotes {
		meant := rapid.SampledFrom([]string{"", "something else"}).Draw(g.t, "meant")
		m := messageOf(read, q.Message)
		if d, ok := DisownedOf(q, m, m.Author, meant, g.tick()); ok && rapid.Bool().Draw(g.t, "disowned") {
			disowned = append(disowned, d)
		}
	}
	return disowned
}

// TestWhatIsWithheldLeavesASoundReport: as Verify would leave it, without a word that was disowned.
func TestWhatIsWithheldLeavesASoundReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		read := g.window()
		r := g.report(read)
		before, _ := json.Marshal(r)
		disowned := g.disown(read, r)
		left := Withhold(r, read, disowned)
		if after, _ := json.Marshal(r); string(after) != string(before) {
			t.Error("the report given was changed")
		}
		if diff := cmp.Diff(left, Withhold(left, read, disowned)); diff != "" {
			t.Errorf("withheld again it is another:\n%s", diff)
		}
		withheld(t, left, newDenials(read, disowned))
		// But for what its authors mean, which nobody needs to have said before, it is sound.
		for _, d := range left.Debates {
			for i := range d.Points {
				d.Points[i].Gist = strings.ReplaceAll(d.Points[i].Gist, "something else", "that")
			}
		}
		if dropped := summarize.Verify(left, read); dropped.Total() != 0 {
			t.Errorf("it is not sound: %s", dropped)
		}
	})
}

func withheld(t rapid.TB, r *summarize.Report, d denials) {
	check := func(quotes []summarize.Quote) {
		for _, q := range quotes {
			if d.denies(q) {
				t.Errorf("%q of %s is shown though it was disowned", q.Text, q.Message)
			}
		}
	}
	for _, debate := range r.Debates {
		for _, p := range debate.Points {
			check(p.Quotes)
		}
		for _, o := range debate.Objections {
			check(o.Quotes)
		}
		for _, a := range debate.Agreements {
			check(a.Quotes)
		}
	}
}

// TestWhatWasDisownedDoesNotComeBack: neither as an entry nor as what one challenges.
func TestWhatWasDisownedDoesNotComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		whole := &summarize.Transcript{Messages: g.messages}
		r := g.report(whole)
		disowned := g.disown(whole, r)
		d := newDenials(whole, disowned)
		for range rapid.IntRange(1, 3).Draw(t, "runs") {
			entries = Merge(entries, Withhold(r, whole, disowned), whole, g.tick())
			entries, _ = Deny(entries, whole, disowned)
			for _, e := range entries {
				for _, q := range slices.Concat(e.Quotes, e.Target.Quotes) {
					if d.denies(q.Quote) {
						t.Errorf("entry %s has %q of %s, which was disowned", e.ID, q.Text, q.Message)
					}
				}
			}
			sound(t, entries)
			r = g.report(whole)
		}
		again, changed := Deny(entries, whole, disowned)
		if len(changed) != 0 {
			t.Errorf("denied again, it changes:\n%s", cmp.Diff(entries, again))
		}
	})
}

func TestUphold(t *testing.T) {
	open := objection("o1", "bo", onCall)
	answered := with(open, summarize.Answered, rota)
	other := objection("o2", "cy", "m7 The budget has nothing for it.")
	for name, test := range map[string]struct {
		kind   CorrectionKind
		before summarize.Objection // as the entry is made
		now    summarize.Objection
		status summarize.Status
		n      int
	}{
		"said answered":                  {SaidAnswered, open, open, summarize.Answered, 1},
		"said open":                      {SaidOpen, answered, answered, summarize.Unanswered, 1},
		"said open, in other words":      {SaidOpen, answered, with(objection("x", "bo", "m2 Nobody is on call"), summarize.Answered, rota), summarize.Unanswered, 1},
		"of an objection not there now":  {SaidAnswered, open, other, summarize.Unanswered, 0},
		"nobody corrected what there is": {"", open, answered, summarize.Answered, 0},
	} {
		t.Run(name, func(t *testing.T) {
			entries := merged(test.before)
			if test.kind != "" {
				entries[0], _ = Correct(entries[0], Correction{Kind: test.kind, By: "eve", At: day(2)})
			}
			given, want := report(deploys, test.now), report(deploys, test.now)
			got, n := Uphold(entries, given, deploys)
			o := got.Debates[0].Objections[0]
			if o.Status != test.status || n != test.n || n == 1 && o.Uncertain {
				t.Errorf("it is %s (uncertain: %v), %d upheld", o.Status, o.Uncertain, n)
			}
			if o.Status == summarize.Unanswered && len(o.Responses) > 0 {
				t.Errorf("it is open with the responses %v", o.Responses)
			}
			if diff := cmp.Diff(want, given); diff != "" {
				t.Errorf("the report given was changed:\n%s", diff)
			}
		})
	}
}

// TestEveryCorrectionIsUpheld: of each objection that Merge takes for an entry that people corrected.
func TestEveryCorrectionIsUpheld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		entries := g.history()
		for i := range entries {
			if rapid.Bool().Draw(t, "corrected") {
				kind := rapid.SampledFrom([]CorrectionKind{SaidAnswered, SaidOpen}).Draw(t, "kind")
				entries[i], _ = Correct(entries[i], Correction{Kind: kind, By: "eve", At: g.tick()})
			}
		}
		read := g.window()
		r := g.report(read)
		upheld, _ := Uphold(entries, r, read)
		merged := Merge(entries, r, read, g.tick())
		// Where the same words stand in one entry alone, there is no doubt which it is.
		holders := map[string][]*Entry{}
		for i := range merged {
			for _, q := range slices.Concat(merged[i].Quotes, merged[i].Disowned) {
				holders[q.Message+" "+q.Text] = append(holders[q.Message+" "+q.Text], &merged[i])
			}
		}
		for _, d := range upheld.Debates {
			for _, o := range d.Objections {
				for _, q := range o.Quotes {
					of := holders[q.Message+" "+q.Text]
					if len(of) == 1 && of[0].Corrected != nil && o.Status != of[0].Status {
						t.Errorf("%s is %s and not %s", o.ID, o.Status, of[0].Status)
					}
				}
			}
		}
	})
}

// TestNobodyWordsWhatAnotherSaid: of an objection that two raised, who says what they meant takes
// their own part out, until nobody else stands by it.
func TestNobodyWordsWhatAnotherSaid(t *testing.T) {
	o := objection("o1", "bo", onCall, again)
	o.By = []string{"bo", "dee"}
	entries := merged(o)
	correct := func(by, words string, at int) string {
		t.Helper()
		e, err := Correct(entries[0], Correction{Kind: NotMine, By: by, At: day(at), Words: words})
		if err != nil {
			t.Fatal(err)
		}
		entries[0] = e
		entries = Merge(entries, report(deploys, o), deploys, day(at)) // which says it again
		e = entries[0]
		return strings.Join(e.By, ",") + ": " + e.Gist + " | " + e.Reworded()
	}
	deeSaid := strings.TrimPrefix(again, "m4 ")
	for i, step := range []struct{ by, words, want string }{
		{"bo", "I concede.", "dee: " + deeSaid + " | "},
		{"dee", "Who is on call?", "dee: Who is on call? | Who is on call?"},
		{"dee", "", "bo: I concede. | I concede."},
		{"bo", "", ":  | "},
		{"dee", "Who is it?", "dee: Who is it? | Who is it?"},
	} {
		if got := correct(step.by, step.words, 2+i); got != step.want {
			t.Errorf("after %s said %q it is %q, want %q", step.by, step.words, got, step.want)
		}
	}
}

// TestADeniedEntryIsWordedByItsAuthorAlone: as with Correct, so where the words were disowned elsewhere.
func TestADeniedEntryIsWordedByItsAuthorAlone(t *testing.T) {
	o := objection("o1", "bo", onCall, again)
	o.By = []string{"bo", "dee"}
	reworded := []Disowned{disowning(t, onCall, "bo", "I concede.")}
	shared, _ := Deny(merged(o), deploys, reworded)
	if e := shared[0]; strings.Join(e.By, ",") != "dee" || strings.Contains(e.Gist, "concede") || e.Reworded() != "" {
		t.Errorf("shared, it is by %v: %q", e.By, e.Gist)
	}
	alone, _ := Deny(merged(objection("o1", "bo", onCall)), deploys, reworded)
	if e := alone[0]; strings.Join(e.By, ",") != "bo" || e.Gist != "I concede." || e.Reworded() != e.Gist {
		t.Errorf("alone, it is by %v: %q", e.By, e.Gist)
	}
	target := aimed(objection("o2", "ann", "m3 somebody will be on call"), "o1")
	answered, _ := Deny(merged(objection("o1", "bo", onCall), target), deploys, reworded)
	var against []string
	for _, e := range answered {
		against = append(against, e.Target.Gist)
	}
	if !slices.Contains(against, "“I concede.” (in their own words)") {
		t.Errorf("they challenge %q: none is marked as what its author meant", against)
	}
}

// TestWhoIsQuotedMayDisown: also where a report does not name them among those who raised it.
func TestWhoIsQuotedMayDisown(t *testing.T) {
	entry := merged(objection("o1", "bo", onCall, again))[0]
	if slices.Contains(entry.By, "dee") {
		t.Fatalf("it is by %v", entry.By)
	}
	left, err := Correct(entry, Correction{Kind: NotMine, By: "dee", At: day(2)})
	if err != nil || len(left.Quotes) != 1 || strings.Join(left.By, ",") != "bo" {
		t.Errorf("left are %v by %v (%v)", left.Quotes, left.By, err)
	}
	worded, err := Correct(entry, Correction{Kind: NotMine, By: "dee", At: day(2), Words: "Who?"})
	if err != nil || len(worded.Quotes) != 1 || worded.Gist != gistOf(worded.Quotes) || worded.Reworded() != "" {
		t.Errorf("reworded it is %q by %v (%v)", worded.Gist, worded.By, err)
	}
}
