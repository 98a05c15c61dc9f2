package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	api "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"crux/bot"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

// failer is what testing.T and rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkLimits fails where Slack would refuse the message.
func checkLimits(t failer, m message) {
	t.Helper()
	within(t, "text", m.Text, textLimit)
	if m.Blocks == nil {
		t.Errorf("the blocks are nil: an update would leave the old ones standing")
	}
	if n := len(m.Blocks); n > blocksLimit {
		t.Errorf("%d blocks", n)
	}
	checkBlocks(t, m.Blocks)
	if all := units(m.Text) + units(unescapedJSON(t, m.Blocks)); all > blocksUnitsLimit {
		t.Errorf("%d units in all", all)
	}
}

// unescapedJSON is what Slack is sent, without what JSON puts before quotes and the like.
func unescapedJSON(t failer, blocks []api.Block) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(blocks); err != nil {
		t.Errorf("no JSON: %v", err)
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, "\n").Replace(b.String())
}

// within fails where s is empty or longer than limit.
func within(t failer, what, s string, limit int) int {
	t.Helper()
	n := units(s)
	if n > limit {
		t.Errorf("%s has %d units, more than %d: %q", what, n, limit, s)
	}
	if strings.TrimSpace(s) == "" {
		t.Errorf("%s is empty: %q", what, s)
	}
	if !utf8.ValidString(s) {
		t.Errorf("%s is no valid UTF-8: %q", what, s)
	}
	return n
}

// checkBlocks returns how many units there are in the blocks.
func checkBlocks(t failer, blocks []api.Block) int {
	t.Helper()
	all := 0
	var ids []string
	button := func(b *api.ButtonBlockElement) {
		all += within(t, "label", b.Text.Text, labelLimit) + within(t, "value", b.Value, valueLimit) + within(t, "action id", b.ActionID, actionIDLimit)
		if slices.Contains(ids, b.ActionID) {
			t.Errorf("two buttons have the id %s", b.ActionID)
		}
		ids = append(ids, b.ActionID)
		if c := b.Confirm; c != nil {
			all += within(t, "dialog", c.Title.Text, 100) + within(t, "dialog", c.Text.Text, 300) +
				within(t, "dialog", c.Confirm.Text, confirmLimit) + within(t, "dialog", c.Deny.Text, confirmLimit)
		}
	}
	for _, block := range blocks {
		switch block := block.(type) {
		case *api.DividerBlock:
		case *api.HeaderBlock:
			all += within(t, "header", block.Text.Text, headerLimit)
			if block.Text.Type != api.PlainTextType {
				t.Errorf("a header is %s", block.Text.Type)
			}
		case *api.SectionBlock:
			all += within(t, "section", block.Text.Text, textLimit)
			if block.Accessory != nil {
				button(block.Accessory.ButtonElement)
			}
		case *api.ContextBlock:
			if n := len(block.ContextElements.Elements); n < 1 || n > contextLimit {
				t.Errorf("%d elements in a context", n)
			}
			for _, e := range block.ContextElements.Elements {
				all += within(t, "context", e.(*api.TextBlockObject).Text, textLimit)
			}
		case *api.RichTextBlock:
			if len(block.Elements) == 0 {
				t.Errorf("a rich text is empty")
			}
			for _, e := range block.Elements {
				all += checkRich(t, e)
			}
		case *api.ActionBlock:
			if n := len(block.Elements.ElementSet); n < 1 || n > 25 {
				t.Errorf("%d buttons in a row", n)
			}
			for _, b := range buttonsIn(block) {
				button(b)
			}
		default:
			t.Errorf("a block is a %T", block)
		}
	}
	return all
}

func checkRich(t failer, e api.RichTextElement) int {
	t.Helper()
	all := 0
	switch e := e.(type) {
	case *api.RichTextSection:
		if len(e.Elements) == 0 {
			t.Errorf("a section of rich text is empty")
		}
		for _, part := range e.Elements {
			if words, ok := part.(*api.RichTextSectionTextElement); ok && (words.Text == "" || units(words.Text) > textLimit) {
				t.Errorf("%d units of words", units(words.Text))
			}
		}
		all = rich(e.Elements).units()
	case *api.RichTextList:
		if len(e.Elements) == 0 {
			t.Errorf("a list is empty")
		}
		for _, item := range e.Elements {
			all += checkRich(t, item)
		}
	default:
		t.Errorf("an element of rich text is a %T", e)
	}
	return all
}

