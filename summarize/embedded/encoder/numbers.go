package encoder

import (
	"math"
	"slices"
)

// exponential is e to the power of x, for x from -40 to 88; below, it is that of
// -40, which counts for nothing beside 1 and is yet large enough for processors to
// be fast with what it is multiplied with. Its relative error is below 2e-7. Every
// product is rounded by itself, so that all machines agree.
func exponential(x float32) float32 {
	const (
		log2e = 1.44269504
		ln2hi = 0.693359375
		ln2lo = -2.12194440e-4
	)
	x = max(x, -40)
	n := rounded(float32(x * log2e))
	r := x - float32(float32(n)*ln2hi)
	r -= float32(float32(n) * ln2lo)
	p := float32(1.9875691500e-4)
	p = float32(p*r) + 1.3981999507e-3
	p = float32(p*r) + 8.3334519073e-3
	p = float32(p*r) + 4.1665795894e-2
	p = float32(p*r) + 1.6666665459e-1
	p = float32(p*r) + 5.0000001201e-1
	p = float32(p*float32(r*r)) + r
	return float32((p + 1) * math.Float32frombits(uint32(n+127)<<23))
}

// lowest is less than any score: what it is the exponential of counts for nothing.
const lowest = -1e30

func exponentials(x []float32) {
	for i := range x {
		x[i] = exponential(x[i])
	}
}

// softmax makes eight sums of the exponentials, and adds those up two by two. The
// scores that fill up the last eight are too small to count.
func softmax(scores []float32, across, n int) {
	for i := range n {
		row := scores[i*across:][:across]
		largest := slices.Max(row[:n])
		for j := range row {
			if j >= n {
				row[j] = lowest
			}
			row[j] -= largest
		}
		exponentials(row)
		var s [8]float32
		for j, x := range row {
			s[j%8] += x
		}
		part := 1 / inPairs(&s)
		for j := range row {
			row[j] *= part
		}
	}
}

// hyperbolicTangents replaces numbers with their tanh.
func hyperbolicTangents(x []float32, k *kernels) {
	for i := range x {
		x[i] = 2 * min(max(x[i], -20), 20)
	}
	k.exponentials(x)
	for i := range x {
		x[i] = 1 - 2/(x[i]+1)
	}
}

// unit brings a vector to length 1; one of zeros stays as it is.
func unit(v *Vector) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	part := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= part
	}
}
