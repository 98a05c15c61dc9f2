package render

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"crux/summarize"
)

//go:embed style.css
var style string

// head is what no report changes. The policy forbids loading anything.
const head = `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">`

// HTML writes the report as one page that needs nothing else: its style is
// inside, it has no script, and its policy forbids loading anything. Quotes
// stand unshortened. The error is the writer's.
func HTML(w io.Writer, r *summarize.Report, o Options) error {
	var b bytes.Buffer
	if err := htmlPage(NewView(r, o)).Render(&b); err != nil {
		return fmt.Errorf("render: html: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("render: html: %w", err)
	}
	return nil
}

// htmlPage is made of functions rather than of a template: a program in which a
// template can call any method by its name keeps all of them, which makes it a
// fifth larger. g.Text and what sets an attribute escape what they are given; g.Raw,
// which does not, is for constants. Foreign text stands in no other places than
// text and the values of attributes, and a link leads only where a Quote's URL does.
func htmlPage(v View) g.Node {
	title := "Debates"
	if v.Source != "" {
		title += " in " + v.Source
	}
	return lines(
		g.Raw("<!DOCTYPE html>"),
		h.HTML(h.Lang("en"), nested(
			h.Head(nested(
				g.Raw(head),
				h.TitleEl(g.Text(title)),
				h.StyleEl(g.Raw("\n"+style)),
			)),
			h.Body(nested(
				h.Div(h.Class("page"), nested(
					htmlHeader(title, v),
					h.Main(nested(
						htmlParagraph("empty", v.Empty),
						g.Map(v.Debates, htmlDebate),
					)),
					g.If(v.Engine != "", h.Footer(h.Class("colophon"), g.Text(v.Engine))),
				)),
			)),
		)),
	)
}

func htmlHeader(title string, v View) g.Node {
	return h.Header(nested(
		h.H1(g.Text(title)),
		htmlParagraph("meta", v.Window),
		htmlParagraph("note", v.Note),
		g.If(len(v.Debates) > 1, h.Nav(h.Aria("label", "Debates"),
			h.Ol(h.Class("contents"), nested(g.Map(v.Debates, htmlEntry))),
		)),
	))
}

// htmlEntry is a debate in the table of contents.
func htmlEntry(d Debate) g.Node {
	return h.Li(spaced(
		h.A(h.Href("#"+htmlID(d)), g.Text(d.Question)),
		h.Span(h.Class("by"), g.Text(strconv.Itoa(len(d.Open))+" still open")),
	))
}

func htmlID(d Debate) string { return "debate-" + strconv.Itoa(d.Number) }

func htmlDebate(d Debate) g.Node {
	return h.Article(h.ID(htmlID(d)), nested(
		h.H2(g.Text(d.Question)),
		htmlParagraph("stats", d.Stats),
		htmlOpen(d),
		g.If(len(d.Sides) > 0, h.Section(nested(
			h.H3(g.Text("Sides")),
			h.Div(h.Class("sides"), nested(g.Map(d.Sides, htmlSide))),
		))),
		g.If(len(d.Loose.Shown) > 0, h.Section(nested(
			h.H3(g.Text(d.LooseTitle)),
			htmlPoints(d.Loose),
		))),
		g.If(len(d.Settled) > 0, htmlSettled(d.Settled)),
		g.If(len(d.Agreed) > 0, h.Section(nested(
			h.H3(g.Text("Agreed")),
			htmlStatements(d.Agreed),
		))),
		g.If(d.Neutral != "", h.Section(nested(
			h.H3(g.Text("Took no side")),
			h.P(g.Text(d.Neutral)),
		))),
	))
}

func htmlOpen(d Debate) g.Node {
	heading := "Still open"
	if len(d.Open) > 0 {
		heading = counted(heading, d.Open)
	}
	return h.Section(h.Class("open"), nested(
		h.H3(g.Text(heading)),
		g.If(d.OpenNote != "", h.P(g.Text(d.OpenNote))),
		g.If(len(d.Open) > 0, htmlObjections(d.Open)),
	))
}

func htmlSettled(settled []Objection) g.Node {
	return h.Section(nested(
		h.Details(g.Attr("open"), nested(
			h.Summary(h.H3(g.Text(counted("Settled", settled)))),
			htmlObjections(settled),
		)),
	))
}

func counted(heading string, objections []Objection) string {
	return heading + " (" + strconv.Itoa(len(objections)) + ")"
}

func htmlSide(s Side) g.Node {
	return h.Section(h.Class("side "+htmlHue(s.SideTag)), nested(
		h.H4(spaced(htmlTag(s.SideTag), g.Text(s.Label))),
		htmlParagraph("by", s.People),
		g.If(len(s.Points.Shown) > 0, htmlPoints(s.Points)),
	))
}

func htmlTag(s SideTag) g.Node {
	return h.Span(h.Class("tag "+htmlHue(s)), g.Text(s.Tag))
}

func htmlHue(s SideTag) string { return "side-" + strconv.Itoa(s.Hue) }

func htmlPoints(p Points) g.Group {
	return g.Group{
		htmlStatements(p.Shown),
		g.If(p.More > 0, htmlParagraph("more", fmt.Sprintf("and %d more", p.More))),
	}
}

func htmlStatements(statements []Statement) g.Node {
	return h.Ul(h.Class("points"), nested(g.Map(statements, func(s Statement) g.Node {
		return h.Li(nested(htmlStatement(s), htmlParagraph("by", s.People)))
	})))
}

// htmlStatement is a gist and its quotes, without the people.
func htmlStatement(s Statement) g.Group {
	return append(g.Group{htmlParagraph("gist", s.Gist)}, g.Map(s.Quotes, htmlQuote)...)
}

func htmlObjections(objections []Objection) g.Node {
	return h.Ol(nested(g.Map(objections, htmlObjection)))
}

func htmlObjection(o Objection) g.Node {
	return h.Li(h.Class("objection"), nested(
		htmlHead(o),
		htmlParagraph("against", o.AgainstWords()),
		htmlStatement(o.Statement),
		htmlResponse(o.Response),
		g.If(o.More > 0, htmlParagraph("more", "and "+count(o.More, "more response"))),
	))
}

// htmlHead is the line above an objection: its status, who raised it, of which side, and when.
func htmlHead(o Objection) g.Node {
	side := g.If(o.Neutral, htmlSpan("by", "no side"))
	if o.Side.Tag != "" {
		side = htmlTag(o.Side)
	}
	return h.P(h.Class("head"), spaced(
		htmlSpan("badge "+string(o.Status), o.Word),
		g.If(o.Unclear, htmlSpan("badge unclear", "unclear")),
		htmlSpan("who", o.People),
		side,
		htmlSpan("by", o.Raised),
	))
}

// htmlResponse is what became of an objection, nil where there is no response.
func htmlResponse(r *Response) g.Node {
	if r == nil {
		return nil
	}
	return h.Div(h.Class("response"), nested(
		htmlParagraph("word", r.Word),
		htmlQuote(r.Quote),
	))
}

func htmlQuote(q Quote) g.Node {
	where := g.Text(q.Where)
	if q.URL != "" {
		where = h.A(h.Href(q.URL), h.Rel("noopener noreferrer nofollow"), where)
	}
	return h.BlockQuote(h.P(g.Text(q.Text)), h.Footer(where))
}

// htmlParagraph is text in a paragraph of a class, nil where there is no text.
func htmlParagraph(class, text string) g.Node {
	return g.If(text != "", h.P(h.Class(class), g.Text(text)))
}

// htmlSpan is text within a line, nil where there is none.
func htmlSpan(class, text string) g.Node {
	return g.If(text != "", h.Span(h.Class(class), g.Text(text)))
}

// lines puts each node on a line of its own, so that the source of a page can be
// read too. What is nil leaves no line, and a group is so many lines.
func lines(nodes ...g.Node) g.Group {
	var all g.Group
	for _, node := range nodes {
		switch node := node.(type) {
		case nil:
		case g.Group:
			all = append(all, lines(node...)...)
		default:
			all = append(all, node, g.Raw("\n"))
		}
	}
	return all
}

// nested is what an element holds where its tags are on lines of their own too.
func nested(nodes ...g.Node) g.Group {
	return append(g.Group{g.Raw("\n")}, lines(nodes...)...)
}

// spaced puts nodes on one line, with spaces between those that are not nil.
func spaced(nodes ...g.Node) g.Group {
	var all g.Group
	for _, node := range nodes {
		if node == nil {
			continue
		}
		if len(all) > 0 {
			all = append(all, g.Raw(" "))
		}
		all = append(all, node)
	}
	return all
}
