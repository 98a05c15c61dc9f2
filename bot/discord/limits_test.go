package discord

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/summarize"
)

// failer is what testing.T and rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkLimits fails where Discord would refuse the message.
func checkLimits(t failer, m message) {
	t.Helper()
	all := 0
	within := func(what, s string, limit int) {
		t.Helper()
		if n := units(s); n > limit {
			t.Errorf("%s has %d units, more than %d: %q", what, n, limit, s)
		}
		if !utf8.ValidString(s) {
			t.Errorf("%s is no valid UTF-8: %q", what, s)
		}
	}
	within("content", m.Content, contentLimit)
	if m.Content == "" && len(m.Embeds) == 0 {
		t.Errorf("the message is empty")
	}
	if len(m.Embeds) > embedsLimit {
		t.Errorf("%d embeds", len(m.Embeds))
	}
	for _, e := range m.Embeds {
		within("title", e.Title, titleLimit)
		within("description", e.Description, descriptionLimit)
		all += units(e.Title) + units(e.Description)
		if len(e.Fields) > fieldsLimit {
			t.Errorf("%d fields", len(e.Fields))
		}
		for _, f := range e.Fields {
			within("field", f.Name, fieldNameLimit)
			within("field", f.Value, fieldValueLimit)
			all += units(f.Name) + units(f.Value)
		}
		if e.Author != nil {
			within("author", e.Author.Name, authorLimit)
			all += units(e.Author.Name)
		}
		if e.Footer != nil {
			within("footer", e.Footer.Text, footerLimit)
			all += units(e.Footer.Text)
		}
		if strings.TrimSpace(e.Title+e.Description) == "" {
			t.Errorf("an embed is empty")
		}
	}
	if all > embedsUnitsLimit {
		t.Errorf("the embeds have %d units", all)
	}
	var ids []string
	for _, b := range allButtons(m) {
		within("label", b.Label, labelLimit)
		within("custom id", b.CustomID, customIDLimit)
		if slices.Contains(ids, b.CustomID) {
			t.Errorf("two buttons have the id %s", b.CustomID)
		}
		ids = append(ids, b.CustomID)
	}
	if m.AllowedMentions == nil || m.AllowedMentions.Parse == nil || len(m.AllowedMentions.Parse) > 0 {
		t.Errorf("the message may ping")
	}
}

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
	q := summarize.Quote{Message: rapid.SampledFrom([]string{"m1", "400000000000000004", "<@5>"}).Draw(g.t, "message"), Text: text}
	if rapid.Bool().Draw(g.t, "linked") {
		q.URL = fmt.Sprintf("https://discord.com/channels/1100000000000000001/1200000000000000002/%d", rapid.Uint64Range(1, 1<<63).Draw(g.t, "id"))
		g.urls[q.URL] = true
	} else {
		q.URL = rapid.SampledFrom([]string{
			"", "https://evil.example", "javascript:alert(1)", "https://discord.com/channels/1/2/3)[x](https://evil.example", "https://discord.com.evil.example/channels/1/2/3",
			"https://discord.com/channels/1/2/3?x=" + strings.Repeat("y", 5000), "https://discord.com/channels/1/2/3#\n",
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

var ids = []string{"1", "2", "3", "300000000000000003", "", "@everyone", "<@1>"}

func (g *anyReport) people() []string {
	return rapid.SliceOfN(rapid.SampledFrom(ids), 0, 12).Draw(g.t, "people")
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
			o.Raised = time.Unix(rapid.Int64Range(0, 1<<33).Draw(g.t, "raised"), 0)
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
	for _, id := range ids {
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
		for range rapid.IntRange(0, 4).Draw(g.t, "debates") {
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

var (
	ourLink    = regexp.MustCompile(`^\[(?:jump|[23])\]\((.*)\)$`)
	ourTime    = regexp.MustCompile(`^<t:[0-9]+:R>$`)
	ourHeading = regexp.MustCompile(`^### $`)
)

// checkMarkup fails where a message has markup that is not ours, as far as one can tell without its neighbours.
func checkMarkup(t failer, text string, urls map[string]bool, inContent bool) {
	t.Helper()
	_, found := read(text)
	for _, c := range found {
		ours := false
		switch c.name {
		case "bold", "italics":
			ours = true // whether it begins where we began it, FuzzEscape says
		case "link":
			m := ourLink.FindStringSubmatch(c.text)
			ours = m != nil && urls[m[1]]
		case "brackets":
			ours = ourTime.MatchString(c.text)
		case "heading":
			ours = ourHeading.MatchString(c.text)
		case "list":
			ours = inContent && c.text == "- "
		}
		if !ours {
			t.Errorf("%s %q in %q", c.name, c.text, text)
		}
	}
}

func TestDrawKeepsEveryLimitAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &anyReport{t: t, urls: map[string]bool{}}
		a := g.answer()
		everything := ""
		for page, pages := 0, 1; page < pages; page++ {
			m := draw(a, page, true)
			if pages = m.pages; m.page != page {
				t.Errorf("page %d was drawn as %d", page, m.page)
			}
			checkLimits(t, m)
			checkMarkup(t, m.Content, g.urls, true)
			everything += m.Content + "\n"
			for _, e := range m.Embeds {
				checkMarkup(t, e.Title, g.urls, false)
				checkMarkup(t, e.Description, g.urls, false)
				everything += e.Title + "\n" + e.Description + "\n"
			}
		}
		for _, mark := range g.shown {
			if !strings.Contains(everything, mark) {
				t.Errorf("what begins with %q is lost", mark)
			}
		}
	})
}

func TestPaginateKeepsBlocksWholeAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(400, 6000).Draw(t, "limit")
		var parts []part
		var want []string
		n := 0
		for range rapid.IntRange(1, 30).Draw(t, "parts") {
			p := part{title: "Title", again: "Title again"}
			var under heading
			for range rapid.IntRange(0, 12).Draw(t, "blocks") {
				if rapid.Bool().Draw(t, "next heading") {
					n++
					under = heading{line: fmt.Sprintf("### Heading %d", n), more: "who"}
				}
				n++
				text := fmt.Sprintf("b%d;%s", n, strings.Repeat("x", rapid.IntRange(0, 200).Draw(t, "length")))
				p.blocks = append(p.blocks, block{under, text, rapid.Bool().Draw(t, "apart")})
				want = append(want, text)
			}
			parts = append(parts, p)
		}
		pages, begins := paginate(parts, limit)
		var got []string
		for _, embeds := range pages {
			used := 0
			for _, e := range embeds {
				used += units(e.Title) + units(e.Description)
				if units(e.Description) > descriptionLimit {
					t.Errorf("a description has %d units", units(e.Description))
				}
				lines := strings.Split(e.Description, "\n")
				for _, line := range lines {
					if strings.HasPrefix(line, "b") {
						got = append(got, line)
					}
				}
				if last := lines[len(lines)-1]; strings.HasPrefix(last, "### ") || last == "who" {
					t.Errorf("a heading stands alone: %q", e.Description)
				}
			}
			if used > limit || len(embeds) > embedsLimit || len(embeds) == 0 {
				t.Errorf("%d units in %d embeds, of %d", used, len(embeds), limit)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("blocks come out as %q, want %q", got, want)
		}
		if len(begins) != len(parts) || !slices.IsSorted(begins) || begins[len(begins)-1] >= len(pages) {
			t.Errorf("parts begin on pages %v of %d", begins, len(pages))
		}
	})
}

func TestFit(t *testing.T) {
	for _, s := range nasty {
		for _, limit := range []int{10, 40, 240, 2000} {
			got := fit(s, limit)
			if units(got) > limit {
				t.Errorf("%q is fitted into %d as %q", s, limit, got)
			}
			if s != "" && got == "" {
				t.Errorf("%q is fitted into %d as nothing", s, limit)
			}
		}
	}
	if got := fit("one *two* three", 13); got != `one \*two\* …` {
		t.Errorf("got %q", got)
	}
}

func TestUnits(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "é": 1, "日本": 2, "😀": 2, "👩‍👧": 5} {
		if got := units(s); got != want {
			t.Errorf("%q has %d units, want %d", s, got, want)
		}
	}
}

// BenchmarkDraw draws the first page of a report of 20 debates with 60 objections each.
func BenchmarkDraw(b *testing.B) {
	r := savedReport(b, "three-days")
	d := r.Debates[0]
	for len(d.Objections) < 60 {
		d.Objections = append(d.Objections, r.Debates[0].Objections...)
	}
	r.Debates = nil
	for range 20 {
		r.Debates = append(r.Debates, d)
	}
	a := answerTo(bot.Summary, r)
	b.ReportAllocs()
	for b.Loop() {
		draw(a, 0, true)
	}
}
