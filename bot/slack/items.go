package slack

import (
	"slices"
	"strconv"
	"strings"

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

// item is an item over a few lines: who and what became of it, what it says, against what, and the response.
func (l *listing) item(number int, i *bot.Item) rich {
	r := rich{}
	if l.isListed() {
		r = r.bold(strconv.Itoa(number) + ".").text(" ")
	}
	return r.join(l.head(i)).join(l.body(i))
}

// isCorrectable reports whether a command's answer lists what can be corrected one by one.
func isCorrectable(c bot.Command) bool {
	switch c {
	case bot.Open, bot.Mine, bot.Mistaken:
		return true
	case bot.Summary, bot.Answered, bot.One, bot.Correct, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
	}
	return false
}

// isListed reports whether the item is one of a list, as against one that is shown by itself with what can be said of it.
func (l *listing) isListed() bool {
	return l.answer.Request.Command != bot.One && l.answer.Request.Command != bot.Correct
}

// head is the first line of an item: whose it is, what became of it and when it was raised.
func (l *listing) head(i *bot.Item) rich {
	r := rich{}
	add := func(more rich) {
		if len(r) > 0 && len(more) > 0 {
			r = r.text(" · ")
		}
		r = r.join(more)
	}
	words := func(said string, limit int) rich { return rich{}.text(fit(l.render.Line(said), limit)) }
	who := rich{}.bold(fit(l.render.Names(i.By), peopleUnits))
	side := words(i.Side, labelUnits)
	if len(who) > 0 && len(side) > 0 {
		side = rich{}.text(" (").join(side).text(")")
		who, side = who.join(side), nil
	}
	add(who)
	add(side)
	add(words(i.StatusWords(l.render.Names), peopleUnits))
	if !i.Raised.IsZero() {
		add(rich{}.age(i.Raised, i.Raised.UTC().Format("2 Jan 2006, 15:04 UTC")))
	}
	add(words(i.AgainWords(), peopleUnits))
	if i.Channel != "" {
		add(words("#"+strings.TrimPrefix(l.render.Line(i.Channel), "#"), topicUnits))
	}
	if len(r) > 0 {
		r = r.text("\n")
	}
	return r
}

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

// choice is an item of a page that can be corrected.
type choice struct {
	number int
	key    string
}

// chosen is the choice of an item on a page, nil where it can't be corrected.
func (l *listing) chosen(number int, i *bot.Item) *choice {
	if !l.isCorrectable || l.answer.Token == "" || !isKey(i.Key) {
		return nil
	}
	return &choice{number, i.Key}
}

// button leads to the item with all that can be said of it.
func (c choice) button(token string) *api.ButtonBlockElement {
	b := itemButton(bot.ActOne, token, 0, c.key, strconv.Itoa(c.number))
	b.AccessibilityLabel = "Correct " + strconv.Itoa(c.number)
	return b
}

// choices are the buttons of the items of a page, since rich text has room for none.
func (l *listing) choices(all []choice) []api.Block {
	if len(all) == 0 {
		return nil
	}
	blocks := []api.Block{smallPrint(bot.SayCorrect)}
	for some := range slices.Chunk(all, buttonsARow) {
		var row []api.BlockElement
		for _, c := range some {
			row = append(row, c.button(l.answer.Token))
		}
		blocks = append(blocks, api.NewActionBlock("", row...))
	}
	return blocks
}
