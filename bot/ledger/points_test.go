package ledger

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crux/summarize"
)

func TestNewPoints(t *testing.T) {
	point := func(id string, quotes ...string) summarize.Point {
		return summarize.Point{ID: id, Quotes: said(quotes...)}
	}
	made := func(points ...summarize.Point) *summarize.Report {
		return &summarize.Report{Debates: []summarize.Debate{{ID: "d", Points: points}}}
	}
	seen := Note(nil, made(point("p1", "m1 a"), point("p2", "m2 b")), day(1))
	seen = Note(seen, made(point("x", "m1 a"), point("y", "m3 c", "m4 d")), day(3))
	for name, test := range map[string]struct {
		report *summarize.Report
		since  int
		want   []string
	}{
		"seen before":                      {made(point("p1", "m1 a")), 1, nil},
		"seen before, in other words":      {made(point("p7", "m1 a a")), 1, nil},
		"new since then":                   {made(point("p1", "m3 c")), 1, []string{"d/p1"}},
		"noticed at that time":             {made(point("p1", "m3 c")), 3, nil},
		"never noted":                      {made(point("p1", "m9 z"), point("p2", "m2 b")), 3, []string{"d/p1"}},
		"one of its messages was seen":     {made(point("p1", "m3 c", "m2 b")), 1, nil},
		"everything, since before anybody": {made(point("p1", "m1 a"), point("p2", "m3 c")), 0, []string{"d/p1", "d/p2"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(NewPoints(seen, test.report, day(test.since))))); diff != "" {
				t.Errorf("new (-want +got):\n%s", diff)
			}
		})
	}
	if again := Note(seen, made(point("p", "m4 d", "m1 a")), day(9)); !cmp.Equal(again, seen) {
		t.Errorf("noted again, they are %v", again)
	}
}

// TestCountsFollow: they are those of the entries that there are, and of those that went as they last were.
func TestCountsFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		var entries []Entry
		var counts Counts
		last := map[string]*Entry{}
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			before := entries
			switch rapid.SampledFrom([]string{"merge", "merge", "delete", "correct", "expire"}).Draw(t, "what") {
			case "merge":
				read := g.window()
				entries = Merge(entries, g.report(read), read, g.tick())
			case "delete":
				if len(g.messages) == 1 {
					break
				}
				gone := rapid.IntRange(0, len(g.messages)-1).Draw(t, "message")
				entries, _ = Remove(entries, []string{g.messages[gone].ID})
				g.messages = slices.Delete(slices.Clone(g.messages), gone, gone+1) // what is deleted does not come back
			case "correct":
				entries = clones(entries)
				for i := range entries {
					entries[i], _ = Correct(entries[i], Correction{Kind: SaidAnswered, By: "eve", At: g.tick()})
				}
			case "expire":
				entries, _ = Expire(entries, rapid.SampledFrom(g.messages).Draw(t, "until").Time)
			}
			counts = counts.Follow(before, entries)
			for i := range entries {
				last[entries[i].ID] = &entries[i]
			}
		}
		want := map[summarize.Status]int{}
		raised, settled := 0, 0
		for _, e := range last {
			if e.counts() {
				raised++
				want[e.Status]++
				if !e.Status.Open() {
					settled++
				}
			}
		}
		if diff := cmp.Diff(want, counts.ByStatus); diff != "" || counts.Raised != raised || counts.Settled() != settled {
			t.Errorf("%d raised and %d settled, want %d and %d (-want +got):\n%s", counts.Raised, counts.Settled(), raised, settled, diff)
		}
	})
}
