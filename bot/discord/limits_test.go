package discord

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/bot/platformtest/answers"
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
	if len(m.Components) > rowsLimit {
		t.Errorf("%d rows of buttons", len(m.Components))
	}
	values := map[string]bool{}
	for _, o := range menu(m).Options {
		within("option", o.Label, choiceLimit)
		within("option's value", o.Value, choiceLimit)
		if o.Label == "" || o.Value == "" || values[o.Value] {
			t.Errorf("option %+v is empty, or there twice", o)
		}
		values[o.Value] = true
	}
	if len(values) > choicesLimit {
		t.Errorf("%d options", len(values))
	}
	if m.AllowedMentions == nil || m.AllowedMentions.Parse == nil || len(m.AllowedMentions.Parse) > 0 {
		t.Errorf("the message may ping")
	}
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

// anyAnswer draws answers with ids and links as in Discord, and what is nearly that.
func anyAnswer(t *rapid.T) *answers.Any {
	return &answers.Any{
		T: t, Nasty: nasty,
		Messages: []string{"m1", "400000000000000004", "<@5>"},
		People:   []string{"1", "2", "3", "300000000000000003", "", "@everyone", "<@1>"},
		Links: rapid.Map(rapid.Uint64Range(1, 1<<63), func(id uint64) string {
			return fmt.Sprintf("https://discord.com/channels/1100000000000000001/1200000000000000002/%d", id)
		}),
		Strays: []string{
			"", "https://evil.example", "javascript:alert(1)", "https://discord.com/channels/1/2/3)[x](https://evil.example", "https://discord.com.evil.example/channels/1/2/3",
			"https://discord.com/channels/1/2/3?x=" + strings.Repeat("y", 5000), "https://discord.com/channels/1/2/3#\n",
		},
		Raised: rapid.Int64Range(0, 1<<33),
	}
}

func TestDrawKeepsEveryLimitAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyAnswer(t)
		a := g.Answer()
		everything := ""
		for page, pages := 0, 1; page < pages; page++ {
			m := draw(a, page, true)
			if pages = m.pages; m.page != page {
				t.Errorf("page %d was drawn as %d", page, m.page)
			}
			checkLimits(t, m)
			checkMarkup(t, m.Content, g.Linked, true)
			everything += m.Content + "\n"
			for _, e := range m.Embeds {
				checkMarkup(t, e.Title, g.Linked, false)
				checkMarkup(t, e.Description, g.Linked, false)
				everything += e.Title + "\n" + e.Description + "\n"
			}
		}
		for _, mark := range g.Shown {
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
				p.blocks = append(p.blocks, block{heading: under, text: text, apart: rapid.Bool().Draw(t, "apart")})
				want = append(want, text)
			}
			parts = append(parts, p)
		}
		laid := paginate(parts, limit)
		pages, begins := laid.pages, laid.starts
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

// BenchmarkDraw draws the first page of a report of 20 debates with 60 objections each.
func BenchmarkDraw(b *testing.B) {
	a := answerTo(bot.Summary, answers.Long(savedReport(b, "three-days")))
	b.ReportAllocs()
	for b.Loop() {
		draw(a, 0, true)
	}
}
