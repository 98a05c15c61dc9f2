//go:build fit

package embedded

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"crux/summarize/embedded/encoder"
)

// stage is one judgement to be fitted: what a file gives to learn from, and how it is learned.
type stage struct {
	gather func(t testing.TB, tb *tables, g *goldFile, tr *trainer)
	fit    func(t testing.TB, tb *tables, tr *trainer)
}

// mostParts is into how many parts the writers are dealt out.
const mostParts = 4

// fitting fits all tables, in the order in which the engine uses them. A stage
// learns from what those before it make of a file that they have not seen (save for the seed thread),
// as they will make it of other people's debates: for this each is also fitted without
// each part of the writers (stacked generalization, Wolpert 1992).
type fitting struct {
	all     *tables
	without []*tables      // by part
	partOf  map[string]int // by writer; the seed thread has no part: all tables know it
	alone   alone
	// wordless leaves out what phrases say.
	wordless bool
}

// fitAll fits the tables to the files, stage by stage.
func (f *fitting) fitAll(t testing.TB, files []*goldFile) *tables {
	t.Helper()
	f.run(t, joinerStage, files)
	f.share(fitDirections(t, f.all, files))
	seeds := []*goldFile{readGoldFile(t, seedThread), readGoldFile(t, "testdata/seed-paraphrase.json")}
	seeds = slices.Repeat(seeds, seedTimes)
	book := phraseBook(f.all, files)
	if !f.wordless {
		f.run(t, rolePhrasesStage(book), append(withLaterWindows(files), seeds...))
	}
	f.run(t, rolesStage, append(withLaterWindows(files), seeds...))
	f.run(t, linkerStage, files)

	withWoven := append(f.weave(files), files...)
	f.run(t, belongsStage, withWoven)
	f.run(t, goesOnStage, withWoven)

	if !f.wordless {
		f.run(t, stancePhrasesStage(book), files)
	}
	f.run(t, stancesStage, files)
	f.run(t, opponentsStage, files)
	f.run(t, neutralsStage, files)
	f.run(t, contextStage, append(withLaterWindows(files), seeds...))

	withSeed := append(seeds, files...)
	f.run(t, contestsStage, withSeed)
	f.run(t, replierStage, withSeed)
	f.run(t, outcomesStage, withSeed)
	return f.all
}

// fitAll fits the tables to the files.
func fitAll(t testing.TB, files []*goldFile) *tables {
	t.Helper()
	return newFitting(t, files).fitAll(t, files)
}

func newFitting(t testing.TB, files []*goldFile) *fitting {
	t.Helper()
	f := &fitting{all: newTables(shippedLexicon(t), encodeOnce), partOf: map[string]int{}}
	fitPrior(f.all, files)
	writers := map[string]int{}
	for _, g := range files {
		writers[g.writer()]++
	}
	for i, w := range slices.Sorted(maps.Keys(writers)) {
		f.partOf[w] = i % mostParts
	}
	for range min(mostParts, len(writers)) {
		tb := *f.all
		f.without = append(f.without, &tb)
	}
	return f
}

// each changes all tables.
func (f *fitting) each(change func(tb *tables)) {
	change(f.all)
	for _, tb := range f.without {
		change(tb)
	}
}

// share gives all tables the same directions: nothing of what is judged goes into them.
func (f *fitting) share(d *directions) {
	f.each(func(tb *tables) { tb.directions = d })
}

// weave weaves each part's debates into channels.
func (f *fitting) weave(files []*goldFile) []*goldFile {
	var channels []*goldFile
	for part := range f.without {
		others := slices.DeleteFunc(slices.Clone(files), func(g *goldFile) bool { return f.partOf[g.writer()] != part })
		channels = append(channels, weaveChannels(others, wovenChannels/len(f.without))...)
	}
	return channels
}

// run fits one stage.
func (f *fitting) run(t testing.TB, s stage, files []*goldFile) {
	t.Helper()
	all := trainer{alone: f.alone}
	without := make([]trainer, len(f.without))
	for _, g := range files {
		part, hasPart := f.partOf[g.writer()]
		before := f.all // the seed thread is learned from as it will be read
		if hasPart {
			before = f.without[part]
		}
		var tr trainer
		s.gather(t, before, g, &tr)
		all.take(&tr)
		for i := range without {
			if !hasPart || i != part || len(without) == 1 {
				without[i].take(&tr)
			}
		}
	}
	s.fit(t, f.all, &all)
	for part := range without {
		without[part].alone = f.alone
		without[part].starts = 1 // enough for what the later stages learn from
		s.fit(t, f.without[part], &without[part])
	}
}

// take takes over another's examples.
func (tr *trainer) take(other *trainer) {
	tr.groups = append(tr.groups, other.groups...)
	if len(other.names) > len(tr.names) {
		tr.names = other.names
	}
}

// encoded keeps the vectors of what was encoded: the same texts are read again and again.
var encoded = struct {
	sync.Mutex
	encoder *encoder.Encoder
	vectors map[string]encoder.Vector
}{vectors: map[string]encoder.Vector{}}

// encodeOnce encodes what was not encoded before.
func encodeOnce(dst []encoder.Vector, texts []string) {
	encoded.Lock()
	defer encoded.Unlock()
	if encoded.encoder == nil {
		var err error
		if encoded.encoder, err = encoder.New(); err != nil {
			panic(err)
		}
	}
	var fresh []string
	for _, text := range texts {
		if _, known := encoded.vectors[text]; !known {
			fresh = append(fresh, text)
		}
	}
	vectors := make([]encoder.Vector, len(fresh))
	encoded.encoder.Encode(vectors, fresh)
	for i, text := range fresh {
		encoded.vectors[text] = vectors[i]
	}
	for i, text := range texts {
		dst[i] = encoded.vectors[text]
	}
}

// fitDirections finds the directions in which what people say differs most.
func fitDirections(t testing.TB, tb *tables, files []*goldFile) *directions {
	t.Helper()
	var vectors []encoder.Vector
	for _, g := range files {
		r := tb.read(g.transcript)
		texts := make([]string, 0, len(r.units))
		for i := range r.units {
			texts = append(texts, r.units[i].line())
		}
		found := make([]encoder.Vector, len(texts))
		tb.encode(found, texts)
		vectors = append(vectors, found...)
	}
	d := &directions{}
	for i := range vectors {
		for k, x := range vectors[i] {
			d.mean[k] += x / float32(len(vectors))
		}
	}
	spread := mat.NewSymDense(encoder.Size, nil)
	row := mat.NewVecDense(encoder.Size, nil)
	for i := range vectors {
		for k, x := range vectors[i] {
			row.SetVec(k, float64(x-d.mean[k]))
		}
		spread.SymRankOne(spread, 1, row)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(spread, true) {
		t.Fatal("the directions can't be found")
	}
	var axes mat.Dense
	eigen.VectorsTo(&axes)
	for k := range d.axes {
		for i := range d.axes[k] {
			d.axes[k][i] = float32(axes.At(i, encoder.Size-1-k)) // the greatest come last
		}
	}
	return d
}

// write prints the table that readDirections reads.
func (d *directions) write(w io.Writer) error {
	var b strings.Builder
	for _, v := range append([]encoder.Vector{d.mean}, d.axes[:]...) {
		for i, x := range v {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(strconv.FormatFloat(float64(x), 'f', 4, 32))
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
