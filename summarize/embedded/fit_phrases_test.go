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

// phraseList lists the phrases that are common to the files' writers, in order.
func phraseList(tb *tables, files []*goldFile) []string {
	units := map[string]int{}
	writers := map[string]map[string]bool{}
	for _, g := range files {
		r := tb.read(g.transcript)
		for i := range r.units {
			for phrase := range r.phrasesOf(&r.units[i]) {
				units[phrase]++
				if writers[phrase] == nil {
					writers[phrase] = map[string]bool{}
				}
				writers[phrase][g.writer()] = true
			}
		}
	}
	var common []string
	for _, phrase := range slices.Sorted(maps.Keys(units)) {
		if units[phrase] >= phraseUnits && len(writers[phrase]) >= phraseWriters {
			common = append(common, phrase)
		}
	}
	return common
}

// phrasesOf are the phrases of a unit.
func (r *reading) phrasesOf(u *unit) map[string]bool {
	found := map[string]bool{}
	prose := clean(r.transcript.Messages[u.message].Text).prose
	all := newVocabulary(r.lexicon.function, nil, 0).split(prose)
	r.eachPhrase(within(all, u.span), func(phrase []byte) { found[string(phrase)] = true })
	return found
}

// phrasesStage learns what a unit does by its phrases.
func phrasesStage(common []string) stage {
	at := map[string]int{}
	for i, phrase := range common {
		at[phrase] = i
	}
	return stage{
		gather: func(_ testing.TB, tb *tables, g *goldFile, tr *trainer) {
			r := tb.read(g.transcript)
			for k, role := range g.roles(r) {
				var held []float64 // places, as a sparse example has them
				for phrase := range r.phrasesOf(&r.units[k]) {
					if i, known := at[phrase]; known {
						held = append(held, float64(i))
					}
				}
				slices.Sort(held)
				tr.groups = append(tr.groups, group{{held, role, 1}})
			}
		},
		fit: func(t testing.TB, tb *tables, tr *trainer) {
			reg := regression{examples: tr.examples(), features: len(common), classes: roleCount, penalty: phrasesPenalty, sparse: true, scores: make([]float64, roleCount)}
			x := reg.minimize(t, "phrases")
			m := &model{name: "phrases", classes: []string{"other", "point", "objection"}, features: append(slices.Clone(common), biasFeature)}
			for c := range roleCount - 1 {
				m.weights = append(m.weights, slices.Clone(reg.weightsOf(x, c)))
			}
			tb.phrases = newPhraser(m)
		},
	}
}
