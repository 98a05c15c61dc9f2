package encoder

import (
	"embed"
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"
)

//go:embed weights.bin vocab.tsv
var files embed.FS

// The sizes of the model.
const (
	vocabularySize = 8002
	embeddingSize  = 256
	modelSize      = Size
	hiddenSize     = 1536
	heads          = 4
	maxTokens      = 128
	layerCount     = 2
)

const magic = "cruxenc1"

// model is the weights. The integers stand for themselves times a scale.
type model struct {
	embeddings      []int8 // a row of embeddingSize for each id
	embeddingScales []float32
	timing          []float32 // a row of embeddingSize for each position
	layers          [layerCount]layer
	last            matrix
}

// layer is one layer of the transformer.
type layer struct {
	in                 int // the size of what comes in; modelSize goes out
	norm               norms
	queries            matrix // makes queries (already divided by the root of a head's size), keys and values
	attended           matrix
	residual           *matrix // what comes in, brought to modelSize; nil where it has that size
	hiddenNorm         norms
	hidden, fromHidden matrix
}

// norms is what a layer normalization multiplies by and adds.
type norms struct{ scale, bias []float32 }

// matrix is a dense layer, packed as the kernels read it: panels of panelSize
// outputs; in a panel, four inputs of one output lie together, then the same
// four inputs of the next.
type matrix struct {
	in, out int
	bias    []float32
	scales  []float32 // by output
	sums    []int32   // of the integers, by output
	panels  []int8
	rest    *matrix // what the integers lost to rounding, where it matters
}

func (m *matrix) panel(i int) []int8 { return m.panels[i*panelSize*m.in:][:panelSize*m.in] }

// weightReader takes weights.bin apart, front to back.
type weightReader struct {
	data   []byte
	size   int // of the whole file
	repack func([]int8)
	err    error
}

// loadModel reads what summarize/embedded/training/encoder wrote, and has repack,
// where there is one, bring the panels of the matrices into another order. It keeps data.
func loadModel(data []byte, repack func(panel []int8)) (*model, error) {
	r := &weightReader{data: data, size: len(data), repack: repack}
	if got := r.bytes(len(magic)); string(got) != magic {
		return nil, fmt.Errorf("encoder: weights: not a file of weights")
	}
	m := &model{}
	m.embeddingScales = r.floats(vocabularySize)
	m.embeddings = r.ints8(vocabularySize * embeddingSize)
	m.timing = r.floats(maxTokens * embeddingSize)
	for i, in := range [layerCount]int{embeddingSize, modelSize} {
		l := &m.layers[i]
		l.in = in
		l.norm = r.norms(in)
		l.queries = r.matrix(in, 3*in)
		if in != modelSize {
			l.queries.rest = new(r.matrix(in, 3*in))
		}
		l.attended = r.matrix(in, modelSize)
		if in != modelSize {
			l.residual = new(r.matrix(in, modelSize))
			l.residual.rest = new(r.matrix(in, modelSize))
		}
		l.hiddenNorm = r.norms(modelSize)
		l.hidden = r.matrix(modelSize, hiddenSize)
		l.fromHidden = r.matrix(hiddenSize, modelSize)
		if in == modelSize {
			l.fromHidden.rest = new(r.matrix(hiddenSize, modelSize))
		}
	}
	m.last = r.matrix(modelSize, modelSize)
	m.last.rest = new(r.matrix(modelSize, modelSize))
	if r.err == nil && len(r.data) != 0 {
		r.err = fmt.Errorf("encoder: weights: %d bytes too many", len(r.data))
	}
	return m, r.err
}

// bytes takes n bytes off the front; where they are missing it notes so and gives zeros.
func (r *weightReader) bytes(n int) []byte {
	if len(r.data) < n {
		if r.err == nil {
			r.err = fmt.Errorf("encoder: weights: %d bytes too few", n-len(r.data))
		}
		return make([]byte, n)
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *weightReader) floats(n int) []float32 {
	data, values := r.bytes(4*n), make([]float32, n)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return values
}

// ints8 begins at the next cache line. It shares the file's memory: a byte and
// an int8 differ only in what they are taken for.
func (r *weightReader) ints8(n int) []int8 {
	r.bytes(-(r.size - len(r.data)) & 63)
	data := r.bytes(n)
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(data))), n)
}

func (r *weightReader) norms(n int) norms {
	return norms{scale: r.floats(n), bias: r.floats(n)}
}

func (r *weightReader) matrix(in, out int) matrix {
	m := matrix{in: in, out: out, bias: r.floats(out), scales: r.floats(out), sums: make([]int32, out)}
	for i, data := 0, r.bytes(4*out); i < out; i++ {
		m.sums[i] = int32(binary.LittleEndian.Uint32(data[4*i:]))
	}
	m.panels = r.ints8(in * out)
	for i := 0; r.repack != nil && i < out/panelSize; i++ {
		r.repack(m.panel(i))
	}
	return m
}
