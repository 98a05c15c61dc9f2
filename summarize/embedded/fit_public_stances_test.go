//go:build fit

package embedded

import (
	"fmt"
	"math"
	"testing"

	"crux/summarize"
)

// TestPublicStances prints how well it is told whether a perspective undermines a
// claim or supports it (Perspectrum, Chen et al. 2019): by the model that ships, as if
// one person had made the claim and another had said the perspective in reply,
// and by a network fitted to the train part, which is no part of what ships. The
// figure is the mean of the F1 of both labels.
func TestPublicStances(t *testing.T) {
	tb := testTables(t)
	dev := readBenchmark[stancePair](t, "perspectrum", "dev")
	var shipped stanceTally
	var opposes []float64
	var gold []bool
	for i := range dev {
		var f features
		r := dev[i].read(t, tb)
		r.stanceFeatures(&f, &r.messages[1], &r.messages[0])
		opposes, gold = append(opposes, r.stances.binary(f.values)), append(gold, dev[i].undermines())
		shipped.count(opposes[i] >= 0.5, gold[i])
	}
	t.Logf("perspectrum dev, the stances that ship: %v; area under the curve %.3f", shipped, curve(opposes, gold))

	var tr trainer
	train := readBenchmark[stancePair](t, "perspectrum", "train")
	for i := range train {
		r := train[i].read(t, tb)
		tr.add(classOf(train[i].undermines()), 1, func(f *features) { describeStance(f, r) })
	}
	n := tr.fitNetwork(t, "stances", publicStancesRecipe, "support", "undermine")
	var fitted stanceTally
	for i := range dev {
		var f features
		describeStance(&f, dev[i].read(t, tb))
		fitted.count(n.probabilities(f.values, nil, nil)[1] >= 0.5, dev[i].undermines())
	}
	t.Logf("perspectrum dev, a network on the train part: %v", fitted)
}

var publicStancesRecipe = recipe{hidden: 32, starts: 3, epochs: 10, batch: 128, rate: 1e-3, decay: 0.1, dropIn: 0.2, drop: 0.3}

// stancePair is a claim and a perspective on it.
type stancePair struct{ Parent, Reply, Label string }

func (p *stancePair) undermines() bool { return p.Label == "undermine" }

// read reads the claim and the perspective as two messages of which the second responds to the first.
func (p *stancePair) read(t testing.TB, tb *tables) *reading {
	t.Helper()
	r := tb.read(&summarize.Transcript{Messages: []summarize.Message{
		{ID: "1", Author: "one", Text: p.Parent}, {ID: "2", Author: "another", Text: p.Reply, ReplyTo: "1"},
	}})
	r.understand(t.Context())
	r.assignRoles()
	r.messages[1].links = []link{{to: 0, sure: 1}}
	return r
}

// describeStance describes the pair to a network of its own.
func describeStance(f *features, r *reading) {
	claim, reply := &r.messages[0].whole, &r.messages[1].whole
	r.stanceFeatures(f, &r.messages[1], &r.messages[0])
	r.cueFeatures(f, claim)
	for k := range claim.meaning {
		a, b := float64(claim.meaning[k]), float64(reply.meaning[k])
		f.add(fmt.Sprintf("claim's direction %d", k+1), a)
		f.add(fmt.Sprintf("reply's direction %d", k+1), b)
		f.add(fmt.Sprintf("product of direction %d", k+1), a*b)
		f.add(fmt.Sprintf("difference of direction %d", k+1), math.Abs(a-b))
	}
}

// stanceTally counts both labels.
type stanceTally struct{ undermine, support found }

func (s *stanceTally) count(said, is bool) {
	s.undermine.count(said, is)
	s.support.count(!said, !is)
}

func (s stanceTally) String() string {
	return fmt.Sprintf("mean F1 %.1f; undermine %v, support %v", 50*(s.undermine.f1()+s.support.f1()), s.undermine, s.support)
}
