//go:build fit

package embedded

import (
	"slices"
	"testing"
)

// besidePenalty is the L2 penalty of the regression beside a network.
const besidePenalty = 30

// alone says which of the two that make a judge of classes is fitted alone.
type alone int

const (
	both alone = iota
	regressionAlone
	networkAlone
)

// fitJudge fits a judge of classes: a network and a regression on the same
// features, their scores averaged. A regression errs elsewhere than a network,
// and less where features are such as few examples had.
func (tr *trainer) fitJudge(t testing.TB, name string, how recipe, classes ...string) *network {
	t.Helper()
	switch tr.alone {
	case regressionAlone:
		return tr.fit(t, name, besidePenalty, classes...).asNetwork()
	case networkAlone:
		return tr.fitNetwork(t, name, how, classes...)
	default:
		return beside(tr.fitNetwork(t, name, how, classes...), tr.fit(t, name, besidePenalty, classes...).asNetwork())
	}
}

// beside is the network that scores as two of the same features and classes do on average.
func beside(a, b *network) *network {
	n := &network{name: a.name, classes: a.classes, features: a.features, width: a.width + b.width}
	for f := range len(a.features) + 1 {
		n.in = append(n.in, a.in[f*a.width:][:a.width]...)
		n.in = append(n.in, b.in[f*b.width:][:b.width]...)
	}
	for c := range a.classes {
		rowA, rowB := a.out[c*(a.width+1):][:a.width+1], b.out[c*(b.width+1):][:b.width+1]
		for _, w := range slices.Concat(rowA[:a.width], rowB[:b.width]) {
			n.out = append(n.out, w/2)
		}
		n.out = append(n.out, (rowA[a.width]+rowB[b.width])/2)
	}
	return n
}

// asNetwork is a logistic regression as a network: for each class a hidden unit
// for its score where that is above 0, and one for where it is below.
func (m *model) asNetwork() *network {
	features := m.features[:len(m.features)-1]
	n := &network{name: m.name, classes: m.classes, features: slices.Clone(features), width: 2 * len(m.weights)}
	n.in = make([]float64, len(m.features)*n.width)
	n.out = make([]float64, len(m.classes)*(n.width+1))
	for c, weights := range m.weights {
		for f, w := range weights {
			n.in[f*n.width+2*c], n.in[f*n.width+2*c+1] = w, -w
		}
		row := n.out[(c+1)*(n.width+1):]
		row[2*c], row[2*c+1] = 1, -1
	}
	return n
}

// TestJudgeScoresAsBothDo: a judge of classes scores as its network and its regression do on average.
func TestJudgeScoresAsBothDo(t *testing.T) {
	how := toyRecipe
	how.epochs = 3
	fit := func(a alone) *network {
		tr := eitherOr()
		tr.alone = a
		return tr.fitJudge(t, "toy", how, "alike", "one")
	}
	judge, regression, net := fit(both), fit(regressionAlone), fit(networkAlone)
	for _, e := range eitherOr().examples() {
		got := judge.scores(e.values, nil, nil)
		r, n := regression.scores(e.values, nil, nil), net.scores(e.values, nil, nil)
		for c := range got {
			if want := (r[c] + n[c]) / 2; got[c] < want-1e-9 || got[c] > want+1e-9 {
				t.Fatalf("%v scores %v, by itself the network %v and the regression %v", e.values, got, n, r)
			}
		}
	}
}
