package score_test

import (
	"path/filepath"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// oneMessage is a gold debate of one message, with a point or an objection for each quote.
func oneMessage(text string, points, objections []string) *score.Gold {
	debate := score.GoldDebate{Sides: []summarize.Side{{ID: "A", Members: []string{"ann"}}, {ID: "B", Members: []string{"bo"}}}}
	for _, q := range points {
		debate.Points = append(debate.Points, score.GoldPoint{Side: "A", Major: true, Spans: []score.Span{{Message: "m1", Quote: q}}})
	}
	for _, q := range objections {
		debate.Objections = append(debate.Objections, score.GoldObjection{
			Side: "A", Status: summarize.Answered,
			Spans: []score.Span{{Message: "m1", Quote: q}}, Responses: []score.Span{{Message: "m1", Quote: q}},
		})
	}
	return &score.Gold{
		Messages: []summarize.Message{{ID: "m1", Author: "ann", Text: text}},
		Golds:    []score.GoldDebate{debate},
	}
}

func pointsReport(rows ...[]string) *summarize.Report {
	var debate summarize.Debate
	for _, quotes := range rows {
		p := summarize.Point{By: []string{"ann"}}
		for _, q := range quotes {
			p.Quotes = append(p.Quotes, summarize.Quote{Message: "m1", Text: q})
		}
		debate.Points = append(debate.Points, p)
	}
	return &summarize.Report{Debates: []summarize.Debate{debate}}
}

func TestPointMatches(t *testing.T) {
	const text = "éé 🙂 abcdefghijklmnopqrst uvwxyz, and then quite a bit more of it, on and on until nobody reads it any longer, so it goes"
	tests := map[string]struct {
		gold string
		rows [][]string
		want float64 // point_recall
	}{
		"the same":                              {"abcdefghij", [][]string{{"abcdefghij"}}, 1},
		"half of gold, exactly":                 {"abcdefghij", [][]string{{"fghijklmno"}}, 1},
		"less than half of gold, not inside":    {"abcdefghij", [][]string{{"ghijklmnop"}}, 0},
		"inside gold, three tenths":             {"abcdefghij", [][]string{{"abc"}}, 1},
		"inside gold, too little":               {"abcdefghij", [][]string{{"ab"}}, 0},
		"five times as long, in code points":    {"🙂 ab", [][]string{{"🙂 abcdefghijklmnopqr"}}, 1},
		"longer than five times what is shared": {"🙂 ab", [][]string{{"🙂 abcdefghijklmnopqrs"}}, 0},
		"a third of the quotes":                 {"abcdefghij", [][]string{{"nobody", "abcdefghij", "so it goes"}}, 1},
		"a quarter of the quotes":               {"abcdefghij", [][]string{{"nobody", "abcdefghij", "so it goes", "quite"}}, 0},
		"not verbatim":                          {"abcdefghij", [][]string{{"abcdefghiJ"}}, 0},
		"no quotes":                             {"abcdefghij", [][]string{{}}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var tally score.Tally
			tally.Add(oneMessage(text, []string{test.gold}, nil), pointsReport(test.rows...))
			if got := *tally.Figures().PointRecall; got != test.want {
				t.Errorf("point_recall %v, want %v", got, test.want)
			}
		})
	}
}

// TestTiesGoToTheHigherIndex: of two equal objections the later one is matched, so its status counts.
func TestTiesGoToTheHigherIndex(t *testing.T) {
	gold := oneMessage("one objection", nil, []string{"one objection"})
	report := &summarize.Report{Debates: []summarize.Debate{{}}}
	for _, status := range []summarize.Status{summarize.Unanswered, summarize.Answered} {
		report.Debates[0].Objections = append(report.Debates[0].Objections, summarize.Objection{
			Quotes: []summarize.Quote{{Message: "m1", Text: "one objection"}}, Status: status,
		})
	}
	var tally score.Tally
	tally.Add(gold, report)
	if got := *tally.Figures().StatusF1; got != 1 {
		t.Errorf("status_f1 %v: the earlier of two equal rows was matched", got)
	}
}

func TestOnlyTheFirstThreeResponsesCount(t *testing.T) {
	for _, test := range []struct {
		responses []string
		want      float64
	}{
		{[]string{"m7", "m8", "m1"}, 1},
		{[]string{"m7", "m8", "m9", "m1"}, 0},
		{nil, 0},
	} {
		o := summarize.Objection{Quotes: []summarize.Quote{{Message: "m1", Text: "why"}}, Status: summarize.Answered}
		for _, id := range test.responses {
			o.Responses = append(o.Responses, summarize.Response{Quote: summarize.Quote{Message: id, Text: "why"}})
		}
		var tally score.Tally
		tally.Add(oneMessage("why", nil, []string{"why"}), &summarize.Report{Debates: []summarize.Debate{{Objections: []summarize.Objection{o}}}})
		if got := *tally.Figures().ResponseAcc; got != test.want {
			t.Errorf("responses in %v: response_acc %v, want %v", test.responses, got, test.want)
		}
	}
}

