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

	ids     []int32 // the batch's texts, one behind the other
	texts   []span
	unknown []int32 // which of ids were in no text yet

	x       []float32 // what goes from layer to layer
	wide    []float32 // queries, keys and values; then the hidden layer
	rows    []float32 // what is to be quantized
	bytes   []uint8   // the quantized rows
	laid    []uint8   // the same as the kernels read them
	by      scaled
	used    []used // by row
	picked  picked
	fetched int8 // nothing; it is set so that fetch is not optimized away
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
		ids: make([]int32, 0, maxTokens), texts: make([]span, 0, maxTokens), pending: make([]int32, 0, maxTokens), unknown: make([]int32, 0, maxTokens),
		x: make([]float32, maxTokens*modelSize), wide: make([]float32, maxTokens*(hiddenSize+gap)), rows: make([]float32, maxTokens*hiddenSize),
		bytes: make([]uint8, maxTokens*hiddenSize), laid: make([]uint8, 2*maxTokens*modelSize), by: scaled{make([]float32, maxTokens), make([]int32, maxTokens)},
		used: make([]used, maxTokens), scores: make([]float32, maxTokens*maxTokens), shares: make([]float32, maxTokens), vectors: make([]Vector, maxTokens),
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
	for i := range m.layers {
		l := &m.layers[i]
		if i == 0 {
			w.enter(m, k)
		} else {
			w.normalizeRows(w.x, l.in, l.norm, k)
			w.quantize(w.rows, n, l.in, k)
			w.multiply(w.wide, 3*l.in+gap, n, &l.queries, store, k)
		}
		w.attend(l.in, k)
		w.quantize(w.rows, n, l.in, k)
		w.multiply(w.x, modelSize, n, &l.attended, add, k)
		w.normalizeRows(w.x, modelSize, l.hiddenNorm, k)
		w.quantize(w.rows, n, modelSize, k)
		w.multiply(w.wide, hiddenSize, n, &l.hidden, storePos, k)
		if i+1 < len(m.layers) {
			w.quantize(w.wide, n, hiddenSize, k)
			w.pick(w.x, n, &l.fromHidden, k)
		}
	}
	// Only the mean over a text's tokens is asked for, so the last rows are
	// given the mean of what they are used with rather than each of it.
	w.means(w.rows, w.wide, hiddenSize, k)
	w.quantize(w.rows, len(w.texts), hiddenSize, k)
	w.means(w.rows, w.x, modelSize, k)
	w.pick(w.rows, len(w.texts), &m.layers[layerCount-1].fromHidden, k)
	w.quantize(w.rows, len(w.texts), modelSize, k)
	w.multiply(w.wide, modelSize, len(w.texts), &m.last, store, k)
	for i := range w.texts {
		v := &w.vectors[i]
		copy(v[:], w.wide[i*modelSize:])
		hyperbolicTangents(v[:], k)
		unit(v)
	}
}

// gap is what lies between two tokens' queries, keys and values: numbers that
// are read after each other must not have a distance that is a multiple of many
// cache lines, else they displace each other.
const gap = 16

// attend leaves in w.rows what each token takes from the others of its text; size is that of a token's query.
func (w *workspace) attend(size int, k *kernels) {
	stride, part := 3*size+gap, size/heads
	for _, t := range w.texts {
		n := t.end - t.start
		across := (n + 7) &^ 7
		for h := range heads {
			text := w.wide[t.start*stride+h*part:]
			k.dots(w.scores, across, text, text[size:], stride, part, n)
			k.softmax(w.scores, across, n)
			k.mix(w.rows[t.start*size+h*part:], size, n, w.scores, across, text[2*size:], stride, part, n)
		}
	}
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

// multiply puts the quantized rows through a matrix: row r goes to dst[r*stride:].
func (w *workspace) multiply(dst []float32, stride, rows int, m *matrix, f finish, k *kernels) {
	a, size := w.bytes, m.in
	if k.lay != nil {
		a, size = w.laid, 2*m.in
		k.lay(a[:rows*size], w.bytes)
	}
	tiles := (rows + k.tileRows - 1) / k.tileRows
	for o := 0; o < m.out; o += panelSize {
		p := m.panel(o)
		for t, r := 0, 0; t < tiles; t++ {
			end := (t + 1) * rows / tiles
			k.panel(dst[r*stride+o:], stride, a[r*size:], scaled{w.by.scales[r:end], w.by.zeros[r:end]}, p, f)
			r = end
		}
	}
	if m.rest != nil {
		w.multiply(dst, stride, rows, m.rest, add, k)
	}
}

// pick adds what the quantized rows, of which many bytes are 0, make of m. Their
// zeros are 0. All rows go through one slice before the next, since a slice stays
// near the processor while m is too large.
func (w *workspace) pick(dst []float32, count int, m *sliced, k *kernels) {
	bytes := 0
	for r := range count {
		k.find(&w.used[r], w.bytes[r*m.in:][:m.in])
		bytes += w.used[r].count
	}
	for o := 0; o < m.out; o += sliceSize {
		slice, end := m.ints[o*m.in:][:sliceSize*m.in], o+sliceSize
		if bytes >= m.in { // else most of it is not needed
			w.fetched = fetch(slice)
		}
		for r := range count {
			k.pick(&w.picked, &w.used[r], slice)
			k.rescale(dst[r*m.out+o:], m.out, w.picked[:], sliceSize, 1, scaled{w.by.scales[r:], w.by.zeros[r:]}, m.sums[o:end], m.scales[o:end], m.bias[o:end], add)
		}
	}
}

// fetch brings a slice near the processor. Read in order it comes several times
// as fast as in the order in which its rows are used.
func fetch(slice []int8) (all int8) {
	const line = 64 // bytes that come together
	for at := 0; at < len(slice); at += line {
		all |= slice[at]
	}
	return all
}

// means sets the rows of dst to the means of src over the texts.
func (w *workspace) means(dst, src []float32, size int, k *kernels) {
	for i, t := range w.texts {
		n := t.end - t.start
		shares := w.shares[:n]
		for j := range shares {
			shares[j] = 1 / float32(n)
		}
		k.mix(dst[i*size:], 0, 1, shares, 0, src[t.start*size:], size, size, n)
	}
}
