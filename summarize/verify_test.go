package summarize_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// office is a transcript in which ann and abe argue with bo, while cy only asks.
func office() *summarize.Transcript {
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 14, minute, 0, 0, time.UTC) }
	url := func(id string) string { return "https://chat.example/" + id }
	return &summarize.Transcript{
		Names: map[string]string{"U1": "Ann Archer", "U2": "Abe", "U3": "Bo"},
		Messages: []summarize.Message{
			{ID: "m1", Author: "U1", Time: at(1), URL: url("m1"), Text: "We should ship on Friday. The tests cost 12.5 hours, see https://ci.example/run/7."},
			{ID: "m2", Author: "U3", Time: at(2), URL: url("m2"), Text: "But nobody reviewed the parser, <@U1>. And who is on call?"},
			{ID: "m3", Author: "U2", Time: at(3), URL: url("m3"), Text: "I reviewed the parser yesterday."},
			{ID: "m4", Author: "bot", Bot: true, Time: at(4), URL: url("m4"), Text: "Build passed."},
			{ID: "m5", Author: "U4", Time: at(5), URL: url("m5"), Text: "What is a parser?"},
			{ID: "m6", Author: "U3", Time: at(6), URL: url("m6"), Text: "OK, I take the parser back."},
			{ID: "m7", Text: "Nobody wrote this."},
		},
	}
}

func said(message, text string) summarize.Quote {
	q := summarize.Quote{Message: message, Text: text}
	if message != "m7" {
		q.URL = "https://chat.example/" + message
	}
	return q
}

func responded(kind summarize.ResponseKind, message, text string) summarize.Response {
	return summarize.Response{Quote: said(message, text), Kind: kind}
}

// friday is a debate in office that holds in every way.
func friday() summarize.Debate {
	return summarize.Debate{
		ID: "d1", Question: "should we ship on Friday?",
		Messages: []string{"m1", "m2", "m3", "m5"},
		Sides: []summarize.Side{
			{ID: "A", Label: "Ship on Friday", Members: []string{"U1", "U2"}},
			{ID: "B", Label: "", Members: []string{"U3"}},
		},
		Neutral: []string{"U4"},
		Points: []summarize.Point{
			{ID: "p1", Side: "A", By: []string{"U1"}, Gist: "ship on Friday", Quotes: []summarize.Quote{said("m1", "We should ship on Friday.")}},
		},
		Objections: []summarize.Objection{
			{
				ID: "o1", Side: "B", By: []string{"U3"}, Gist: "the parser has no review", Target: "p1",
				Quotes: []summarize.Quote{said("m2", "But nobody reviewed the parser")},
				Status: summarize.Answered, Responses: []summarize.Response{responded(summarize.Answer, "m3", "I reviewed the parser yesterday.")},
				Confidence: 0.9, Raised: time.Date(2026, 3, 2, 14, 2, 0, 0, time.UTC),
			},
			{
				ID: "o2", Side: "B", By: []string{"U3"}, Gist: "nobody may be on call", Target: "A",
				Quotes: []summarize.Quote{said("m2", "And who is on call?")},
				Status: summarize.Unanswered, Responses: []summarize.Response{},
				Confidence: 0.7, Raised: time.Date(2026, 3, 2, 14, 2, 0, 0, time.UTC),
			},
		},
		Agreements: []summarize.Agreement{},
		Stats:      summarize.Stats{Messages: 4, People: 4},
	}
}

func TestVerifyKeepsWhatHolds(t *testing.T) {
	r := &summarize.Report{Debates: []summarize.Debate{friday()}}
	dropped := summarize.Verify(r, office())
	if diff := cmp.Diff([]summarize.Debate{friday()}, r.Debates); diff != "" {
		t.Errorf("the report changed (-before +after):\n%s", diff)
	}
	if dropped.Total() != 0 {
		t.Error(dropped)
	}
}

