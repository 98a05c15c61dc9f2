package embedded

import (
	"math"
	"slices"
	"strings"
)

// phraser tells what a unit does by the very words and runs of words that it
// holds: a logistic regression on which of the phrases that people commonly use
// stand in it (n-grams, after Pang, Lee and Vaithyanathan 2002). The cues say what
// somebody thought of; this is what the debates were found to say besides.
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
	// opensUnit stands for where a unit begins, a word of its own in phrases.
	opensUnit = "^"
	// anyNumber stands for whatever holds a digit.
	anyNumber = "0"
)

// eachPhrase calls found for every run of up to longestPhrase words, for some more
// than once. What it is given lasts until it returns.
func (r *reading) eachPhrase(words []word, found func(phrase []byte)) {
	forms := make([]string, 1, len(words)+1)
	forms[0] = opensUnit
	for _, w := range words {
		switch {
		case strings.ContainsAny(w.form, "0123456789"):
			forms = append(forms, anyNumber)
		case r.called(w.form) != nobody:
			forms = append(forms, somebody)
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

// phrased is how much the phrases of a passage speak for each role, as logarithms
// of odds against none. A phrase counts once.
func (r *reading) phrased(words []word) (scores [roleCount]float64) {
	if r.phrases == nil {
		return scores // they are being learned
	}
	held := make([]int, 0, 2*len(words))
	r.eachPhrase(words, func(phrase []byte) {
		if at, known := r.phrases.at[string(phrase)]; known {
			held = append(held, at)
		}
	})
	slices.Sort(held)
	held = slices.Compact(held)
	for c, weights := range r.phrases.judge.weights {
		scores[c+1] = weights[len(weights)-1]
		for _, at := range held {
			scores[c+1] += weights[at]
		}
	}
	return scores
}

// phraseFeatures tells what a unit's phrases speak for.
func phraseFeatures(f *features, u *unit) {
	point, objection := u.phrased[rolePoint], u.phrased[roleObjection]
	f.add("point by phrases", point)
	f.add("objection by phrases", objection)
	f.add("arguing by phrases", math.Log1p(math.Exp(point)+math.Exp(objection)))
}
