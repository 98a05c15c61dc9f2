package embedded

import (
	"testing"

	"crux/summarize"
)

// onlyDebate is the one conversation of a transcript, with its sides and roles.
func onlyDebate(t *testing.T, transcript *summarize.Transcript) (*reading, *debate) {
	t.Helper()
	r := understood(t, testTables(t), transcript)
	r.assignRoles()
	r.linkMessages(t.Context())
	r.judgeStances()
	r.findThreads()
	debates := r.debates(r.gather(r.goesOnWith))
	if len(debates) != 1 {
		t.Fatalf("%d conversations, expected 1", len(debates))
	}
	r.takeSides(debates[0])
	r.reassign(debates[0])
	return r, debates[0]
}

// audit is a debate of two people.
func audit() *summarize.Transcript {
	return replying(chat(
		"ann: I think we should wait for the second audit before we ship, since the first one left out the payment code.",
		"ben: I disagree. The second audit has the same auditors, so it won't find anything that the first one didn't.",
		"ann: But that assumes they looked at the same code. They didn't: payment was out of scope the first time.",
		"ben: Even so, waiting costs us two months, and the competitors ship next week. Who pays for that?",
		"ann: A leak costs more than two months. Last year's breach took us half a year, so I don't buy that waiting is dearer.",
		"ben: That breach came from a stolen laptop, not from the payment code, so it proves nothing about audits.",
	))
}

func TestContested(t *testing.T) {
	r, d := onlyDebate(t, audit())
	if !r.contested(d) {
		t.Error("a debate is not contested")
	}
	c := r.clash(d)
	if len(c.arguing) != 2 || c.unnamed != 0 || c.foreign != 0 || c.sum < 1 || c.opposed > c.linked {
		t.Errorf("the clash is %+v", c)
	}
}

// TestOneArguing: where all but one only agree, nothing is contested.
func TestOneArguing(t *testing.T) {
	transcript := audit()
	for i := range transcript.Messages {
		if transcript.Messages[i].Author == "ben" {
			transcript.Messages[i].Text = "yes, sure"
		}
	}
	r, d := onlyDebate(t, transcript)
	if r.contested(d) {
		t.Errorf("somebody argues with a nodding friend: %+v", r.clash(d))
	}
}

// TestContestedWithoutNames: where nobody is named, arguments are enough.
func TestContestedWithoutNames(t *testing.T) {
	transcript := audit()
	for i := range transcript.Messages {
		transcript.Messages[i].Author = ""
	}
	r, d := onlyDebate(t, transcript)
	if c := r.clash(d); c.unnamed < 2 || !r.contested(d) {
		t.Errorf("contested is %v with %+v", r.contested(d), c)
	}
}

// TestPlainly: what is contested by a rule, and what the judge is asked.
func TestPlainly(t *testing.T) {
	ann, both := map[int]bool{0: true}, map[int]bool{0: true, 1: true}
	for name, test := range map[string]struct {
		clash            clash
		messages         int
		contested, plain bool
	}{
		"nothing is said": {clash{}, 0, false, true},
		"nobody is named": {clash{unnamed: 2, arguing: ann}, 12, true, true},
		"one argues":      {clash{sum: 3, arguing: ann}, 12, false, true},
		"little meets":    {clash{sum: 0.4, arguing: both}, 12, false, true},
		"two argue":       {clash{sum: 3, arguing: both}, 12, false, false},
		"foreign, though hardly anybody is clear": {clash{sum: 0.6, foreign: 10, arguing: ann}, 12, true, true},
		"foreign, and little meets":               {clash{sum: 0.4, foreign: 10, arguing: both}, 12, false, true},
		"foreign, and little of much meets":       {clash{sum: 3, foreign: 80, arguing: both}, 100, false, true},
		"half is foreign":                         {clash{sum: 3, foreign: 6, arguing: both}, 12, false, false},
	} {
		if contested, plain := test.clash.plainly(test.messages); contested != test.contested || plain != test.plain {
			t.Errorf("%s: contested %v, plainly so %v", name, contested, plain)
		}
	}
}

// TestForeignContest: of another language than English the judge is not asked, but whether arguments meet.
func TestForeignContest(t *testing.T) {
	r, d := onlyDebate(t, german())
	tables := *r.tables
	tables.contests = &model{name: "never", weights: [][]float64{append(make([]float64, len(r.contests.features)-1), -100)}}
	r.tables = &tables
	if c := r.clash(d); 2*c.foreign <= len(d.messages) || !r.contested(d) {
		t.Errorf("a debate in German is not contested: %+v", c)
	}
	r.messages, d.messages = nil, nil
	if r.contested(d) {
		t.Error("nothing is contested")
	}
}
