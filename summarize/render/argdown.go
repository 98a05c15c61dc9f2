package render

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"crux/summarize"
)

// Argdown writes the report as an Argdown document, from which the tools at
// https://argdown.org draw an argument map: sides and points are statements,
// objections and what answered them are arguments, "->" attacks and "+>"
// supports. Every status is a tag (#unanswered), and so is being #open.
// All points and objections stand in it, unshortened. The error is the writer's.
func Argdown(w io.Writer, r *summarize.Report, o Options) error {
	c := cleaner{o}
	var b strings.Builder
	frontMatter(&b, c, r)
	for i := range r.Debates {
		argdownDebate(&b, c, newTitles(i, len(r.Debates), &r.Debates[i]), &r.Debates[i])
	}
	if len(r.Debates) == 0 {
		fmt.Fprintf(&b, "\n%s\n", argdownText(noDebate(c, r.Window.Messages)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("render: argdown: %w", err)
	}
	return nil
}

func frontMatter(b *strings.Builder, c cleaner, r *summarize.Report) {
	title := "Debates"
	if source := c.line(c.o.Source); source != "" {
		title += " in " + source
	}
	b.WriteString("===\n")
	fmt.Fprintf(b, "title: %s\n", yamlString(title))
	fmt.Fprintf(b, "subTitle: %s\n", yamlString(windowWords(r.Window)))
	if note := c.line(r.Engine.Degraded); note != "" {
		fmt.Fprintf(b, "abstract: %s\n", yamlString(note))
	}
	b.WriteString(`model:
    removeTagsFromText: true
color:
    tagColors:
        unanswered: "#d9480f"
        acknowledged: "#e8a33d"
        answered: "#868e96"
        conceded: "#868e96"
        withdrawn: "#868e96"
        answer: "#495057"
===
`)
}

// yamlString is s as a double-quoted YAML scalar; the = that would end the front matter is written as an escape.
func yamlString(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return strings.ReplaceAll(string(quoted), "=", `\u003d`)
}

func argdownDebate(b *strings.Builder, c cleaner, t titles, d *summarize.Debate) {
	fmt.Fprintf(b, "\n# %s\n", argdownText(or(c.line(d.Question), "A debate")))
	for i, s := range d.Sides {
		text := or(c.line(s.Label), "Side "+c.line(s.ID))
		fmt.Fprintf(b, "\n[%s]: %s #side\n", t.sides[i], argdownText(withPeople(text, c.names(s.Members))))
	}
	for i, p := range d.Points {
		fmt.Fprintf(b, "\n[%s]: %s #point\n", t.points[i], argdownStatement(c, p.Gist, p.Quotes, p.By))
		relation(b, "+>", t.of[string(p.Side)])
	}
	for i, o := range d.Objections {
		fmt.Fprintf(b, "\n<%s>: %s %s\n", t.objections[i], argdownStatement(c, o.Gist, o.Quotes, o.By), statusTags(o))
		relation(b, "->", t.of[o.Target])
		for j, r := range o.Responses {
			argdownResponse(b, c, fmt.Sprintf("<%s %d>", t.responses[i], j+1), "<"+t.objections[i]+">", r)
		}
	}
	for i, a := range d.Agreements {
		fmt.Fprintf(b, "\n[%s]: %s #agreed\n", t.agreed[i], argdownStatement(c, a.Gist, a.Quotes, nil))
	}
}

// argdownResponse writes what became of an objection. An answer and a withdrawal
// stand against it, a concession for it, and a deferral leaves it as it was.
func argdownResponse(b *strings.Builder, c cleaner, title, objection string, r summarize.Response) {
	q := newQuoteView(c, r.Quote)
	fmt.Fprintf(b, "\n%s: %s %s\n", title, argdownText("“"+collapse(q.Text)+"” ("+q.Where+")"), tag(kindWord(r.Kind)))
	switch r.Kind {
	case summarize.Answer, summarize.Withdrawal:
		relation(b, "->", objection)
	case summarize.Concession:
		relation(b, "+>", objection)
	}
}

func relation(b *strings.Builder, arrow, target string) {
	if target != "" {
		fmt.Fprintf(b, "  %s %s\n", arrow, target)
	}
}

func statusTags(o summarize.Objection) string {
	tags := tag(statusWord(o.Status))
	if o.Status.Open() {
		tags += " #open"
	}
	if o.Uncertain {
		tags += " #unclear"
	}
	return tags
}

// tag is one of our own words as a tag.
func tag(word string) string {
	return "#" + strings.ToLower(strings.ReplaceAll(word, " ", "-"))
}

// argdownStatement is a gist with the first words that say it, who said them and where.
func argdownStatement(c cleaner, gist string, quotes []summarize.Quote, by []string) string {
	v := newStatementView(c, gist, quotes, by)
	text := v.Gist
	if len(v.Quotes) > 0 {
		q := v.Quotes[0]
		text = strings.TrimSpace(text + " “" + collapse(q.Text) + "” (" + q.Where + ")")
	}
	return argdownText(withPeople(text, v.People))
}

func withPeople(text, people string) string {
	if people == "" {
		return text
	}
	return text + " — " + people
}

// titles are the names under which a debate's elements refer to each other:
// plain words, each once in the document, whatever the report's ids hold.
type titles struct {
	sides, points, objections, responses, agreed []string
	of                                           map[string]string // in brackets, by the report's id
}

func newTitles(index, debates int, d *summarize.Debate) titles {
	prefix := ""
	if debates > 1 {
		prefix = fmt.Sprintf("Debate %d ", index+1)
	}
	taken := map[string]bool{}
	unique := func(kind, id string) string {
		title := prefix + strings.TrimSpace(kind+" "+safeTitle(id))
		for n, plain := 2, title; taken[title]; n++ {
			title = fmt.Sprintf("%s (%d)", plain, n)
		}
		taken[title] = true
		return title
	}
	t := titles{of: map[string]string{}}
	refer := func(id, title string) {
		if _, known := t.of[id]; !known && id != "" {
			t.of[id] = title
		}
	}
	for _, p := range d.Points {
		t.points = append(t.points, unique("Point", p.ID))
		refer(p.ID, "["+t.points[len(t.points)-1]+"]")
	}
	for _, o := range d.Objections {
		t.objections = append(t.objections, unique("Objection", o.ID))
		t.responses = append(t.responses, unique("Response", o.ID))
		refer(o.ID, "<"+t.objections[len(t.objections)-1]+">")
	}
	for _, s := range d.Sides {
		t.sides = append(t.sides, unique("Side", s.ID))
		refer(s.ID, "["+t.sides[len(t.sides)-1]+"]")
	}
	for i := range d.Agreements {
		t.agreed = append(t.agreed, unique("Agreed", fmt.Sprint(i+1)))
	}
	return t
}

// safeTitle keeps letters, digits and single spaces of an id, for a title cannot be escaped.
func safeTitle(id string) string {
	return elide(collapse(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, id)), "", nameLimit)
}

// argdownText escapes one line of foreign text that does not begin a line of
// the document. These begin something wherever they stand: \ @ # * _ [ ] < > { }
// and =, / for a comment; and . or : before a visible character (":name:" is an
// emoji). What only begins something at a line's start (- + digits) stays.
func argdownText(line string) string {
	var b strings.Builder
	runes := []rune(line)
	for i, r := range runes {
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		if strings.ContainsRune(`\@#*_[]<>{}=/`, r) || (strings.ContainsRune(".:", r) && !unicode.IsSpace(next)) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
