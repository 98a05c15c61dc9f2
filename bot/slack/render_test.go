package slack

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// answerTo is an answer with one report.
func answerTo(c bot.Command, r *summarize.Report) *bot.Answer {
	return answers.To(c, "agora", r)
}

// asRead writes a message as people read it, its parts in order.
func asRead(m message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "notification: %s\n", m.Text)
	readBlocks(&b, m.Blocks)
	// A zero-width space must be seen in a golden file.
	return strings.ReplaceAll(b.String(), zeroWidthSpace, "‹zwsp›")
}

func readBlocks(b *strings.Builder, blocks []api.Block) {
	for _, block := range blocks {
		b.WriteByte('\n')
		switch block := block.(type) {
		case *api.HeaderBlock:
			fmt.Fprintf(b, "# %s\n", block.Text.Text)
		case *api.DividerBlock:
			b.WriteString("────────\n")
		case *api.SectionBlock:
			fmt.Fprintf(b, "%s\n", block.Text.Text)
			if block.Accessory != nil {
				readButton(b, block.Accessory.ButtonElement)
			}
		case *api.ContextBlock:
			for _, e := range block.ContextElements.Elements {
				fmt.Fprintf(b, "small: %s\n", strings.ReplaceAll(e.(*api.TextBlockObject).Text, "\n", "\nsmall: "))
			}
		case *api.RichTextBlock:
			for _, e := range block.Elements {
				readRich(b, e)
			}
		case *api.ActionBlock:
			for _, button := range buttonsIn(block) {
				readButton(b, button)
			}
		default:
			fmt.Fprintf(b, "%T\n", block)
		}
	}
}

func readButton(b *strings.Builder, button *api.ButtonBlockElement) {
	fmt.Fprintf(b, "[ %s ] %s = %s\n", button.Text.Text, button.ActionID, button.Value)
	if c := button.Confirm; c != nil {
		fmt.Fprintf(b, "    asks back: %s %s [ %s ] [ %s ]\n", c.Title.Text, c.Text.Text, c.Confirm.Text, c.Deny.Text)
	}
}

func readRich(b *strings.Builder, e api.RichTextElement) {
	switch e := e.(type) {
	case *api.RichTextSection:
		fmt.Fprintf(b, "%s\n", asWords(e.Elements))
	case *api.RichTextList:
		for _, item := range e.Elements {
			fmt.Fprintf(b, "  • %s\n", strings.ReplaceAll(asWords(item.(*api.RichTextSection).Elements), "\n", "\n    "))
		}
	default:
		fmt.Fprintf(b, "%T\n", e)
	}
}

// asWords writes rich text with its styles and links.
func asWords(elements []api.RichTextSectionElement) string {
	var b strings.Builder
	for _, e := range elements {
		switch e := e.(type) {
		case *api.RichTextSectionTextElement:
			mark := ""
			switch {
			case e.Style == nil:
			case e.Style.Bold:
				mark = "**"
			case e.Style.Italic:
				mark = "_"
			}
			b.WriteString(mark + e.Text + mark)
		case *api.RichTextSectionLinkElement:
			fmt.Fprintf(&b, "[%s](%s)", e.Text, e.URL)
		case *api.RichTextSectionDateElement:
			fmt.Fprintf(&b, "{%s}", *e.Fallback)
		default:
			fmt.Fprintf(&b, "%T", e)
		}
	}
	return b.String()
}

func buttonsIn(block *api.ActionBlock) []*api.ButtonBlockElement {
	var all []*api.ButtonBlockElement
	for _, e := range block.Elements.ElementSet {
		all = append(all, e.(*api.ButtonBlockElement))
	}
	return all
}

func allButtons(m message) []*api.ButtonBlockElement {
	var all []*api.ButtonBlockElement
	for _, block := range m.Blocks {
		switch block := block.(type) {
		case *api.ActionBlock:
			all = append(all, buttonsIn(block)...)
		case *api.SectionBlock:
			if block.Accessory != nil {
				all = append(all, block.Accessory.ButtonElement)
			}
		}
	}
	return all
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	answers.Golden(t, *updateGolden, name, got)
}

func TestDrawGolden(t *testing.T) {
	seed, evals, rfc := answers.Saved(t, "seed"), answers.Saved(t, "evals-team"), answers.Saved(t, "rfc")

	thread := answerTo(bot.Summary, seed)
	thread.Channel = bot.Channel{Name: "agora", Parent: "C06AGORA", Thread: true}

	long := answerTo(bot.Summary, evals)
	long.Channel = bot.Channel{Name: "evals-team"}
	long.Notes = []string{"I read the newest 2,000 of 5,120 messages."}
	evals.Engine.Degraded = "The model did not answer in time, so the embedded engine read the debate."

	short := answerTo(bot.Summary, rfc)
	short.Request.Topic = "leases"

	open := answerTo(bot.Open, answers.Narrowed(evals, answers.IsOpen))
	open.Private = "Not everyone in #random may read #evals-team."
	open.Channel = long.Channel

	mine := answerTo(bot.Mine, rfc)
	mine.Sections = []bot.Section{
		{Title: "Objections to you that are still open", Report: answers.Narrowed(rfc, func(o *summarize.Objection) bool {
			return answers.IsOpen(o) && o.By[0] == "kofi"
		})},
		{Title: "Your objections that are still open", Report: answers.Narrowed(rfc, func(*summarize.Objection) bool { return false }),
			Empty: "I found no open objection of yours. I may have missed some."},
	}

	answered := answerTo(bot.Answered, seed)
	answered.Sections = []bot.Section{{Title: "Raised in this message", Report: answers.Narrowed(seed, func(o *summarize.Objection) bool { return !answers.IsOpen(o) })}}

	empty := answerTo(bot.Summary, &summarize.Report{Engine: summarize.EngineInfo{Name: "embedded"}, Window: summarize.Window{Messages: 2116, People: 9}})
	empty.Notes = long.Notes

	few := answerTo(bot.Summary, &summarize.Report{Engine: summarize.EngineInfo{Name: "embedded"}, Window: summarize.Window{Messages: 5, People: 2}})
	few.Request.Topic = "*leases* <!here>"

	for name, a := range map[string]*bot.Answer{
		"seed": thread, "evals-team": long, "rfc": short, "open": open, "mine": mine, "answered": answered, "empty": empty, "few": few,
	} {
		t.Run(name, func(t *testing.T) {
			var pages []string
			for page := 0; ; page++ {
				m := draw(a, page, true)
				checkLimits(t, m)
				pages = append(pages, asRead(m))
				if page == m.pages-1 {
					break
				}
			}
			golden(t, name, strings.Join(pages, "\n═══════════════════════════════\n\n"))
		})
	}
}

