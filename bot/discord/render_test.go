package discord

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

const (
	testServer  = "1100000000000000001"
	testChannel = "1200000000000000002"
)

// savedReport is a report that crux made of a debate in summarize/testdata, or of a
// thread, with links as in Discord.
func savedReport(t testing.TB, name string) *summarize.Report {
	t.Helper()
	r := answers.Saved(t, name)
	eachQuote(r, func(q *summarize.Quote) {
		q.URL = "https://discord.com/channels/" + testServer + "/" + testChannel + "/" + snowflake(q.Message)
	})
	return r
}

// snowflake is an id as Discord has them for one such as m7.
func snowflake(id string) string {
	var n int
	_, _ = fmt.Sscanf(id, "m%d", &n) // other ids are all the same one
	return fmt.Sprintf("13%017d", n)
}

func eachQuote(r *summarize.Report, do func(*summarize.Quote)) {
	for i := range r.Debates {
		d := &r.Debates[i]
		for j := range d.Points {
			eachOf(d.Points[j].Quotes, do)
		}
		for j := range d.Objections {
			eachOf(d.Objections[j].Quotes, do)
			for k := range d.Objections[j].Responses {
				do(&d.Objections[j].Responses[k].Quote)
			}
		}
		for j := range d.Agreements {
			eachOf(d.Agreements[j].Quotes, do)
		}
	}
}

func eachOf(quotes []summarize.Quote, do func(*summarize.Quote)) {
	for i := range quotes {
		do(&quotes[i])
	}
}

// answerTo is an answer with one report.
func answerTo(c bot.Command, r *summarize.Report) *bot.Answer {
	return answers.To(c, "general", r)
}

// asRead writes a message as people read it, its parts in order.
func asRead(m message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", m.Content)
	for _, e := range m.Embeds {
		fmt.Fprintf(&b, "\n┌──────── #%06X\n", e.Color)
		if e.Author != nil {
			fmt.Fprintf(&b, "author: %s\n", e.Author.Name)
		}
		if e.Title != "" {
			fmt.Fprintf(&b, "title: %s\n\n", e.Title)
		}
		if e.Description != "" {
			fmt.Fprintf(&b, "%s\n", e.Description)
		}
		for _, f := range e.Fields {
			fmt.Fprintf(&b, "\nfield: %s\n%s\n", f.Name, f.Value)
		}
		if e.Footer != nil {
			fmt.Fprintf(&b, "\nfooter: %s\n", e.Footer.Text)
		}
		b.WriteString("└────────\n")
	}
	for i, o := range menu(m).Options {
		if i == 0 {
			fmt.Fprintf(&b, "( %s ) %s\n", menu(m).Placeholder, menu(m).CustomID)
		}
		fmt.Fprintf(&b, "  ( %s ) %s\n", o.Label, o.Value)
	}
	for _, button := range allButtons(m) {
		fmt.Fprintf(&b, "[ %s ]", button.Label)
		switch {
		case button.Disabled:
			b.WriteString(" off")
		case button.Style == discordgo.DangerButton:
			b.WriteString(" danger")
		}
		fmt.Fprintf(&b, " %s\n", button.CustomID)
	}
	// A zero-width space must be seen in a golden file.
	return strings.ReplaceAll(b.String(), zeroWidthSpace, "‹zwsp›")
}

func allButtons(m message) []discordgo.Button {
	var all []discordgo.Button
	for _, row := range m.Components {
		for _, c := range row.(discordgo.ActionsRow).Components {
			if b, is := c.(discordgo.Button); is {
				all = append(all, b)
			}
		}
	}
	return all
}

// menu is the menu of a message; one without options where there is none.
func menu(m message) discordgo.SelectMenu {
	for _, row := range m.Components {
		if found := menuOf(row); len(found.Options) > 0 {
			return found
		}
	}
	return discordgo.SelectMenu{}
}

func menuOf(row discordgo.MessageComponent) discordgo.SelectMenu {
	found, _ := row.(discordgo.ActionsRow).Components[0].(discordgo.SelectMenu)
	return found
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	answers.Golden(t, *updateGolden, name, got)
}

