//go:build fit

package embedded

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// toyRecipe is enough for what these tests have to learn.
var toyRecipe = recipe{hidden: 8, starts: 2, epochs: 200, batch: 16, rate: 0.02, decay: 0.01}

// eitherOr are examples in which just one of two features holds, or not; the third says nothing.
func eitherOr() *trainer {
	random := rand.New(rand.NewPCG(3, 4))
	tr := &trainer{}
	for i := range 80 {
		a, b := i&1 > 0, i&2 > 0
		tr.add(classOf(a != b), 1, func(f *features) {
			f.flag("a", a)
			f.flag("b", b)
			f.add("noise", random.NormFloat64())
		})
	}
	return tr
}

// TestNetworkLearnsEitherOr: a network learns what a logistic regression can't, as neither feature tells anything by itself.
func TestNetworkLearnsEitherOr(t *testing.T) {
	tr := eitherOr()
	n := tr.fitNetwork(t, "toy", toyRecipe, "alike", "one")
	m := tr.fit(t, "toy", 0.1, "alike", "one")
	unsure := 0
	for _, e := range tr.examples() {
		p := n.probabilities(e.values, nil, nil)
		if p[e.class] < 0.9 {
			t.Errorf("%v is of class %d with probability %.3f", e.values, e.class, p[e.class])
		}
		if math.Abs(m.binary(e.values)-0.5) < 0.3 {
			unsure++
		}
	}
	if unsure < 70 {
		t.Errorf("the logistic regression is unsure of %d of 80 only: this is no test for a network", unsure)
	}
}

// nearestOfGroup are groups of candidates of which the one with the greatest
// value is right, but nothing is where all are below 0. How great the values are
// differs so much from group to group that only the others of a group tell.
func nearestOfGroup(groups int) *trainer {
	random := rand.New(rand.NewPCG(5, 6))
	tr := &trainer{}
	for range groups {
		base := 6 * random.Float64()
		if random.IntN(4) == 0 {
			base = -6
		}
		values := make([]float64, 2+random.IntN(4))
		for k := range values {
			values[k] = base + 0.5 + float64(k)
		}
		random.Shuffle(len(values), func(i, k int) { values[i], values[k] = values[k], values[i] })
		best := slices.Max(values)
		var g group
		for _, v := range values {
			g = append(g, tr.example(classOf(v == best && base >= 0), 1, func(f *features) {
				f.flag("nothing", false)
				f.add("value", v)
			}))
		}
		g = append(g, tr.example(classOf(base < 0), 1, func(f *features) { f.flag("nothing", true) }))
		tr.groups = append(tr.groups, g)
	}
	return tr
}

// chosen is the example of a group that a network scores highest.
func chosen(n *network, g group) int {
	best, top := -1, math.Inf(-1)
	for i, e := range g {
		if s := n.scores(e.values, nil, nil)[0]; s > top {
			best, top = i, s
		}
	}
	return best
}

// TestNetworkLearnsToChoose: candidates are learned against each other and against
// nothing, and so well that new groups are judged right.
func TestNetworkLearnsToChoose(t *testing.T) {
	tr := nearestOfGroup(200)
	if len(tr.names) != 2 {
		t.Fatalf("the features are %q", tr.names)
	}
	n := tr.fitNetwork(t, "toy", toyRecipe, "chosen")
	if len(n.classes) != 1 || n.width != toyRecipe.hidden*toyRecipe.starts {
		t.Fatalf("%d classes, %d hidden units", len(n.classes), n.width)
	}
	wrong := 0
	fresh := nearestOfGroup(300).groups[200:]
	for _, g := range fresh {
		if g[chosen(n, g)].class != 1 {
			wrong++
		}
	}
	if wrong > len(fresh)/20 {
		t.Errorf("%d of %d groups are judged wrong", wrong, len(fresh))
	}
}

