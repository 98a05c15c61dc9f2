package main

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The model's sizes. They are those of package encoder, which checks them by the file's length.
const (
	vocabularySize = 8002
	embeddingSize  = 256
	modelSize      = 512
	hiddenSize     = 1536
	heads          = 4
	maxTokens      = 128
	firstSize      = 3*embeddingSize + modelSize // what the first layer makes of its input
	panel          = 32                          // outputs that lie together in a packed matrix
	slice          = 128                         // and in a sliced one
	magic          = "cruxenc3"
)

// The beginnings of the tensors' names.
const (
	base  = "Encoder_en/KonaTransformer/Encode/"
	stack = base + "TransformerStack/"
	part  = "ConcatPartitions/concat"

	layerNorm = "layer_prepostprocess/layer_norm/layer_norm_"
)

// writer lays out weights.bin. After the first error it does nothing more.
type writer struct {
	src *source
	out []byte
	err error
}

// weights is the content of weights.bin: the magic, the embeddings (a scale a
// row, then the rows), the timing signal, what the first layer makes of the two,
// the rest of both layers, and the last dense layer.
func (s *source) weights() ([]byte, error) {
	w := &writer{src: s, out: []byte(magic)}
	w.embeddings()
	timing := w.timing()
	w.floats(timing)
	w.first(timing)
	for layer, in := range []int{embeddingSize, modelSize} {
		name := layerName(base, layer)
		stacked := layerName(stack, layer)
		if layer > 0 {
			w.floats(w.tensor(name+layerNorm+"scale/"+part, in))
			w.floats(w.tensor(name+layerNorm+"bias/"+part, in))
			w.packed(w.queries(name, in))
		}
		w.packed(w.matrix(name+"MultiheadAttention/output_transform_single/kernel/part_0",
			name+"MultiheadAttention/output_transform_single/bias/"+part, in, modelSize))
		w.floats(w.tensor(name+"FFN/"+layerNorm+"scale/"+part, modelSize))
		w.floats(w.tensor(name+"FFN/"+layerNorm+"bias/"+part, modelSize))
		w.packed(w.matrix(stacked+"FFN/conv1/Tensordot/Reshape_1", name+"FFN/conv1/bias/"+part, modelSize, hiddenSize))
		w.sliced(w.matrix(stacked+"FFN/conv2/Tensordot/Reshape_1", name+"FFN/conv2/bias/"+part, hiddenSize, modelSize))
	}
	w.packed(w.matrix("hidden_layers/tanh_layer_0/weights", "hidden_layers/tanh_layer_0/bias", modelSize, modelSize))
	return w.out, w.err
}

func layerName(of string, layer int) string {
	return fmt.Sprintf("%sLayer_%d/TransformerLayer/", of, layer)
}

func (w *writer) tensor(suffix string, n int) []float32 {
	values, err := w.src.find(suffix, n)
	if err != nil && w.err == nil {
		w.err = err
	}
	if err != nil {
		return make([]float32, n)
	}
	return values
}

func (w *writer) floats(values []float32) {
	for _, v := range values {
		w.out = binary.LittleEndian.AppendUint32(w.out, math.Float32bits(v))
	}
}

func (w *writer) embeddings() {
	table := w.tensor("Embeddings_en", vocabularySize*embeddingSize)
	scales := make([]float32, vocabularySize)
	rows := make([]byte, 0, len(table))
	for i := range scales {
		row := table[i*embeddingSize:][:embeddingSize]
		scales[i] = scaleOf(row)
		for _, v := range row {
			rows = append(rows, byte(quantized(v, scales[i])))
		}
	}
	w.floats(scales)
	w.ints(rows)
}

// ints writes integers at an offset that a cache line begins at.
func (w *writer) ints(values []byte) {
	for len(w.out)%64 != 0 {
		w.out = append(w.out, 0)
	}
	w.out = append(w.out, values...)
}

// timing is what is added to the embedding at every position: sines, then
// cosines, of the position at the frequencies that the package lists.
func (w *writer) timing() []float32 {
	frequencies := w.tensor("AddTimingSignal/TimingSignal/ExpandDims_1", embeddingSize/2)
	var timing []float32
	for position := range maxTokens {
		for _, wave := range []func(float64) float64{math.Sin, math.Cos} {
			for _, f := range frequencies {
				timing = append(timing, float32(wave(float64(float32(position)*f))))
			}
		}
	}
	return timing
}

// first writes the matrix that makes the first layer's queries, keys and values
// and its residual, all of the embedding with its timing signal; what it makes of
// the timing signals, in 16 bits; and what is added to its outputs.
//
// The queries, keys and values are made of the normalized input. Its scale is
// multiplied into the matrix, and the mean, which is to be taken off the input,
// is taken off each column instead, which comes to the same. So all that is left
// to be done is to divide by the deviation, after the matrix.
func (w *writer) first(timing []float32) {
	name := layerName(base, 0)
	scale, shift := w.tensor(name+layerNorm+"scale/"+part, embeddingSize), w.tensor(name+layerNorm+"bias/"+part, embeddingSize)
	queries := w.queries(name, embeddingSize)
	residual := w.matrix(name+"dense/kernel/"+part, name+"dense/bias/"+part, embeddingSize, modelSize)
	m := dense{embeddingSize, firstSize, make([]float32, embeddingSize*firstSize), append(append([]float32(nil), queries.bias...), residual.bias...)}
	for o := range queries.out {
		bias, mean := float64(queries.bias[o]), 0.0
		for k := range m.in {
			v := queries.kernel[k*queries.out+o]
			bias += float64(shift[k]) * float64(v)
			mean += float64(scale[k]) * float64(v)
		}
		mean /= embeddingSize
		m.bias[o] = float32(bias)
		for k := range m.in {
			m.kernel[k*m.out+o] = float32(float64(float64(scale[k])*float64(queries.kernel[k*queries.out+o])) - mean)
		}
	}
	for k := range m.in {
		copy(m.kernel[k*m.out+queries.out:(k+1)*m.out], residual.kernel[k*modelSize:])
	}
	bias := m.bias
	m.bias = make([]float32, m.out)
	w.packed(m)
	w.packed(m.rest())
	w.floats(bias)
	w.positions(m, timing)
}

