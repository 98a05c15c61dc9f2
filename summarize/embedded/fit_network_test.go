//go:build fit

package embedded

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// recipe is how a network is fitted: by AdamW (Loshchilov and Hutter 2019) with
// dropout (Srivastava et al. 2014), from several starts. Chosen by cross-validation.
type recipe struct {
	hidden, starts, epochs int
	batch                  int     // groups
	rate                   float64 // of learning, at its highest
	decay                  float64 // of weights
	dropIn, drop           float64 // shares of the inputs and of the hidden units that are left out at a time
}

// blindShare is the share of groups that are learned from without the meanings and
// phrases of texts, so that a network also knows what to do where those say nothing:
// in other languages than English.
const blindShare = 0.1

// leastScale bounds how much what hardly ever holds is magnified: one such example
// would outweigh all others.
const leastScale = 0.03

// needsEnglish is true for features that are made of meanings or phrases.
func needsEnglish(feature string) bool {
	return strings.Contains(feature, "direction ") || strings.Contains(feature, "in meaning") || strings.Contains(feature, "by phrases")
}

// fitNetwork fits a network. With one class, the examples of each group are
// candidates that are scored against each other.
func (tr *trainer) fitNetwork(t testing.TB, name string, how recipe, classes ...string) *network {
	t.Helper()
	if len(tr.groups) == 0 {
		t.Fatalf("fitting %s: there is nothing to learn from", name)
	}
	if tr.starts > 0 {
		how.starts = tr.starts
	}
	names := tr.names
	_, scale := moments(tr.examples(), len(names)) // not centred, so that what is 0 costs nothing
	for f := range scale {
		scale[f] = max(scale[f], leastScale)
	}
	standard := make([]group, len(tr.groups))
	for i, g := range tr.groups {
		for _, e := range g {
			row := make([]float64, len(e.values))
			for f, v := range e.values {
				row[f] = v / scale[f]
			}
			standard[i] = append(standard[i], example{row, e.class, e.weight})
		}
	}
	n := &network{name: name, classes: classes, features: slices.Clone(names), width: how.hidden * how.starts}
	n.in = make([]float64, (len(names)+1)*n.width)
	n.out = make([]float64, len(classes)*(n.width+1))
	for start := range how.starts {
		p := newPerceptron(names, len(classes), how, uint64(start+1))
		p.learn(standard)
		n.place(p, start, how, scale)
	}
	return n
}

// place puts one start's perceptron into the network, with the scaling folded in.
func (n *network) place(p *perceptron, start int, how recipe, scale []float64) {
	bias := len(n.features) * n.width
	for h := range how.hidden {
		at := start*how.hidden + h
		for f := range n.features {
			n.in[f*n.width+at] = p.in[f*p.hidden+h] / scale[f]
		}
		n.in[bias+at] = p.in[p.inputs*p.hidden+h]
		for c := range n.classes {
			n.out[c*(n.width+1)+at] = p.out[c*(p.hidden+1)+h] / float64(how.starts)
		}
	}
	for c := range n.classes {
		n.out[c*(n.width+1)+n.width] += p.out[c*(p.hidden+1)+p.hidden] / float64(how.starts)
	}
}

// perceptron is what is fitted from one start. Its weights are laid out as a network's.
type perceptron struct {
	recipe
	inputs, classes int
	ofEnglish       []bool // by input
	in, out         []float64
	random          *rand.Rand

	gradIn, gradOut []float64
	momentIn        [2][]float64 // first and second moments of the gradient
	momentOut       [2][]float64
	steps           int
}

func newPerceptron(names []string, classes int, how recipe, seed uint64) *perceptron {
	inputs := len(names)
	p := &perceptron{recipe: how, inputs: inputs, classes: classes, random: rand.New(rand.NewPCG(seed, 7))}
	p.in, p.gradIn = make([]float64, (inputs+1)*how.hidden), make([]float64, (inputs+1)*how.hidden)
	p.out, p.gradOut = make([]float64, classes*(how.hidden+1)), make([]float64, classes*(how.hidden+1))
	for _, name := range names {
		p.ofEnglish = append(p.ofEnglish, needsEnglish(name))
	}
	for k := range 2 {
		p.momentIn[k], p.momentOut[k] = make([]float64, len(p.in)), make([]float64, len(p.out))
	}
	for i := range p.in[:inputs*how.hidden] {
		p.in[i] = p.random.NormFloat64() * math.Sqrt(1/float64(inputs))
	}
	for i := range p.out {
		if i%(how.hidden+1) != how.hidden {
			p.out[i] = p.random.NormFloat64() * math.Sqrt(1/float64(how.hidden))
		}
	}
	return p
}

// pass is what one example leaves on its way through.
type pass struct {
	kept   []int     // inputs that are not 0 or left out
	hidden []float64 // after dropout, 0 where a unit is off
	scores []float64
}

// learn goes through the groups, in another order each time.
func (p *perceptron) learn(groups []group) {
	batches := (len(groups) + p.batch - 1) / p.batch
	total := p.epochs * batches
	var passes []pass
	for range p.epochs {
		order := p.random.Perm(len(groups))
		for b := range batches {
			batch := order[b*p.batch : min((b+1)*p.batch, len(order))]
			clear(p.gradIn)
			clear(p.gradOut)
			for _, at := range batch {
				passes = p.learnGroup(groups[at], passes)
			}
			p.step(1/float64(len(batch)), float64(p.steps)/float64(total))
		}
	}
}

