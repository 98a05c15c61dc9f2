package embedded

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	gistRunes     = 160
	questionRunes = 200
	labelRunes    = 60
)

// gist is a unit in short: its own words, cut at a word.
func (r *reading) gist(unit int) string {
	return shorten(r.text(&r.units[unit]), gistRunes)
}

// label names a side by its weightiest point, or else its first objection, or else
// a point that it took back, and is empty for a side that made none of these.
func (r *reading) label(side int, points, objections []row) string {
	kept := slices.DeleteFunc(slices.Clone(points), func(p row) bool { return p.takenBack })
	for _, p := range slices.Concat(kept, objections, points) {
		if p.side == side {
			return shorten(r.text(&r.units[r.telling(p.units)[0]]), labelRunes)
		}
	}
	return ""
}

const (
	questionWords = 6    // a shorter question asks nothing that a debate could be about
	questionPart  = 3    // the question stands in the first third of a debate, if anywhere
	questionAbout = 0.15 // how near it must be to what the debate is about
)

// question is what the debate is about: the question put early on, or quoted as
// a title, that is nearest to all that was said, or else the weightiest claim.
func (r *reading) question(d *debate, points, objections []row) string {
	best, top := "", questionAbout
	consider := func(u *unit, i int) {
		if near := d.about(u); u.words >= questionWords && near > top {
			best, top = r.transcript.Messages[i].Text[u.start:u.end], near
		}
	}
	for n, i := range d.messages {
		m := &r.messages[i]
		for k := m.first; k < m.last && n*questionPart < len(d.messages); k++ {
			if u := &r.units[k]; u.asks && !u.objects() {
				consider(u, i)
			}
		}
		for k := range m.quoted {
			if q := &m.quoted[k]; q.inProse && q.asks {
				consider(q, i)
			}
		}
	}
	for _, rows := range [...][]row{points, objections} {
		if best == "" && len(rows) > 0 {
			best = r.text(&r.units[r.telling(rows[0].units)[0]])
		}
	}
	return shorten(best, questionRunes)
}

// shorten folds white space and cuts a text to at most so many runes, at a word, with an ellipsis.
func shorten(text string, runes int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= runes {
		return text
	}
	all := []rune(text)
	short := string(all[:runes-1])
	if at := strings.LastIndexByte(short, ' '); all[runes-1] != ' ' && at > len(short)/2 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:–—-") + "…"
}
