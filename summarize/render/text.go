package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"crux/summarize"
)

const (
	defaultWidth = 80
	leastWidth   = 40
)

// Text writes the report for a terminal, wrapped to o.Width columns; only links
// may be longer. Quotes are shortened. Without o.Color it holds no control
// characters but line breaks. The error is the writer's.
func Text(w io.Writer, r *summarize.Report, o Options) error {
	t := &textWriter{width: max(leastWidth, o.Width), color: o.Color}
	if o.Width == 0 {
		t.width = defaultWidth
	}
	t.report(NewView(r, o))
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("render: text: %w", err)
	}
	return nil
}

type textWriter struct {
	b     strings.Builder
	width int
	color bool
}

func (t *textWriter) report(v View) {
	if v.Source != "" {
		t.put("", "", t.bold(v.Source))
	}
	t.put("", "", t.faint(v.Window))
	if v.Note != "" {
		t.put("", "  ", t.paint(ansi.AttrYellowForegroundColor, "Note: ")+v.Note)
	}
	if v.Empty != "" {
		t.gap()
		t.put("", "", v.Empty)
	}
	for _, d := range v.Debates {
		t.debate(d)
	}
	if v.Engine != "" {
		t.gap()
		t.put("", "", t.faint(v.Engine))
	}
}

func (t *textWriter) debate(d Debate) {
	t.gap()
	t.put("", "", t.bold(d.Question))

	t.heading("Still open", len(d.Open), ansi.AttrRedForegroundColor)
	if d.OpenNote != "" {
		t.put("  ", "", d.OpenNote)
	}
	for i, o := range d.Open {
		t.objection(i+1, o)
	}
	for _, s := range d.Sides {
		t.gap()
		t.put("", "  ", t.side(s.SideTag, "Side "+s.Tag+":")+" "+t.bold(s.Label))
		if s.People != "" {
			t.put("  ", "", t.faint(s.People))
		}
		t.points(s.Points)
	}
	if len(d.Loose.Shown) > 0 {
		t.heading(d.LooseTitle, 0, ansi.AttrBold)
		t.points(d.Loose)
	}
	if len(d.Settled) > 0 {
		t.heading("Settled", len(d.Settled), ansi.AttrGreenForegroundColor)
	}
	for i, o := range d.Settled {
		t.objection(i+1, o)
	}
	if len(d.Agreed) > 0 {
		t.heading("Agreed", 0, ansi.AttrBold)
	}
	for _, a := range d.Agreed {
		t.statement("  • ", "    ", a, false)
	}
	t.gap()
	if d.Neutral != "" {
		t.put("", "  ", "Took no side: "+d.Neutral)
	}
	t.put("", "", t.faint(d.Stats))
}

func (t *textWriter) heading(words string, n int, attr ansi.Attr) {
	t.gap()
	if n > 0 {
		words += fmt.Sprintf(" (%d)", n)
	}
	t.put("", "", t.paint(attr, words))
}

func (t *textWriter) points(p Points) {
	for _, point := range p.Shown {
		t.statement("  • ", "    ", point, true)
	}
	if p.More > 0 {
		t.put("    ", "", t.faint(fmt.Sprintf("and %d more", p.More)))
	}
}

func (t *textWriter) objection(number int, o Objection) {
	if number > 1 {
		t.gap()
	}
	bullet := fmt.Sprintf("%3d. ", number)
	indent := strings.Repeat(" ", len(bullet))
	t.put(bullet, "", t.objectionHead(o))
	if o.Against != "" {
		t.put(indent, "  ", o.AgainstWords())
	}
	t.statement(indent, indent, o.Statement, false)
	if o.Response != nil {
		t.quote(indent, o.Response.Word+": ", o.Response.Quote, "", "")
		if o.More > 0 {
			t.put(indent+"  ", "", t.faint("and "+count(o.More, "more response")))
		}
	}
}

