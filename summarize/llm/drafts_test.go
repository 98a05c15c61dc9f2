package llm

import (
	"slices"
	"strings"
	"testing"
)

// Nothing that a model makes up is an id, no two rows share one, and targets follow.
func TestNumber(t *testing.T) {
	d := draft{
		Sides:  []draftSide{{ID: "yes"}, {ID: "B"}, {ID: "B"}, {ID: ""}},
		Points: []draftPoint{{ID: "x", Side: "yes"}, {ID: "x", Side: "yes"}, {ID: "p9", Side: "C"}},
		Objections: []draftObjection{
			{ID: "o1", Side: "B", Target: "x"}, {ID: "o1", Side: "", Target: "yes"}, {ID: "", Side: "yes", Target: "o1"}, {ID: "o7", Target: "p9"}, {ID: "o8", Target: "made up"},
		},
	}
	d.number()
	var got []string
	for _, s := range d.Sides {
		got = append(got, s.ID)
	}
	for _, p := range d.Points {
		got = append(got, p.ID+" "+p.Side)
	}
	for _, o := range d.Objections {
		got = append(got, o.ID+" "+o.Side+" > "+o.Target)
	}
	want := []string{"A", "B", "p1 A", "p2 A", "p3 ", "o1 B > A", "o2  > A", "o3 A > ", "o4  > p3", "o5  > "}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// What is known gains quotes where a row is the same, by its gist or its id and about its gist, and else rows.
func TestMerged(t *testing.T) {
	quote := func(n int) []draftQuote { return []draftQuote{{N: n}} }
	known := merged(nil, []draft{{
		Question: "Should it move?", Messages: "1-3", Sides: []draftSide{{ID: "A", Members: []string{"P1"}}},
		Points:     []draftPoint{{ID: "p1", Side: "A", Gist: "Cron loses runs", Quotes: quote(1)}},
		Objections: []draftObjection{{ID: "o1", Gist: "A queue costs money", Target: "p1", Quotes: quote(2)}},
	}})
	before := jsonLine(known)
	all := merged(known, []draft{
		{
			Continues: "d1", Question: "Should the jobs move?", Messages: "5", Sides: []draftSide{{ID: "A", Members: []string{"P1", "P3"}}, {ID: "B", Members: []string{"P2"}}},
			Points: []draftPoint{{ID: "p7", Side: "A", Gist: "cron loses  runs", Quotes: quote(4)}, {ID: "p1", Side: "A", Gist: "Something else entirely", Quotes: quote(5)}},
			Objections: []draftObjection{
				{ID: "o1", Gist: "A queue costs real money", Quotes: quote(6)}, {ID: "o2", Side: "B", Gist: "Who is paged?", Target: "p7", Quotes: quote(7)},
			},
		},
		{Continues: "d9", Question: "Tea or coffee?"},
	})
	if jsonLine(known) != before {
		t.Error("what was known is changed")
	}
	if len(all) != 2 || all[0].Question != "Should it move?" || all[0].Messages != "1-3,5" || len(all[0].Sides) != 2 || len(all[0].Sides[0].Members) != 2 {
		t.Fatalf("%+v", all)
	}
	var rows []string
	for _, p := range all[0].Points {
		rows = append(rows, p.ID+strings.Repeat(".", len(p.Quotes)))
	}
	for _, o := range all[0].Objections {
		rows = append(rows, o.ID+strings.Repeat(".", len(o.Quotes))+o.Target)
	}
	if want := []string{"p1..", "p2.", "o1..p1", "o2.p1"}; !slices.Equal(rows, want) {
		t.Errorf("%q, not %q", rows, want)
	}
}

func TestRanges(t *testing.T) {
	got := parseRanges("3-5, 1;x,9-,4,0-1,7-999999999", 8)
	if want := []int{1, 3, 4, 5, 7, 8}; !slices.Equal(got, want) || ranges(got) != "1,3-5,7-8" {
		t.Errorf("%v as %q", got, ranges(got))
	}
}

// Whatever a model answers, it is decoded or refused.
func FuzzDecode(f *testing.F) {
	f.Add(`{"debates":[{"question":"x","points":[{"quotes":[{"n":1,"text":"y"}]}]}]}`)
	f.Add("<think>{</think>```json\n{\"debates\":[]}```")
	f.Add(strings.Repeat(`{"a":`, 200))
	f.Fuzz(func(t *testing.T, answer string) {
		x, err := decode[extraction](answer, "debates")
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("told at length: %v", err)
		}
		for i := range x.Debates {
			x.Debates[i].tidy()
		}
		all := merged(merged(nil, x.Debates), x.Debates)
		for _, d := range all {
			if len(d.Question) > longestLine+len("…") {
				t.Errorf("a question of %d bytes", len(d.Question))
			}
		}
	})
}
