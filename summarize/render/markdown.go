package render

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

	"crux/summarize"
)

// Markdown writes the report as Markdown (CommonMark, and GitHub's flavour of
// it). Quotes are shortened. Foreign text stays text: see escapeMarkdown. The
// error is the writer's.
func Markdown(w io.Writer, r *summarize.Report, o Options) error {
	var b strings.Builder
	markdownReport(&b, NewView(r, o))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("render: markdown: %w", err)
	}
	return nil
}

func markdownReport(b *strings.Builder, v View) {
	title := "Debates"
	if v.Source != "" {
		title += " in " + v.Source
	}
	fmt.Fprintf(b, "# %s\n\n%s\n", escapeMarkdown(title), v.Window)
	if v.Note != "" {
		fmt.Fprintf(b, "\n> **Note:** %s\n", escapeMarkdown(v.Note))
	}
	if v.Empty != "" {
		fmt.Fprintf(b, "\n%s\n", escapeMarkdown(v.Empty))
	}
	for _, d := range v.Debates {
		markdownDebate(b, d)
	}
	if v.Engine != "" {
		fmt.Fprintf(b, "\n---\n\n%s\n", escapeMarkdown(v.Engine))
	}
}

func markdownDebate(b *strings.Builder, d Debate) {
	fmt.Fprintf(b, "\n## %s\n", escapeMarkdown(d.Question))
	if d.OpenNote != "" {
		fmt.Fprintf(b, "\n### Still open\n\n%s\n", d.OpenNote)
	} else {
		markdownObjections(b, "Still open", d.Open)
	}
	for _, s := range d.Sides {
		fmt.Fprintf(b, "\n### Side %s\n", escapeMarkdown(strings.TrimSuffix(s.Tag+": "+s.Label, ": ")))
		if s.People != "" {
			fmt.Fprintf(b, "\nHeld by %s.\n", escapeMarkdown(s.People))
		}
		markdownPoints(b, s.Points)
	}
	if len(d.Loose.Shown) > 0 {
		fmt.Fprintf(b, "\n### %s\n", d.LooseTitle)
		markdownPoints(b, d.Loose)
	}
	if len(d.Settled) > 0 {
		markdownObjections(b, "Settled", d.Settled)
	}
	if len(d.Agreed) > 0 {
		b.WriteString("\n### Agreed\n")
		for _, a := range d.Agreed {
			b.WriteByte('\n')
			markdownStatement(b, "- ", "  ", a, "")
		}
	}
	if d.Neutral != "" {
		fmt.Fprintf(b, "\nTook no side: %s.\n", escapeMarkdown(d.Neutral))
	}
	fmt.Fprintf(b, "\nIn this debate: %s.\n", d.Stats)
}

func markdownPoints(b *strings.Builder, p Points) {
	for _, point := range p.Shown {
		b.WriteByte('\n')
		markdownStatement(b, "- ", "  ", point, point.People)
	}
	if p.More > 0 {
		fmt.Fprintf(b, "\nAnd %d more.\n", p.More)
	}
}

func markdownObjections(b *strings.Builder, heading string, objections []Objection) {
	fmt.Fprintf(b, "\n### %s (%d)\n", heading, len(objections))
	for i, o := range objections {
		bullet := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(bullet))
		fmt.Fprintf(b, "\n%s%s\n\n", bullet, markdownHead(o))
		markdownStatement(b, indent, indent, o.Statement, "")
		if o.Response != nil {
			fmt.Fprintf(b, "\n%s%s: %s\n", indent, o.Response.Word, markdownQuote(o.Response.Quote, ""))
		}
		if o.More > 0 {
			fmt.Fprintf(b, "\n%sAnd %s.\n", indent, count(o.More, "more response"))
		}
	}
}

// markdownHead is the line above an objection: its status, who raised it, when, and against what.
func markdownHead(o Objection) string {
	head := "**" + o.Word + "**"
	if o.Unclear {
		head += " (unclear)"
	}
	if o.People != "" {
		head += " · " + escapeMarkdown(o.People)
	}
	switch {
	case o.Side.Tag != "":
		head += " (side " + escapeMarkdown(o.Side.Tag) + ")"
	case o.Neutral:
		head += " (no side)"
	}
	if o.Raised != "" {
		head += " · " + o.Raised
	}
	if o.Against != "" {
		head += ", " + escapeMarkdown(o.AgainstWords())
	}
	return head
}

// markdownStatement writes a gist in bold and its quotes below it, or the quotes alone where they say it.
func markdownStatement(b *strings.Builder, bullet, indent string, s Statement, people string) {
	if people != "" {
		people = " — " + escapeMarkdown(people)
	}
	if s.Gist != "" {
		fmt.Fprintf(b, "%s**%s**%s\n", bullet, escapeMarkdown(s.Gist), people)
		bullet, people = indent, ""
	}
	for i, q := range s.Quotes {
		if i > 0 || s.Gist != "" {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "%s%s%s\n", bullet, markdownQuote(q, s.focus), people)
		bullet, people, s.focus = indent, "", ""
	}
}

func markdownQuote(q Quote, focus string) string {
	words := "“" + escapeMarkdown(q.brief(focus, quoteLimit)) + "”"
	where := escapeMarkdown(q.Where)
	if q.URL != "" {
		where = "[" + where + "](" + entity.ReplaceAllString(q.URL, "&amp;$1") + ")"
	}
	return words + " (" + where + ")"
}

// An & here would be read as the start of a character reference.
var (
	entity     = regexp.MustCompile(`&(#[0-9]+;|#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]*;)`)
	entityHere = regexp.MustCompile(`^` + entity.String())
)

// escapeMarkdown keeps one line of foreign text from being read as markup, and
// escapes no more than that, so that the source reads well too. It relies on one
// rule that every writer above keeps: foreign text never begins a line, and is
// never inside a line that could begin a table. So what only counts there (+ - .
// > = | and digits) stays, and these are escaped:
//
//   - \ ` * ~ [ ] $ always;
//   - # at the end, where a run of it would close a heading and vanish;
//   - _ unless letters or digits stand on both sides (snake_case is no emphasis);
//   - < where it could open a tag or an autolink, & where it could open a character reference;
//   - the : of "://" and the . after "www", from which links are made without any markup.
//
// A zero-width space follows every @, so that it names nobody and is no e-mail address.
func escapeMarkdown(line string) string {
	var b strings.Builder
	b.Grow(len(line) + len(line)/8)
	before := ' '
	for i, r := range line {
		rest := line[i:]
		switch {
		case strings.ContainsRune("\\`*~[]$", r),
			r == '#' && strings.Trim(rest, "#") == "",
			r == '_' && !(isWord(before) && isWord(runeAt(rest[1:]))),
			r == '<' && opensTag(runeAt(rest[1:])),
			r == '&' && entityHere.MatchString(rest),
			r == ':' && strings.HasPrefix(rest, "://"),
			r == '.' && endsInWWW(line[:i]):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' && !strings.HasPrefix(rest[1:], zeroWidthSpace) {
			b.WriteString(zeroWidthSpace)
		}
		before = r
	}
	return b.String()
}

func opensTag(next rune) bool {
	return unicode.IsLetter(next) || strings.ContainsRune("/!?", next)
}

func endsInWWW(s string) bool {
	return len(s) >= 3 && strings.EqualFold(s[len(s)-3:], "www")
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// runeAt is the first rune of s, a space where there is none.
func runeAt(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}