// objectionHead is the line above an objection: its status, who raised it and when.
func (t *textWriter) objectionHead(o Objection) string {
	attr := ansi.AttrGreenForegroundColor
	if o.Status.Open() {
		attr = ansi.AttrRedForegroundColor
	}
	head := t.paint(attr, o.Word)
	if o.Unclear {
		head += " (unclear)"
	}
	if o.People != "" {
		head += " · " + o.People
	}
	switch {
	case o.Side.Tag != "":
		head += " " + t.side(o.Side, "["+o.Side.Tag+"]")
	case o.Neutral:
		head += " [no side]"
	}
	if o.Raised != "" {
		head += " · " + t.faint(o.Raised)
	}
	return head
}

// statement writes a gist and its quotes, or the quotes alone where they say it; then who said it, where people are asked for.
func (t *textWriter) statement(bullet, indent string, s Statement, people bool) {
	who := ""
	if people && s.People != "" {
		who = " — " + s.People
	}
	if s.Gist != "" {
		t.put(bullet, "", t.bold(s.Gist)+who)
		bullet, who = indent, ""
	}
	for _, q := range s.Quotes {
		t.quote(bullet, "", q, s.focus, who)
		bullet, s.focus, who = indent, "", ""
	}
}

func (t *textWriter) quote(bullet, lead string, q Quote, focus, who string) {
	words := lead + "“" + q.brief(focus, quoteLimit) + "”"
	if q.URL == "" {
		words += " " + t.faint("("+q.Where+")")
	}
	t.put(bullet, "", words+who)
	if q.URL != "" {
		fmt.Fprintf(&t.b, "%s%s\n", strings.Repeat(" ", ansi.StringWidth(bullet)), t.faint(q.URL))
	}
}

// put writes words wrapped, the first line behind bullet and the others under its words, further in by hang.
func (t *textWriter) put(bullet, hang, words string) {
	indent := strings.Repeat(" ", ansi.StringWidth(bullet)) + hang
	for i, line := range wrap(words, t.width-len(indent)) {
		if i == 0 {
			t.b.WriteString(bullet)
		} else {
			t.b.WriteString(indent)
		}
		t.b.WriteString(line)
		t.b.WriteByte('\n')
	}
}

// wrap breaks a line at spaces, and words wider than limit columns wherever
// that is. (ansi.Wrap breaks at hyphens too, and then can run over the limit.)
func wrap(line string, limit int) []string {
	var lines []string
	current, width := "", 0
	for _, word := range strings.Fields(line) {
		need := ansi.StringWidth(word)
		if current != "" && width+1+need <= limit {
			current, width = current+" "+word, width+1+need
			continue
		}
		if current != "" {
			lines = append(lines, current)
		}
		pieces := strings.Split(ansi.Hardwrap(word, limit, true), "\n")
		lines = append(lines, pieces[:len(pieces)-1]...)
		current = pieces[len(pieces)-1]
		width = ansi.StringWidth(current)
	}
	return append(lines, current)
}

// gap writes an empty line, save at the top.
func (t *textWriter) gap() {
	if t.b.Len() > 0 {
		t.b.WriteByte('\n')
	}
}

func (t *textWriter) bold(s string) string  { return t.paint(ansi.AttrBold, s) }
func (t *textWriter) faint(s string) string { return t.paint(ansi.AttrFaint, s) }

func (t *textWriter) side(s SideTag, words string) string {
	colors := [hues]ansi.Attr{
		ansi.AttrBlueForegroundColor, ansi.AttrMagentaForegroundColor, ansi.AttrCyanForegroundColor,
		ansi.AttrYellowForegroundColor, ansi.AttrGreenForegroundColor, ansi.AttrRedForegroundColor,
	}
	return t.paint(colors[s.Hue-1], words)
}

func (t *textWriter) paint(attr ansi.Attr, s string) string {
	if !t.color {
		return s
	}
	return ansi.NewStyle(attr).Styled(s)
}
