package encoder

import (
	_ "embed"
	"fmt"
	"math"
	"sync/atomic"
	"unsafe"
)

// The files are strings, as those need not be copied to be read.
//
//go:embed weights.bin
var weightsFile string

//go:embed vocab.tsv
var vocabularyFile string

// The sizes of the model.
const (
	vocabularySize = 8002
	embeddingSize  = 256
	modelSize      = Size
	hiddenSize     = 1536
	firstSize      = 3*embeddingSize + modelSize // what the first layer makes of its input
	heads          = 4
	maxTokens      = 128
	layerCount     = 2
)

const magic = "cruxenc3"

// model is the weights. The integers stand for themselves times a scale.
type model struct {
	embeddings      []int8 // a row of embeddingSize for each id
	embeddingScales []float32
	timing          []float32 // a row of embeddingSize for each position
	first           first
	layers          [layerCount]layer
	last            matrix
}

// first is what the first layer makes of the embeddings and the timing signal:
// queries, keys and values, which are to be divided by the deviation of the two
// together, and behind them the residual. The matrix is linear, so it is put to
// an embedding once, and to the timing signals when the weights are written.
type first struct {
	matrix         matrix
	bias           []float32
	positions      []int16 // a row of firstSize for each position
	positionScales []float32
	pieces         *[vocabularySize]atomic.Pointer[pieceRow] // by id; nil for what was in no text yet
}

// pieceRow is what the first layer makes of an embedding.
type pieceRow struct {
	scale  float32
	values [firstSize]int16
}

// layer is one layer of the transformer.
type layer struct {
	in         int    // the size of what comes in; modelSize goes out
	norm       norms  // not of the first layer
	queries    matrix // makes queries (already divided by the root of a head's size), keys and values; not of the first layer
	attended   matrix
	hiddenNorm norms
	hidden     matrix
	fromHidden sliced
}

// norms is what a layer normalization multiplies by and adds.
type norms struct{ scale, bias []float32 }

// dense is what all matrices have.
type dense struct {
	in, out int
	bias    []float32
	scales  []float32 // by output
	sums    []int32   // of the integers, by output
	ints    []int8
}

// matrix is a dense layer, packed as the kernels read it: panels of panelSize
// outputs; in a panel, four inputs of one output lie together, then the same
// four inputs of the next.
type matrix struct {
	dense
	rest *matrix // what the integers lost to rounding, where it matters
}

// sliced is a dense layer of which few inputs are used at once. A slice is
// sliceSize outputs; in it, those of one input lie together, then those of the next.
type sliced struct{ dense }

// panel is the one that begins with output o.
func (m *matrix) panel(o int) panel {
	end := o + panelSize
	return panel{m.in, m.ints[o*m.in : end*m.in], m.sums[o:end], m.scales[o:end], m.bias[o:end]}
}

// weightReader takes weights.bin apart, front to back.
type weightReader struct {
	data string
	size int // of the whole file
	err  error
}

// loadModel reads what summarize/embedded/training/encoder wrote. It keeps data.
func loadModel(data string) (*model, error) {
	r := &weightReader{data: data, size: len(data)}
	if got := r.bytes(len(magic)); got != magic {
		return nil, fmt.Errorf("encoder: weights: not a file of weights")
	}
	m := &model{}
	m.embeddingScales = r.floats(vocabularySize)
	m.embeddings = r.ints8(vocabularySize * embeddingSize)
	m.timing = r.floats(maxTokens * embeddingSize)
	m.first.matrix = r.matrix(embeddingSize, firstSize)
	m.first.matrix.rest = new(r.matrix(embeddingSize, firstSize))
	m.first.bias = r.floats(firstSize)
	m.first.positionScales = r.floats(maxTokens)
	m.first.positions = r.ints16(maxTokens * firstSize)
	m.first.pieces = new([vocabularySize]atomic.Pointer[pieceRow])
	for i, in := range [layerCount]int{embeddingSize, modelSize} {
		l := &m.layers[i]
		l.in = in
		if i > 0 {
			l.norm = r.norms(in)
			l.queries = r.matrix(in, 3*in)
		}
		l.attended = r.matrix(in, modelSize)
		l.hiddenNorm = r.norms(modelSize)
		l.hidden = r.matrix(modelSize, hiddenSize)
		l.fromHidden = sliced{r.dense(hiddenSize, modelSize)}
	}
	m.last = r.matrix(modelSize, modelSize)
	if r.err == nil && len(r.data) != 0 {
		r.err = fmt.Errorf("encoder: weights: %d bytes too many", len(r.data))
	}
	return m, r.err
}

// bytes takes n bytes off the front; where they are missing it notes so and gives zeros.
func (r *weightReader) bytes(n int) string {
	if len(r.data) < n {
		if r.err == nil {
			r.err = fmt.Errorf("encoder: weights: %d bytes too few", n-len(r.data))
		}
		return string(make([]byte, n))
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

// words gives n numbers of four bytes.
func words[T any](r *weightReader, n int, of func(uint32) T) []T {
	data, values := r.bytes(4*n), make([]T, n)
	for i := range values {
		word := data[4*i:][:4]
		values[i] = of(uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16 | uint32(word[3])<<24)
	}
	return values
}

func (r *weightReader) floats(n int) []float32 { return words(r, n, math.Float32frombits) }

// ints8 begins at the next cache line of the file. It shares the file's memory,
// which nobody may write to: a byte and an int8 differ only in what they are taken for.
func (r *weightReader) ints8(n int) []int8 {
	r.bytes(-(r.size - len(r.data)) & 63)
	data := r.bytes(n)
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.StringData(data))), n)
}

func (r *weightReader) ints16(n int) []int16 {
	halves, values := r.ints8(2*n), make([]int16, n)
	for i := range values {
		values[i] = int16(uint8(halves[2*i])) | int16(halves[2*i+1])<<8
	}
	return values
}

func (r *weightReader) norms(n int) norms {
	return norms{scale: r.floats(n), bias: r.floats(n)}
}

func (r *weightReader) dense(in, out int) dense {
	return dense{
		in: in, out: out, bias: r.floats(out), scales: r.floats(out),
		sums: words(r, out, func(w uint32) int32 { return int32(w) }), ints: r.ints8(in * out),
	}
}

func (r *weightReader) matrix(in, out int) matrix { return matrix{dense: r.dense(in, out)} }
