package embedded

import "math"

// comparer tells how near two texts are in their words; meaning.near tells how
// near they are in what they say.
type comparer interface {
	// similar is symmetric, 0 for texts with nothing in common and 1 for equal ones.
	similar(a, b *unit) float64
	// covers is the share, in 0..1, of what text a is about that b takes up.
	covers(a, b *unit) float64
	// keyword is how weighty the weightiest thing is that both texts are about,
	// in 0..1 of what text a is most about.
	keyword(a, b *unit) float64
}

// lexical compares texts by the stems that they share.
type lexical struct{}

// similar is the cosine of the two tf-idf vectors (Salton and McGill 1983).
func (lexical) similar(a, b *unit) float64 { return cosine(a.terms, b.terms, a.norm, b.norm) }

// covers is the BM25 score of b for the query a (Robertson and Zaragoza 2009)
// over the score that a would give itself.
func (lexical) covers(a, b *unit) float64 {
	best := a.self
	if best == 0 {
		return 0
	}
	const k1, lengthShare, usualLength = 1.2, 0.5, 12.0
	saturation := k1 * (1 - lengthShare + lengthShare*float64(len(b.terms))/usualLength)
	shared := 0.0
	eachShared(a.terms, b.terms, func(x, _ weighted) { shared += float64(x.weight) })
	return min(1, shared*(k1+1)/(1+saturation)/best)
}

// keyword is the greatest weight of a shared term over the greatest in a.
func (lexical) keyword(a, b *unit) float64 {
	top, shared := float32(0), float32(0)
	for _, w := range a.terms {
		top = max(top, w.weight)
	}
	eachShared(a.terms, b.terms, func(x, _ weighted) { shared = max(shared, x.weight) })
	if top == 0 {
		return 0
	}
	return float64(shared / top)
}

func cosine(a, b vector, normA, normB float64) float64 {
	if normA == 0 || normB == 0 {
		return 0
	}
	dot := 0.0
	eachShared(a, b, func(x, y weighted) { dot += float64(x.weight) * float64(y.weight) })
	return min(1, dot/(normA*normB))
}

// eachShared calls found for each term that both vectors have.
func eachShared(a, b vector, found func(x, y weighted)) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			found(a[i], b[j])
			i, j = i+1, j+1
		}
	}
}

func (v vector) norm() float64 {
	sum := 0.0
	for _, w := range v {
		sum += float64(w.weight) * float64(w.weight)
	}
	return math.Sqrt(sum)
}

// total is the sum of the weights, what covers measures shares of.
func (v vector) total() float64 {
	sum := 0.0
	for _, w := range v {
		sum += float64(w.weight)
	}
	return sum
}

// addVectors is the sum of two vectors.
func addVectors(a, b vector) vector {
	out := make(vector, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].term < b[0].term:
			out, a = append(out, a[0]), a[1:]
		case a[0].term > b[0].term:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, weighted{a[0].term, a[0].weight + b[0].weight})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
