package encoder

// batchTokens is how many tokens go through the layers together, save that a
// single text may have more: enough that each weight is used often once it is
// read, few enough that the numbers between two layers stay near the processor.
const batchTokens = 64

// workspace is what encoding works with; it can be used again and again.
// Rows of numbers are a token each, one behind the other.
type workspace struct {
	tokens  tokenScratch
	pending []int32 // the text that may come into the batch

	ids   []int32 // the batch's texts, one behind the other
	texts []span

	x       []float32 // what goes from layer to layer
	wide    []float32 // queries, keys and values; then the hidden layer
	rows    []float32 // what is to be quantized
	bytes   []uint8   // the quantized rows
	by      scaled
	acc     *tile
	scores  []float32
	shares  []float32 // by count of tokens: for the mean over a text
	vectors []Vector
}

// span is a text of the batch.
type span struct {
	start, end int // its tokens
	index      int // where in the call it stands
	key        uint64
}

func newWorkspace() *workspace {
	return &workspace{
		ids: make([]int32, 0, maxTokens), texts: make([]span, 0, maxTokens), pending: make([]int32, 0, maxTokens),
		x: make([]float32, maxTokens*modelSize), wide: make([]float32, maxTokens*hiddenSize), rows: make([]float32, maxTokens*hiddenSize),
		bytes: make([]uint8, maxTokens*hiddenSize), by: scaled{make([]float32, maxTokens), make([]int32, maxTokens)},
		acc: new(tile), scores: make([]float32, maxTokens), shares: make([]float32, maxTokens), vectors: make([]Vector, maxTokens),
	}
}

// add takes the pending text into the batch.
func (w *workspace) add(index int, key uint64) {
	start := len(w.ids)
	w.ids = append(w.ids, w.pending...)
	w.texts = append(w.texts, span{start, len(w.ids), index, key})
}

// forward leaves the vectors of the batch's texts in w.vectors.
func (w *workspace) forward(m *model, k *kernels) {
	n := len(w.ids)
	w.embed(m)
	for i := range m.layers {
		l := &m.layers[i]
		w.attend(l, k)
		w.normalizeRows(w.x, modelSize, l.hiddenNorm, k)
		w.quantize(w.rows, n, modelSize, k)
		w.multiply(w.wide, n, &l.hidden, storePos, k)
		if i+1 < len(m.layers) {
			w.quantize(w.wide, n, hiddenSize, k)
			w.multiply(w.x, n, &l.fromHidden, add, k)
		}
	}
	// Only the mean over a text's tokens is asked for, so the last matrix is
	// given the mean of its rows rather than each of them.
	w.means(w.rows, w.wide, hiddenSize, k)
	w.quantize(w.rows, len(w.texts), hiddenSize, k)
	w.means(w.rows, w.x, modelSize, k)
	w.multiply(w.rows, len(w.texts), &m.layers[layerCount-1].fromHidden, add, k)
	w.quantize(w.rows, len(w.texts), modelSize, k)
	w.multiply(w.wide, len(w.texts), &m.last, store, k)
	for i := range w.texts {
		v := &w.vectors[i]
		for j, x := range w.wide[i*modelSize:][:modelSize] {
			v[j] = hyperbolicTangent(x)
		}
		unit(v)
	}
}

// embed sets x to the embeddings, doubled, plus the signal of their positions.
func (w *workspace) embed(m *model) {
	for _, t := range w.texts {
		for i := t.start; i < t.end; i++ {
			id := int(w.ids[i])
			x, timing := w.x[i*embeddingSize:][:embeddingSize], m.timing[(i-t.start)*embeddingSize:][:embeddingSize]
			scale := 2 * m.embeddingScales[id]
			for j, n := range m.embeddings[id*embeddingSize:][:embeddingSize] {
				x[j] = float32(scale*float32(n)) + timing[j]
			}
		}
	}
}

// attend adds to x what each token takes from the others of its text.
func (w *workspace) attend(l *layer, k *kernels) {
	n := len(w.ids)
	w.normalizeRows(w.x, l.in, l.norm, k)
	w.quantize(w.rows, n, l.in, k)
	w.multiply(w.wide, n, &l.queries, store, k)
	stride, size := 3*l.in, l.in/heads
	for _, t := range w.texts {
		for h := range heads {
			text := w.wide[t.start*stride+h*size : t.end*stride]
			scores := w.scores[:t.end-t.start]
			for i := range scores {
				k.dots(scores, text[i*stride:][:size], text[l.in:], stride)
				softmax(scores)
				k.mix(w.rows[(t.start+i)*l.in+h*size:][:size], scores, text[2*l.in:], stride)
			}
		}
	}
	if l.residual == nil {
		w.quantize(w.rows, n, l.in, k)
		w.multiply(w.x, n, &l.attended, add, k)
		return
	}
	// The residual replaces x, so x is read first.
	attended := w.rows
	w.quantize(w.x, n, l.in, k)
	w.multiply(w.x, n, l.residual, store, k)
	w.quantize(attended, n, l.in, k)
	w.multiply(w.x, n, &l.attended, add, k)
}

// normalizeRows leaves the normalized rows of src in w.rows.
func (w *workspace) normalizeRows(src []float32, size int, by norms, k *kernels) {
	for i := range w.ids {
		k.normalize(w.rows[i*size:][:size], src[i*size:][:size], by.scale, by.bias)
	}
}

// quantize leaves the first rows of src in w.bytes and w.by.
func (w *workspace) quantize(src []float32, rows, size int, k *kernels) {
	for i := range rows {
		row := src[i*size:][:size]
		lo, hi := k.extremes(row)
		scale, factor := float32(1), float32(1)
		if hi > lo {
			scale, factor = (hi-lo)/255, 255/(hi-lo)
		}
		zero := rounded(float32(-lo * factor))
		w.by.scales[i], w.by.zeros[i] = scale, zero
		k.steps(w.bytes[i*size:][:size], row, factor, zero)
	}
}

// multiply puts the quantized rows through a matrix.
func (w *workspace) multiply(dst []float32, rows int, m *matrix, f finish, k *kernels) {
	for o := 0; o < m.out; o += panelSize {
		panel := m.panel(o / panelSize)
		for r := 0; r < rows; r += tileRows {
			n := min(tileRows, rows-r)
			k.products(w.acc, n, w.bytes[r*m.in:], m.in, panel)
			k.rescale(dst[r*m.out+o:], m.out, w.acc, n, scaled{w.by.scales[r:], w.by.zeros[r:]}, m.sums[o:], m.scales[o:], m.bias[o:], f)
		}
	}
	if m.rest != nil {
		w.multiply(dst, rows, m.rest, add, k)
	}
}

// means sets the rows of dst to the means of src over the texts.
func (w *workspace) means(dst, src []float32, size int, k *kernels) {
	for i, t := range w.texts {
		n := t.end - t.start
		shares := w.shares[:n]
		for j := range shares {
			shares[j] = 1 / float32(n)
		}
		k.mix(dst[i*size:][:size], shares, src[t.start*size:], size)
	}
}