// checkForeign fails where a drawn report holds anything that Slack acts upon and that is not ours, and returns its words.
func checkForeign(t failer, m message, urls map[string]bool) string {
	t.Helper()
	checkText(t, m.Text)
	var words strings.Builder
	plain := func(s string) {
		checkLiteral(t, s)
		words.WriteString(s + "\n")
	}
	section := func(elements []api.RichTextSectionElement) {
		for _, e := range elements {
			switch e := e.(type) {
			case *api.RichTextSectionTextElement:
				checkLiteral(t, e.Text)
				words.WriteString(e.Text)
			case *api.RichTextSectionLinkElement:
				if !urls[e.URL] || !slices.Contains([]string{"jump", "2", "3"}, e.Text) {
					t.Errorf("a link is not ours: %q to %q", e.Text, e.URL)
				}
			case *api.RichTextSectionDateElement:
				if e.URL != nil || e.Format != timeFormat && e.Format != ageFormat {
					t.Errorf("a time is not ours: %+v", e)
				}
			default:
				t.Errorf("a %T stands in a report", e)
			}
		}
		words.WriteByte('\n')
	}
	for _, block := range m.Blocks {
		switch block := block.(type) {
		case *api.HeaderBlock:
			plain(block.Text.Text)
		case *api.ContextBlock:
			text := block.ContextElements.Elements[0].(*api.TextBlockObject)
			plain(text.Text)
			if text.Type != api.PlainTextType {
				t.Errorf("foreign words stand in %s: %q", text.Type, text.Text)
			}
		case *api.RichTextBlock:
			for _, e := range block.Elements {
				switch e := e.(type) {
				case *api.RichTextSection:
					section(e.Elements)
				case *api.RichTextList:
					for _, item := range e.Elements {
						section(item.(*api.RichTextSection).Elements)
					}
				}
			}
		case *api.DividerBlock, *api.ActionBlock:
		default:
			t.Errorf("a %T stands in a report", block)
		}
	}
	return words.String()
}

// anyAnswer draws answers with ids and links as in Slack, and what is nearly that.
func anyAnswer(t *rapid.T) *answers.Any {
	return &answers.Any{
		T: t, Nasty: nasty,
		Messages: []string{"m1", "1700000000.000100", "<@U5>"},
		People:   []string{"1", "2", "3", "U00000003", "", "@everyone", "<@U1>"},
		Links: rapid.Custom(func(t *rapid.T) string {
			link := fmt.Sprintf("https://acme.slack.com/archives/C06AGORA12/p%d", rapid.Uint64Range(1e15, 9e15).Draw(t, "ts"))
			if rapid.Bool().Draw(t, "reply") {
				link += "?thread_ts=1700000000.000100&cid=C06AGORA12"
			}
			return link
		}),
		Strays: []string{
			"", "https://evil.example", "javascript:alert(1)", "https://acme.slack.com/archives/C1/p2>|x", "https://acme.slack.com.evil.example/archives/C06AGORA12/p1700000000123456",
			"https://acme.slack.com/archives/C06AGORA12/p1700000000123456?x=" + strings.Repeat("y", 5000), "https://acme.slack.com/archives/C06AGORA12/p1700000000123456#\n",
		},
		Raised: rapid.Int64Range(-1<<33, 1<<35),
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
			everything += checkForeign(t, m, g.Linked)
		}
		for _, mark := range g.Shown {
			if !strings.Contains(everything, mark) {
				t.Errorf("what begins with %q is lost", mark)
			}
		}
	})
}

// Many small debates run into the limit of blocks rather than that of units.
func TestDrawManyDebates(t *testing.T) {
	r := &summarize.Report{}
	for i := range 100 {
		r.Debates = append(r.Debates, summarize.Debate{Question: fmt.Sprintf("Q%d?", i)})
	}
	a := answerTo(bot.Open, r)
	seen := ""
	for page, pages := 0, 1; page < pages; page++ {
		m := draw(a, page, true)
		pages = m.pages
		checkLimits(t, m)
		seen += asRead(m)
	}
	for i := range 100 {
		if !strings.Contains(seen, fmt.Sprintf("# Q%d?\n", i)) {
			t.Errorf("debate %d is lost", i)
		}
	}
}

func TestPaginateKeepsBlocksWholeAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(2500, 9000).Draw(t, "limit")
		var parts []part
		var want []string
		n := 0
		for range rapid.IntRange(1, 30).Draw(t, "parts") {
			p := part{title: "Title", again: "Title again", above: rapid.SampledFrom([]string{"", "above"}).Draw(t, "above")}
			var under heading
			for range rapid.IntRange(0, 12).Draw(t, "blocks") {
				if rapid.Bool().Draw(t, "next heading") {
					n++
					under = heading{line: fmt.Sprintf("Heading %d", n), more: "who"}
				}
				n++
				text := fmt.Sprintf("b%d;%s", n, strings.Repeat("x", rapid.IntRange(0, 200).Draw(t, "length")))
				p.blocks = append(p.blocks, block{under, rich{}.text(text), rapid.Bool().Draw(t, "apart"), rapid.Bool().Draw(t, "bullet")})
				want = append(want, text)
			}
			parts = append(parts, p)
		}
		above := rapid.IntRange(0, 1000).Draw(t, "above")
		pages, begins := paginate(parts, limit, above)
		var got []string
		for i, blocks := range pages {
			checkBlocks(t, blocks)
			used := units(unescapedJSON(t, blocks))
			if i == 0 {
				used += above
			}
			if used > limit+tailUnits || len(blocks) > pageBlocks || len(blocks) == 0 {
				t.Errorf("%d units in %d blocks, of %d", used, len(blocks), limit)
			}
			var b strings.Builder
			readBlocks(&b, blocks)
			lines := strings.Split(b.String(), "\n")
			for i, line := range lines {
				line = strings.TrimPrefix(line, "  • ")
				if strings.HasPrefix(line, "b") {
					got = append(got, line)
				}
				if line == "who" && !strings.HasPrefix(strings.TrimPrefix(lines[i+1], "  • "), "b") {
					t.Errorf("a heading stands alone:\n%s", b.String())
				}
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

// What is added to a rich text must not show in another that began as the same.
func TestRichTextIsNotShared(t *testing.T) {
	r := make(rich, 0, 8).text("a").bold("b")
	first, second := r.text("1").link("https://one.example", "jump"), r.text("2").link("https://two.example", "jump")
	if got := asWords(first) + asWords(second) + asWords(r); got != "a**b**1[jump](https://one.example)a**b**2[jump](https://two.example)a**b**" {
		t.Errorf("got %s", got)
	}
}

func TestFit(t *testing.T) {
	for name, fitted := range map[string]func(string, int) string{"literal": fit, "escaped": fitEscaped} {
		for _, s := range nasty {
			for _, limit := range []int{10, 40, 240, 2000} {
				got := fitted(s, limit)
				if units(got) > limit {
					t.Errorf("%s: %q is fitted into %d as %q", name, s, limit, got)
				}
				if s != "" && got == "" {
					t.Errorf("%s: %q is fitted into %d as nothing", name, s, limit)
				}
			}
		}
	}
	if got := fitEscaped("one & two three", 15); got != "one &amp; two …" {
		t.Errorf("got %q", got)
	}
}

// Slack reads JSON, and slack-go writes it: what it makes of the blocks must be what Slack documents.
func TestBlocksAsJSON(t *testing.T) {
	r := rich{}.bold("1.").text(" unanswered · ").time(time.Unix(1700000000, 0), "14 Nov 2023").text(" “no” ").link("https://acme.slack.com/archives/C1/p1", "jump")
	got, err := json.Marshal([]api.Block{r.block(), smallPrint("small")})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` +
		`{"type":"text","text":"1.","style":{"bold":true}},{"type":"text","text":" unanswered · "},` +
		`{"type":"date","timestamp":1700000000,"format":"{date_short_pretty} at {time}","fallback":"14 Nov 2023"},` +
		`{"type":"text","text":" “no” "},{"type":"link","url":"https://acme.slack.com/archives/C1/p1","text":"jump"}]}]},` +
		`{"type":"context","elements":[{"type":"plain_text","text":"small","emoji":false}]}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// BenchmarkDraw draws the first page of a report of 20 debates with 60 objections each.
func BenchmarkDraw(b *testing.B) {
	a := answerTo(bot.Summary, answers.Long(answers.Saved(b, "evals-team")))
	b.ReportAllocs()
	for b.Loop() {
		draw(a, 0, true)
	}
}
