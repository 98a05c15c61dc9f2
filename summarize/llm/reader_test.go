package llm

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/enginetest"
)

// simple is a model that reads by cue words what is on the sheet: people who agree are on one side,
// people who object on the other. Asked the same it answers the same.
type simple struct{}

func (simple) Name() string { return "simple" }

func (s simple) Answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	return tried(ctx, p, func(p Prompt) (Reply, error) { return s.answer(ctx, p, progress) })
}

func (s simple) answer(ctx context.Context, p Prompt, progress func(int)) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, err
	}
	var answer any = s.extraction(sheetOf(p))
	if p.Schema.Name == judgeSchema.Name {
		answer = s.judgement(p)
	}
	raw, err := json.Marshal(answer)
	progress(len(raw))
	return Reply{Text: string(raw), Usage: p.About(len(raw))}, err
}

// sheetOf are the messages in a prompt.
func sheetOf(p Prompt) []line {
	var lines []line
	for _, text := range strings.Split(p.Shared, "\n") {
		var l line
		if json.Unmarshal([]byte(text), &l) == nil && l.N > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// sentence is the first sentence of a text that holds one of the cues, "" without one.
func sentence(text string, cues ...string) string {
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".?!\n", r) }) {
		for _, cue := range cues {
			if s = strings.TrimSpace(s); strings.Contains(strings.ToLower(s), cue) {
				return s[:min(len(s), 300)]
			}
		}
	}
	return ""
}

var (
	objects = []string{"disagree", "but ", "what about", "would have failed", "doubt"}
	claims  = []string{"should", "because", "we lost"}
)

func (simple) extraction(lines []line) extraction {
	d := draft{Neutral: []string{}}
	side := map[string]string{}
	for _, l := range lines {
		if l.By != "" && side[l.By] == "" {
			switch {
			case sentence(l.Text, objects...) != "":
				side[l.By] = "B"
			case sentence(l.Text, claims...) != "":
				side[l.By] = "A"
			}
		}
		quote := []draftQuote{{N: l.N, Text: sentence(l.Text, objects...)}}
		if quote[0].Text != "" {
			d.Objections = append(d.Objections, draftObjection{ID: "o", Side: side[l.By], Gist: quote[0].Text, Quotes: quote})
			continue
		}
		if quote[0].Text = sentence(l.Text, claims...); quote[0].Text != "" {
			d.Points = append(d.Points, draftPoint{ID: "p", Side: side[l.By], Gist: quote[0].Text, Quotes: quote})
		}
	}
	for _, id := range []string{"A", "B"} {
		s := draftSide{ID: id}
		for _, l := range lines {
			if side[l.By] == id && !slices.Contains(s.Members, l.By) {
				s.Members = append(s.Members, l.By)
			}
		}
		if len(s.Members) > 0 {
			d.Sides = append(d.Sides, s)
		}
	}
	if len(d.Objections) == 0 {
		return extraction{Debates: []draft{}}
	}
	d.Question = d.Objections[0].Gist
	return extraction{Debates: []draft{d}}
}

// judgement: an objection is answered by what replies to its message.
func (simple) judgement(p Prompt) judgement {
	j := judgement{Verdicts: []verdict{}}
	lines := sheetOf(p)
	by := map[int]string{}
	for _, l := range lines {
		by[l.N] = l.By
	}
	for _, text := range strings.Split(p.Ask, "\n") {
		var o objectionLine
		if json.Unmarshal([]byte(text), &o) != nil || o.ID == "" {
			continue
		}
		v := verdict{Objection: o.ID, Status: string(summarize.Unanswered), Responses: []draftResponse{}, Sure: 0.8}
		for _, l := range lines {
			if slices.Contains(o.In, l.Re) && l.N > l.Re && by[l.Re] != l.By && sentence(l.Text, objects...) == "" {
				v.Status = string(summarize.Answered)
				v.Responses = append(v.Responses, draftResponse{N: l.N, Text: strings.TrimSpace(l.Text[:min(len(l.Text), 100)]), Kind: string(summarize.Answer)})
				break
			}
		}
		j.Verdicts = append(j.Verdicts, v)
	}
	return j
}

// none stands in where nothing else is to.
type none struct{ t failer }

// failer is what testing.TB and rapid.T have in common here.
type failer interface {
	Error(args ...any)
	Fatal(args ...any)
}

func (n none) Read(context.Context, *summarize.Transcript, func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	n.t.Error("the other engine was asked")
	return summarize.EngineInfo{Name: "none"}, []summarize.Debate{}, nil
}

// engine is one with what a test gives, and what it leaves out made up.
func engine(t failer, o Options) *Engine {
	o.Name = "llm"
	o.Log = slog.New(slog.DiscardHandler)
	if o.Instead == nil {
		o.Instead = none{t}
	}
	if o.Conversations == nil {
		o.Conversations = oneConversation
	}
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func oneConversation(_ context.Context, t *summarize.Transcript) ([][]string, error) {
	var ids []string
	for _, m := range t.Messages {
		ids = append(ids, m.ID)
	}
	return [][]string{ids}, nil
}

func TestEngine(t *testing.T) {
	debates := readBy(t, simple{})
	if len(debates) != 1 || len(debates[0].Sides) != 2 || len(debates[0].Objections) != 3 || debates[0].Objections[0].Status != summarize.Answered {
		t.Fatalf("the simple reader's debates are %+v", debates)
	}
	enginetest.Run(t, func() summarize.Engine { return engine(t, Options{Model: simple{}}) })
}

func TestEngineInWindows(t *testing.T) {
	enginetest.Run(t, func() summarize.Engine { return engine(t, Options{Model: simple{}, MostInput: leastInput}) })
}
