package slack

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/summarize"
)

// anyReport draws reports with nasty text in every place. Whatever must be shown
// begins with a mark of its own, which shown lists.
type anyReport struct {
	t     *rapid.T
	marks int
	shown []string
	urls  map[string]bool
}

func (g *anyReport) text() string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.String()), 0, 4).Draw(g.t, "text")
	return strings.Join(parts, " ")
}

func (g *anyReport) marked(shown bool) string {
	g.marks++
	mark := fmt.Sprintf("q%d;", g.marks)
	if shown {
		g.shown = append(g.shown, mark)
	}
	return mark + " " + g.text()
}

func (g *anyReport) quote(text string) summarize.Quote {
	q := summarize.Quote{Message: rapid.SampledFrom([]string{"m1", "1700000000.000100", "<@U5>"}).Draw(g.t, "message"), Text: text}
	if rapid.Bool().Draw(g.t, "linked") {
		q.URL = fmt.Sprintf("https://acme.slack.com/archives/C06AGORA12/p%d", rapid.Uint64Range(1e15, 9e15).Draw(g.t, "ts"))
		if rapid.Bool().Draw(g.t, "reply") {
			q.URL += "?thread_ts=1700000000.000100&cid=C06AGORA12"
		}
		g.urls[q.URL] = true
	} else {
		q.URL = rapid.SampledFrom([]string{
			"", "https://evil.example", "javascript:alert(1)", "https://acme.slack.com/archives/C1/p2>|x", "https://acme.slack.com.evil.example/archives/C06AGORA12/p1700000000123456",
			"https://acme.slack.com/archives/C06AGORA12/p1700000000123456?x=" + strings.Repeat("y", 5000), "https://acme.slack.com/archives/C06AGORA12/p1700000000123456#\n",
		}).Draw(g.t, "url")
	}
	return q
}

func (g *anyReport) quotes(marked string) []summarize.Quote {
	quotes := []summarize.Quote{g.quote(marked)}
	for range rapid.IntRange(0, 4).Draw(g.t, "more quotes") {
		quotes = append(quotes, g.quote(g.text()))
	}
	return quotes
}

var someIDs = []string{"1", "2", "3", "U00000003", "", "@everyone", "<@U1>"}

func (g *anyReport) people() []string {
	return rapid.SliceOfN(rapid.SampledFrom(someIDs), 0, 12).Draw(g.t, "people")
}

func (g *anyReport) debate(everything bool) summarize.Debate {
	d := summarize.Debate{Question: g.marked(true), Neutral: g.people(), Stats: summarize.Stats{Messages: 12345, People: 3}}
	for i := range rapid.IntRange(0, 4).Draw(g.t, "sides") {
		d.Sides = append(d.Sides, summarize.Side{ID: string(rune('A' + i)), Label: g.text(), Members: g.people()})
	}
	sides := []string{""}
	for _, s := range d.Sides {
		sides = append(sides, s.ID)
	}
	count := map[string]int{}
	for i := range rapid.IntRange(0, 12).Draw(g.t, "points") {
		side := rapid.SampledFrom(sides).Draw(g.t, "side")
		count[side]++
		text := g.marked(everything && count[side] <= 5) // more than five a side are only counted
		d.Points = append(d.Points, summarize.Point{ID: fmt.Sprintf("p%d", i), Side: summarize.SideID(side), By: g.people(), Gist: text, Quotes: g.quotes(text)})
	}
	most := rapid.SampledFrom([]int{0, 1, 3, 10, 40}).Draw(g.t, "most objections")
	for i := range rapid.IntRange(0, most).Draw(g.t, "objections") {
		o := summarize.Objection{
			ID: fmt.Sprintf("o%d", i), Side: summarize.SideID(rapid.SampledFrom(sides).Draw(g.t, "side")), By: g.people(),
			Target:    rapid.SampledFrom([]string{"", "p0", "o0", "A", "gone"}).Draw(g.t, "target"),
			Status:    rapid.SampledFrom([]summarize.Status{summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Conceded, summarize.Withdrawn, "new"}).Draw(g.t, "status"),
			Uncertain: rapid.Bool().Draw(g.t, "uncertain"),
		}
		o.Gist = g.marked(everything || o.Status.Open())
		o.Quotes = g.quotes(g.text())
		if rapid.Bool().Draw(g.t, "verbatim") {
			o.Quotes[0].Text = o.Gist
		}
		if rapid.Bool().Draw(g.t, "timed") {
			o.Raised = time.Unix(rapid.Int64Range(-1<<33, 1<<35).Draw(g.t, "raised"), 0)
		}
		for range rapid.IntRange(0, 2).Draw(g.t, "responses") {
			o.Responses = append(o.Responses, summarize.Response{Quote: g.quote(g.text()), Kind: summarize.Answer})
		}
		d.Objections = append(d.Objections, o)
	}
	for range rapid.IntRange(0, 3).Draw(g.t, "agreements") {
		text := g.marked(everything)
		d.Agreements = append(d.Agreements, summarize.Agreement{Gist: text, Quotes: g.quotes(text)})
	}
	return d
}

func (g *anyReport) answer() *bot.Answer {
	a := &bot.Answer{
		Request: bot.Request{Command: rapid.SampledFrom([]bot.Command{bot.Summary, bot.Summary, bot.Open}).Draw(g.t, "command"), Topic: g.text()},
		Token:   testToken,
		Channel: bot.Channel{Name: g.text(), Thread: rapid.Bool().Draw(g.t, "thread")},
		Names:   map[string]string{},
	}
	for _, id := range someIDs {
		if rapid.Bool().Draw(g.t, "known") {
			a.Names[id] = g.text()
		}
	}
	for range rapid.IntRange(0, 3).Draw(g.t, "notes") {
		a.Notes = append(a.Notes, g.marked(true))
	}
	if rapid.Bool().Draw(g.t, "private") {
		a.Private = g.marked(true)
	}
	for range rapid.SampledFrom([]int{1, 1, 2}).Draw(g.t, "sections") {
		r := &summarize.Report{Engine: summarize.EngineInfo{Name: g.text(), Model: g.text()}, Window: summarize.Window{Messages: 1234567, People: 99}}
		for range rapid.SampledFrom([]int{0, 1, 2, 4}).Draw(g.t, "debates") {
			r.Debates = append(r.Debates, g.debate(a.Request.Command == bot.Summary))
		}
		s := bot.Section{Report: r}
		if rapid.Bool().Draw(g.t, "titled") {
			s.Title, s.Empty = g.text(), g.text()
		}
		a.Sections = append(a.Sections, s)
	}
	return a
}
