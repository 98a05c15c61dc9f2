package transcript

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// labelList holds what people put before a colon that is nobody's name, a line each.
//
//go:embed labels.txt
var labelList string

func readLabels() map[string]bool {
	labels := make(map[string]bool)
	for line := range strings.Lines(labelList) {
		labels[strings.TrimSpace(line)] = true
	}
	return labels
}

// evidence is what a text shows of a word before a colon.
type evidence struct {
	count   int
	atBreak int // how often a blank line, or the start of the text, stands before it
	word    int // how often it stands elsewhere, in small letters
}

// colonMarks finds "Name: text". Whether a line starts with a name or with a
// phrase is decided by evidence over the whole text.
func colonMarks(p *page) []mark {
	candidates := colonCandidates(p)
	if len(candidates) == 0 {
		return nil
	}
	seen := weigh(p, candidates)
	look := newLook(p, candidates, seen)
	var marks []mark
	for _, m := range candidates {
		if look.accepts(m.name, seen[strings.ToLower(m.name)]) {
			marks = append(marks, m)
		}
	}
	if marks = besideStamped(marks); !isDialogue(p, marks) {
		return nil
	}
	return marks
}

// besideStamped drops marks without a time from a text where most have one: all
// where nearly all have one, and otherwise those of names that never have one.
func besideStamped(marks []mark) []mark {
	names := make(map[string]bool)
	stamped := 0
	for _, m := range marks {
		if m.stamped {
			names[m.name] = true
			stamped++
		}
	}
	bare := len(marks) - stamped
	if stamped <= bare {
		return marks
	}
	return slices.DeleteFunc(marks, func(m mark) bool {
		return !m.stamped && (stamped >= 3*bare || !names[m.name])
	})
}

// colonCandidates are the lines that could start with a speaker; none in code blocks.
func colonCandidates(p *page) []mark {
	labels := readLabels()
	var marks []mark
	code := codeLines(p)
	for i := range p.lines() {
		line := p.line(i)
		if code[i] || !strings.ContainsAny(line[:min(len(line), 200)], ":：") {
			continue
		}
		_, rest, _, stamped := cutLead(line)
		if !stamped {
			rest = line
		}
		name, said, ok := cutColon(rest)
		if !ok || utf8.RuneCountInString(name) > 32 || !looksLikeName(name, 4) || labels[label(name)] {
			continue
		}
		m := mark{kind: speaks, line: i, body: p.after(i, said), name: name}
		if stamped {
			m.stamp, _, _, m.stamped = cutLead(line)
		}
		marks = append(marks, m)
	}
	return marks
}

func label(name string) string { return strings.TrimRight(strings.ToLower(name), ".") }

// codeLines says of each line whether it stands in a code block. A fence that nothing closes opens none.
func codeLines(p *page) []bool {
	code := make([]bool, p.lines())
	open := -1
	for i := range code {
		if strings.Count(p.line(i), "```")%2 == 0 {
			continue
		}
		if open < 0 {
			open = i
			continue
		}
		for j := open + 1; j <= i; j++ {
			code[j] = true
		}
		open = -1
	}
	return code
}

func weigh(p *page, candidates []mark) map[string]*evidence {
	seen := make(map[string]*evidence)
	for _, m := range candidates {
		name := strings.ToLower(m.name)
		if seen[name] == nil {
			seen[name] = new(evidence)
		}
		seen[name].count++
		if p.blank(m.line - 1) {
			seen[name].atBreak++
		}
	}
	for word := range strings.FieldsSeq(p.text) {
		if strings.HasSuffix(strings.TrimRight(word, "*_"), ":") || strings.HasPrefix(word, "@") {
			continue
		}
		word = strings.TrimFunc(word, unicode.IsPunct)
		// "Probes:" is a phrase where the text speaks of a probe, too.
		for _, form := range []string{word, word + "s", strings.TrimSuffix(word, "s")} {
			if e := seen[form]; e != nil {
				e.word++
				break
			}
		}
	}
	return seen
}

// look is how the text as a whole looks.
type look struct {
	recurring bool // some name comes again
	spaced    bool // blank lines stand between messages
	compact   bool // hardly a message has more than one line
}

func newLook(p *page, candidates []mark, seen map[string]*evidence) look {
	var total, atBreak, names int
	counted := make(map[string]bool)
	for _, m := range candidates {
		name := strings.ToLower(m.name)
		e := seen[name]
		if counted[name] || e.count < 2 || isPhrase(m.name) {
			continue
		}
		counted[name] = true
		names++
		total += e.count
		atBreak += e.atBreak
	}
	filled := 0
	for i := range p.lines() {
		if !p.blank(i) {
			filled++
		}
	}
	return look{
		recurring: names > 0,
		spaced:    total > 2 && atBreak*10 >= total*8,
		compact:   (filled-len(candidates))*10 < len(candidates),
	}
}

// accepts reports whether the name is a speaker's.
func (l look) accepts(name string, e *evidence) bool {
	if isPhrase(name) {
		return e.count > 2 && (!l.spaced || e.atBreak*2 >= e.count)
	}
	if l.spaced && e.atBreak == 0 && e.count <= 2 {
		return false
	}
	if e.count > 1 || !l.recurring || hasInnerCapital(name) && !strings.Contains(name, " ") {
		return true
	}
	// One that comes once among others that come again is a phrase where the text
	// uses it as a word: "Speed: …" next to "its speed".
	capital := name != strings.ToLower(name)
	return e.word == 0 || !capital && (l.compact || l.spaced)
}

// hasInnerCapital reports whether s is spelled as only names are, such as AutoMod.
func hasInnerCapital(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ContainsFunc(s[n:], unicode.IsUpper) && strings.ContainsFunc(s, unicode.IsLower)
}

// isPhrase reports whether name has several words and one of them, at its start
// or in small letters, is of the kind that sentences have.
func isPhrase(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 {
		return false
	}
	starters := []string{"a", "about", "an", "and", "as", "at", "but", "by", "for", "from", "her", "his", "if", "in", "my", "on", "or", "our", "re", "so", "that", "the", "these", "this", "those", "to", "your"}
	particles := []string{"al", "bin", "da", "de", "del", "della", "den", "der", "di", "du", "el", "la", "le", "of", "the", "ter", "van", "von"}
	return slices.Contains(starters, strings.ToLower(words[0])) || slices.ContainsFunc(words, func(word string) bool {
		first, _ := utf8.DecodeRuneInString(word)
		return unicode.IsLower(first) && !slices.Contains(particles, word)
	})
}

// isDialogue reports whether the marks, as a whole, part a text among speakers
// rather than stand about in somebody's prose.
func isDialogue(p *page, marks []mark) bool {
	if len(marks) == 0 {
		return false
	}
	names := make(map[string]bool)
	for _, m := range marks {
		names[strings.ToLower(m.name)] = true
	}
	intro := strings.TrimSpace(p.text[:p.offset(marks[0].line)])
	if len(marks) == 1 {
		return intro == "" && paragraphs(p) == 1
	}
	if len(names) == len(marks) { // nobody speaks twice
		return intro == "" && len(marks)*2 >= paragraphs(p)
	}
	return len(intro)*2 <= len(p.text)
}

func paragraphs(p *page) int {
	n := 0
	for i := range p.lines() {
		if !p.blank(i) && p.blank(i-1) {
			n++
		}
	}
	return n
}
