package transcript

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"crux/summarize"
)

var (
	repeated = repair{"Left out", "paragraph", "repeating another, word for word"}
	cutShort = repair{"Left out", "paragraph", "repeating the start of another"}
)

// shortestCut is the length, in runes, from which a paragraph that starts as another does is a cut copy of it.
const shortestCut = 40

// paragraph is a passage of a text in which nobody is named.
type paragraph struct {
	text string
	line int
	key  string // the text by which copies are told: white space and a cutting ellipsis don't count
}

// readParagraphs makes a message of each paragraph, leaving out copies.
func (d *draft) readParagraphs(p *page) {
	d.format = formatUnattributed
	all := splitParagraphs(p)
	copied := cutCopies(all)
	seen := make(map[string]bool)
	for i, passage := range all {
		place := fmt.Sprintf("line %d", passage.line)
		switch {
		case seen[passage.key]:
			d.tally.add(repeated, place)
		case copied[i]:
			d.tally.add(cutShort, place)
		default:
			seen[passage.key] = true
			d.entries = append(d.entries, entry{line: passage.line, Message: summarize.Message{Text: passage.text}})
		}
	}
}

// splitParagraphs parts the text at blank lines, or at every line where none is blank.
func splitParagraphs(p *page) []paragraph {
	last := p.lines()
	for last > 0 && p.blank(last-1) {
		last--
	}
	first := 0
	for first < last && p.blank(first) {
		first++
	}
	spaced := false
	for i := first; i < last; i++ {
		spaced = spaced || p.blank(i)
	}
	var all []paragraph
	for i := first; i < last; {
		end := i + 1
		if p.blank(i) {
			i = end
			continue
		}
		for spaced && end < last && !p.blank(end) {
			end++
		}
		text := trim(p.text[p.offset(i):p.offset(end)])
		all = append(all, paragraph{text, i + 1, strings.Join(strings.Fields(text), " ")})
		i = end
	}
	return all
}

// cutCopies says which paragraphs are the start of a longer one. In order of their
// keys, a paragraph stands right before those that start with it.
func cutCopies(all []paragraph) []bool {
	stems := make([]string, len(all))
	order := make([]int, len(all))
	for i, passage := range all {
		order[i] = i
		stems[i] = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(passage.key, "…"), "..."), " ")
	}
	// Of those with one stem, the cut ones, which end in an ellipsis, go before the whole ones.
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(stems[a], stems[b]), len(all[b].key)-len(all[a].key))
	})
	copied := make([]bool, len(all))
	for n := len(order) - 2; n >= 0; n-- {
		this, next := order[n], order[n+1]
		if all[this].key == all[next].key { // what holds for one holds for the other
			copied[this] = copied[next]
			continue
		}
		copied[this] = utf8.RuneCountInString(stems[this]) >= shortestCut && strings.HasPrefix(stems[next], stems[this])
	}
	return copied
}
