package encoder

import "math"

// exponential is e to the power of x, for x from -87 to 88; below, it is that of -87.
// Its relative error is below 2e-7. Every product is rounded by itself, so that all machines agree.
func exponential(x float32) float32 {
	const (
		log2e = 1.44269504
		ln2hi = 0.693359375
		ln2lo = -2.12194440e-4
	)
	x = max(x, -87)
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

// softmax replaces scores with their shares, in place.
func softmax(scores []float32) {
	largest := scores[0]
	for _, s := range scores {
		largest = max(largest, s)
	}
	var sum float32
	for i, s := range scores {
		scores[i] = exponential(s - largest)
		sum += scores[i]
	}
	part := 1 / sum
	for i := range scores {
		scores[i] *= part
	}
}

// hyperbolicTangent is tanh x.
func hyperbolicTangent(x float32) float32 {
	x = min(max(x, -20), 20)
	return 1 - 2/(exponential(2*x)+1)
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
