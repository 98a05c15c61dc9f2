package ledger

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// The debate of most tests here.
var deploys = channel(
	"m1 ann: We should deploy every Friday afternoon, because the weekly cadence keeps changes small.",
	"m2 bo: Nobody is on call during the weekend. And the test suite takes four hours to finish.",
	"m3 ann: The weekend rota starts in April, so somebody will be on call.",
	"m4 dee: During the weekend nobody is on call, so who rolls back a broken Friday deploy?",
	"m5 cy: Ok, the suite is too slow, I give you that.",
	"m6 bo: Thanks, the rota settles it for me.",
	"m7 cy: Who pays for the weekend rota, though? The budget has nothing for it.",
)

const (
	onCall = "m2 Nobody is on call during the weekend."
	slow   = "m2 And the test suite takes four hours to finish."
	again  = "m4 During the weekend nobody is on call, so who rolls back a broken Friday deploy?"
	rota   = "m3 The weekend rota starts in April, so somebody will be on call."
)

// TestMergeKnowsAnObjectionAgain: the report of a second run is merged into the entries of a first.
func TestMergeKnowsAnObjectionAgain(t *testing.T) {
	friday := summarize.Point{ID: "p1", Side: "for", By: []string{"ann"}, Gist: "deploy every Friday afternoon", Quotes: said("m1 deploy every Friday afternoon")}
	renamed := friday
	renamed.ID = "p9"
	one := func(o ...summarize.Objection) *summarize.Report {
		return reportOn(deploys, []summarize.Point{friday}, o...)
	}
	for name, test := range map[string]struct {
		first, second *summarize.Report
		same          int // how many of the second's objections are entries of the first
		entries       []string
	}{
		"worded otherwise": {
			one(objection("o1", "bo", onCall)),
			one(func() summarize.Objection {
				o := objection("o7", "bo", onCall)
				o.Gist = "There is no cover at weekends."
				return o
			}()),
			1, []string{"m2 unanswered by bo"},
		},
		"quotes shift": {
			one(objection("o1", "bo", onCall)), one(objection("o1", "bo", "m2 is on call during the weekend. And the test")),
			1, []string{"m2 unanswered by bo"},
		},
		"the target has another id": {
			one(aimed(objection("o1", "bo", onCall), "p1")),
			reportOn(deploys, []summarize.Point{renamed}, aimed(objection("o1", "bo", onCall), "p9")),
			1, []string{"m2 unanswered by bo"},
		},
		"two of one message, in the other order": {
			one(objection("o1", "bo", onCall), objection("o2", "bo", slow)),
			one(objection("o1", "bo", slow), objection("o2", "bo", onCall)),
			2, []string{"m2 unanswered by bo", "m2 unanswered by bo"},
		},
		"another of the same message": {
			one(objection("o1", "bo", onCall)), one(objection("o1", "bo", slow)),
			0, []string{"m2 unanswered by bo", "m2 unanswered by bo"},
		},
		"another part of the message against the same": {
			one(aimed(objection("o1", "bo", onCall), "p1")), one(aimed(objection("o1", "bo", slow), "p1")),
			1, []string{"m2 unanswered by bo"},
		},
		"raised again in other words by an ally": {
			one(objection("o1", "bo", onCall)), one(objection("o1", "dee", again)),
			1, []string{"m2,m4 unanswered by bo,dee"},
		},
		"kept apart though in much the same words": {
			one(objection("o1", "bo", onCall)), one(objection("o1", "bo", onCall), objection("o2", "dee", again)),
			1, []string{"m2 unanswered by bo", "m4 unanswered by dee"},
		},
		"much the same words by the other side": {
			one(aimed(objection("o1", "bo", onCall), "for")), one(objection("o1", "ann", rota)),
			0, []string{"m2 unanswered by bo", "m3 unanswered by ann"},
		},
		"something else": {
			one(objection("o1", "bo", onCall)), one(objection("o1", "cy", "m7 Who pays for the weekend rota, though?")),
			0, []string{"m2 unanswered by bo", "m7 unanswered by cy"},
		},
		"the best pairs and not the first": { // o1 overlaps both entries, o2 only the first
			one(objection("o1", "bo", onCall), objection("o2", "bo", slow)),
			one(objection("o1", "bo", "m2 weekend. And the test suite takes four hours to finish."), objection("o2", "bo", onCall)),
			2, []string{"m2 unanswered by bo", "m2 unanswered by bo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := Merge(nil, test.first, deploys, day(1))
			after := Merge(before, test.second, deploys, day(2))
			if diff := cmp.Diff(test.entries, about(after)); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
			if got := len(before) + len(test.second.Debates[0].Objections) - len(after); got != test.same {
				t.Errorf("%d objections are entries of before, want %d", got, test.same)
			}
			for _, e := range before {
				if find(after, e.ID) == nil {
					t.Errorf("entry %s is gone", e.ID)
				}
			}
		})
	}
}

