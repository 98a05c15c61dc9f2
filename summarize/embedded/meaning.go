package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"crux/summarize/embedded/encoder"
)

const (
	// meaningSize is how many directions of what the encoder gives are kept: those
	// in which training texts differ most (principal components, Pearson 1901).
	meaningSize = 64
	// describedSize is how many of them describe a unit to the judges; more only invite overfitting.
	describedSize = 32
)

// meaning is where a text stands among others in what it says, whatever its
// words: of length 1, or all zeros for a text that says nothing.
type meaning [meaningSize]float32

// near is the cosine of two meanings, -1 to 1, and 0 where either says nothing.
func (a *meaning) near(b *meaning) float64 {
	var sum float32
	for i := range a {
		sum += a[i] * b[i]
	}
	return float64(sum)
}

func (a *meaning) addTo(sum *meaning, weight float32) {
	for i := range a {
		sum[i] += weight * a[i]
	}
}

// scale brings a meaning to length 1, unless it is all zeros.
func (a *meaning) scale() {
	sum := float32(0)
	for _, x := range a {
		sum += x * x
	}
	if sum == 0 {
		return
	}
	by := float32(1 / math.Sqrt(float64(sum)))
	for i := range a {
		a[i] *= by
	}
}

// encode is how texts become vectors: the encoder's Encode, but for tests.
type encode func(dst []encoder.Vector, texts []string)

// encodeTexts is how many texts are encoded at once; what they need besides is small, and it can be stopped in between.
const encodeTexts = 512

// understand finds the meaning of every unit and, from theirs, of every message.
// The encoder knows English; in what it doesn't know, nothing says anything. Only
// what was said up to a message tells its language, so later messages change no meaning.
func (r *reading) understand(ctx context.Context) {
	vectors := make([]encoder.Vector, encodeTexts)
	texts := make([]string, 0, encodeTexts)
	for from := 0; from < len(r.units) && ctx.Err() == nil; from += encodeTexts {
		units := r.units[from:min(from+encodeTexts, len(r.units))]
		texts = texts[:0]
		for i := range units {
			text := ""
			if r.messages[units[i].message].english {
				text = units[i].line()
			}
			texts = append(texts, text)
		}
		r.encode(vectors, texts)
		for i := range units {
			units[i].meaning = r.directions.project(&vectors[i])
			units[i].plain = ""
		}
	}
	for i := range r.messages {
		m := &r.messages[i]
		for k := m.first; k < m.last; k++ {
			r.units[k].meaning.addTo(&m.whole.meaning, float32(r.units[k].words))
		}
		m.whole.meaning.scale()
	}
}

// line is what of a unit is encoded, in one line.
func (u *unit) line() string { return strings.Join(strings.Fields(u.plain), " ") }

// directions are the mean of the encoder's vectors and the directions in which they differ most.
type directions struct {
	mean encoder.Vector
	axes [meaningSize]encoder.Vector
}

// project is where a vector stands along the directions. A vector of zeros says nothing.
func (d *directions) project(v *encoder.Vector) meaning {
	var out meaning
	if *v == (encoder.Vector{}) {
		return out
	}
	var centred encoder.Vector
	for i := range centred {
		centred[i] = v[i] - d.mean[i]
	}
	for k := range out {
		out[k] = encoder.Dot(&centred, &d.axes[k])
	}
	out.scale()
	return out
}

// readDirections reads a table of vectors, a line each: the mean and then the axes.
func readDirections(name string, r io.Reader) (*directions, error) {
	d := &directions{}
	scanner := bufio.NewScanner(r)
	line := 0
	for ; scanner.Scan(); line++ {
		into := &d.mean
		if line > 0 && line <= meaningSize {
			into = &d.axes[line-1]
		}
		fields := strings.Split(scanner.Text(), "\t")
		if len(fields) != encoder.Size || line > meaningSize {
			return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: expected %d vectors of %d numbers", name, line+1, meaningSize+1, encoder.Size)
		}
		for i, field := range fields {
			x, err := parseWeight(field, 32)
			if err != nil {
				return nil, fmt.Errorf("embedded: weights/%s.tsv:%d: %w", name, line+1, err)
			}
			into[i] = float32(x)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("embedded: weights/%s.tsv: %w", name, err)
	}
	if line != meaningSize+1 {
		return nil, fmt.Errorf("embedded: weights/%s.tsv: %d vectors, expected %d", name, line, meaningSize+1)
	}
	return d, nil
}

// meaningFeatures tells where a unit stands along the first of the directions.
func meaningFeatures(f *features, u *unit) {
	for k := range describedSize {
		f.add(directionNames[k], float64(u.meaning[k]))
	}
}

var directionNames = func() (names [describedSize]string) {
	for k := range names {
		names[k] = fmt.Sprintf("direction %d", k+1)
	}
	return names
}()
