package summarize_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

// script is an engine that reports what it is told to, and remembers what it was given to read.
type script struct {
	debates []summarize.Debate
	err     error
	read    *summarize.Transcript
}

func (s *script) Read(_ context.Context, t *summarize.Transcript, progress func(done, total int)) (summarize.EngineInfo, []summarize.Debate, error) {
	s.read = t
	progress(1, 1)
	return summarize.EngineInfo{Name: "script", Degraded: "half asleep"}, s.debates, s.err
}

func TestSummarize(t *testing.T) {
	broken := friday()
	broken.Points = append(broken.Points, summarize.Point{ID: "p2", Gist: "never said", Quotes: []summarize.Quote{{Message: "m1", Text: "never said"}}})
	engine := &script{debates: []summarize.Debate{broken}}
	steps := 0
	report, dropped, err := summarize.Summarizer{Engine: engine}.Summarize(t.Context(), office(), summarize.Request{Progress: func(int, int) { steps++ }})
	if err != nil {
		t.Fatal(err)
	}
	want := &summarize.Report{
		Schema: summarize.Schema,
		Engine: summarize.EngineInfo{Name: "script", Degraded: "half asleep"},
		Window: summarize.Window{
			From:     time.Date(2026, 3, 2, 14, 1, 0, 0, time.UTC),
			To:       time.Date(2026, 3, 2, 14, 6, 0, 0, time.UTC),
			Messages: 7, People: 4, // neither the bot nor nobody
		},
		Debates: []summarize.Debate{friday()},
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if want := (summarize.Dropped{Points: 1, Quotes: 1}); dropped != want {
		t.Errorf("dropped %+v, want %+v", dropped, want)
	}
	if steps != 1 {
		t.Errorf("progress was told %d times, want 1", steps)
	}
}

func TestSummarizeReadsOnlyTheWindow(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 14, minute, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		request summarize.Request
		want    []string
	}{
		"everything":       {summarize.Request{}, []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7"}},
		"since and until":  {summarize.Request{Since: at(2), Until: at(5)}, []string{"m2", "m3", "m4"}},
		"the last of that": {summarize.Request{Since: at(2), Until: at(5), Last: 2}, []string{"m3", "m4"}},
		"nothing":          {summarize.Request{Since: at(30)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			engine := &script{debates: []summarize.Debate{friday()}}
			report, _, err := summarize.Summarizer{Engine: engine}.Summarize(t.Context(), office(), test.request)
			if err != nil {
				t.Fatal(err)
			}
			var read []string
			for _, m := range engine.read.Messages {
				read = append(read, m.ID)
			}
			if diff := cmp.Diff(test.want, read); diff != "" {
				t.Errorf("read: -want +got:\n%s", diff)
			}
			if report.Window.Messages != len(test.want) {
				t.Errorf("window %+v", report.Window)
			}
			for _, fault := range faults(report, engine.read) { // quotes from outside the window are not in it
				t.Error(fault)
			}
		})
	}
}

func TestSummarizeReportsTheEnginesError(t *testing.T) {
	failure := errors.New("no ink")
	report, _, err := summarize.Summarizer{Engine: &script{err: failure}}.Summarize(t.Context(), office(), summarize.Request{})
	if !errors.Is(err, failure) || report != nil {
		t.Errorf("report %v, error %v", report, err)
	}
}

func TestOnlyOpen(t *testing.T) {
	settled := friday()
	settled.ID, settled.Messages = "d2", nil
	settled.Objections = settled.Objections[:1]
	open := friday()
	open.Objections[1].Target = "p2"
	open.Points = append(open.Points, summarize.Point{ID: "p2", Side: "A", By: []string{"U1"}, Gist: "hours", Quotes: []summarize.Quote{said("m1", "The tests cost 12.5 hours")}})

	report := ask(t, summarize.Request{OnlyOpen: true}, open, settled)
	if diff := cmp.Diff([]string{"d1: A B p2 o2>p2"}, outline(report)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	report = ask(t, summarize.Request{OnlyOpen: true}, settled)
	if diff := cmp.Diff([]string{"d2: A B"}, outline(report)); diff != "" {
		t.Errorf("nothing is open: -want +got:\n%s", diff)
	}
}

func TestOnlyOpenForgetsTargetsThatAreSettled(t *testing.T) {
	d := friday()
	d.Sides, d.Objections[1].Target = nil, "o1"
	report := ask(t, summarize.Request{OnlyOpen: true}, d)
	if diff := cmp.Diff([]string{"d1: o2"}, outline(report)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAbout(t *testing.T) {
	d := friday()
	d.Points = append(d.Points, summarize.Point{ID: "p2", Side: "A", By: []string{"U1"}, Gist: "hours", Quotes: []summarize.Quote{said("m1", "The tests cost 12.5 hours")}})
	d.Agreements = []summarize.Agreement{{Gist: "parsers", Quotes: []summarize.Quote{said("m6", "I take the parser back")}}}
	whole := "d1: A B p1 p2 o1>p1 o2>A agreement"
	for words, want := range map[string][]string{
		"":                  {whole},
		"?!":                {whole},
		"shipping":          {whole}, // by the stem, in the question
		"SHIP Fridays":      {whole},
		"the":               {"d1: A B p1 p2 o1>p1 agreement"}, // a word that says little, but the only one
		"is on call":        {"d1: A B o2>A"},
		"reviews":           {"d1: A B p1 o1>p1"},
		"testing costs":     {"d1: A B p2"},
		"shipping test":     nil, // no row holds both
		"parser":            {"d1: A B p1 o1>p1 agreement"},
		"quantum gravity":   nil,
		"the cost of tests": {"d1: A B p2"},
	} {
		t.Run(words, func(t *testing.T) {
			report := ask(t, summarize.Request{About: words}, d)
			if diff := cmp.Diff(want, outline(report)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if report.Debates == nil {
				t.Error("the list of debates is nil")
			}
		})
	}
}

func TestAboutKeepsWhatChallengesARowOnTheTopic(t *testing.T) {
	d := friday()
	d.Question, d.Sides[0].Label = "should we?", ""
	report := ask(t, summarize.Request{About: "friday"}, d) // p1 holds it
	if diff := cmp.Diff([]string{"d1: A B p1 o1>p1"}, outline(report)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// ask summarizes office with an engine that reports these debates.
func ask(t *testing.T, r summarize.Request, debates ...summarize.Debate) *summarize.Report {
	t.Helper()
	report, _, err := summarize.Summarizer{Engine: &script{debates: debates}}.Summarize(t.Context(), office(), r)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// outline names what a report holds, one line a debate.
func outline(r *summarize.Report) []string {
	var lines []string
	for _, d := range r.Debates {
		line := d.ID + ":"
		for _, s := range d.Sides {
			line += " " + s.ID
		}
		for _, p := range d.Points {
			line += " " + p.ID
		}
		for _, o := range d.Objections {
			line += " " + o.ID
			if o.Target != "" {
				line += ">" + o.Target
			}
		}
		for range d.Agreements {
			line += " agreement"
		}
		lines = append(lines, line)
	}
	return lines
}