// TestWeightsOfExamplesCount: what counts for more is learned rather than what counts for less.
func TestWeightsOfExamplesCount(t *testing.T) {
	tr := &trainer{}
	for i := range 60 {
		class := i % 3 / 2 // twice as many of the first class
		tr.add(class, float64(1+9*class), func(f *features) { f.add("always", 1) })
	}
	p := tr.fitNetwork(t, "toy", toyRecipe, "many", "weighty").probabilities([]float64{1}, nil, nil)
	if want := 10.0 / 12; math.Abs(p[1]-want) > 0.05 {
		t.Errorf("the class that has five sixths of the weight has the probability %.3f", p[1])
	}
}

// TestNetworkFitsTheSame: the same examples give the same network, to the digit.
func TestNetworkFitsTheSame(t *testing.T) {
	how := toyRecipe
	how.epochs, how.dropIn, how.drop = 3, 0.2, 0.2
	for name, fit := range map[string]func() *network{
		"classes":    func() *network { return eitherOr().fitNetwork(t, "toy", how, "alike", "one") },
		"candidates": func() *network { return nearestOfGroup(30).fitNetwork(t, "toy", how, "chosen") },
	} {
		first, again := fit(), fit()
		if !slices.Equal(first.in, again.in) || !slices.Equal(first.out, again.out) {
			t.Errorf("%s: the second fit has other weights than the first", name)
		}
	}
	more, fewer := eitherOr(), eitherOr()
	fewer.groups = fewer.groups[:60]
	if slices.Equal(more.fitNetwork(t, "toy", how, "alike", "one").in, fewer.fitNetwork(t, "toy", how, "alike", "one").in) {
		t.Error("other examples give the same weights")
	}
}

// TestStartsAreAveraged: a network of several starts scores as they do on average.
func TestStartsAreAveraged(t *testing.T) {
	tr := eitherOr()
	how := toyRecipe
	how.epochs = 3
	names := tr.names
	_, scale := moments(tr.examples(), len(names))
	n := &network{classes: []string{"alike", "one"}, features: names, width: 2 * how.hidden,
		in: make([]float64, (len(names)+1)*2*how.hidden), out: make([]float64, 2*(2*how.hidden+1))}
	values := []float64{1, 0, 0.7}
	var want [2]float64
	for start := range 2 {
		p := newPerceptron(names, 2, how, uint64(start+1))
		p.learn(tr.groups)
		n.place(p, start, how, scale)
		e := example{values: slices.Clone(values)}
		for f := range e.values {
			e.values[f] /= scale[f]
		}
		s := pass{hidden: make([]float64, how.hidden), scores: make([]float64, 2)}
		p.forward(&e, &s, false)
		for c := range want {
			want[c] += s.scores[c] / 2
		}
	}
	got := n.scores(values, nil, nil)
	for c := range want {
		if math.Abs(got[c]-want[c]) > 1e-9 {
			t.Errorf("the network scores %v, its starts on average %v", got, want)
		}
	}
}

// TestGradient: the gradient is that of the loss, with classes and with candidates.
func TestGradient(t *testing.T) {
	candidates := nearestOfGroup(20)
	for i := range candidates.groups[0] {
		candidates.groups[0][i].class = 1 // several are right
	}
	for name, test := range map[string]struct {
		tr      *trainer
		classes int
	}{"classes": {eitherOr(), 2}, "candidates": {candidates, 1}} {
		p := newPerceptron(test.tr.names, test.classes, recipe{hidden: 4}, 1)
		loss := func() float64 {
			sum := 0.0
			for _, g := range test.tr.groups {
				sum += groupLoss(p, g)
			}
			return sum
		}
		var passes []pass
		for _, g := range test.tr.groups {
			passes = p.learnGroup(g, passes)
		}
		for _, part := range []struct{ weights, grad []float64 }{{p.in, p.gradIn}, {p.out, p.gradOut}} {
			for i := range part.weights {
				const step = 1e-5
				was := part.weights[i]
				part.weights[i] = was + step
				above := loss()
				part.weights[i] = was - step
				below := loss()
				part.weights[i] = was
				if want := (above - below) / (2 * step); math.Abs(part.grad[i]-want) > 1e-3*(1+math.Abs(want)) {
					t.Errorf("%s: the gradient of weight %d is %v, the loss changes by %v", name, i, part.grad[i], want)
				}
			}
		}
	}
}