func TestNothingToMeasure(t *testing.T) {
	var tally score.Tally
	const want = "grounded -  side_pairs -  point_recall -  point_precision -  objection_f1 -  open_f1 -  status_acc -  " +
		"status_f1 -  response_acc -  attribution -  segment_f1 -  false_alarms -  missing 0"
	if got := tally.Figures().String(); got != want {
		t.Errorf("an empty tally prints\n%s\nwant\n%s", got, want)
	}
}

func TestFalseAlarmsAreCountedWhereThereIsNoDebate(t *testing.T) {
	chatter := &score.Gold{Messages: []summarize.Message{{ID: "m1", Text: "hi"}}, Golds: []score.GoldDebate{{}}}
	report := &summarize.Report{Debates: []summarize.Debate{{Objections: make([]summarize.Objection, 2)}}}
	var tally score.Tally
	tally.Add(chatter, report)
	tally.AddMissing(chatter)
	f := tally.Figures()
	if f.FalseAlarms == nil || *f.FalseAlarms != 2 || f.Missing != 1 {
		t.Errorf("%s: want 2 false alarms and 1 missing", f)
	}
}

func TestReadGoldRefuses(t *testing.T) {
	for name, file := range map[string]string{
		"an empty file":        "",
		"truncated JSON":       `{"messages": [{"id": "m1"`,
		"a transcript":         `{"messages": [{"id": "m1", "text": "hi"}]}`,
		"null gold":            `{"messages": [], "gold": null}`,
		"gold of another kind": `{"messages": [], "gold": "yes"}`,
		"a list of words":      `{"messages": [], "gold": ["a", "b"]}`,
	} {
		if _, err := score.ReadGold(strings.NewReader(file)); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func FuzzReadGold(f *testing.F) {
	f.Add(`{"id": "x", "messages": [{"id": "m1", "author": "ann", "time": "2026-03-02T14:05:00Z", "text": "hé", "reply_to": null}],
		"gold": {"sides": [{"id": "A", "members": ["ann"]}], "points": [{"side": "A", "spans": [{"message": "m1", "quote": "é"}], "major": true}],
		"objections": [{"side": null, "spans": [{"message": "m1", "quote": "h"}], "status": "answered", "responses": [{"message": "m1", "quote": "h"}]}]}}`)
	f.Add(`{"messages": [], "gold": [{"messages": ["m1"], "links": [["m1", "m2"]]}, {}]}`)
	f.Add(`{"gold": [`)
	f.Fuzz(func(t *testing.T, file string) {
		gold, err := score.ReadGold(strings.NewReader(file))
		if err != nil {
			return
		}
		var tally score.Tally
		tally.Add(gold, echo(gold))
		tally.AddMissing(gold)
		if got := tally.Figures(); got.Missing != 1 {
			t.Errorf("%s: want 1 missing", got)
		}
	})
}

// BenchmarkAdd scores one report on a channel of two days.
func BenchmarkAdd(b *testing.B) {
	const name = "slack-evals-team-two-days.json"
	gold, report := readGold(b, filepath.Join(goldDir, name)), readReport(b, filepath.Join(reportDir, name))
	for b.Loop() {
		var tally score.Tally
		tally.Add(gold, report)
	}
}

// echo reports exactly what gold says.
func echo(gold *score.Gold) *summarize.Report {
	quotes := func(spans []score.Span) []summarize.Quote {
		var quotes []summarize.Quote
		for _, s := range spans {
			quotes = append(quotes, summarize.Quote{Message: s.Message, Text: s.Quote})
		}
		return quotes
	}
	report := &summarize.Report{}
	for _, g := range gold.Golds {
		d := summarize.Debate{Messages: g.Messages, Sides: g.Sides}
		authors := func(spans []score.Span) []string {
			var by []string
			for _, s := range spans {
				for _, m := range gold.Messages {
					if m.ID == s.Message {
						by = append(by, m.Author)
					}
				}
			}
			return by
		}
		for _, p := range g.Points {
			d.Points = append(d.Points, summarize.Point{Side: p.Side, By: authors(p.Spans), Quotes: quotes(p.Spans)})
		}
		for _, o := range g.Objections {
			row := summarize.Objection{Side: o.Side, By: authors(o.Spans), Quotes: quotes(o.Spans), Status: o.Status}
			for _, q := range quotes(o.Responses) {
				row.Responses = append(row.Responses, summarize.Response{Quote: q})
			}
			d.Objections = append(d.Objections, row)
		}
		report.Debates = append(report.Debates, d)
	}
	return report
}

// TestGoldItselfIsPerfect: a report that says what gold says has every figure at its best.
func TestGoldItselfIsPerfect(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(goldDir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no gold files in %s: %v", goldDir, err)
	}
	var tally score.Tally
	for _, path := range paths {
		gold := readGold(t, path)
		tally.Add(gold, echo(gold))
	}
	const want = "grounded 1.000  side_pairs 1.000  point_recall 1.000  point_precision 1.000  objection_f1 1.000  open_f1 1.000  " +
		"status_acc 1.000  status_f1 1.000  response_acc 1.000  attribution 1.000  segment_f1 1.000  false_alarms 0  missing 0"
	if got := tally.Figures().String(); got != want {
		t.Errorf("gold scores\n%s\nwant\n%s", got, want)
	}
}
