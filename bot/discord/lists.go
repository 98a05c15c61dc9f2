package discord

import (
	"fmt"
	"slices"
	"strings"

	"crux/bot"
	"crux/summarize/render"
)

// brevity is how much of each item is shown.
type brevity struct {
	words, target, response int // in units; without target it is said only whom an item is against
	quotes                  int // of an item that has several
	links                   int // of each statement
}

// Items are shown as briefly as open objections are in a report; digests are briefer,
// and one item by itself stands there in full.
func brevityOf(a *bot.Answer, isDigest bool) brevity {
	switch {
	case isDigest:
		return brevity{words: 160, response: 120, quotes: 1, links: 1}
	case a.Request.Command == bot.One:
		return brevity{words: 900, target: 400, response: 500, quotes: 4, links: 1}
	}
	return brevity{words: objectionUnits, target: targetUnits, response: responseUnits, quotes: 1, links: linksShown}
}

// listParts are the lists of an answer, one part each. Items are numbered through all of them.
func listParts(a *bot.Answer, how brevity) []part {
	var parts []part
	number := 0
	for i := range a.Lists {
		l := &a.Lists[i]
		p := part{
			title: fit(options(a).Line(l.Title), questionUnits),
			again: fit(options(a).Line(l.Title), againUnits) + continued,
			color: colors[i%len(colors)],
		}
		for j := range l.Items {
			number++
			p.blocks = append(p.blocks, itemBlock(a, number, &l.Items[j], how))
		}
		if more := l.MoreWords(); more != "" {
			p.add(heading{}, true, "• "+more)
		}
		if len(p.blocks) == 0 && l.Empty != "" {
			p.color = grey
			p.add(heading{}, false, fit(options(a).Line(l.Empty), noteUnits))
		}
		if len(p.blocks) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// itemBlock is an item over a few lines: who and what became of it, what, against what.
func itemBlock(a *bot.Answer, number int, i *bot.Item, how brevity) block {
	o := options(a)
	o.People = peopleNamed
	lines := []string{strings.TrimSpace(fmt.Sprintf("**%d.** %s", number, strings.Join(itemHead(o, i), " · ")))}
	lines = append(lines, itemWords(o, i, how)...)
	if against := itemAgainst(o, i, how); against != "" {
		lines = append(lines, "↳ "+against)
	}
	if i.Response != nil {
		lines = append(lines, "↳ "+fit(i.ResponseWords(o.Names), peopleUnits)+": "+quoted(o.Quote(i.Response.Quote), how.response))
	}
	b := block{text: strings.Join(lines, "\n"), apart: true}
	if isChosen(a.Request.Command) && itemKey.MatchString(i.Key) {
		b.choice = choice{i.Key, choiceLabel(o, number, i)}
	}
	return b
}

// isChosen reports whether the items of a command's answer can be chosen, to correct them.
func isChosen(c bot.Command) bool {
	switch c {
	case bot.Open, bot.Mine, bot.Mistaken:
		return true
	case bot.Summary, bot.Answered, bot.One, bot.Correct, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
	}
	return false
}

// choiceLabel is an item in a menu, where Discord reads no markup.
func choiceLabel(o render.Options, number int, i *bot.Item) string {
	before := fmt.Sprintf("%d. ", number)
	words := fitPlain(o.Line(i.Words()), choiceLimit-len(before))
	if words == "" {
		words = "(no words)"
	}
	return before + words
}

// itemHead is whose the item is, what became of it and when it was raised.
func itemHead(o render.Options, i *bot.Item) []string {
	var head []string
	add := func(words string, limit int) {
		if words != "" {
			head = append(head, fit(words, limit))
		}
	}
	side := fit(o.Line(i.Side), labelUnits)
	switch who := fit(o.Names(i.By), peopleUnits); {
	case who != "" && side != "":
		head = append(head, "**"+who+"** ("+side+")")
	case who != "":
		head = append(head, "**"+who+"**")
	case side != "":
		head = append(head, side)
	}
	add(i.StatusWords(o.Names), peopleUnits)
	add(i.AgainWords(), peopleUnits)
	if i.Channel != "" {
		add(placeName(bot.Channel{Name: o.Line(i.Channel)}), topicUnits)
	}
	if !i.Raised.IsZero() {
		head = append(head, fmt.Sprintf("<t:%d:R>", i.Raised.Unix()))
	}
	return head
}

// itemWords is what the item says, with links to where, in a line or a few.
func itemWords(o render.Options, i *bot.Item, how brevity) []string {
	s := o.Statement(i.Gist, i.Quotes, nil)
	var lines []string
	if i.Own && s.Gist != "" {
		lines = append(lines, "“"+fit(s.Gist, how.words)+"” ("+bot.SayOwnWords+")")
		s.Gist = ""
	}
	if s.Gist != "" || len(s.Quotes) > 0 {
		lines = append(lines, linked(s, how.words, how.links))
	}
	for n := 1; n < min(len(s.Quotes), how.quotes); n++ {
		lines = append(lines, quoted(s.Quotes[n], how.words))
	}
	return lines
}

// itemAgainst is whom and what the item challenges.
func itemAgainst(o render.Options, i *bot.Item, how brevity) string {
	whom := i.AgainstWords(o.Names)
	if whom == "" {
		return ""
	}
	if how.target == 0 || i.Against.Gist == "" && len(i.Against.Quotes) == 0 {
		return fit(whom, peopleUnits)
	}
	s := o.Statement(i.Against.Gist, i.Against.Quotes, nil)
	if len(s.Quotes) > 0 {
		s.Gist = "" // the quote says it
	}
	return fit(whom, peopleUnits) + ": " + linked(s, how.target, 1)
}

// digestUnits is how much a digest holds, which is one page always.
const digestUnits = 5800

// drawDigest draws an answer that is posted by itself. All its buttons carry the mark, and
// there is one always. What does not fit is counted.
func drawDigest(a *bot.Answer, mark string) message {
	shown := *a
	shown.Token, shown.Request.Command = mark, bot.Open
	if len(offers(&shown)) == 0 {
		shown.Offers = []bot.Offer{{Action: bot.ActOpen, Label: "What is still open"}}
	}
	m := newDrawing(&shown, true).page(0, digestUnits, nil)
	for less := cut(&shown); m.pages > 1 && less != nil; less = cut(less) {
		m = newDrawing(less, true).page(0, digestUnits, nil)
	}
	return m
}

// cut is the answer with one item less, taken from its longest list; nil where none is left.
func cut(a *bot.Answer) *bot.Answer {
	longest := -1
	for i := range a.Lists {
		if n := len(a.Lists[i].Items); n > 0 && (longest < 0 || n >= len(a.Lists[longest].Items)) {
			longest = i
		}
	}
	if longest < 0 {
		return nil
	}
	less := *a
	less.Lists = slices.Clone(a.Lists)
	l := &less.Lists[longest]
	l.Items = l.Items[:len(l.Items)-1]
	l.More++
	return &less
}
