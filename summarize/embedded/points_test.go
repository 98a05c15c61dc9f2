package embedded

import (
	"testing"

	"crux/summarize"
)

// TestLastTakenBack: what was surely conceded stands last, and so names no side that made another point.
func TestLastTakenBack(t *testing.T) {
	r := testTables(t).read(chat("ann: Fair enough.", "ben: Fair enough."))
	d := &debate{side: map[int]int{r.messages[0].author: 0, r.messages[1].author: noSide}}
	by := func(unit int, o row) row {
		o.replies = []reply{{unit: unit}}
		return o
	}
	against := func(unit int, status summarize.Status, uncertain bool) row {
		return by(0, row{target: unit, verdict: verdict{status: status, uncertain: uncertain}})
	}
	for what, c := range map[string]struct {
		objection row
		first     int
	}{
		"conceded":             {against(1, summarize.Conceded, false), 3},
		"of several units":     {against(2, summarize.Conceded, false), 3},
		"perhaps conceded":     {against(1, summarize.Conceded, true), 1},
		"answered":             {against(1, summarize.Answered, false), 1},
		"withdrawn":            {against(1, summarize.Withdrawn, false), 1},
		"conceded elsewhere":   {against(3, summarize.Conceded, false), 1},
		"by somebody neutral":  {by(1, against(1, summarize.Conceded, false)), 1},
		"against nothing said": {against(-1, summarize.Conceded, false), 1},
	} {
		points := []row{{units: []int{1, 2}}, {units: []int{3}}, {units: []int{4}}}
		r.lastTakenBack(d, points, []row{c.objection})
		if got := points[0].units[0]; got != c.first {
			t.Errorf("%s: first is the point of unit %d, want %d", what, got, c.first)
		}
	}
}

// TestLabelOfWhatWasTakenBack: a side is named by what it still says.
func TestLabelOfWhatWasTakenBack(t *testing.T) {
	r := testTables(t).read(chat("ann: A queue needs workers.", "ann: A lid needs a hinge.", "ann: But who pays?"))
	takenBack, kept, objection := row{units: []int{0}, takenBack: true}, row{units: []int{1}}, row{units: []int{2}}
	for _, c := range []struct {
		points, objections []row
		want               string
	}{
		{[]row{takenBack, kept}, []row{objection}, "A lid needs a hinge."},
		{[]row{takenBack}, []row{objection}, "But who pays?"},
		{[]row{takenBack}, nil, "A queue needs workers."},
		{nil, nil, ""},
	} {
		if got := r.label(0, c.points, c.objections); got != c.want {
			t.Errorf("of %d points and %d objections: %q, want %q", len(c.points), len(c.objections), got, c.want)
		}
	}
}

// TestTelling: a fragment is quoted only where there is nothing else to quote.
func TestTelling(t *testing.T) {
	r := testTables(t).read(chat("ann: First.", "ben: A queue needs workers.", "ann: Second."))
	if got := r.telling([]int{0, 1, 2}); len(got) != 1 || got[0] != 1 {
		t.Errorf("beside a sentence, %v are left", got)
	}
	if got := r.telling([]int{0, 2}); len(got) != 2 {
		t.Errorf("of fragments alone, %v are left", got)
	}
}