// TestVerify breaks friday in one way each, and says what Verify makes of it.
func TestVerify(t *testing.T) {
	type debate = summarize.Debate
	type dropped = summarize.Dropped
	unanswered := func(d *debate, o int) {
		d.Objections[o].Status, d.Objections[o].Responses = summarize.Unanswered, []summarize.Response{}
		d.Objections[o].Uncertain, d.Objections[o].Confidence = true, 0.5
	}
	tests := map[string]struct {
		damage func(d *debate)
		want   func(d *debate)
		count  dropped
	}{
		// Quotes.
		"a quote that nobody said": {
			func(d *debate) { d.Points[0].Quotes = append(d.Points[0].Quotes, said("m1", "We must ship")) },
			func(*debate) {}, dropped{Quotes: 1},
		},
		"a quote from another message": {
			func(d *debate) {
				d.Points[0].Quotes = append(d.Points[0].Quotes, said("m2", "We should ship on Friday."))
			},
			func(*debate) {}, dropped{Quotes: 1},
		},
		"a quote of a message that is not there": {
			func(d *debate) { d.Points[0].Quotes = append(d.Points[0].Quotes, said("m99", "ship")) },
			func(*debate) {}, dropped{Quotes: 1},
		},
		"a bot's quote": {
			func(d *debate) { d.Points[0].Quotes = append(d.Points[0].Quotes, said("m4", "Build passed.")) },
			func(*debate) {}, dropped{Quotes: 1},
		},
		"blank quotes": {
			func(d *debate) {
				d.Points[0].Quotes = append(d.Points[0].Quotes, said("m1", ""), said("m1", " "))
			},
			func(*debate) {}, dropped{Quotes: 2},
		},
		"a link that is not the message's": {
			func(d *debate) { d.Points[0].Quotes[0].URL = "https://evil.example" },
			func(*debate) {}, dropped{},
		},
		"a row without quotes": {
			func(d *debate) { d.Objections[1].Quotes = nil },
			func(d *debate) { d.Objections = d.Objections[:1] }, dropped{Objections: 1},
		},
		"no row left": {
			func(d *debate) {
				d.Points[0].Quotes, d.Objections = []summarize.Quote{said("m1", "never said")}, nil
			},
			nil, dropped{Debates: 1, Points: 1, Quotes: 1},
		},

		// Ids.
		"rows with the same id": {
			func(d *debate) { d.Objections[1].ID = "p1" },
			func(d *debate) { d.Objections = d.Objections[:1] }, dropped{Objections: 1},
		},
		"a row named like a side": {
			func(d *debate) { d.Objections[1].ID = "A" },
			func(d *debate) { d.Objections = d.Objections[:1] }, dropped{Objections: 1},
		},
		"a row without id": {
			func(d *debate) { d.Objections[1].ID = "" },
			func(d *debate) { d.Objections = d.Objections[:1] }, dropped{Objections: 1},
		},
		"a debate without id": {
			func(d *debate) { d.ID = " " }, nil, dropped{Debates: 1},
		},

		// People and sides.
		"members who never spoke": {
			func(d *debate) {
				d.Sides[0].Members = []string{"U1", "ghost", "bot", "", "U2"}
				d.Neutral = []string{"U4", "ghost"}
			},
			func(*debate) {}, dropped{People: 4},
		},
		"people on two sides, or on one and neutral": {
			func(d *debate) {
				d.Sides[1].Members = []string{"U1", "U3", "U3"}
				d.Neutral = []string{"U2", "U4", "U4"}
			},
			func(*debate) {}, dropped{People: 4},
		},
		"a side without members": {
			func(d *debate) {
				d.Sides = append(d.Sides, summarize.Side{ID: "C"}, summarize.Side{ID: "", Members: []string{"U4"}})
			},
			func(*debate) {}, dropped{Sides: 2},
		},
		"two sides with one id": {
			func(d *debate) { d.Sides = append(d.Sides, summarize.Side{ID: "A", Members: []string{"U4"}}) },
			func(*debate) {}, dropped{Sides: 1},
		},
		"a row by someone whom it does not quote": {
			func(d *debate) { d.Points[0].By = []string{"U2", "U1"} },
			func(*debate) {}, dropped{Attributions: 1},
		},
		"a row by nobody": {
			func(d *debate) { d.Points[0].By = nil },
			func(*debate) {}, dropped{Attributions: 1},
		},
		"a row on the other side": {
			func(d *debate) { d.Points[0].Side, d.Objections[1].Side = "B", "A" },
			func(*debate) {}, dropped{Attributions: 2},
		},
		"a row on no side": {
			func(d *debate) { d.Points[0].Side, d.Objections[1].Side = "", "C" },
			func(*debate) {}, dropped{Attributions: 2},
		},
		"an objection of a neutral person on a side": {
			func(d *debate) {
				o := &d.Objections[1]
				o.By, o.Gist, o.Quotes = []string{"U4"}, "what is it", []summarize.Quote{said("m5", "What is a parser?")}
			},
			func(d *debate) {
				o := &d.Objections[1]
				o.By, o.Gist, o.Quotes, o.Side = []string{"U4"}, "what is it", []summarize.Quote{said("m5", "What is a parser?")}, ""
				o.Raised = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)
			},
			dropped{Attributions: 1},
		},
		"a point that a side has from a neutral person": {
			func(d *debate) {
				d.Points = append(d.Points, summarize.Point{ID: "p2", Side: "A", By: []string{"U4"}, Gist: "what is it", Quotes: []summarize.Quote{said("m5", "What is a parser?")}})
			},
			func(*debate) {}, dropped{Points: 1},
		},
		"a point of both sides and neither": {
			func(d *debate) {
				d.Points = append(d.Points, summarize.Point{ID: "p2", By: []string{"U1", "U3"}, Gist: "both",
					Quotes: []summarize.Quote{said("m1", "ship on Friday"), said("m2", "on call?")}})
			},
			func(*debate) {}, dropped{Points: 1},
		},
		"sides where nobody has one": {
			func(d *debate) { d.Sides, d.Objections, d.Points[0].Side = nil, nil, "A" },
			func(d *debate) {
				d.Sides, d.Objections, d.Points[0].Side = []summarize.Side{}, []summarize.Objection{}, ""
			},
			dropped{Attributions: 1},
		},

		// Targets.
		"a target that is not there": {
			func(d *debate) { d.Objections[0].Target = "p9" },
			func(d *debate) { d.Objections[0].Target = "" }, dropped{Targets: 1},
		},
		"a target on the same side": {
			func(d *debate) { d.Objections[0].Target, d.Objections[1].Target = "o2", "B" },
			func(d *debate) { d.Objections[0].Target, d.Objections[1].Target = "", "" }, dropped{Targets: 2},
		},
		"an objection to itself": {
			func(d *debate) { d.Objections[0].Target = "o1" },
			func(d *debate) { d.Objections[0].Target = "" }, dropped{Targets: 1},
		},
		"objections in a circle": {
			func(d *debate) { d.Sides, d.Objections[0].Target, d.Objections[1].Target = nil, "o2", "o1" },
			func(d *debate) {
				d.Sides, d.Objections[0].Target, d.Objections[1].Target = []summarize.Side{}, "o2", ""
				d.Points[0].Side, d.Objections[0].Side, d.Objections[1].Side = "", "", ""
			},
			dropped{Targets: 1, Attributions: 3},
		},
		"a target that is dropped": {
			func(d *debate) { d.Points[0].Quotes[0].Text = "Ship!" },
			func(d *debate) { d.Points, d.Objections[0].Target = []summarize.Point{}, "" },
			dropped{Points: 1, Quotes: 1, Targets: 1},
		},

		// Status.
		"a status that is none": {
			func(d *debate) { d.Objections[1].Status = "open" },
			func(d *debate) { d.Objections = d.Objections[:1] }, dropped{Objections: 1},
		},
		"answered without an answer": {
			func(d *debate) { d.Objections[0].Responses = nil },
			func(d *debate) { unanswered(d, 0) }, dropped{Statuses: 1},
		},
		"answered with words that nobody said": {
			func(d *debate) { d.Objections[0].Responses[0].Text = "I did not review it." },
			func(d *debate) { unanswered(d, 0) }, dropped{Responses: 1, Statuses: 1},
		},
		"answered in a kind that is none": {
			func(d *debate) { d.Objections[0].Responses[0].Kind = "reply" },
			func(d *debate) { unanswered(d, 0) }, dropped{Responses: 1, Statuses: 1},
		},
		"answered before it was raised": {
			func(d *debate) {
				d.Objections[0].Responses[0] = responded(summarize.Answer, "m1", "The tests cost 12.5 hours")
			},
			func(d *debate) { unanswered(d, 0) }, dropped{Responses: 1, Statuses: 1},
		},
		"answered by who raised it": {
			func(d *debate) {
				d.Objections[0].Responses[0] = responded(summarize.Answer, "m6", "I take the parser back")
			},
			func(d *debate) { unanswered(d, 0) }, dropped{Responses: 1, Statuses: 1},
		},
		"answered by an ally": {
			func(d *debate) { d.Sides[0].Members, d.Sides[1].Members = []string{"U1"}, []string{"U3", "U2"} },
			func(d *debate) {
				d.Sides[0].Members, d.Sides[1].Members = []string{"U1"}, []string{"U3", "U2"}
				unanswered(d, 0)
			},
			dropped{Responses: 1, Statuses: 1},
		},
		"withdrawn by someone else": {
			func(d *debate) {
				d.Objections[0].Status, d.Objections[0].Responses[0].Kind = summarize.Withdrawn, summarize.Withdrawal
			},
			func(d *debate) { unanswered(d, 0) }, dropped{Responses: 1, Statuses: 1},
		},
		"unanswered with an answer": {
			func(d *debate) { d.Objections[1].Responses = d.Objections[0].Responses },
			func(*debate) {}, dropped{Responses: 1},
		},
		"conceded with an answer": {
			func(d *debate) { d.Objections[0].Status = summarize.Conceded },
			func(d *debate) { d.Objections[0].Uncertain, d.Objections[0].Confidence = true, 0.5 }, dropped{Statuses: 1},
		},
		"confidence that is no probability": {
			func(d *debate) { d.Objections[0].Confidence, d.Objections[1].Confidence = math.NaN(), math.Inf(1) },
			func(d *debate) { d.Objections[0].Confidence, d.Objections[1].Confidence = 0, 1 }, dropped{},
		},

		// Messages and counts.
		"messages that are not there, are twice or a bot's, in no order": {
			func(d *debate) { d.Messages = []string{"m5", "m3", "m99", "m2", "m4", "m3", "m1"} },
			func(*debate) {}, dropped{Messages: 3},
		},
		"counts that are wrong": {
			func(d *debate) {
				d.Stats = summarize.Stats{Messages: 400, People: -1}
				d.Objections[0].Raised = time.Now()
			},
			func(*debate) {}, dropped{},
		},

		// Agreements.
		"an agreement that nobody voiced": {
			func(d *debate) {
				d.Agreements = []summarize.Agreement{{Gist: "all is well", Quotes: []summarize.Quote{said("m2", "all is well")}}}
			},
			func(*debate) {}, dropped{Agreements: 1, Quotes: 1},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			damaged := friday()
			test.damage(&damaged)
			r := &summarize.Report{Debates: []summarize.Debate{damaged}}
			count := summarize.Verify(r, office())

			want := []summarize.Debate{}
			if test.want != nil {
				want = append(want, friday())
				test.want(&want[0])
			}
			if diff := cmp.Diff(want, r.Debates); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(test.count, count); diff != "" {
				t.Errorf("count: -want +got:\n%s", diff)
			}
		})
	}
}

