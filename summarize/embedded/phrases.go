package embedded

import (
	"math"
	"slices"
	"strings"
)

// phraser judges a text by the very words and runs of words that it holds: a
// logistic regression on which of the phrases that people commonly use stand in it
// (n-grams, after Pang, Lee and Vaithyanathan 2002). The cues say what somebody
// thought of; this is what the debates were found to say besides.
type phraser struct {
	judge *model
	at    map[string]int // the place of each phrase in the judge
}

func newPhraser(judge *model) *phraser {
	p := &phraser{judge: judge, at: make(map[string]int, len(judge.features))}
	for i, phrase := range judge.features[:len(judge.features)-1] {
		p.at[phrase] = i
	}
	return p
}

const (
	longestPhrase = 3 // words
	// In phrases opensText stands for where a text begins, anyNumber for whatever
	// holds a digit, and anybody for whoever is called by name.
	opensText = "^"
	anyNumber = "0"
	anybody   = "@"
)

// eachPhrase calls found for every run of up to longestPhrase words, for some more
// than once. What it is given lasts until it returns.
func (r *reading) eachPhrase(words []word, found func(phrase []byte)) {
	forms := make([]string, 1, len(words)+1)
	forms[0] = opensText
	for _, w := range words {
		switch {
		case r.called(w.form) != nobody:
			forms = append(forms, anybody)
		case strings.ContainsAny(w.form, "0123456789"):
			forms = append(forms, anyNumber)
		default:
			forms = append(forms, w.form)
		}
	}
	phrase := make([]byte, 0, 64)
	for i := range forms {
		phrase = phrase[:0]
		for n, form := range forms[i:min(i+longestPhrase, len(forms))] {
			if n > 0 {
				phrase = append(phrase, ' ')
			}
			phrase = append(phrase, form...)
			found(phrase)
		}
	}
}

// held are the places of the phrases that stand in a text, in order, each once.
func (p *phraser) held(r *reading, words []word) []int {
	held := make([]int, 0, 2*len(words))
	r.eachPhrase(words, func(phrase []byte) {
		if at, known := p.at[string(phrase)]; known {
			held = append(held, at)
		}
	})
	slices.Sort(held)
	return slices.Compact(held)
}

// scores fills out with how much the phrases of a text speak for each class against
// the first, as logarithms of odds: 0 where none is known, as where none was looked for.
func (p *phraser) scores(r *reading, words []word, out []float64) {
	if p == nil {
		return // it is yet to be learned
	}
	held := p.held(r, words)
	for c, weights := range p.judge.weights {
		out[c+1] = 0
		for _, at := range held {
			out[c+1] += weights[at]
		}
	}
}

// phraseFeatures tells what a unit's phrases speak for.
func phraseFeatures(f *features, u *unit) {
	point, objection := u.phrased[rolePoint], u.phrased[roleObjection]
	f.add("point by phrases", point)
	f.add("objection by phrases", objection)
	f.add("arguing by phrases", math.Log((1+math.Exp(point)+math.Exp(objection))/roleCount))
}
