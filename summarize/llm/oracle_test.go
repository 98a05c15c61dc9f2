package llm

import (
	"bytes"
	"context"
	"encoding/json"
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
	golds []score.GoldDebate
	// numbers of their messages, where a file says which they are.
	numbers map[string][]int
	sheet   *sheet

	mu    sync.Mutex
	asked []Prompt
}

// newCareful is a model that reads what of gold files stands on a sheet.
func newCareful(t *summarize.Transcript, golds ...*score.Gold) *careful {
	c := &careful{sheet: newSheet(t, false), numbers: map[string][]int{}}
	for _, g := range golds {
		for _, d := range g.Golds {
			c.golds = append(c.golds, d)
			ids := d.Messages
			if !g.Channel {
				for _, m := range g.Messages {
					ids = append(ids, m.ID)
				}
			}
			c.numbers[d.Question] = c.sheet.numbersOf(ids)
		}
	}
	return c
}

func (c *careful) Name() string { return "careful" }

func (c *careful) Answer(ctx context.Context, p Prompt, _ func(int)) (Reply, error) {
	return tried(ctx, p, c.answer)
}

func (c *careful) answer(p Prompt) (Reply, error) {
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
	return Reply{Text: "Here it is:\n```json\n" + string(raw) + "\n```", Usage: p.About(len(raw))}, err
}

