package embedded

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// network is a perceptron with one hidden layer of rectified units (Rumelhart,
// Hinton and Williams 1986), for judgements in which features count for
// something only together. Several that were fitted from different starts stand side
// by side in it, their scores averaged, and where classes are judged a regression
// that counts for as much as all of them; that is again one network.
type network struct {
	name     string
	classes  []string  // of its scores; a single one where candidates are scored against each other
	features []string  // without the bias
	width    int       // how many hidden units it has
	in       []float64 // by feature, then hidden unit; last the biases
	out      []float64 // by class, then hidden unit and a bias
}

// scores fills out with the score of each class, on the scale of logarithms of
// odds, and returns it. Features beyond the values are 0. hidden is working space.
func (n *network) scores(values []float64, hidden, out []float64) []float64 {
	hidden = append(hidden[:0], n.in[len(n.features)*n.width:]...)
	for f, v := range values {
		if v == 0 {
			continue // as most flags are
		}
		row := n.in[f*n.width:][:len(hidden)] // so that no index needs a check
		for h, w := range row {
			hidden[h] += v * w
		}
	}
	out = out[:0]
	for c := range n.classes {
		row := n.out[c*(n.width+1):][:n.width+1]
		sum := row[n.width]
		for h, x := range hidden {
			sum += max(x, 0) * row[h]
		}
		out = append(out, sum)
	}
	return out
}

// probabilities fills out with the probability of each class, and returns it.
func (n *network) probabilities(values []float64, hidden, out []float64) []float64 {
	out = n.scores(values, hidden, out)
	softmax(out)
	return out
}

// softmax makes probabilities of scores.
func softmax(scores []float64) {
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, s)
	}
	sum := 0.0
	for i, s := range scores {
		scores[i] = math.Exp(s - top)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}

// readNetwork reads two tables: a head of "feature" and the hidden units, with a
// line a feature and one of biases, and a head of "class" and the hidden units,
// with a line a class that ends in its bias.
func readNetwork(name string, r io.Reader) (*network, error) {
	n := &network{name: name}
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	var into *[]float64
	line, columns := 0, 0
	refuse := func(err error) (*network, error) {
		return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: %w", name, line, err)
	}
	for scanner.Scan() {
		line++
		fields := strings.Split(scanner.Text(), "\t")
		biased := len(n.in) > len(n.features)*n.width
		switch {
		case strings.HasPrefix(scanner.Text(), "#"):
			continue
		case into == nil:
			if fields[0] != "feature" || len(fields) == 1 {
				return refuse(errors.New("expected \"feature\" and the hidden units"))
			}
			into, n.width = &n.in, len(fields)-1
			columns = n.width
			continue
		case len(fields)-1 != columns:
			return refuse(fmt.Errorf("%d columns, expected %d", len(fields), columns+1))
		case into == &n.out:
			n.classes = append(n.classes, fields[0])
		case biased != (fields[0] == "class"):
			return refuse(errors.New("the biases must stand last, before the classes"))
		case biased:
			into, columns = &n.out, n.width+1
			continue
		case fields[0] != biasFeature:
			n.features = append(n.features, fields[0])
		}
		for _, field := range fields[1:] {
			weight, err := parseWeight(field, 64)
			if err != nil {
				return refuse(err)
			}
			*into = append(*into, weight)
		}
	}
	if err := scanner.Err(); err != nil {
		line++ // the one that can't be read
		return refuse(err)
	}
	if len(n.classes) == 0 {
		return refuse(errors.New("the table ends before the first class"))
	}
	return n, nil
}

// parseWeight reads a number of the given bits. One that is infinite or none at
// all would spoil every sum that it goes into.
func parseWeight(field string, bits int) (float64, error) {
	weight, err := strconv.ParseFloat(field, bits)
	if err == nil && (math.IsNaN(weight) || math.IsInf(weight, 0)) {
		err = fmt.Errorf("a weight of %q", field)
	}
	return weight, err
}
