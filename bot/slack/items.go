package slack

import (
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

const (
	// paragraphUnits is how long one line of what is said may be.
	paragraphUnits = 1500
	// quotesInFull is how many quotes of an item are shown in full, fullUnits how much of each.
	quotesInFull = 5
	fullUnits    = 600
	// In a digest all is shorter, since it is one message, of which shortUnits leaves little over.
	shortUnits             = 10800
	briefUnits, briefAside = 200, 90
)

// correctLabel stands on the button that shows an item with what can be said of it.
const correctLabel = "Correct…"

// item is an item over a few lines: who and what became of it, what it says, against what, and the response.
func (l *listing) item(number int, i *bot.Item) []api.Block {
	head := api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, l.head(number, i), false, true), nil, nil)
	if isKey(i.Key) && l.answer.Token != "" && l.isCorrectable {
		head.Accessory = api.NewAccessory(itemButton(bot.ActOne, l.answer.Token, 0, i.Key, correctLabel))
	}
	return []api.Block{head, l.body(i).block()}
}

// isCorrectable reports whether a command's answer lists what can be corrected one by one.
func isCorrectable(c bot.Command) bool {
	switch c {
	case bot.Open, bot.Mine, bot.Mistaken:
		return true
	case bot.Summary, bot.Answered, bot.One, bot.Correct, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy:
	}
	return false
}

// isListed reports whether the item is one of a list, as against one that is shown by itself with what can be said of it.
func (l *listing) isListed() bool {
	return l.answer.Request.Command != bot.One && l.answer.Request.Command != bot.Correct
}

// head is the first line of an item in Slack's markup, for beside rich text Slack puts no button.
func (l *listing) head(number int, i *bot.Item) string {
	safe := func(words string, limit int) string { return fitEscaped(l.render.Line(words), limit) }
	who := safe(l.render.Names(i.By), peopleUnits)
	if l.isListed() {
		who = strings.TrimSpace(fmt.Sprintf("%d. %s", number, who))
	}
	var parts []string
	if who != "" {
		parts = append(parts, "*"+who+"*")
	}
	switch side := safe(i.Side, labelUnits); {
	case side != "" && len(parts) > 0:
		parts[0] += " (" + side + ")"
	case side != "":
		parts = append(parts, side)
	}
	if status := i.StatusWords(l.render.Names); status != "" {
		parts = append(parts, safe(status, peopleUnits))
	}
	if at := dated(i.Raised); at != "" {
		parts = append(parts, at)
	}
	if again := i.AgainWords(); again != "" {
		parts = append(parts, again)
	}
	if i.Channel != "" {
		parts = append(parts, "#"+safe(strings.TrimPrefix(l.render.Line(i.Channel), "#"), topicUnits))
	}
	if len(parts) == 0 {
		return "Somebody said" // Slack takes no empty text
	}
	return strings.Join(parts, " · ")
}

// dated is a time in Slack's markup, "" where there is none.
func dated(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	words := inWords(at)
	if !isShowable(at) {
		return words
	}
	return fmt.Sprintf("<!date^%d^%s|%s>", at.Unix(), timeFormat, words)
}

// inWords is a time where Slack shows none in the reader's zone.
func inWords(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 UTC") }

// body is what an item says.
func (l *listing) body(i *bot.Item) rich {
	words, aside := objectionUnits, responseUnits
	switch {
	case !l.isListed():
		words, aside = fullUnits, fullUnits
	case l.isShort:
		words, aside = briefUnits, briefAside
	}
	said := l.render.Statement(i.Gist, i.Quotes, i.By)
	r := rich{}
	if i.Own && said.Gist != "" {
		r = r.text("“" + fit(said.Gist, words) + "” (" + bot.SayOwnWords + ")")
		said.Gist = ""
		if len(said.Quotes) > 0 {
			r = r.text("\n")
		}
	}
	if l.isListed() || len(said.Quotes) < 2 {
		r = r.join(statement(said, words))
	} else {
		r = r.join(inFull(said))
	}
	if against := l.against(i, min(aside, targetUnits)); len(against) > 0 {
		r = r.text("\n↳ ").join(against)
	}
	if i.Response != nil {
		r = r.text("\n↳ " + fit(i.ResponseWords(l.render.Names), peopleUnits) + ": ").join(quoted(l.render.Quote(i.Response.Quote), aside))
	}
	return r
}

// inFull is what people said, a line for each quote.
func inFull(s render.Statement) rich {
	r := rich{}
	if s.Gist != "" {
		r = r.text(fit(s.Gist, fullUnits) + "\n")
	}
	for n, q := range s.Quotes {
		if n == quotesInFull {
			return r.text("\nand " + bot.Count(len(s.Quotes)-n, "more quote"))
		}
		if n > 0 {
			r = r.text("\n")
		}
		r = r.join(quoted(q, fullUnits))
	}
	return r
}

// against is whom and what the item is against; nil where neither is known.
func (l *listing) against(i *bot.Item, limit int) rich {
	words := i.AgainstWords(l.render.Names)
	if words == "" {
		return nil
	}
	r := rich{}.text(fit(words, peopleUnits))
	switch quotes := i.Against.Quotes; {
	case len(quotes) > 0: // which say it better than a gist
		r = r.text(": ").join(quoted(l.render.Quote(quotes[0]), limit))
	case i.Against.Gist != "":
		r = r.text(": " + fit(l.render.Line(i.Against.Gist), limit))
	}
	return r
}