// positions writes what a matrix makes of the timing signals: a scale a position, then the values.
func (w *writer) positions(m dense, timing []float32) {
	scales, ints := make([]float32, maxTokens), []byte(nil)
	values := make([]float32, m.out)
	for p := range scales {
		var largest float32
		for o := range values {
			var sum float64
			for k := range m.in {
				sum += float64(float64(timing[p*m.in+k]) * float64(m.kernel[k*m.out+o]))
			}
			values[o] = float32(sum)
			largest = max(largest, values[o], -values[o])
		}
		scales[p] = largest / math.MaxInt16
		for _, v := range values {
			ints = binary.LittleEndian.AppendUint16(ints, uint16(int16(math.RoundToEven(float64(v)/float64(scales[p])))))
		}
	}
	w.floats(scales)
	w.ints(ints)
}

// dense is a matrix of in rows and out columns, and what is added to its outputs.
type dense struct {
	in, out      int
	kernel, bias []float32
}

func (w *writer) matrix(kernel, bias string, in, out int) dense {
	return dense{in, out, w.tensor(kernel, in*out), w.tensor(bias, out)}
}

// queries is the matrix that makes queries, keys and values. The queries' part
// is divided by the square root of a head's size, so that nothing else needs to be.
func (w *writer) queries(layer string, in int) dense {
	name := layer + "MultiheadAttention/qkv_transform_single/"
	m := w.matrix(name+"kernel/part_0", name+"bias/"+part, in, 3*in)
	m.kernel, m.bias = append([]float32(nil), m.kernel...), append([]float32(nil), m.bias...)
	factor := float32(1 / math.Sqrt(float64(in/heads)))
	for o := range in {
		m.bias[o] *= factor
		for k := range in {
			m.kernel[k*m.out+o] *= factor
		}
	}
	return m
}

// integers are the matrix's values, row by row, as integers, with each column's
// scale and the sum of its integers.
func (m dense) integers() (ints []int8, scales []float32, sums []int32) {
	ints, scales, sums = make([]int8, m.in*m.out), make([]float32, m.out), make([]int32, m.out)
	column := make([]float32, m.in)
	for o := range m.out {
		for k := range column {
			column[k] = m.kernel[k*m.out+o]
		}
		scales[o] = scaleOf(column)
		for k, v := range column {
			ints[k*m.out+o] = quantized(v, scales[o])
			sums[o] += int32(ints[k*m.out+o])
		}
	}
	return ints, scales, sums
}

// rest is, as a matrix of its own, what the integers of another lose to rounding.
// The first layer's matrix has one: it is used but once for each piece of the
// vocabulary, and most of the error in the vectors would come from it.
func (m dense) rest() dense {
	ints, scales, _ := m.integers()
	lost := dense{m.in, m.out, make([]float32, len(m.kernel)), make([]float32, m.out)}
	for i, v := range m.kernel {
		lost.kernel[i] = v - float32(float32(ints[i])*scales[i%m.out])
	}
	return lost
}

// packed writes a matrix: the outputs' biases, their scales, the sums of their
// integers, and the integers themselves in panels of 32 outputs; in a panel, four
// inputs of one output lie together, and 32 such fours in a row.
func (w *writer) packed(m dense) {
	ints, packed := w.head(m), make([]byte, m.in*m.out)
	for i, v := range ints {
		k, o := i/m.out, i%m.out
		packed[o/panel*panel*m.in+k/4*4*panel+o%panel*4+k%4] = byte(v)
	}
	w.ints(packed)
}

// sliced writes a matrix of which mostly few inputs are used at once: like packed,
// but the integers in slices of 128 outputs; in a slice, all outputs of one input
// lie together, then those of the next.
func (w *writer) sliced(m dense) {
	ints, slices := w.head(m), make([]byte, m.in*m.out)
	for i, v := range ints {
		k, o := i/m.out, i%m.out
		slices[(o/slice*m.in+k)*slice+o%slice] = byte(v)
	}
	w.ints(slices)
}

// head writes what comes before a matrix's integers, which it returns.
func (w *writer) head(m dense) []int8 {
	ints, scales, sums := m.integers()
	w.floats(m.bias)
	w.floats(scales)
	for _, sum := range sums {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(sum))
	}
	return ints
}

// scaleOf is what an integer step stands for, so that the values fill -127 to 127.
func scaleOf(values []float32) float32 {
	var largest float32
	for _, v := range values {
		largest = max(largest, v, -v)
	}
	if largest == 0 {
		return 1
	}
	return largest / 127
}

// quantized is the nearest step, to even on a tie.
func quantized(v, scale float32) int8 {
	return int8(math.RoundToEven(float64(v) / float64(scale)))
}
