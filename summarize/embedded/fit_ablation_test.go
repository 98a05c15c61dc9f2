//go:build fit

package embedded

import (
	"slices"
	"strings"
	"testing"

	"crux/summarize/embedded/encoder"
	"crux/summarize/score"
)

// TestAblate prints what each part brings on the debates that are for measuring
// alone: it fits the tables without it, and reads them with the rest.
func TestAblate(t *testing.T) {
	files := trainingFiles(t)
	measured := readGoldFiles(t, goldFolder)
	for _, v := range []struct {
		name string
		fit  func(t *testing.T) *tables
	}{
		{"all", func(t *testing.T) *tables { return fitAll(t, files) }},
		{"without encoder", func(t *testing.T) *tables {
			f := newFitting(t, files)
			f.each(func(tb *tables) { tb.encode = encodeNothing })
			return f.fitAll(t, files)
		}},
		{"regressions for networks", func(t *testing.T) *tables {
			f := newFitting(t, files)
			f.linear = true
			return f.fitAll(t, files)
		}},
		{"of the first three writers alone", func(t *testing.T) *tables {
			return fitAll(t, slices.DeleteFunc(slices.Clone(files), func(g *goldFile) bool { return !strings.HasPrefix(g.writer(), "t") }))
		}},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			var tally score.Tally
			measure(t, &Engine{v.fit(t)}, measured, &tally)
			t.Log(tally.Figures().Row(v.name))
		})
	}
}

// encodeNothing has every text say nothing.
func encodeNothing(dst []encoder.Vector, texts []string) { clear(dst[:len(texts)]) }

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