// learnGroup adds the gradient of one group's loss.
func (p *perceptron) learnGroup(g group, passes []pass) []pass {
	for len(passes) < len(g) {
		passes = append(passes, pass{hidden: make([]float64, p.hidden), scores: make([]float64, p.classes)})
	}
	blind := p.random.Float64() < blindShare
	for i := range g {
		p.forward(&g[i], &passes[i], blind)
	}
	if p.classes > 1 {
		for i := range g {
			softmax(passes[i].scores)
			passes[i].scores[g[i].class]--
			p.backward(&g[i], &passes[i], g[i].weight)
		}
		return passes
	}
	scores, right := make([]float64, len(g)), 0
	for i := range g {
		scores[i] = passes[i].scores[0]
		right += g[i].class
	}
	softmax(scores)
	for i := range g {
		passes[i].scores[0] = scores[i] - float64(g[i].class)/float64(right)
		p.backward(&g[i], &passes[i], g[i].weight)
	}
	return passes
}

func (p *perceptron) forward(e *example, s *pass, blind bool) {
	hidden := s.hidden
	copy(hidden, p.in[p.inputs*p.hidden:])
	s.kept = s.kept[:0]
	for f, v := range e.values {
		if v == 0 || blind && p.ofEnglish[f] || p.dropIn > 0 && p.random.Float64() < p.dropIn {
			continue
		}
		s.kept = append(s.kept, f)
		v /= 1 - p.dropIn
		row := p.in[f*p.hidden:][:p.hidden]
		for h := range hidden {
			hidden[h] += v * row[h]
		}
	}
	for h := range hidden {
		if hidden[h] <= 0 || p.random.Float64() < p.drop {
			hidden[h] = 0
		} else {
			hidden[h] /= 1 - p.drop
		}
	}
	for c := range p.classes {
		row := p.out[c*(p.hidden+1):]
		sum := row[p.hidden]
		for h, x := range hidden {
			sum += x * row[h]
		}
		s.scores[c] = sum
	}
}

// backward adds an example's part of the gradient; its scores now hold that of the loss.
func (p *perceptron) backward(e *example, s *pass, weight float64) {
	back := make([]float64, p.hidden)
	for c := range p.classes {
		d := s.scores[c] * weight
		row, grad := p.out[c*(p.hidden+1):], p.gradOut[c*(p.hidden+1):]
		for h, x := range s.hidden {
			if x > 0 {
				grad[h] += d * x
				back[h] += d * row[h] / (1 - p.drop)
			}
		}
		grad[p.hidden] += d
	}
	for _, f := range s.kept {
		v := e.values[f] / (1 - p.dropIn)
		grad := p.gradIn[f*p.hidden:][:p.hidden]
		for h, d := range back {
			grad[h] += d * v
		}
	}
	grad := p.gradIn[p.inputs*p.hidden:]
	for h, d := range back {
		grad[h] += d
	}
}

// step moves the weights, the more slowly the further the fit has come.
func (p *perceptron) step(share, done float64) {
	p.steps++
	const warm = 0.2
	rate := p.rate * min(done/warm+0.05, 0.5*(1+math.Cos(math.Pi*max(0, done-warm)/(1-warm))))
	p.adam(p.in, p.gradIn, &p.momentIn, share, rate)
	p.adam(p.out, p.gradOut, &p.momentOut, share, rate)
}

func (p *perceptron) adam(weights, grad []float64, moments *[2][]float64, share, rate float64) {
	const first, second, tiny = 0.9, 0.999, 1e-8
	unbiasFirst, unbiasSecond := 1-math.Pow(first, float64(p.steps)), 1-math.Pow(second, float64(p.steps))
	for i, g := range grad {
		g *= share
		moments[0][i] = first*moments[0][i] + (1-first)*g
		moments[1][i] = second*moments[1][i] + (1-second)*g*g
		weights[i] -= rate * (moments[0][i]/unbiasFirst/(math.Sqrt(moments[1][i]/unbiasSecond)+tiny) + p.decay*weights[i])
	}
}

// write prints the tables that readNetwork reads.
func (n *network) write(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Fitted to the training debates (see CONTRIBUTING.md).\nfeature")
	for h := range n.width {
		fmt.Fprintf(&b, "\t%d", h+1)
	}
	for f, name := range append(slices.Clone(n.features), biasFeature) {
		b.WriteString("\n" + name)
		for _, w := range n.in[f*n.width:][:n.width] {
			b.WriteString("\t" + short(w))
		}
	}
	b.WriteString("\nclass")
	for h := range n.width {
		fmt.Fprintf(&b, "\t%d", h+1)
	}
	for c, name := range n.classes {
		b.WriteString("\n" + name)
		for _, w := range n.out[c*(n.width+1):][:n.width+1] {
			b.WriteString("\t" + short(w))
		}
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// short is a weight with as many digits as count.
func short(w float64) string {
	return strconv.FormatFloat(w, 'g', 4, 64)
}