// shown are the numbers of the messages in a prompt.
func shown(p Prompt) map[int]bool {
	numbers := map[int]bool{}
	for _, l := range sheetOf(p) {
		numbers[l.N] = true
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

// says reports whether a gist in a prompt is that of a gold row, or what Verify put in its place.
func (c *careful) says(gist, goldGist string, spans []score.Span) bool {
	if gist == c.sheet.masked(goldGist) {
		return true
	}
	return slices.ContainsFunc(spans, func(s score.Span) bool {
		return strings.HasPrefix(c.sheet.masked(s.Quote), strings.TrimSuffix(gist, "…"))
	})
}

// outlineOf is what a prompt says of a gold debate that is known, with the ids of its rows by the gold ones.
func (c *careful) outlineOf(g *score.GoldDebate, known []outlined) (o outlined, rows map[string]outlinedRow) {
	for _, o := range known {
		rows := map[string]outlinedRow{}
		for _, p := range g.Points {
			for _, row := range o.Points {
				if row.Side == string(p.Side) && c.says(row.Gist, p.Gist, p.Spans) {
					rows[p.ID] = row
				}
			}
		}
		for _, b := range g.Objections {
			for _, row := range o.Objections {
				if row.Side == string(b.Side) && c.says(row.Gist, b.Gist, b.Spans) {
					rows[b.ID] = row
				}
			}
		}
		if len(rows) > 0 || o.Question == c.sheet.masked(g.Question) {
			return o, rows
		}
	}
	return outlined{}, nil
}

func (c *careful) extraction(p Prompt) extraction {
	among := shown(p)
	var known []outlined
	for _, text := range strings.Split(p.Ask, "\n") {
		var o outlined
		if json.Unmarshal([]byte(text), &o) == nil && o.Question != "" {
			known = append(known, o)
		}
	}
	x := extraction{Debates: []draft{}}
	for _, g := range c.golds {
		numbers := slices.DeleteFunc(slices.Clone(c.numbers[g.Question]), func(n int) bool { return !among[n] })
		if len(numbers) == 0 {
			continue
		}
		o, rows := c.outlineOf(&g, known)
		d := draft{Question: g.Question, Neutral: c.handles(g.Neutral), Continues: o.ID, Messages: ranges(numbers)}
		for _, s := range g.Sides {
			d.Sides = append(d.Sides, draftSide{ID: s.ID, Label: s.Label, Members: c.handles(s.Members)})
		}
		as := func(id, gist string) (string, string) {
			if row, ok := rows[id]; ok {
				return row.ID, row.Gist
			}
			return "new " + id, gist
		}
		for _, point := range g.Points {
			if quotes := c.quotes(point.Spans, among); len(quotes) > 0 {
				id, gist := as(point.ID, point.Gist)
				d.Points = append(d.Points, draftPoint{ID: id, Side: string(point.Side), Gist: gist, Quotes: quotes})
			}
		}
		for _, o := range g.Objections {
			if quotes := c.quotes(o.Spans, among); len(quotes) > 0 {
				id, gist := as(o.ID, o.Gist)
				target, _ := as(o.Target, "")
				if len(o.Target) == 1 {
					target = o.Target
				}
				d.Objections = append(d.Objections, draftObjection{ID: id, Side: string(o.Side), Gist: gist, Target: target, Quotes: quotes})
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
	var j judgement
	for _, text := range strings.Split(p.Ask, "\n") {
		var l objectionLine
		if json.Unmarshal([]byte(text), &l) != nil || l.ID == "" {
			continue
		}
		v := verdict{Objection: l.ID, Status: string(summarize.Unanswered), Responses: []draftResponse{}, Sure: 0.9}
		if o := c.meant(l); o != nil {
			for _, q := range c.quotes(o.Responses, among) {
				v.Status = string(o.Status)
				v.Responses = append(v.Responses, draftResponse{N: q.N, Text: q.Text, Kind: string(kindFor[o.Status])})
			}
		}
		j.Verdicts = append(j.Verdicts, v)
	}
	return j
}

// meant is the gold objection that a prompt asks of, by where it was put and its gist.
func (c *careful) meant(l objectionLine) *score.GoldObjection {
	var near *score.GoldObjection
	for i := range c.golds {
		for k := range c.golds[i].Objections {
			o := &c.golds[i].Objections[k]
			here := func(s score.Span) bool { return slices.Contains(l.In, c.sheet.number[s.Message]) }
			switch {
			case !slices.ContainsFunc(o.Spans, here):
			case l.Gist == oneLine(o.Gist) || l.Gist == c.sheet.masked(o.Gist):
				return o
			case near == nil && c.says(l.Gist, o.Gist, o.Spans):
				near = o
			}
		}
	}
	return near
}

var kindFor = map[summarize.Status]summarize.ResponseKind{
	summarize.Answered: summarize.Answer, summarize.Conceded: summarize.Concession,
	summarize.Acknowledged: summarize.Deferral, summarize.Withdrawn: summarize.Withdrawal,
}

// Whatever a careful reader says comes through, in one prompt and in windows of a small model.
func TestCarefulReader(t *testing.T) {
	for _, most := range []int{0, 6000, leastInput} {
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
			atLeast(t, 0.99, got)
		})
	}
}

// atLeast: no figure is less than what is expected.
func atLeast(t *testing.T, least float64, got score.Figures) {
	t.Helper()
	t.Log(got.Row("all"))
	for name, figure := range map[string]*float64{
		"open_f1": got.OpenF1, "objection_f1": got.ObjectionF1, "point_recall": got.PointRecall,
		"side_pairs": got.SidePairs, "status_acc": got.StatusAcc, "attribution": got.Attribution, "segment_f1": got.SegmentF1,
	} {
		if figure == nil || *figure < least {
			t.Errorf("%s is lost", name)
		}
	}
}

func gold(t testing.TB, path string) (*score.Gold, *summarize.Transcript) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, err := score.ReadGold(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	read, err := transcript.Open(path, transcript.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g, read.Transcript
}

func readCarefully(t *testing.T, path string, most int) (*score.Gold, *summarize.Report) {
	g, chat := gold(t, path)
	e := engine(t, Options{Model: newCareful(chat, g), MostInput: most})
	report, dropped, err := summarize.Summarizer{Engine: e}.Summarize(t.Context(), chat, summarize.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if n := dropped.Total(); n > 0 {
		t.Logf("%s: %v", filepath.Base(path), dropped)
	}
	return g, report
}
