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
		{"without phrases", func(t *testing.T) *tables {
			f := newFitting(t, files)
			f.wordless = true
			return f.fitAll(t, files)
		}},
		{"regressions without networks", func(t *testing.T) *tables {
			f := newFitting(t, files)
			f.alone = regressionAlone
			return f.fitAll(t, files)
		}},
		{"networks without regressions", func(t *testing.T) *tables {
			f := newFitting(t, files)
			f.alone = networkAlone
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
