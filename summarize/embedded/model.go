package embedded

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"math"
	"strings"
)

//go:embed weights/*.tsv
var weightFiles embed.FS

// biasFeature names the line of what is added whatever the features are.
const biasFeature = "(bias)"

// features are named numbers about one thing to be judged. A stage's function
// adds them in a fixed order; the names are kept only when somebody asks.
type features struct {
	names  []string
	values []float64
	named  bool
}

// add appends one feature.
func (f *features) add(name string, value float64) {
	if f.named {
		f.names = append(f.names, name)
	}
	f.values = append(f.values, value)
}

// addEach appends a feature of one class of cues among many; the name is put
// together only when somebody asks for it.
func (f *features) addEach(before, class, after string, value float64) {
	if f.named {
		f.names = append(f.names, before+class+after)
	}
	f.values = append(f.values, value)
}

// flagEach is addEach for a feature that holds or doesn't.
func (f *features) flagEach(before, class, after string, holds bool) {
	f.addEach(before, class, after, b2f(holds))
}

// flag appends a feature that holds or doesn't.
func (f *features) flag(name string, holds bool) {
	f.add(name, b2f(holds))
}

// model is a multinomial logistic regression: a weight for each feature and
// each class but the first, whose score is always 0. Its file is a table with a
// line a feature, so that anybody can see what counts for what.
type model struct {
	name     string
	classes  []string
	features []string
	weights  [][]float64 // by class (without the first), then feature; the last feature is the bias
}

// probabilities fills out with the probability of each class, and returns it.
func (m *model) probabilities(values []float64, out []float64) []float64 {
	out = append(out[:0], 0)
	top := 0.0
	for _, weights := range m.weights {
		score := weights[len(values)]
		for i, v := range values {
			score += weights[i] * v
		}
		out = append(out, score)
		top = max(top, score)
	}
	sum := 0.0
	for i := range out {
		out[i] = math.Exp(out[i] - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// binary is the probability of the second of two classes.
func (m *model) binary(values []float64) float64 {
	weights := m.weights[0]
	score := weights[len(values)]
	for i, v := range values {
		score += weights[i] * v
	}
	return 1 / (1 + math.Exp(-score))
}

// readModel reads a table: a head of "feature" and the classes, then a line a feature.
func readModel(name string, r io.Reader) (*model, error) {
	m := &model{name: name}
	scanner := bufio.NewScanner(r)
	for line := 1; scanner.Scan(); line++ {
		fields := strings.Split(scanner.Text(), "\t")
		if strings.HasPrefix(scanner.Text(), "#") {
			continue
		}
		if m.classes == nil {
			if fields[0] != "feature" || len(fields) < 3 {
				return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: expected \"feature\" and two classes or more", name, line)
			}
			m.classes = fields[1:]
			m.weights = make([][]float64, len(m.classes)-1)
			continue
		}
		if len(fields) != len(m.classes) {
			return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: %d columns, expected %d", name, line, len(fields), len(m.classes))
		}
		m.features = append(m.features, fields[0])
		for i, field := range fields[1:] {
			weight, err := parseWeight(field, 64)
			if err != nil {
				return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: %w", name, line, err)
			}
			m.weights[i] = append(m.weights[i], weight)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("embedded: weights/%s.tsv: %w", name, err)
	}
	if last := len(m.features) - 1; last < 0 || m.features[last] != biasFeature {
		return nil, fmt.Errorf("embedded: weights/%s.tsv: the bias must stand last", name)
	}
	return m, nil
}

// b2f is 1 for what holds and 0 for what doesn't.
func b2f(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
