package encoder

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Size is how many numbers a vector has.
const Size = 512

// Vector is what a text means: of length 1, or all zeros for a text that has no
// word. Texts that mean the like have vectors of which Dot is near 1.
type Vector [Size]float32

// Dot is the cosine of the angle between two vectors, from -1 to 1. It is 0
// where either is all zeros.
func Dot(a, b *Vector) float32 {
	var s0, s1, s2, s3 float32
	for i := 0; i < Size; i += 4 {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
	}
	return (s0 + s1) + (s2 + s3)
}

// Encoder makes vectors of texts. It may be used by many goroutines at once, and
// one is enough for a program: beside the 8 MB of weights, which are the
// program's own, it holds up to 33 MB of vectors, and 2.6 KB for each of the 8,000
// pieces of words that occurred so far.
type Encoder struct {
	tokens     *tokenizer
	model      *model
	kernels    *kernels
	cache      *cache
	workspaces sync.Pool
}

// New reads the weights that are part of the program.
func New() (*Encoder, error) { return newEncoder(fastest()) }

func newEncoder(k *kernels) (*Encoder, error) {
	m, err := loadModel(weightsFile)
	if err != nil {
		return nil, err
	}
	tokens, err := newTokenizer(vocabularyFile)
	if err != nil {
		return nil, err
	}
	e := &Encoder{tokens: tokens, model: m, kernels: k, cache: newCache()}
	e.workspaces.New = func() any { return newWorkspace() }
	return e, nil
}

// Kernel names the arithmetic in use: "avx512vnni", "avx2", "neon" or "portable". All give the same vectors.
func (e *Encoder) Kernel() string { return e.kernels.name }

// Encode sets dst[i] to the vector of texts[i]; dst is at least as long as texts.
// Of a long text only the beginning counts: 128 pieces of words, about 90 words.
// It uses as many processors as Go may, and what was asked for lately is not
// computed again. The vector of a text depends on nothing but the text.
func (e *Encoder) Encode(dst []Vector, texts []string) {
	dst = dst[:len(texts)]
	workers := min(runtime.GOMAXPROCS(0), len(texts))
	if workers <= 1 {
		e.encodeAll(dst, texts)
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { e.encodeNext(dst, texts, &next) })
	}
	wg.Wait()
}

func (e *Encoder) encodeAll(dst []Vector, texts []string) {
	var next atomic.Int64
	e.encodeNext(dst, texts, &next)
}

// encodeNext takes one text after another, as long as next finds any, and
// encodes as many at once as a batch holds.
func (e *Encoder) encodeNext(dst []Vector, texts []string, next *atomic.Int64) {
	w := e.workspaces.Get().(*workspace)
	defer e.workspaces.Put(w)
	for {
		i := int(next.Add(1)) - 1
		if i >= len(texts) {
			break
		}
		key := e.cache.key(texts[i])
		if e.cache.get(key, &dst[i]) {
			continue
		}
		w.pending = e.tokens.appendTokens(w.pending[:0], texts[i], &w.tokens)
		if len(w.pending) == 0 {
			dst[i] = Vector{}
			continue
		}
		if len(w.ids) > 0 && len(w.ids)+len(w.pending) > batchTokens {
			e.encodeBatch(w, dst)
		}
		w.add(i, key)
	}
	e.encodeBatch(w, dst)
}

// encodeBatch encodes what the workspace holds, and empties it.
func (e *Encoder) encodeBatch(w *workspace, dst []Vector) {
	if len(w.texts) > 0 {
		w.forward(e.model, e.kernels)
	}
	for n, t := range w.texts {
		dst[t.index] = w.vectors[n]
		e.cache.put(t.key, &w.vectors[n])
	}
	w.ids, w.texts = w.ids[:0], w.texts[:0]
}