func find(entries []Entry, id string) *Entry {
	for i := range entries {
		if entries[i].ID == id {
			return &entries[i]
		}
	}
	return nil
}

func TestMergeFollowsTheStatus(t *testing.T) {
	open := objection("o1", "bo", onCall)
	answered := with(open, summarize.Answered, rota)
	withdrawn := with(open, summarize.Withdrawn, "m6 the rota settles it for me")
	all := func(o summarize.Objection) *summarize.Report { return report(deploys, o) }

	short := only(deploys, "m2", "m4", "m7")
	part := func(o summarize.Objection) *summarize.Report { return report(short, o) }
	tests := map[string]struct {
		first, second *summarize.Report
		read          *summarize.Transcript
		status        summarize.Status
		news          []string
	}{
		"answered":                     {all(open), all(answered), deploys, summarize.Answered, []string{"m2: answered by ann in m3"}},
		"withdrawn":                    {all(answered), all(withdrawn), deploys, summarize.Withdrawn, []string{"m2: withdrawn by bo in m6"}},
		"the window lacks the answer":  {all(answered), part(open), short, summarize.Answered, []string{}},
		"the answer is none after all": {all(answered), all(open), deploys, summarize.Unanswered, []string{"m2: reopened by  in "}},
		"raised again after the answer": {
			all(answered), part(objection("o1", "dee", again)), short, summarize.Answered, []string{"m2: raised again by dee in m4"},
		},
		"not in the report": {all(answered), all(objection("o2", "bo", slow)), deploys, summarize.Answered, []string{"m2: raised by bo in m2"}},
		"settled more where the window lacks the rest": {
			all(answered), report(only(deploys, "m2", "m6"), withdrawn), only(deploys, "m2", "m6"), summarize.Withdrawn, []string{"m2: withdrawn by bo in m6"},
		},
		"settled less where the window lacks the rest": {
			all(withdrawn), report(only(deploys, "m2", "m3"), answered), only(deploys, "m2", "m3"), summarize.Withdrawn, []string{},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := Merge(nil, test.first, deploys, day(1))
			after := Merge(before, test.second, test.read, day(2))
			if got := find(after, before[0].ID).Status; got != test.status {
				t.Errorf("the status is %s, want %s", got, test.status)
			}
			if diff := cmp.Diff(test.news, told(happened(after, day(1)))); diff != "" {
				t.Errorf("since then (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMergeJoinsWhatAReportSaysIsOne: and takes it apart again, with the same identities.
func TestMergeJoinsWhatAReportSaysIsOne(t *testing.T) {
	first, second := objection("o1", "bo", onCall), objection("o2", "dee", again)
	apart := Merge(nil, report(deploys, first, second), deploys, day(1))

	joined := Merge(apart, report(deploys, with(objection("o1", "bo", onCall, again), summarize.Answered, rota)), deploys, day(2))
	if got := Standing(joined); len(got) != 0 {
		t.Errorf("%v stand beside what they were answered as", about(got))
	}
	parted := Merge(joined, report(deploys, with(first, summarize.Answered, rota), second), deploys, day(3))
	for _, e := range apart {
		if got := find(parted, e.ID); got == nil || got.Quotes[0].Message != e.Quotes[0].Message || len(got.Quotes) != 1 {
			t.Errorf("entry %s of %s is now %+v", e.ID, e.Quotes[0].Message, got)
		}
	}
	if diff := cmp.Diff([]string{"m4 unanswered by dee"}, about(Standing(parted))); diff != "" {
		t.Errorf("standing (-want +got):\n%s", diff)
	}
	if kept, _ := Remove(joined, []string{"m2"}); len(kept) != 2 {
		t.Errorf("kept %v", about(kept))
	}
}

// TestADebateAsItGrows: reports of growing and of sliding windows, each worded and
// numbered otherwise, tell of the same three objections.
func TestADebateAsItGrows(t *testing.T) {
	ids := []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7"}
	late := only(deploys, ids[3:]...)
	worded := func(o summarize.Objection, gist string) summarize.Objection {
		o.Gist = gist
		return o
	}
	steps := []struct {
		read       *summarize.Transcript
		objections []summarize.Objection
	}{
		{only(deploys, ids[:2]...), []summarize.Objection{objection("o1", "bo", onCall), objection("o2", "bo", slow)}},
		{only(deploys, ids[:3]...), []summarize.Objection{
			worded(objection("o1", "bo", slow), "The tests are slow."),
			worded(with(objection("o2", "bo", "m2 Nobody is on call"), summarize.Answered, rota), "There is nobody to help."),
		}},
		{only(deploys, ids[:5]...), []summarize.Objection{
			with(objection("x", "bo", "m2 test suite takes four hours"), summarize.Conceded, "m5 the suite is too slow, I give you that"),
			worded(with(objection("y", "bo", onCall, again), summarize.Answered, rota), "Nobody can roll back."),
		}},
		{late, []summarize.Objection{
			objection("o1", "dee", "m4 who rolls back a broken Friday deploy?"),
			objection("o2", "cy", "m7 The budget has nothing for it."),
		}},
		{deploys, []summarize.Objection{
			objection("c", "cy", "m7 Who pays for the weekend rota, though? The budget has nothing for it."),
			with(objection("a", "bo", onCall, again), summarize.Withdrawn, "m6 the rota settles it for me"),
			with(objection("b", "bo", slow), summarize.Conceded, "m5 the suite is too slow"),
		}},
	}
	want := [][]string{
		{"m2: raised by bo in m2", "m2: raised by bo in m2"},
		{"m2: answered by ann in m3"},
		{"m2: raised again by dee in m4", "m2: conceded by cy in m5"},
		{"m7: raised by cy in m7"},
		{"m2: withdrawn by bo in m6"},
	}
	var entries []Entry
	known := map[string]bool{}
	for i, step := range steps {
		entries = Merge(entries, report(step.read, step.objections...), step.read, day(i+1))
		if diff := cmp.Diff(tally(want[i]), tally(told(happened(entries, day(i))))); diff != "" {
			t.Errorf("news of step %d (-want +got):\n%s", i+1, diff)
		}
		for _, e := range entries {
			known[e.ID] = true
		}
	}
	if len(known) != 3 || len(entries) != 3 {
		t.Errorf("there were %d identities and are %d entries: %v", len(known), len(entries), about(entries))
	}
	if diff := cmp.Diff([]string{"m7 unanswered by cy"}, about(Standing(entries))); diff != "" {
		t.Errorf("standing (-want +got):\n%s", diff)
	}
}

// tally counts lines, whatever their order.
func tally(lines []string) map[string]int {
	n := map[string]int{}
	for _, line := range lines {
		n[line]++
	}
	return n
}

// TestAnIdentityIsNotUsedAgain: so that an old button does not lead to another objection of its message.
func TestAnIdentityIsNotUsedAgain(t *testing.T) {
	before := Merge(nil, report(deploys, objection("o1", "bo", onCall)), deploys, day(1))
	left, _ := Edit(before, "m2", "And the test suite takes four hours to finish.")
	edited := channel("m1 ann: We should deploy.", "m2 bo: And the test suite takes four hours to finish.")
	after := Merge(Merge(left, &summarize.Report{}, edited, day(2)), report(edited, objection("o1", "bo", slow)), edited, day(3))
	if len(after) != 1 || after[0].ID == before[0].ID {
		t.Errorf("another objection of the message is %v, and was %s", after, before[0].ID)
	}
}
