package slack

import (
	"fmt"
	"strings"

	"crux/bot"
	"crux/summarize/render"
)

// drawDebate is one debate, what is still open first.
func drawDebate(d *render.Debate, how bot.Detail, above string) part {
	p := part{
		above: above,
		title: fit(d.Question, questionUnits),
		again: fit(d.Question, againUnits) + continued,
	}
	p.open(d, how)
	switch how {
	case bot.OnlyObjections:
		p.settled(d.Settled, how)
	case bot.OnlyOpen:
		for _, s := range d.Sides {
			p.item(heading{line: "Sides"}, sideLine(s))
		}
	case bot.Everything:
		for _, s := range d.Sides {
			p.side(s)
		}
		p.points(heading{line: d.LooseTitle}, d.Loose)
		p.settled(d.Settled, how)
		for _, a := range d.Agreed {
			p.item(heading{line: "Agreed"}, statement(a, pointUnits))
		}
		p.blocks = append(p.blocks, block{text: lastLine(d)})
	}
	return p
}

func (p *part) item(under heading, text rich) {
	p.blocks = append(p.blocks, block{heading: under, text: text, bullet: true})
}

func (p *part) open(d *render.Debate, how bot.Detail) {
	under := heading{line: fmt.Sprintf("Still open (%d)", len(d.Open))}
	for i := range d.Open {
		p.blocks = append(p.blocks, block{heading: under, text: openObjection(i+1, &d.Open[i], how), apart: true})
	}
	// Of objections alone the reader asked for certain ones, and the note speaks of all.
	if len(d.Open) == 0 && (how != bot.OnlyObjections || len(d.Settled) == 0) {
		p.blocks = append(p.blocks, block{heading: heading{line: "Still open"}, text: rich{}.text(d.OpenNote)})
	}
}

// openObjection is an objection over a few lines: who, what, against what.
func openObjection(number int, o *render.Objection, how bot.Detail) rich {
	r := rich{}.bold(fmt.Sprintf("%d.", number)).text(" ")
	if who := raiser(o, how); len(who) > 0 {
		r = r.join(who).text(" · ")
	}
	r = r.text(o.StatusWords())
	if !o.At.IsZero() {
		r = r.text(" · ").time(o.At, o.Raised)
	}
	r = r.text("\n").join(statement(o.Statement, objectionUnits))
	if against := challenged(o); against != "" {
		r = r.text("\n↳ " + against)
	}
	if o.Response != nil {
		r = r.text("\n↳ ").join(response(o))
	}
	return r
}

// settled are the objections that were dealt with, an item each.
func (p *part) settled(all []render.Objection, how bot.Detail) {
	under := heading{line: fmt.Sprintf("Settled (%d)", len(all))}
	for i := range all {
		o := &all[i]
		r := rich{}
		if who := raiser(o, how); len(who) > 0 {
			r = r.join(who).text(": ")
		}
		r = r.join(statement(o.Statement, settledUnits)).text("\n↳ " + o.StatusWords())
		if o.Response != nil {
			r = r.text(": ").join(quoted(o.Response.Quote, settledUnits))
		}
		p.item(under, r.text(o.MoreWords()))
	}
}

// raiser is who raised an objection, and on which side they are; nil where nobody knows.
func raiser(o *render.Objection, how bot.Detail) rich {
	if o.People == "" {
		return nil
	}
	who := rich{}.bold(fit(o.People, peopleUnits))
	switch {
	case how == bot.OnlyObjections: // the sides are not shown, so their letters say nothing
	case o.Side.Tag != "":
		who = who.text(" (" + fit(o.Side.Tag, 40) + ")")
	case o.Neutral:
		who = who.text(" (no side)")
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
func response(o *render.Objection) rich {
	return rich{}.text(strings.ToLower(o.Response.Word) + ": ").join(quoted(o.Response.Quote, responseUnits)).text(o.MoreWords())
}

// side is a side and its points.
func (p *part) side(s render.Side) {
	under := heading{line: "Side " + fit(s.Tag, 40), more: fit(s.People, peopleUnits)}
	if s.Label != "" {
		under.line += ": " + fit(s.Label, labelUnits)
	}
	if len(s.Points.Shown) == 0 {
		p.blocks = append(p.blocks, block{heading: under})
	}
	p.points(under, s.Points)
}

// sideLine is a side in a line.
func sideLine(s render.Side) rich {
	r := rich{}.bold(fit(s.Tag, 40))
	if s.Label != "" {
		r = r.text(" “" + fit(s.Label, labelUnits) + "”")
	}
	if s.People != "" {
		r = r.text(" — " + fit(s.People, peopleUnits))
	}
	return r
}

func (p *part) points(under heading, points render.Points) {
	for _, point := range points.Shown {
		r := statement(point, pointUnits)
		if point.People != "" {
			r = r.text(" — " + fit(point.People, peopleUnits))
		}
		p.item(under, r)
	}
	if points.More > 0 {
		p.item(under, rich{}.text("and "+render.Number(points.More)+" more"))
	}
}

// statement is what somebody said, with links to where.
func statement(s render.Statement, limit int) rich {
	r := rich{}
	if s.Gist != "" {
		r = r.text(fit(s.Gist, limit))
	}
	if len(s.Quotes) > 0 {
		if s.Gist != "" {
			r = r.text(" ")
		}
		brief := render.Fitted(limit, func(characters int) string { return literal(s.Brief(characters)) })
		r = r.text("“" + brief + "”").join(links(s.Quotes))
	}
	return r
}

// quoted is one quote with its link.
func quoted(q render.Quote, limit int) rich {
	brief := render.Fitted(limit, func(characters int) string { return literal(q.Brief(characters)) })
	return rich{}.text("“" + brief + "”").join(links([]render.Quote{q}))
}

// links lead to the messages of the quotes, each once.
func links(quotes []render.Quote) rich {
	r := rich{}
	for _, l := range render.Links(quotes, messageLink.MatchString, linksShown) {
		r = r.text(" ").link(l.URL, l.Label)
	}
	return r
}

// lastLine says who took no side, and how much was said.
func lastLine(d *render.Debate) rich {
	r := rich{}
	if d.Neutral != "" {
		r = r.text("Took no side: " + fit(d.Neutral, peopleUnits) + "\n")
	}
	return r.italic(d.Stats)
}