// groupLoss is the negative log-likelihood of what is right in a group.
func groupLoss(p *perceptron, g group) float64 {
	var scores []float64 // of all candidates
	loss := 0.0
	for i := range g {
		s := pass{hidden: make([]float64, p.hidden), scores: make([]float64, p.classes)}
		p.forward(&g[i], &s, false)
		if p.classes == 1 {
			scores = append(scores, s.scores[0])
			continue
		}
		softmax(s.scores)
		loss -= g[i].weight * math.Log(s.scores[g[i].class])
	}
	softmax(scores)
	right := 0.0
	for _, e := range g {
		right += float64(e.class)
	}
	for i, q := range scores {
		loss -= float64(g[i].class) / right * math.Log(q)
	}
	return loss
}

// TestBlindIsWithoutEnglish: features made of meanings and phrases are left out of a blind pass.
func TestBlindIsWithoutEnglish(t *testing.T) {
	names := []string{"direction 1", "near in meaning, rank", "point by phrases", "argues"}
	p := newPerceptron(names, 1, recipe{hidden: 4}, 1)
	s := pass{hidden: make([]float64, 4), scores: make([]float64, 1)}
	e := example{values: []float64{1, 2, 4, 3}}
	p.forward(&e, &s, true)
	blind, kept := s.scores[0], slices.Clone(s.kept)
	p.forward(&example{values: []float64{0, 0, 0, 3}}, &s, false)
	if blind != s.scores[0] || !slices.Equal(kept, []int{3}) {
		t.Errorf("blind, %v scores %v by the features %v", e.values, blind, kept)
	}
}

// TestNetworkRoundTrip: what write prints, readNetwork reads.
func TestNetworkRoundTrip(t *testing.T) {
	how := toyRecipe
	how.epochs = 3
	for _, n := range []*network{
		eitherOr().fitNetwork(t, "toy", how, "alike", "one"), nearestOfGroup(20).fitNetwork(t, "toy", how, "chosen"), exclusive(),
	} {
		var first, again bytes.Buffer
		if err := n.write(&first); err != nil {
			t.Fatal(err)
		}
		read, err := readNetwork(n.name, bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if read.width != n.width || !slices.Equal(read.features, n.features) || !slices.Equal(read.classes, n.classes) {
			t.Errorf("%q by %q became %q by %q", n.classes, n.features, read.classes, read.features)
		}
		values := make([]float64, len(n.features))
		values[0] = 1
		want, got := n.scores(values, nil, nil), read.scores(values, nil, nil)
		for c := range want {
			if math.Abs(got[c]-want[c]) > 1e-3*(1+math.Abs(want[c])) {
				t.Errorf("%v scores %v, once written and read %v", values, want, got)
			}
		}
		if err := read.write(&again); err != nil || again.String() != first.String() {
			t.Errorf("written again, the table differs (%v)", err)
		}
	}
}

// TestDirectionsRoundTrip: what write prints, readDirections reads.
func TestDirectionsRoundTrip(t *testing.T) {
	want := straight(0.25, -0.5)
	want.axes[3][500] = -0.0625
	var table strings.Builder
	if err := want.write(&table); err != nil {
		t.Fatal(err)
	}
	got, err := readDirections("directions", strings.NewReader(table.String()))
	if err != nil {
		t.Fatal(err)
	}
	if *got != *want {
		t.Error("written and read, the directions are others")
	}
}
