package discord

import (
	"fmt"
	"strings"

	"crux/bot"
	"crux/summarize/render"
)

// colors tell debates apart. They read well on light and dark.
var colors = [...]int{0x5865F2, 0xEB459E, 0x3BA55D, 0xF0B232, 0x00A8FC, 0x9B59B6}

// drawDebate is one debate, what is still open first.
func drawDebate(d *render.Debate, how bot.Detail, above string) part {
	p := part{
		author: above,
		title:  fit(d.Question, questionUnits),
		again:  fit(d.Question, againUnits) + continued,
		color:  colors[(d.Number-1)%len(colors)],
	}
	p.open(d, how)
	switch how {
	case bot.OnlyObjections:
		p.settled(d.Settled, how)
	case bot.OnlyOpen:
		for _, s := range d.Sides {
			p.add(heading{line: "### Sides"}, false, sideLine(s))
		}
	case bot.Everything:
		for _, s := range d.Sides {
			p.side(s)
		}
		p.points(heading{line: "### " + d.LooseTitle}, d.Loose)
		p.settled(d.Settled, how)
		for _, a := range d.Agreed {
			p.add(heading{line: "### Agreed"}, false, "• "+statement(a, pointUnits))
		}
		p.add(heading{}, false, lastLine(d))
	}
	return p
}

func (p *part) add(under heading, apart bool, text string) {
	p.blocks = append(p.blocks, block{heading: under, text: text, apart: apart})
}

func (p *part) open(d *render.Debate, how bot.Detail) {
	under := heading{line: fmt.Sprintf("### Still open (%d)", len(d.Open))}
	for i := range d.Open {
		p.add(under, true, openObjection(i+1, &d.Open[i], how))
	}
	// Of objections alone the reader asked for certain ones, and the note speaks of all.
	if len(d.Open) == 0 && (how != bot.OnlyObjections || len(d.Settled) == 0) {
		p.add(heading{line: "### Still open"}, true, d.OpenNote)
	}
}

// openObjection is an objection over a few lines: who, what, against what.
func openObjection(number int, o *render.Objection, how bot.Detail) string {
	head := []string{}
	if who := raiser(o, how); who != "" {
		head = append(head, who)
	}
	head = append(head, o.StatusWords())
	if !o.At.IsZero() {
		head = append(head, fmt.Sprintf("<t:%d:R>", o.At.Unix()))
	}
	lines := []string{
		fmt.Sprintf("**%d.** %s", number, strings.Join(head, " · ")),
		statement(o.Statement, objectionUnits),
	}
	if against := challenged(o); against != "" {
		lines = append(lines, "↳ "+against)
	}
	if o.Response != nil {
		lines = append(lines, "↳ "+response(o))
	}
	return strings.Join(lines, "\n")
}

// settled are the objections that were dealt with, a line each.
func (p *part) settled(all []render.Objection, how bot.Detail) {
	under := heading{line: fmt.Sprintf("### Settled (%d)", len(all))}
	for i := range all {
		o := &all[i]
		text := "• "
		if who := raiser(o, how); who != "" {
			text += who + ": "
		}
		text += statement(o.Statement, settledUnits) + "\n↳ " + o.StatusWords()
		if o.Response != nil {
			text += ": " + quoted(o.Response.Quote, settledUnits)
		}
		p.add(under, false, text+o.MoreWords())
	}
}

// raiser is who raised an objection, and on which side they are; "" where nobody knows.
func raiser(o *render.Objection, how bot.Detail) string {
	if o.People == "" {
		return ""
	}
	who := "**" + fit(o.People, peopleUnits) + "**"
	switch {
	case how == bot.OnlyObjections: // the sides are not shown, so their letters say nothing
	case o.Side.Tag != "":
		who += " (" + fit(o.Side.Tag, 40) + ")"
	case o.Neutral:
		who += " (no side)"
	}
	return who
}

// challenged is whom and what an objection is against.
func challenged(o *render.Objection) string {
	if o.Target == "" {
		return fit(o.Against, peopleUnits)
	}
	return fit(o.Against, peopleUnits) + ": “" + fit(o.Target, targetUnits) + "”"
}

// response is the best response to an objection that is open all the same.
func response(o *render.Objection) string {
	return strings.ToLower(o.Response.Word) + ": " + quoted(o.Response.Quote, responseUnits) + o.MoreWords()
}

// side is a side and its points.
func (p *part) side(s render.Side) {
	under := heading{line: "### Side " + fit(s.Tag, 40), more: fit(s.People, peopleUnits)}
	if s.Label != "" {
		under.line += ": " + fit(s.Label, labelUnits)
	}
	if len(s.Points.Shown) == 0 {
		p.add(under, false, "")
	}
	p.points(under, s.Points)
}

// sideLine is a side in a line.
func sideLine(s render.Side) string {
	line := "**" + fit(s.Tag, 40) + "**"
	if s.Label != "" {
		line += " “" + fit(s.Label, labelUnits) + "”"
	}
	if s.People != "" {
		line += " — " + fit(s.People, peopleUnits)
	}
	return line
}

func (p *part) points(under heading, points render.Points) {
	for _, point := range points.Shown {
		text := "• " + statement(point, pointUnits)
		if point.People != "" {
			text += " — " + fit(point.People, peopleUnits)
		}
		p.add(under, false, text)
	}
	if points.More > 0 {
		p.add(under, false, "• and "+render.Number(points.More)+" more")
	}
}

// statement is what somebody said, with links to where.
func statement(s render.Statement, limit int) string { return linked(s, limit, linksShown) }

// linked is a statement with so many links at most.
func linked(s render.Statement, limit, most int) string {
	var words []string
	if s.Gist != "" {
		words = append(words, fit(s.Gist, limit))
	}
	if len(s.Quotes) > 0 {
		brief := render.Fitted(limit, func(characters int) string { return escape(s.Brief(characters)) })
		words = append(words, "“"+brief+"”"+links(s.Quotes, most))
	}
	return strings.Join(words, " ")
}

// quoted is one quote with its link.
func quoted(q render.Quote, limit int) string {
	brief := render.Fitted(limit, func(characters int) string { return escape(q.Brief(characters)) })
	return "“" + brief + "”" + links([]render.Quote{q}, 1)
}

// links lead to the messages of the quotes, each once, at most to so many.
func links(quotes []render.Quote, most int) string {
	var b strings.Builder
	for _, l := range render.Links(quotes, messageLink.MatchString, most) {
		fmt.Fprintf(&b, " [%s](%s)", l.Label, l.URL)
	}
	return b.String()
}

// lastLine says who took no side, and how much was said.
func lastLine(d *render.Debate) string {
	if d.Neutral == "" {
		return "*" + d.Stats + "*"
	}
	return "Took no side: " + fit(d.Neutral, peopleUnits) + "\n*" + d.Stats + "*"
}
