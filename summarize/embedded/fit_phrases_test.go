//go:build fit

package embedded

import (
	"maps"
	"slices"
	"testing"
)

const (
	// phraseWriters is how many writers must use a phrase, and phraseUnits in how many
	// units, for it to say something beyond what it is used for by one or two.
	phraseWriters  = 6
	phraseUnits    = 12
	phrasesPenalty = 5 // the features aren't standardized, as they are so rare
)

// phraseBook knows the phrases that are common to the files' writers, but not yet what they speak for.
func phraseBook(tb *tables, files []*goldFile) *phraser {
	units := map[string]int{}
	writers := map[string]map[string]bool{}
	all := map[string]bool{}
	for _, g := range files {
		all[g.writer()] = true
		r := tb.read(g.transcript)
		for i := range r.messages {
			words := r.wordsOf(i)
			for k := r.messages[i].first; k < r.messages[i].last; k++ {
				seen := map[string]bool{}
				r.eachPhrase(within(words, r.units[k].span), func(phrase []byte) { seen[string(phrase)] = true })
				for phrase := range seen {
					units[phrase]++
					if writers[phrase] == nil {
						writers[phrase] = map[string]bool{}
					}
					writers[phrase][g.writer()] = true
				}
			}
		}
	}
	var common []string
	for _, phrase := range slices.Sorted(maps.Keys(units)) {
		if units[phrase] >= phraseUnits && len(writers[phrase]) >= min(phraseWriters, len(all)) {
			common = append(common, phrase)
		}
	}
	return newPhraser(&model{features: append(common, biasFeature)})
}

// wordsOf splits a message anew.
func (r *reading) wordsOf(message int) []word {
	return newVocabulary(r.lexicon.function, nil, 0).split(clean(r.transcript.Messages[message].Text).prose)
}

// heldBy is an example of a text with these words: the places of its phrases.
func (p *phraser) heldBy(r *reading, words []word, class int, weight float64) group {
	var values []float64
	for _, at := range p.held(r, words) {
		values = append(values, float64(at))
	}
	return group{{values, class, weight}}
}

// fitPhrases fits a judge of the phrases of a book.
func (tr *trainer) fitPhrases(t testing.TB, book *phraser, name string, classes ...string) *phraser {
	t.Helper()
	reg := regression{
		examples: tr.examples(), features: len(book.at), classes: len(classes), penalty: phrasesPenalty,
		sparse: true, scores: make([]float64, len(classes)),
	}
	x := reg.minimize(t, name)
	m := &model{name: name, classes: classes, features: book.judge.features}
	for c := range len(classes) - 1 {
		m.weights = append(m.weights, slices.Clone(reg.weightsOf(x, c)))
	}
	return newPhraser(m)
}

// rolePhrasesStage learns what a unit does by its phrases.
func rolePhrasesStage(book *phraser) stage {
	return stage{
		gather: func(_ testing.TB, tb *tables, g *goldFile, tr *trainer) {
			r := tb.read(g.transcript)
			roles := g.roles(r)
			for i := range r.messages {
				m := &r.messages[i]
				if !m.english {
					continue
				}
				words := r.wordsOf(i)
				for k := m.first; k < m.last; k++ {
					tr.groups = append(tr.groups, book.heldBy(r, within(words, r.units[k].span), roles[k], 1))
				}
			}
		},
		fit: func(t testing.TB, tb *tables, tr *trainer) {
			tb.rolePhrases = tr.fitPhrases(t, book, "rolephrases", "other", "point", "objection")
		},
	}
}

// stancePhrasesStage learns by its phrases whether a message speaks against what it responds to.
func stancePhrasesStage(book *phraser) stage {
	return stage{
		gather: func(t testing.TB, tb *tables, g *goldFile, tr *trainer) {
			eachStance(t, tb, g, func(r *reading, m, _ *message, against bool, weight float64) {
				if m.english {
					tr.groups = append(tr.groups, book.heldBy(r, r.wordsOf(m.index), classOf(against), weight))
				}
			})
		},
		fit: func(t testing.TB, tb *tables, tr *trainer) {
			tb.stancePhrases = tr.fitPhrases(t, book, "stancephrases", "with", "against")
		},
	}
}

// TestSparseRegression: examples that name the features which are 1 teach the same as those that spell out all.
func TestSparseRegression(t *testing.T) {
	sparse := []example{{[]float64{0}, 1, 1}, {[]float64{0, 2}, 1, 2}, {[]float64{1}, 0, 1}, {[]float64{1, 2}, 0, 1}, {nil, 0, 1}, {[]float64{2}, 1, 1}}
	dense := make([]example, len(sparse))
	for i, e := range sparse {
		row := make([]float64, 3)
		for _, at := range e.values {
			row[int(at)] = 1
		}
		dense[i] = example{row, e.class, e.weight}
	}
	fit := func(examples []example, sparse bool) []float64 {
		reg := regression{examples: examples, features: 3, classes: 2, penalty: 0.5, sparse: sparse, scores: make([]float64, 2)}
		return reg.minimize(t, "toy")
	}
	got, want := fit(sparse, true), fit(dense, false)
	if !slices.Equal(got, want) || want[0] < 0.1 || want[1] > -0.1 {
		t.Errorf("the weights are %v by places, %v in full", got, want)
	}
}
