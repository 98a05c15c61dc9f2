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
	panel          = 64 // outputs that lie together in a packed matrix
	magic          = "cruxenc1"
)

// The beginnings of the tensors' names.
const (
	base  = "Encoder_en/KonaTransformer/Encode/"
	stack = base + "TransformerStack/"
	part  = "ConcatPartitions/concat"
)

// writer lays out weights.bin. After the first error it does nothing more.
type writer struct {
	src *source
	out []byte
	err error
}

// weights is the content of weights.bin: the magic, the embeddings (a scale a
// row, then the rows), the timing signal, the two layers and the last dense layer.
func (s *source) weights() ([]byte, error) {
	w := &writer{src: s, out: []byte(magic)}
	w.embeddings()
	w.timing()
	for layer, in := range []int{embeddingSize, modelSize} {
		name := fmt.Sprintf("%sLayer_%d/TransformerLayer/", base, layer)
		stacked := fmt.Sprintf("%sLayer_%d/TransformerLayer/", stack, layer)
		norm := "layer_prepostprocess/layer_norm/layer_norm_"
		w.floats(w.tensor(name+norm+"scale/"+part, in))
		w.floats(w.tensor(name+norm+"bias/"+part, in))
		w.queries(name+"MultiheadAttention/qkv_transform_single/", in)
		w.matrix(name+"MultiheadAttention/output_transform_single/kernel/part_0",
			name+"MultiheadAttention/output_transform_single/bias/"+part, in, modelSize)
		if in != modelSize {
			w.matrix(name+"dense/kernel/"+part, name+"dense/bias/"+part, in, modelSize)
			w.rest(w.tensor(name+"dense/kernel/"+part, in*modelSize), in, modelSize)
		}
		w.floats(w.tensor(name+"FFN/"+norm+"scale/"+part, modelSize))
		w.floats(w.tensor(name+"FFN/"+norm+"bias/"+part, modelSize))
		w.matrix(stacked+"FFN/conv1/Tensordot/Reshape_1", name+"FFN/conv1/bias/"+part, modelSize, hiddenSize)
		w.matrix(stacked+"FFN/conv2/Tensordot/Reshape_1", name+"FFN/conv2/bias/"+part, hiddenSize, modelSize)
		if in == modelSize {
			w.rest(w.tensor(stacked+"FFN/conv2/Tensordot/Reshape_1", hiddenSize*modelSize), hiddenSize, modelSize)
		}
	}
	w.matrix("hidden_layers/tanh_layer_0/weights", "hidden_layers/tanh_layer_0/bias", modelSize, modelSize)
	w.rest(w.tensor("hidden_layers/tanh_layer_0/weights", modelSize*modelSize), modelSize, modelSize)
	return w.out, w.err
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
			rows = append(rows, quantized(v, scales[i]))
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

// timing writes what is added to the embedding at every position: sines, then
// cosines, of the position at the frequencies that the package lists.
func (w *writer) timing() {
	frequencies := w.tensor("AddTimingSignal/TimingSignal/ExpandDims_1", embeddingSize/2)
	for position := range maxTokens {
		for _, wave := range []func(float64) float64{math.Sin, math.Cos} {
			for _, f := range frequencies {
				w.floats([]float32{float32(wave(float64(float32(position) * f)))})
			}
		}
	}
}

// queries writes the matrix that makes queries, keys and values. The queries'
// part is divided by the square root of a head's size, so that nothing else needs to be.
func (w *writer) queries(name string, in int) {
	kernel := append([]float32(nil), w.tensor(name+"kernel/part_0", in*3*in)...)
	bias := append([]float32(nil), w.tensor(name+"bias/"+part, 3*in)...)
	factor := float32(1 / math.Sqrt(float64(in/heads)))
	for o := range in {
		bias[o] *= factor
		for k := range in {
			kernel[k*3*in+o] *= factor
		}
	}
	w.packed(kernel, bias, in, 3*in)
	if in == embeddingSize {
		w.rest(kernel, in, 3*in)
	}
}

func (w *writer) matrix(kernel, bias string, in, out int) {
	w.packed(w.tensor(kernel, in*out), w.tensor(bias, out), in, out)
}

// rest writes, as a matrix of its own, what packed lost of another to rounding.
// The matrices that read the embeddings have one, as most of the error in the
// vectors came from them, and those that are used once a text, as it costs little there.
func (w *writer) rest(kernel []float32, in, out int) {
	lost := append([]float32(nil), kernel...)
	column := make([]float32, in)
	for o := range out {
		for k := range in {
			column[k] = kernel[k*out+o]
		}
		scale := scaleOf(column)
		for k, v := range column {
			lost[k*out+o] = v - float32(float32(int8(quantized(v, scale)))*scale)
		}
	}
	w.packed(lost, make([]float32, out), in, out)
}

// packed writes a matrix of in rows and out columns: the outputs' biases, their
// scales, the sums of their integers, and the integers themselves in panels of 64
// outputs; in a panel, four inputs of one output lie together, and 64 such fours in a row.
func (w *writer) packed(kernel, bias []float32, in, out int) {
	scales, sums := make([]float32, out), make([]int32, out)
	ints := make([]byte, in*out)
	column := make([]float32, in)
	for o := range out {
		for k := range in {
			column[k] = kernel[k*out+o]
		}
		scales[o] = scaleOf(column)
		for k, v := range column {
			q := quantized(v, scales[o])
			sums[o] += int32(int8(q))
			ints[o/panel*panel*in+k/4*4*panel+o%panel*4+k%4] = q
		}
	}
	w.floats(bias)
	w.floats(scales)
	for _, sum := range sums {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(sum))
	}
	w.ints(ints)
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
func quantized(v, scale float32) byte {
	return byte(int8(math.RoundToEven(float64(v) / float64(scale))))
}
