package embedded

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/kljensen/snowball/english"
)

// word is one word of a text: its normalized form and where it stands.
type word struct {
	// form is the word in lower case with straight apostrophes.
	form string
	term int32
	span
}

// noTerm marks words that carry no topic: function words and lone letters.
const noTerm = int32(-1)

// vocabulary interns stems and counts in how many messages each has stood so
// far. It is filled in the order of the messages and asked only about the past,
// so what is said later never changes what was made of an earlier message.
type vocabulary struct {
	terms    map[string]int32 // by normalized word, so that each is stemmed once
	stems    map[string]int32
	seen     []float32 // messages, by term
	last     []int32   // the message that counted last, by term
	prior    map[string]float32
	function map[string]bool // words that say nothing about a topic
	messages float64
	// words counts the words so far, and functionWords those that are English function words.
	words, functionWords int
}

// newVocabulary starts from prior, the document frequencies of English stems
// in priorMessages messages, so that the first messages are weighed sensibly.
func newVocabulary(function map[string]bool, prior map[string]float32, priorMessages float64) *vocabulary {
	return &vocabulary{
		terms: make(map[string]int32, 1024), stems: make(map[string]int32, 1024),
		prior: prior, function: function, messages: priorMessages,
	}
}

// split finds the words of text (UAX #29) that hold a letter or a digit.
func (v *vocabulary) split(text string) []word {
	found := make([]word, 0, len(text)/5)
	tokens := words.FromString(text)
	for tokens.Next() {
		token := tokens.Value()
		r, _ := utf8.DecodeRuneInString(token)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		form := normalize(token)
		v.words++
		term := v.term(form)
		if term == noTerm {
			v.functionWords++
		}
		found = append(found, word{form: form, term: term, span: span{tokens.Start(), tokens.End()}})
	}
	return found
}

const (
	enoughWords  = 30   // fewer tell nothing of the language
	englishShare = 0.25 // of English, about half are function words; of its neighbours, a tenth
)

// english is true unless it is plain that most of what was read is in another language.
func (v *vocabulary) english() bool {
	return v.words < enoughWords || float64(v.functionWords) >= englishShare*float64(v.words)
}

// normalize lowers a word and straightens its apostrophes, without a copy where nothing changes.
func normalize(token string) string {
	return strings.ReplaceAll(strings.ToLower(token), "’", "'")
}

func (v *vocabulary) term(form string) int32 {
	if id, known := v.terms[form]; known {
		return id
	}
	id := noTerm
	stem := strings.TrimSuffix(form, "'s")
	if len(stem) > 1 && !v.isFunctionWord(stem) {
		stem = english.Stem(stem, true)
		var known bool
		if id, known = v.stems[stem]; !known {
			id = int32(len(v.seen))
			v.stems[stem] = id
			v.seen = append(v.seen, v.prior[stem])
			v.last = append(v.last, -1)
		}
	}
	v.terms[form] = id
	return id
}

// isFunctionWord is true for words that say nothing about a topic.
func (v *vocabulary) isFunctionWord(form string) bool {
	return strings.Contains(form, "'") || english.IsStopWord(form) || v.function[form]
}

// ordinaryMessages is in how many of the messages that the prior was counted in a word
// stands at least that people use without meaning anybody. Fewer may be a name that slipped in.
const ordinaryMessages = 5

// isOrdinary is true for words that people use without meaning anybody: "post-author" is not called "post".
func (v *vocabulary) isOrdinary(form string) bool {
	return v.isFunctionWord(form) || v.prior[english.Stem(form, true)] >= ordinaryMessages
}

// count notes that message holds the words; a word counts once a message.
func (v *vocabulary) count(message int, found []word) {
	v.messages++
	for _, w := range found {
		if w.term != noTerm && v.last[w.term] != int32(message) {
			v.last[w.term] = int32(message)
			v.seen[w.term]++
		}
	}
}

// idf is the inverse document frequency of a term over the messages so far (Robertson and Spärck Jones 1976, smoothed).
func (v *vocabulary) idf(term int32) float64 {
	return math.Log1p((v.messages + 1) / (float64(v.seen[term]) + 0.5))
}

// weighted is a term and its weight in a text.
type weighted struct {
	term   int32
	weight float32
}

// vector is a text's terms in order of term, weighed by tf-idf as the text was read.
type vector []weighted

// vectorOf weighs the words' terms: log-scaled frequency times inverse document frequency.
func (v *vocabulary) vectorOf(found []word) vector {
	terms := make([]int32, 0, len(found))
	for _, w := range found {
		if w.term != noTerm {
			terms = append(terms, w.term)
		}
	}
	slices.Sort(terms)
	out := make(vector, 0, len(terms))
	for i := 0; i < len(terms); {
		j := i
		for j < len(terms) && terms[j] == terms[i] {
			j++
		}
		weight := (1 + math.Log(float64(j-i))) * v.idf(terms[i])
		out = append(out, weighted{terms[i], float32(weight)})
		i = j
	}
	return out
}