func TestDrawGolden(t *testing.T) {
	seed, days, rfc := savedReport(t, "seed"), savedReport(t, "three-days"), savedReport(t, "rfc")

	unnamed := answerTo(bot.Summary, seed)
	unnamed.Channel = bot.Channel{Name: "is it solved?", Parent: testChannel, Thread: true}

	long := answerTo(bot.Summary, days)
	long.Notes = []string{"I read the newest 2,000 of 5,120 messages."}
	days.Engine.Degraded = "The model did not answer in time, so the embedded engine read the debate."

	short := answerTo(bot.Summary, rfc)
	short.Request.Topic = "leases"

	open := answerTo(bot.Open, answers.Narrowed(days, answers.IsOpen))
	open.Private = "Not everyone in #random may read #general."

	mine := answerTo(bot.Mine, rfc)
	mine.Sections = []bot.Section{
		{Title: "Objections to you that are still open", Report: answers.Narrowed(rfc, func(o *summarize.Objection) bool {
			return answers.IsOpen(o) && o.By[0] == "kofi"
		})},
		{Title: "Your objections that are still open", Report: answers.Narrowed(rfc, func(*summarize.Objection) bool { return false }),
			Empty: "I found no open objection of yours. I may have missed some."},
	}

	answered := answerTo(bot.Answered, days)
	answered.Sections = []bot.Section{{Title: "Raised in this message", Report: answers.Narrowed(days, func(o *summarize.Objection) bool {
		return o.Quotes[0].Message == "m12"
	})}}

	empty := answerTo(bot.Summary, &summarize.Report{Engine: summarize.EngineInfo{Name: "embedded"}, Window: summarize.Window{Messages: 2116, People: 9}})
	empty.Notes = long.Notes

	for name, a := range map[string]*bot.Answer{
		"seed": unnamed, "three-days": long, "rfc": short, "open": open, "mine": mine, "answered": answered, "empty": empty,
	} {
		t.Run(name, func(t *testing.T) {
			var pages []string
			for page := 0; ; page++ {
				m := draw(a, page, true)
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
	a := answerTo(bot.Summary, savedReport(t, "three-days"))
	last := draw(a, 1<<30, false)
	if last.page != last.pages-1 || last.pages < 2 {
		t.Errorf("page %d of %d", last.page, last.pages)
	}
	if first := draw(a, -1, false); first.page != 0 {
		t.Errorf("page %d for one before the first", first.page)
	}
}

func TestDrawSaid(t *testing.T) {
	m := draw(&bot.Answer{Token: answers.Token, Said: "I follow #*x* <@1> and @everyone already."}, 0, true)
	if want := `I follow #\*x\* @‹zwsp›someone and @‹zwsp›everyone already.` + "\n"; asRead(m) != want {
		t.Errorf("got %q", asRead(m))
	}
}

func TestNobodyIsShownById(t *testing.T) {
	r := &summarize.Report{
		Window: summarize.Window{Messages: 2, People: 2},
		Debates: []summarize.Debate{{
			Question: "Does <@300000000000000003> agree with <@!300000000000000004>?",
			Sides:    []summarize.Side{{ID: "A", Label: "Yes", Members: []string{"300000000000000003", "300000000000000005"}}},
			Objections: []summarize.Objection{{
				ID: "o1", By: []string{"300000000000000005"}, Gist: "No.", Status: summarize.Unanswered, Raised: time.Unix(1700000000, 0),
				Quotes: []summarize.Quote{{Message: "300000000000000006", Text: "No, <@300000000000000007> in <#300000000000000008> says <@&300000000000000009>"}},
			}},
		}},
	}
	a := answerTo(bot.Summary, r)
	a.Names = map[string]string{"300000000000000003": "Ann", "300000000000000005": "300000000000000005"}
	got := asRead(draw(a, 0, true))
	if strings.Contains(got, "3000000") {
		t.Errorf("an id is shown:\n%s", got)
	}
	for _, want := range []string{"@‹zwsp›Ann agree with @‹zwsp›someone", "Ann and someone", "**someone** (no side)", "@‹zwsp›someone in #channel says @‹zwsp›role", "<t:1700000000:R>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
}
