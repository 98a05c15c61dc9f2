package platformtest

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"crux/bot"
	"crux/summarize"
)

// literal is what people write that some platform would take for markup or a link, or
// would call somebody by. It must be shown as it is.
func literal() []string {
	return []string{
		"*bold* _it_ ~gone~ `code`", "**bold** __under__ ~~gone~~ ||hidden||", "***", "`", "```fence```", "\\*no\\*",
		"# heading", "-# small", "> quote", ">>> quotes", "- item", "* item", "1. item",
		"[x](https://evil.example)", "](https://evil.example)", "https://evil.example/a_b", "HTTP://EVIL.EXAMPLE", "slack://open", "steam://run",
		"discord.gg/evil", "@everyone", "@here now", "@channel", "a & b < c > d",
		"{date_short}", "¯\\_(ツ)_/¯", "a|b|c", "_", "*",
	}
}

// called is what calls people or leads elsewhere on some platform when it is sent as it
// is. How it is shown is the adapter's business.
func called(person string) []string {
	return []string{
		"<@" + person + ">", "<@!" + person + ">", "<@&" + person + ">", "<#" + person + ">", "<!channel>", "<!here|here>", "<!everyone>",
		"<!subteam^S0123456>", "<https://evil.example|innocent>", "<https://evil.example>", "<mailto:a@evil.example|a>", "<!date^0^{date}^https://evil.example|now>",
		"&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "</poll:1>", "<t:0:R>", "<:a:5>", "<id:customize>", "<<@" + person + ">>", "<@\u200b" + person + ">", "\x00<!here>",
	}
}

// wordsStayWords: whatever people write is shown as what it is: it formats nothing, leads
// nowhere and calls nobody.
func wordsStayWords(t *testing.T, c *town) {
	var foreign atomic.Value
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		return c.foreign(r, foreign.Load().(string)), nil
	})
	show := func(words string) Shown {
		foreign.Store(words)
		return c.Ask(c.ann, c.agora, false).Answer()
	}
	plain := show("plain words")
	for _, words := range append(literal(), called(c.bob)...) {
		got := show(words)
		sameBut(t, words, got, plain)
		if slices.Contains(literal(), words) && strings.Count(got.Text, words) < strings.Count(plain.Text, "plain words") {
			t.Errorf("%q is not shown everywhere as it is:\n%s", words, got.Text)
		}
	}
}

// wordsOfRefusals: a refusal may hold the name of a channel.
func wordsOfRefusals(t *testing.T, c *town) {
	var foreign atomic.Value
	c.oracle.Begin(func(context.Context, bot.Request, func(bot.Progress)) (*bot.Answer, error) {
		return nil, bot.Refusef("You may not read #%s.", foreign.Load())
	})
	show := func(words string) Shown {
		foreign.Store(words)
		return c.Ask(c.ann, c.agora, false).Answer()
	}
	plain := show("plain words")
	for _, words := range append(literal(), called(c.bob)...) {
		sameBut(t, words, show(words), plain)
	}
}

// sameBut fails the test where words do more than plain ones.
func sameBut(t *testing.T, words string, got, plain Shown) {
	t.Helper()
	if !slices.Equal(got.Markup, plain.Markup) {
		t.Errorf("%q formats: %q, and plain words have %q", words, got.Markup, plain.Markup)
	}
	if !slices.Equal(got.Links, plain.Links) {
		t.Errorf("%q leads to %q", words, got.Links)
	}
	if len(got.Pings) > 0 {
		t.Errorf("%q calls %q", words, got.Pings)
	}
}

// foreign is a report in which the same words stand wherever people's words can.
func (c *town) foreign(r bot.Request, words string) *bot.Answer {
	a := c.report(r)
	a.Request.Topic, a.Channel.Name = words, words
	a.Names = map[string]string{c.ann: words, c.bob: words}
	a.Notes = []string{words}
	a.Sections[0].Title = words
	d := &a.Sections[0].Report.Debates[0]
	d.Question = words
	for i := range d.Sides {
		d.Sides[i].Label = words
	}
	quotes := func(link string) []summarize.Quote {
		return []summarize.Quote{{Message: "1", Text: words, URL: link}}
	}
	d.Points[0].Gist, d.Points[0].Quotes = words, quotes(c.point)
	open := &d.Objections[0]
	open.Gist, open.Quotes = words, quotes(c.objection)
	settled := *open
	settled.ID, settled.Status = "settled", summarize.Answered
	settled.Responses = []summarize.Response{{Quote: quotes(c.point)[0], Kind: summarize.Answer}}
	d.Objections = append(d.Objections, settled)
	return a
}
