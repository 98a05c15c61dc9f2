package ledger

import (
	"slices"
	"strings"

	"crux/summarize"
)

// Withhold is the report without what its authors disowned, and with the rewordings of those whose
// row it is alone as gists, marked as their own words. Quotes that share at least half of the shorter one with disowned words of the same
// message go, and rows without quotes with them; an objection to such a row challenges its side
// from then on, or what nobody knows. What answered an objection stays. Read is what the report
// was made of. What is left is as sound as summarize.Verify makes a report. The report given is not
// changed; it is returned itself where nothing of it was disowned.
func Withhold(report *summarize.Report, read *summarize.Transcript, disowned []Disowned) *summarize.Report {
	d := newDenials(read, disowned)
	if len(d.all) == 0 {
		return report
	}
	left := *report
	left.Debates = copied(report.Debates)
	for i := range left.Debates {
		d.withhold(&left.Debates[i])
	}
	summarize.Verify(&left, read)
	for i := range left.Debates {
		d.reword(&left.Debates[i])
	}
	return &left
}

// withhold takes out of a debate what was disowned. Its lists are not written to.
func (d *denials) withhold(debate *summarize.Debate) {
	sides := map[string]summarize.SideID{} // of the rows that go
	debate.Points = copied(debate.Points)
	for i := range debate.Points {
		p := &debate.Points[i]
		out, _ := d.row(p.Quotes, p.By)
		if cut(&p.Quotes, &p.Gist, out); len(p.Quotes) == 0 {
			sides[p.ID] = p.Side
		}
	}
	debate.Objections = copied(debate.Objections)
	for i := range debate.Objections {
		o := &debate.Objections[i]
		out, _ := d.row(o.Quotes, o.By)
		if cut(&o.Quotes, &o.Gist, out); len(o.Quotes) == 0 {
			sides[o.ID] = o.Side
		}
	}
	for i := range debate.Objections {
		if side, goes := sides[debate.Objections[i].Target]; goes {
			debate.Objections[i].Target = string(side)
		}
	}
	debate.Agreements = copied(debate.Agreements)
	for i := range debate.Agreements {
		cut(&debate.Agreements[i].Quotes, &debate.Agreements[i].Gist, d.denies)
	}
	if d.repeats(debate.Question) {
		debate.Question = ""
	}
	debate.Sides = copied(debate.Sides)
	for i := range debate.Sides {
		if d.repeats(debate.Sides[i].Label) {
			debate.Sides[i].Label = ""
		}
	}
}

// cut cuts the quotes that are out, and with them a gist that they had a part in. What has no
// words is worded anew by Verify, or left out.
func cut(quotes *[]summarize.Quote, gist *string, out func(summarize.Quote) bool) {
	left := slices.DeleteFunc(copied(*quotes), out)
	if len(left) < len(*quotes) {
		*quotes, *gist = left, ""
	}
}

// repeats reports whether a text is made of disowned words, or holds them.
func (d *denials) repeats(text string) bool {
	line := strings.TrimSuffix(oneLine(text), "…")
	return line != "" && slices.ContainsFunc(d.all, func(each denial) bool {
		words := oneLine(each.text)
		return each.Meant == "" && words != "" && (strings.Contains(words, line) || strings.Contains(line, words))
	})
}

// reword words the rows of a debate as their authors do.
func (d *denials) reword(debate *summarize.Debate) {
	for i := range debate.Points {
		p := &debate.Points[i]
		if _, gist := d.row(p.Quotes, p.By); gist != "" {
			p.Gist = gist
		}
	}
	for i := range debate.Objections {
		o := &debate.Objections[i]
		if _, gist := d.row(o.Quotes, o.By); gist != "" {
			o.Gist = gist
		}
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
