package embedded

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// functionClass is the lexicon file that is no cue: words that carry no topic.
const functionClass = "function"

// lexicon holds the cue phrases of lexicon/*.txt: a file a class, a phrase a
// line, # for comments. Adding a phrase needs no change in Go.
type lexicon struct {
	classes  []string // sorted
	numbers  map[string]int
	phrases  map[string][]phrase
	function map[string]bool
	// denied tells of each class whether a negation before a cue takes it away.
	denied []bool
}

// deniable are the classes of cues that a negation turns around: "I don't agree".
var deniable = map[string]bool{"agree": true, "concede": true, "withdraw": true}

// phrase is a cue of several words, kept under its first word.
type phrase struct {
	rest  []string
	class int
}

// loadLexicon reads the embedded lexicon files.
func loadLexicon() (*lexicon, error) {
	names, err := fs.Glob(lexiconFiles, "lexicon/*.txt")
	if err != nil {
		return nil, fmt.Errorf("embedded: lexicon: %w", err)
	}
	lex := &lexicon{numbers: map[string]int{}, phrases: map[string][]phrase{}, function: map[string]bool{}}
	for _, name := range names {
		data, err := lexiconFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("embedded: lexicon: %w", err)
		}
		if len(lex.classes) == mostClasses {
			return nil, fmt.Errorf("embedded: lexicon: more than %d classes", mostClasses)
		}
		lex.add(strings.TrimSuffix(strings.TrimPrefix(name, "lexicon/"), ".txt"), string(data))
	}
	return lex, nil
}

func (l *lexicon) add(class, lines string) {
	isFunction := class == functionClass
	if !isFunction {
		l.numbers[class] = len(l.classes)
		l.classes = append(l.classes, class)
		l.denied = append(l.denied, deniable[class])
	}
	for line := range strings.Lines(lines) {
		forms := strings.Fields(strings.ToLower(line))
		switch {
		case len(forms) == 0 || strings.HasPrefix(forms[0], "#"):
		case isFunction:
			l.function[forms[0]] = true
		default:
			l.phrases[forms[0]] = append(l.phrases[forms[0]], phrase{forms[1:], len(l.classes) - 1})
		}
	}
}

// classRef is a class by name and number.
type classRef struct {
	name   string
	number int
}

// refs looks classes up once, for the stages that ask for them again and again.
func (l *lexicon) refs(names ...string) []classRef {
	refs := make([]classRef, len(names))
	for i, name := range names {
		refs[i] = classRef{name, l.class(name)}
	}
	return refs
}

// class is the number of a class; asking for one that no file defines is a mistake in the code.
func (l *lexicon) class(name string) int {
	if number, known := l.numbers[name]; known {
		return number
	}
	panic("embedded: no lexicon/" + name + ".txt")
}

// openingWords is how far into a text a cue counts as opening it.
const openingWords = 3

// cues counts, by class, how often each stands in a text, and notes which open it and which start it.
type cues struct {
	count  [mostClasses]uint8
	opens  classSet // within the first openingWords words
	starts classSet // with the very first word
}

// classSet is a set of classes.
type classSet uint32

func (s classSet) has(class int) bool { return s&(1<<class) != 0 }

// mostClasses is how many classes a lexicon may have.
const mostClasses = 32

// find counts the cues in a text of these words.
func (l *lexicon) find(text []word) cues {
	var found cues
	for i := range text {
		l.at(text, i, func(p phrase) {
			if found.count[p.class] < 255 {
				found.count[p.class]++
			}
			if i < openingWords {
				found.opens |= 1 << p.class
			}
			if i == 0 {
				found.starts |= 1 << p.class
			}
		})
	}
	return found
}

// at tells found of every cue that starts with the i-th word, unless it is denied.
func (l *lexicon) at(text []word, i int, found func(phrase)) {
	for _, p := range l.phrases[text[i].form] {
		if follows(text[i+1:], p.rest) && !(l.denied[p.class] && negated(text[:i])) {
			found(p)
		}
	}
}

// negationReach is how many words before a cue a negation still reaches it.
const negationReach = 3

// negated is true where the last of the words hold a negation.
func negated(before []word) bool {
	for _, w := range before[max(0, len(before)-negationReach):] {
		switch w.form {
		case "not", "never", "cannot", "dont", "cant", "isnt", "wouldnt", "hardly", "without":
			return true
		}
		if strings.HasSuffix(w.form, "n't") {
			return true
		}
	}
	return false
}

func follows(text []word, rest []string) bool {
	if len(rest) > len(text) {
		return false
	}
	for i, form := range rest {
		if text[i].form != form {
			return false
		}
	}
	return true
}