func TestVerifyTellsDebatesApart(t *testing.T) {
	first, same, second := friday(), friday(), friday()
	second.ID, second.Messages = "d2", []string{"m3", "m6"}
	r := &summarize.Report{Debates: []summarize.Debate{first, same, second}}
	dropped := summarize.Verify(r, office())

	second.Messages, second.Stats = []string{"m6"}, summarize.Stats{Messages: 1, People: 1}
	second.Question = "We should ship on Friday." // Friday is not in what is left
	second.Sides[0].Label = ""
	if diff := cmp.Diff([]summarize.Debate{first, second}, r.Debates); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if want := (summarize.Dropped{Debates: 1, Messages: 1, Wordings: 2}); dropped != want {
		t.Errorf("dropped %+v, want %+v", dropped, want)
	}
}

// TestVerifyWithoutPeople: text in which nobody is named can still be reported on.
func TestVerifyWithoutPeople(t *testing.T) {
	transcript := &summarize.Transcript{Messages: []summarize.Message{
		{ID: "1", Text: "It works."}, {ID: "2", Text: "It does not."}, {ID: "3", Text: "On second thought, it does."},
	}}
	r := &summarize.Report{Debates: []summarize.Debate{{
		ID: "d1", Question: "does it work", Messages: []string{"1", "2", "3"},
		Points: []summarize.Point{{ID: "p1", Gist: "it works", Quotes: []summarize.Quote{{Message: "1", Text: "It works."}}}},
		Objections: []summarize.Objection{{
			ID: "o1", Gist: "it does not", Target: "p1", Quotes: []summarize.Quote{{Message: "2", Text: "It does not."}},
			Status: summarize.Withdrawn, Responses: []summarize.Response{{Quote: summarize.Quote{Message: "3", Text: "On second thought, it does."}, Kind: summarize.Withdrawal}},
		}},
	}}}
	if dropped := summarize.Verify(r, transcript); dropped.Total() != 0 {
		t.Error(dropped)
	}
	if o := r.Debates[0].Objections[0]; o.Status != summarize.Withdrawn || o.Target != "p1" {
		t.Errorf("status %s, target %q", o.Status, o.Target)
	}
}

