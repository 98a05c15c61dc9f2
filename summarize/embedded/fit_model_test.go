//go:build fit

package embedded

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/optimize"
)

// example is one thing judged and its right class.
type example struct {
	values []float64
	class  int
	weight float64
}

// group is examples that are judged together: candidates of which those of class
// 1 are right, or a single example with a class of its own.
type group []example

// trainer gathers the examples of one judgement.
type trainer struct {
	names  []string
	groups []group
	starts int // of a network, where not as its recipe has it
	alone  alone
}

// add notes a thing judged: its right class, how much it counts, and what adds its features.
func (tr *trainer) add(class int, weight float64, describe func(f *features)) {
	tr.groups = append(tr.groups, group{tr.example(class, weight, describe)})
}

func (tr *trainer) example(class int, weight float64, describe func(f *features)) example {
	f := features{named: true}
	describe(&f)
	if len(f.names) > len(tr.names) {
		tr.names = f.names
	}
	return example{f.values, class, weight}
}

// examples are those of all groups.
func (tr *trainer) examples() []example { return slices.Concat(tr.groups...) }

// classOf is the class of two: the second for what holds.
func classOf(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

// fit fits a multinomial logistic regression with an L2 penalty. It does so on
// standardized features, since the penalty should weigh on each alike, and then
// folds the standardization into the weights.
func (tr *trainer) fit(t testing.TB, name string, penalty float64, classes ...string) *model {
	t.Helper()
	examples := tr.examples()
	if len(examples) == 0 {
		t.Fatalf("fitting %s: there is nothing to learn from", name)
	}
	n := len(tr.names)
	mean, scale := moments(examples, n)
	reg := regression{
		examples: make([]example, len(examples)), features: n, classes: len(classes), penalty: penalty,
		scores: make([]float64, len(classes)),
	}
	for i, e := range examples {
		row := make([]float64, n)
		for f, v := range e.values {
			row[f] = (v - mean[f]) / scale[f]
		}
		reg.examples[i] = example{row, e.class, e.weight}
	}
	x := reg.minimize(t, name)

	m := &model{name: name, classes: classes, features: append(slices.Clone(tr.names), biasFeature)}
	for c := range len(classes) - 1 {
		fitted := reg.weightsOf(x, c)
		weights := make([]float64, n+1)
		bias := fitted[n]
		for f := range n {
			weights[f] = fitted[f] / scale[f]
			bias -= weights[f] * mean[f]
		}
		weights[n] = bias
		m.weights = append(m.weights, weights)
	}
	return m
}

// moments are each feature's mean and standard deviation; 1 for a feature that never varies.
func moments(examples []example, n int) (mean, scale []float64) {
	mean, scale = make([]float64, n), make([]float64, n)
	for _, e := range examples {
		for f, v := range e.values {
			mean[f] += v / float64(len(examples))
		}
	}
	for _, e := range examples {
		for f, v := range e.values {
			scale[f] += v * v / float64(len(examples))
		}
	}
	for f := range scale {
		scale[f] = math.Sqrt(max(0, scale[f]-mean[f]*mean[f]))
		if scale[f] < 1e-6 {
			scale[f] = 1
		}
	}
	return mean, scale
}

// regression is what the optimizer minimizes over one vector: for each class
// but the first, a weight for each feature and then the bias.
type regression struct {
	examples          []example
	features, classes int
	penalty           float64
	sparse            bool      // the values of an example are the places of the features that are 1
	scores            []float64 // of the example at hand, by class
}

// weightsOf is the part of x that belongs to a class, counted without the first.
func (reg *regression) weightsOf(x []float64, class int) []float64 {
	stride := reg.features + 1
	return x[class*stride : (class+1)*stride]
}

func (reg *regression) minimize(t testing.TB, name string) []float64 {
	t.Helper()
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return reg.loss(x, nil) },
		Grad: func(grad, x []float64) { reg.loss(x, grad) },
	}
	settings := &optimize.Settings{GradientThreshold: 1e-3, MajorIterations: 120}
	start := make([]float64, (reg.classes-1)*(reg.features+1))
	// An error with a result says that no step improves it any more, which is as good as done.
	result, err := optimize.Minimize(problem, start, settings, &optimize.LBFGS{})
	if result == nil {
		t.Fatalf("fitting %s: %v", name, err)
	}
	return result.X
}

// loss is the penalized negative log-likelihood; it fills in the gradient where grad isn't nil.
func (reg *regression) loss(x, grad []float64) float64 {
	total := 0.0
	clear(grad)
	n := reg.features
	for _, e := range reg.examples {
		logSum := reg.score(x, e.values)
		total += e.weight * (logSum - reg.scores[e.class])
		if grad == nil {
			continue
		}
		for c := range reg.classes - 1 {
			d := math.Exp(reg.scores[c+1] - logSum)
			if e.class == c+1 {
				d--
			}
			d *= e.weight
			g := reg.weightsOf(grad, c)
			reg.addTo(g, e.values, d)
			g[n] += d
		}
	}
	for c := range reg.classes - 1 {
		for f := range n {
			w := x[c*(n+1)+f]
			total += reg.penalty / 2 * w * w
			if grad != nil {
				grad[c*(n+1)+f] += reg.penalty * w
			}
		}
	}
	return total
}

// dot is the sum of an example's features, weighed.
func (reg *regression) dot(w, values []float64) float64 {
	s := 0.0
	if reg.sparse {
		for _, f := range values {
			s += w[int(f)]
		}
		return s
	}
	for f, v := range values {
		s += w[f] * v
	}
	return s
}

// addTo adds so many times an example's features.
func (reg *regression) addTo(sum, values []float64, times float64) {
	if reg.sparse {
		for _, f := range values {
			sum[int(f)] += times
		}
		return
	}
	for f, v := range values {
		sum[f] += times * v
	}
}

// score fills in the scores of an example and returns the logarithm of the sum of their exponentials.
func (reg *regression) score(x, values []float64) float64 {
	top := 0.0
	for c := range reg.classes - 1 {
		w := reg.weightsOf(x, c)
		s := w[reg.features] + reg.dot(w, values)
		reg.scores[c+1] = s
		top = max(top, s)
	}
	sum := 0.0
	for _, s := range reg.scores {
		sum += math.Exp(s - top)
	}
	return top + math.Log(sum)
}

// write prints the table that readModel reads. The column of the first class, always 0, is left out.
func (m *model) write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "# Fitted to the training debates (see CONTRIBUTING.md). The first class always scores 0 and has no column.\nfeature\t%s\n",
		strings.Join(m.classes, "\t"))
	for i, feature := range m.features {
		if err != nil {
			break
		}
		row := feature
		for _, weights := range m.weights {
			row += "\t" + strconv.FormatFloat(weights[i], 'f', 4, 64)
		}
		_, err = fmt.Fprintln(w, row)
	}
	return err
}
