package encoder

import (
	"fmt"
	"testing"
)

// BenchmarkSentence encodes one sentence of 21 tokens on one processor.
func BenchmarkSentence(b *testing.B) {
	for _, k := range available() {
		b.Run(k.name, func(b *testing.B) {
			e := testEncoder(b, k)
			w := newWorkspace()
			w.pending = e.tokens.appendTokens(w.pending, sentence, &w.tokens)
			w.add(0, 0)
			for b.Loop() {
				w.forward(e.model, k)
			}
			b.ReportMetric(float64(len(w.ids)), "tokens")
		})
	}
}

// BenchmarkEncode encodes texts that were never seen before, 256 at once. Use -cpu 1,2 to see what processors bring.
func BenchmarkEncode(b *testing.B) {
	e := testEncoder(b, fastest())
	texts := make([]string, 256)
	dst := make([]Vector, len(texts))
	w := newWorkspace()
	tokens, n, each := 0, 0, len(e.tokens.appendTokens(nil, "100: "+sentence, &w.tokens))
	for b.Loop() {
		for i := range texts {
			n++
			texts[i] = fmt.Sprintf("%d: "+sentence, n)
		}
		e.Encode(dst, texts)
		tokens += len(texts) * each
	}
	b.ReportMetric(float64(tokens)/b.Elapsed().Seconds(), "tokens/s")
}

// BenchmarkKept asks for what was encoded before.
func BenchmarkKept(b *testing.B) {
	e := testEncoder(b, fastest())
	dst := make([]Vector, 1)
	for b.Loop() {
		e.Encode(dst, []string{sentence})
	}
}

// BenchmarkNew is what a program spends on its start; the first time costs about half as much again.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
