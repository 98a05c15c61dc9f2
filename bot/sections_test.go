package bot

import (
	"slices"
	"testing"

	"crux/summarize"
)

func quotes(ids ...string) []summarize.Quote {
	var all []summarize.Quote
	for _, id := range ids {
		all = append(all, summarize.Quote{Message: id, Text: "words"})
	}
	return all
}

func debateOfTwo() *summarize.Report {
	return &summarize.Report{Debates: []summarize.Debate{{
		ID:       "d1",
		Messages: []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7"},
		Sides:    []summarize.Side{{ID: "A", Members: []string{"ann", "abe"}}, {ID: "B", Members: []string{"ben"}}},
		Points: []summarize.Point{
			{ID: "p1", Side: "A", By: []string{"ann"}, Quotes: quotes("m1")},
			{ID: "p2", Side: "B", By: []string{"ben"}, Quotes: quotes("m2")},
		},
		Objections: []summarize.Objection{
			{ID: "o1", Side: "B", By: []string{"ben"}, Target: "p1", Status: summarize.Unanswered, Quotes: quotes("m3")},
			{ID: "o2", Side: "B", By: []string{"ben"}, Target: "A", Status: summarize.Acknowledged, Quotes: quotes("m4")},
			{ID: "o3", Side: "A", By: []string{"ann"}, Target: "o1", Status: summarize.Unanswered, Quotes: quotes("m5")},
			{
				ID: "o4", Side: "B", By: []string{"ben"}, Target: "p1", Status: summarize.Answered, Quotes: quotes("m3"),
				Responses: []summarize.Response{{Quote: summarize.Quote{Message: "m6"}, Kind: summarize.Answer}},
			},
		},
	}}}
}

func objections(r *summarize.Report) []string {
	ids := []string{}
	for _, d := range r.Debates {
		for _, o := range d.Objections {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func TestMine(t *testing.T) {
	for _, test := range []struct {
		asker        string
		owed, raised []string
	}{
		{"ann", []string{"o1", "o2"}, []string{"o3"}},
		{"abe", []string{"o2"}, []string{}}, // as one of the side
		{"ben", []string{"o3"}, []string{"o1", "o2"}},
		{"stranger", []string{}, []string{}},
	} {
		s := sections(Request{Command: Mine, Asker: test.asker}, debateOfTwo())
		if got := objections(s[0].Report); !slices.Equal(got, test.owed) {
			t.Errorf("%s owes an answer to %v, want %v", test.asker, got, test.owed)
		}
		if got := objections(s[1].Report); !slices.Equal(got, test.raised) {
			t.Errorf("%s is owed answers to %v, want %v", test.asker, got, test.raised)
		}
	}
}

func TestAnswered(t *testing.T) {
	for _, test := range []struct {
		message, title string
		want           []string
	}{
		{"m3", "Raised in this message", []string{"o1", "o4"}},
		{"m1", "Against this message", []string{"o1", "o4"}},
		{"m2", "Against this message", []string{}},
	} {
		s := sections(Request{Command: Answered, Message: test.message}, debateOfTwo())
		if got := objections(s[0].Report); s[0].Title != test.title || !slices.Equal(got, test.want) {
			t.Errorf("of %s: %s %v, want %s %v", test.message, s[0].Title, got, test.title, test.want)
		}
	}
}

// A part of a report leaves the report as it was.
func TestKeepChangesNothing(t *testing.T) {
	report := debateOfTwo()
	keep(report, func(_ *summarize.Debate, o *summarize.Objection) bool { return o.ID == "o2" })
	if got := objections(report); !slices.Equal(got, []string{"o1", "o2", "o3", "o4"}) || len(report.Debates[0].Points) != 2 {
		t.Errorf("the report has %v now", got)
	}
}

func TestSources(t *testing.T) {
	a := Answer{Sections: []Section{{Report: debateOfTwo()}, {Report: debateOfTwo()}}}
	if got, want := a.Sources()[0].Messages, []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7"}; !slices.Equal(got, want) {
		t.Errorf("quotes %v, want %v", got, want)
	}
}

// Only what would have been read if it were there is gone.
func TestMissing(t *testing.T) {
	message := func(id string) summarize.Message { return summarize.Message{ID: id} }
	kept := []string{"1", "2", "3"}
	for _, test := range []struct {
		name string
		read History
		want []string
	}{
		{"all there", History{Messages: []summarize.Message{message("1"), message("2"), message("3")}, Whole: true}, nil},
		{"one gone", History{Messages: []summarize.Message{message("1"), message("3")}, Whole: true}, []string{"2"}},
		{"all gone", History{Whole: true}, []string{"1", "2", "3"}},
		{"not read so far back", History{Messages: []summarize.Message{message("3"), message("10")}}, nil},
		{"nothing read", History{}, nil},
	} {
		if got := missing(kept, test.read); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
