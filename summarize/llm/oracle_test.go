package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
	"crux/summarize/transcript"
)

// careful is a model that says what the careful reader of a gold file says: what is lost
// then is the engine's fault.
type careful struct {
	gold  *score.Gold
	sheet *sheet

	mu    sync.Mutex
	asked []Prompt
}

func (c *careful) Name() string { return "careful" }

func (c *careful) Answer(_ context.Context, p Prompt, _ func(int)) (Reply, error) {
	c.mu.Lock()
	c.asked = append(c.asked, p)
	c.mu.Unlock()
	var answer any
	switch p.Schema.Name {
	case extractSchema.Name:
		answer = c.extraction(p)
	default:
		answer = c.judgement(p)
	}
	raw, err := json.Marshal(answer)
	return Reply{Text: "Here it is:\n```json\n" + string(raw) + "\n```"}, err
}

// shown are the numbers of the messages in a prompt.
func shown(p Prompt) map[int]bool {
	numbers := map[int]bool{}
	for _, text := range strings.Split(p.Shared+"\n"+p.Ask, "\n") {
		var l line
		if json.Unmarshal([]byte(text), &l) == nil && l.N > 0 && l.Text != "" {
			numbers[l.N] = true
		}
	}
	return numbers
}

func (c *careful) quotes(spans []score.Span, among map[int]bool) []draftQuote {
	out := []draftQuote{}
	for _, s := range spans {
		n := c.sheet.number[s.Message]
		if n == 0 || !among[n] {
			continue
		}
		out = append(out, draftQuote{N: n, Text: c.sheet.people.mask(s.Quote).text})
	}
	return out
}

func (c *careful) handles(ids []string) []string {
	out := []string{}
	for _, id := range ids {
		out = append(out, c.sheet.people.handle(id))
	}
	return out
}

func (c *careful) extraction(p Prompt) extraction {
	among := shown(p)
	x := extraction{Debates: []draft{}}
	for _, g := range c.gold.Golds {
		d := draft{Question: g.Question, Neutral: c.handles(g.Neutral)}
		numbers := c.sheet.numbersOf(g.Messages)
		if !c.gold.Channel {
			numbers = c.sheet.all()
		}
		d.Messages = ranges(slices.DeleteFunc(numbers, func(n int) bool { return !among[n] }))
		for _, s := range g.Sides {
			d.Sides = append(d.Sides, draftSide{ID: s.ID, Label: s.Label, Members: c.handles(s.Members)})
		}
		for _, point := range g.Points {
			if quotes := c.quotes(point.Spans, among); len(quotes) > 0 {
				d.Points = append(d.Points, draftPoint{ID: point.ID, Side: string(point.Side), Gist: point.Gist, Quotes: quotes})
			}
		}
		for _, o := range g.Objections {
			if quotes := c.quotes(o.Spans, among); len(quotes) > 0 {
				d.Objections = append(d.Objections, draftObjection{ID: o.ID, Side: string(o.Side), Gist: o.Gist, Target: o.Target, Quotes: quotes})
			}
		}
		if len(d.Sides) > 1 && len(d.Points)+len(d.Objections) > 0 {
			x.Debates = append(x.Debates, d)
		}
	}
	return x
}

func (c *careful) judgement(p Prompt) judgement {
	among := shown(p)
	ids := map[string]string{} // by gist
	for _, text := range strings.Split(p.Ask, "\n") {
		var l objectionLine
		if json.Unmarshal([]byte(text), &l) == nil && l.ID != "" {
			ids[l.Gist] = l.ID
		}
	}
	var j judgement
	for _, g := range c.gold.Golds {
		if !strings.Contains(p.Ask, "The debate: "+g.Question+"\n") {
			continue
		}
		for _, o := range g.Objections {
			v := verdict{Objection: ids[o.Gist], Status: string(o.Status), Responses: []draftResponse{}, Sure: 0.9}
			for _, q := range c.quotes(o.Responses, among) {
				v.Responses = append(v.Responses, draftResponse{N: q.N, Text: q.Text, Kind: string(kindFor[o.Status])})
			}
			if len(v.Responses) == 0 {
				v.Status = string(summarize.Unanswered)
			}
			j.Verdicts = append(j.Verdicts, v)
		}
	}
	return j
}

var kindFor = map[summarize.Status]summarize.ResponseKind{
	summarize.Answered: summarize.Answer, summarize.Conceded: summarize.Concession,
	summarize.Acknowledged: summarize.Deferral, summarize.Withdrawn: summarize.Withdrawal,
}

// Whatever a careful reader says comes through, in one prompt and in windows of a small model.
func TestCarefulReader(t *testing.T) {
	for _, most := range []int{0, 6000} {
		t.Run(strconv.Itoa(most), func(t *testing.T) {
			paths, err := filepath.Glob("../testdata/debates/*.json")
			if err != nil || len(paths) == 0 {
				t.Fatal("no debates", err)
			}
			var all score.Tally
			for _, path := range paths {
				all.Add(readCarefully(t, path, most))
			}
			got := all.Figures()
			for name, figure := range map[string]*float64{
				"open_f1": got.OpenF1, "objection_f1": got.ObjectionF1, "point_recall": got.PointRecall,
				"side_pairs": got.SidePairs, "status_acc": got.StatusAcc, "attribution": got.Attribution, "segment_f1": got.SegmentF1,
			} {
				if figure == nil || *figure < 0.99 {
					t.Errorf("%s is lost: %s", name, got.Row("all"))
				}
			}
		})
	}
}

func readCarefully(t *testing.T, path string, most int) (*score.Gold, *summarize.Report) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gold, err := score.ReadGold(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	read, err := transcript.Open(path, transcript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := New(Options{
		Name: "llm", Model: &careful{gold: gold, sheet: newSheet(read.Transcript, false)}, MostInput: most, Log: slog.New(slog.DiscardHandler),
		Conversations: func(_ context.Context, tr *summarize.Transcript) ([][]string, error) {
			var ids []string
			for _, m := range tr.Messages {
				ids = append(ids, m.ID)
			}
			return [][]string{ids}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	report, dropped, err := summarize.Summarizer{Engine: engine}.Summarize(t.Context(), read.Transcript, summarize.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if n := dropped.Total(); n > 0 {
		t.Logf("%s: %v", filepath.Base(path), dropped)
	}
	return gold, report
}