func TestVerifyDoesNotWriteToWhatTheEngineHolds(t *testing.T) {
	damaged := friday()
	damaged.Points[0].Quotes = []summarize.Quote{said("m1", "no"), {Message: "m1", Text: "We should ship on Friday."}}
	damaged.Sides[0].Members = []string{"ghost", "U1", "U2"}
	damaged.Objections[1].Target = "o2"
	damaged.Messages = []string{"m5", "m1"}
	before := damaged
	before.Points = []summarize.Point{damaged.Points[0]}
	before.Points[0].Quotes = append([]summarize.Quote{}, damaged.Points[0].Quotes...)
	before.Sides = append([]summarize.Side{}, damaged.Sides...)
	before.Sides[0].Members = append([]string{}, damaged.Sides[0].Members...)
	before.Objections = append([]summarize.Objection{}, damaged.Objections...)
	before.Messages = append([]string{}, damaged.Messages...)

	held := []summarize.Debate{damaged}
	summarize.Verify(&summarize.Report{Debates: held}, office())
	if diff := cmp.Diff([]summarize.Debate{before}, held); diff != "" {
		t.Errorf("the engine's debates changed (-before +after):\n%s", diff)
	}
}

func TestDroppedSaysWhatItCounts(t *testing.T) {
	for _, test := range []struct {
		dropped summarize.Dropped
		total   int
		want    string
	}{
		{summarize.Dropped{}, 0, "everything that the engine reported holds"},
		{summarize.Dropped{Quotes: 2, Points: 1}, 3, "left out, because it does not hold: 1 point, 2 quotes"},
		{summarize.Dropped{Wordings: 1}, 1, "put right: 1 wording"},
		{summarize.Dropped{People: 1, Statuses: 3}, 4, "left out, because it does not hold: 1 person; put right: 3 statuses"},
	} {
		if got := test.dropped.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
		if got := test.dropped.Total(); got != test.total {
			t.Errorf("total %d, want %d", got, test.total)
		}
	}
}

// BenchmarkVerify verifies a report of 50 debates of 200 messages each.
func BenchmarkVerify(b *testing.B) {
	t := &summarize.Transcript{}
	var debates []summarize.Debate
	for i := range 50 {
		d := friday()
		d.ID = fmt.Sprint("d", i)
		rename := func(id string) string { return fmt.Sprint(id, "-", i) }
		for round := range 40 {
			for _, m := range office().Messages[:5] {
				if round > 0 {
					m.ID = fmt.Sprint(m.ID, "r", round)
				}
				m.ID = rename(m.ID)
				t.Messages = append(t.Messages, m)
			}
		}
		for j := range d.Messages {
			d.Messages[j] = rename(d.Messages[j])
		}
		d.Points[0].Quotes[0].Message = rename("m1")
		d.Objections[0].Quotes[0].Message, d.Objections[1].Quotes[0].Message = rename("m2"), rename("m2")
		d.Objections[0].Responses[0].Message = rename("m3")
		debates = append(debates, d)
	}
	for b.Loop() {
		r := &summarize.Report{Debates: debates}
		if dropped := summarize.Verify(r, t); dropped.Debates > 0 {
			b.Fatal(dropped)
		}
	}
	b.ReportMetric(float64(len(t.Messages))*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