func TestDrawNearestPage(t *testing.T) {
	a := answerTo(bot.Summary, answers.Saved(t, "evals-team"))
	last := draw(a, 1<<30, false)
	if last.page != last.pages-1 || last.pages < 2 {
		t.Errorf("page %d of %d", last.page, last.pages)
	}
	if first := draw(a, -1, false); first.page != 0 {
		t.Errorf("page %d for one before the first", first.page)
	}
}

func TestDrawSaid(t *testing.T) {
	m := draw(&bot.Answer{Token: answers.Token, Said: "I follow #*x* & <@U1> and @everyone already."}, 0, true)
	if want := "notification: I follow #∗x∗ &amp; @‹zwsp›someone and @‹zwsp›everyone already.\n"; asRead(m) != want {
		t.Errorf("got %q", asRead(m))
	}
}

func TestPlaceNames(t *testing.T) {
	for want, c := range map[string]bot.Channel{
		"#agora":             {Name: "agora"},
		"a thread in #agora": {Name: "agora", Parent: "C1", Thread: true},
		"":                   {},
	} {
		if got := placeName(c); got != want {
			t.Errorf("%+v is called %q, want %q", c, got, want)
		}
	}
	a := answerTo(bot.Summary, answers.Saved(t, "seed"))
	a.Channel = bot.Channel{}
	if got := draw(a, 0, true).Text; !strings.HasPrefix(got, "Debates · ") {
		t.Errorf("of a place without a name: %q", got)
	}
}

func TestNobodyIsShownById(t *testing.T) {
	r := &summarize.Report{
		Window: summarize.Window{Messages: 2, People: 2},
		Debates: []summarize.Debate{{
			Question: "Does <@U0000003> agree with <@U0000004>?",
			Sides:    []summarize.Side{{ID: "A", Label: "Yes", Members: []string{"U0000003", "U0000005"}}},
			Objections: []summarize.Objection{{
				ID: "o1", By: []string{"U0000005"}, Gist: "No.", Status: summarize.Unanswered, Raised: time.Unix(1700000000, 0),
				Quotes: []summarize.Quote{{Message: "1700000000.000600", Text: "No, <@U0000007|dan> and <@U0000008> in <#C0000008|ops> say <!subteam^S0000009|@leads> to <!here>"}},
			}},
		}},
	}
	a := answerTo(bot.Summary, r)
	a.Names = map[string]string{"U0000003": "Ann", "U0000005": "U0000005"}
	got := asRead(draw(a, 0, true))
	for _, id := range []string{"U0000", "C0000", "S0000", ".000600"} {
		if strings.Contains(got, id) {
			t.Errorf("an id is shown:\n%s", got)
		}
	}
	for _, want := range []string{
		"@‹zwsp›Ann agree with @‹zwsp›someone", "Ann and someone", "**someone** (no side)",
		"@‹zwsp›dan and @‹zwsp›someone in #ops say @‹zwsp›leads to @‹zwsp›here", "{14 Nov 2023, 22:13 UTC}",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
}

func TestMessageLink(t *testing.T) {
	for url, want := range map[string]bool{
		"https://acme.slack.com/archives/C06AGORA/p1700000000123456":                                              true,
		"https://acme.enterprise.slack.com/archives/G06AGORA/p1700000000123456":                                   true,
		"https://agency.slack-gov.com/archives/C06AGORA/p1700000000123456":                                        true,
		"https://acme.slack.com/archives/C06AGORA/p1700000000123456?thread_ts=1700000000.000100&cid=C06AGORA":     true,
		"http://acme.slack.com/archives/C06AGORA/p1700000000123456":                                               false,
		"https://slack.com/archives/C06AGORA/p1700000000123456":                                                   false,
		"https://acme.slack.com.evil.example/archives/C06AGORA/p1700000000123456":                                 false,
		"https://evil-slack.com/archives/C06AGORA/p1700000000123456":                                              false,
		"https://acme.slack.com/archives/C06AGORA/p1700000000123456?redir=https://evil.example":                   false,
		"https://acme.slack.com/archives/C06AGORA/p1700000000123456?thread_ts=1700000000.000100&cid=C06AGORA&x=y": false,
		"https://acme.slack.com/archives/C06AGORA/p1700000000123456\n":                                            false,
		"https://acme.slack.com/archives/../../sso/p1700000000123456":                                             false,
		"https://acme.slack.com/services/export":                                                                  false,
	} {
		if got := messageLink.MatchString(url); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
}
