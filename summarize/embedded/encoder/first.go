package encoder

import (
	"math"
	"slices"
)

// enter leaves in w.wide the queries, keys and values of the first layer, and in w.x its residual.
func (w *workspace) enter(m *model, k *kernels) {
	w.learn(m, k)
	f := &m.first
	const queries = 3 * embeddingSize
	for _, t := range w.texts {
		for i := t.start; i < t.end; i++ {
			id, position := int(w.ids[i]), i-t.start
			piece := f.pieces[id].Load()
			by := [2]float32{piece.scale, f.positionScales[position]}
			signal := f.positions[position*firstSize:][:firstSize]
			factor := k.deviation(m.embeddings[id*embeddingSize:][:embeddingSize], 2*m.embeddingScales[id], m.timing[position*embeddingSize:])
			k.blend(w.wide[i*(queries+gap):][:queries], piece.values[:queries], signal, by, factor, f.bias)
			k.blend(w.x[i*modelSize:][:modelSize], piece.values[queries:], signal[queries:], by, 1, f.bias[queries:])
		}
	}
}

// learn puts the embeddings of pieces that no text had before through the first
// layer's matrix. Two goroutines may do so at once with the same piece; they come to the same.
func (w *workspace) learn(m *model, k *kernels) {
	w.unknown = w.unknown[:0]
	for _, id := range w.ids {
		if m.first.pieces[id].Load() == nil && !slices.Contains(w.unknown, id) {
			w.unknown = append(w.unknown, id)
		}
	}
	if len(w.unknown) == 0 {
		return
	}
	for i, id := range w.unknown {
		// The kernels take rows of bytes without a sign.
		w.by.scales[i], w.by.zeros[i] = 2*m.embeddingScales[id], 128
		for j, n := range m.embeddings[int(id)*embeddingSize:][:embeddingSize] {
			w.bytes[i*embeddingSize+j] = uint8(int(n) + 128)
		}
	}
	w.multiply(w.wide, firstSize, len(w.unknown), &m.first.matrix, store, k)
	for i, id := range w.unknown {
		m.first.pieces[id].Store(newPieceRow(w.wide[i*firstSize:][:firstSize]))
	}
}

func newPieceRow(values []float32) *pieceRow {
	var largest float32
	for _, v := range values {
		largest = max(largest, v, -v)
	}
	row := &pieceRow{scale: 1}
	if largest > 0 {
		row.scale = largest / math.MaxInt16
	}
	for i, v := range values {
		row.values[i] = int16(rounded(v / row.scale))
	}
	return row
}
