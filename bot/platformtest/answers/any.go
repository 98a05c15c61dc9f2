package answers

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/summarize"
)

// Any draws answers with nasty text in every place. Whatever must be shown begins with
// a mark of its own.
type Any struct {
	T *rapid.T
	// Nasty is what people write to break the platform's renderers.
	Nasty []string
	// Messages and People are ids, those that the platform has and others.
	Messages, People []string
	// Links are links to messages as the platform makes them, Strays those that must not
	// be shown: to elsewhere, or nearly right.
	Links  *rapid.Generator[string]
	Strays []string
	// Raised is when objections are raised, in seconds since 1970.
	Raised *rapid.Generator[int64]

	// Shown are the marks of what must be shown, and Linked the Links, of all that has been drawn.
	Shown  []string
	Linked map[string]bool
	marks  int
}

func (g *Any) text() string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(g.Nasty), rapid.String()), 0, 4).Draw(g.T, "text")
	return strings.Join(parts, " ")
}

func (g *Any) marked(shown bool) string {
	g.marks++
	mark := fmt.Sprintf("q%d;", g.marks)
	if shown {
		g.Shown = append(g.Shown, mark)
	}
	return mark + " " + g.text()
}

func (g *Any) quote(text string) summarize.Quote {
	q := summarize.Quote{Message: rapid.SampledFrom(g.Messages).Draw(g.T, "message"), Text: text}
	if rapid.Bool().Draw(g.T, "linked") {
		q.URL = g.Links.Draw(g.T, "link")
		if g.Linked == nil {
			g.Linked = map[string]bool{}
		}
		g.Linked[q.URL] = true
	} else {
		q.URL = rapid.SampledFrom(g.Strays).Draw(g.T, "stray")
	}
	return q
}

func (g *Any) quotes(marked string) []summarize.Quote {
	quotes := []summarize.Quote{g.quote(marked)}
	for range rapid.IntRange(0, 4).Draw(g.T, "more quotes") {
		quotes = append(quotes, g.quote(g.text()))
	}
	return quotes
}

func (g *Any) people() []string {
	return rapid.SliceOfN(rapid.SampledFrom(g.People), 0, 12).Draw(g.T, "people")
}

func (g *Any) debate(everything bool) summarize.Debate {
	d := summarize.Debate{Question: g.marked(true), Neutral: g.people(), Stats: summarize.Stats{Messages: 12345, People: 3}}
	for i := range rapid.IntRange(0, 4).Draw(g.T, "sides") {
		d.Sides = append(d.Sides, summarize.Side{ID: string(rune('A' + i)), Label: g.text(), Members: g.people()})
	}
	sides := []string{""}
	for _, s := range d.Sides {
		sides = append(sides, s.ID)
	}
	count := map[string]int{}
	for i := range rapid.IntRange(0, 12).Draw(g.T, "points") {
		side := rapid.SampledFrom(sides).Draw(g.T, "side")
		count[side]++
		text := g.marked(everything && count[side] <= 5) // more than five a side are only counted
		d.Points = append(d.Points, summarize.Point{ID: fmt.Sprintf("p%d", i), Side: summarize.SideID(side), By: g.people(), Gist: text, Quotes: g.quotes(text)})
	}
	most := rapid.SampledFrom([]int{0, 1, 3, 10, 40}).Draw(g.T, "most objections")
	for i := range rapid.IntRange(0, most).Draw(g.T, "objections") {
		o := summarize.Objection{
			ID: fmt.Sprintf("o%d", i), Side: summarize.SideID(rapid.SampledFrom(sides).Draw(g.T, "side")), By: g.people(),
			Target:    rapid.SampledFrom([]string{"", "p0", "o0", "A", "gone"}).Draw(g.T, "target"),
			Status:    rapid.SampledFrom([]summarize.Status{summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn, "new"}).Draw(g.T, "status"),
			Uncertain: rapid.Bool().Draw(g.T, "uncertain"),
		}
		o.Gist = g.marked(everything || o.Status.Open())
		o.Quotes = g.quotes(g.text())
		if rapid.Bool().Draw(g.T, "verbatim") {
			o.Quotes[0].Text = o.Gist
		}
		if rapid.Bool().Draw(g.T, "timed") {
			o.Raised = time.Unix(g.Raised.Draw(g.T, "raised"), 0)
		}
		for range rapid.IntRange(0, 2).Draw(g.T, "responses") {
			o.Responses = append(o.Responses, summarize.Response{Quote: g.quote(g.text()), Kind: summarize.Answer})
		}
		d.Objections = append(d.Objections, o)
	}
	for range rapid.IntRange(0, 3).Draw(g.T, "agreements") {
		text := g.marked(everything)
		d.Agreements = append(d.Agreements, summarize.Agreement{Gist: text, Quotes: g.quotes(text)})
	}
	return d
}

// Answer draws an answer.
func (g *Any) Answer() *bot.Answer {
	a := &bot.Answer{
		Request: bot.Request{Command: rapid.SampledFrom([]bot.Command{bot.Summary, bot.Summary, bot.Open}).Draw(g.T, "command"), Topic: g.text()},
		Token:   Token,
		Channel: bot.Channel{Name: g.text(), Thread: rapid.Bool().Draw(g.T, "thread")},
		Names:   map[string]string{},
	}
	for _, id := range g.People {
		if rapid.Bool().Draw(g.T, "known") {
			a.Names[id] = g.text()
		}
	}
	for range rapid.IntRange(0, 3).Draw(g.T, "notes") {
		a.Notes = append(a.Notes, g.marked(true))
	}
	if rapid.Bool().Draw(g.T, "private") {
		a.Private = g.marked(true)
	}
	for range rapid.SampledFrom([]int{1, 1, 2}).Draw(g.T, "sections") {
		r := &summarize.Report{Engine: summarize.EngineInfo{Name: g.text(), Model: g.text()}, Window: summarize.Window{Messages: 1234567, People: 99}}
		for range rapid.SampledFrom([]int{0, 1, 2, 4}).Draw(g.T, "debates") {
			r.Debates = append(r.Debates, g.debate(a.Request.Command == bot.Summary))
		}
		s := bot.Section{Report: r}
		if rapid.Bool().Draw(g.T, "titled") {
			s.Title, s.Empty = g.text(), g.text()
		}
		a.Sections = append(a.Sections, s)
	}
	return a
}
