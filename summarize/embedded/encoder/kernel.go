package encoder

import "math"

const (
	panelSize = 64 // outputs that a panel of a matrix holds
	tileRows  = 4  // rows that go through a panel together
)

// tile is what a panel makes of a few rows: row r's output o is at r*panelSize+o.
type tile [tileRows * panelSize]int32

// scaled is how rows of bytes stand for numbers: a byte b of row r for (b-zeros[r])*scales[r].
type scaled struct {
	scales []float32
	zeros  []int32
}

// finish says what becomes of a matrix's outputs.
type finish int

const (
	store    finish = iota
	storePos        // negative ones become 0
	add             // they are added to what is there
)

// kernels is the arithmetic of the encoder, as one kind of processor does it
// best. All kinds give the same bits: the integers are exact, and of floating
// point numbers the order of every sum is laid down here, with each product
// rounded by itself.
type kernels struct {
	name string
	// repack brings a panel into the order in which products reads it; nil where it has that.
	repack func(panel []int8)
	// products sets acc to the sums of row times weight for 1 to tileRows rows of
	// in bytes that lie one behind the other; the other rows of acc are left undefined.
	products func(acc *tile, rows int, a []uint8, in int, panel []int8)
	// rescale turns the rows of acc into numbers: row r goes to dst[r*stride:], and
	// the panel begins at the outputs that sums, scales and bias begin with.
	rescale func(dst []float32, stride int, acc *tile, rows int, by scaled, sums []int32, scales, bias []float32, f finish)
	// extremes gives the smallest and largest of 0 and the numbers, whose count is divisible by 16.
	extremes func(src []float32) (lo, hi float32)
	// steps sets dst[i] to src[i]*factor, rounded to even, plus zero, kept within a byte.
	steps func(dst []uint8, src []float32, factor float32, zero int32)
	// normalize sets dst to src with mean 0 and variance 1, times scale, plus bias.
	normalize func(dst, src, scale, bias []float32)
	// dots sets dst[j] to the product of query with the row that begins at rows[j*stride].
	dots func(dst, query, rows []float32, stride int)
	// mix sets dst to the sum of weights[j] times the row that begins at rows[j*stride]; dst has a multiple of 64 numbers.
	mix func(dst, weights, rows []float32, stride int)
}

func portableKernels() *kernels {
	return &kernels{
		name: "portable", products: products, rescale: rescale, extremes: extremes, steps: steps,
		normalize: normalize, dots: dots, mix: mix,
	}
}

// products takes two rows at once: in 64 bits there is room for the sums of both.
func products(acc *tile, rows int, a []uint8, in int, panel []int8) {
	var pairs [hiddenSize]int64
	for r := 0; r < rows; r += 2 {
		pair := pairs[:in]
		for k := range pair {
			pair[k] = int64(a[r*in+k])
			if r+1 < rows {
				pair[k] |= int64(a[(r+1)*in+k]) << 32
			}
		}
		for o := range panelSize {
			var s0, s1 int64
			for k, at := 0, 4*o; k+4 <= len(pair) && at+4 <= len(panel); k, at = k+4, at+4*panelSize {
				p, w := pair[k:k+4:k+4], panel[at:at+4:at+4]
				s0 += p[0]*int64(w[0]) + p[1]*int64(w[1])
				s1 += p[2]*int64(w[2]) + p[3]*int64(w[3])
			}
			sum := s0 + s1
			low := int32(sum)
			acc[r*panelSize+o] = low
			acc[(r+1)*panelSize+o] = int32((sum - int64(low)) >> 32)
		}
	}
}

func rescale(dst []float32, stride int, acc *tile, rows int, by scaled, sums []int32, scales, bias []float32, f finish) {
	sums, scales, bias = sums[:panelSize], scales[:panelSize], bias[:panelSize]
	for r := range rows {
		ints, out := acc[r*panelSize:][:panelSize], dst[r*stride:][:panelSize]
		scale, zero := by.scales[r], by.zeros[r]
		for o, n := range ints {
			y := float32(float32(n-zero*sums[o])*float32(scale*scales[o])) + bias[o]
			switch f {
			case store:
				out[o] = y
			case storePos:
				if !(y > 0) {
					y = 0
				}
				out[o] = y
			case add:
				out[o] += y
			}
		}
	}
}

func extremes(src []float32) (lo, hi float32) {
	for _, x := range src {
		lo, hi = min(lo, x), max(hi, x)
	}
	return lo, hi
}

func steps(dst []uint8, src []float32, factor float32, zero int32) {
	for i, x := range src {
		dst[i] = uint8(min(255, max(0, rounded(float32(x*factor))+zero)))
	}
}

// rounded is the nearest integer, the even one on a tie, of a number within ±2^22.
func rounded(x float32) int32 {
	const shift = 3 << 22 // moves the point behind the last bit
	return int32(math.Float32bits(x+shift)) - int32(math.Float32bits(shift))
}

func normalize(dst, src, scale, bias []float32) {
	part := 1 / float32(len(src))
	var lanes [16]float32
	for i, x := range src {
		lanes[i%16] += x
	}
	mean := float32(total(&lanes) * part)
	lanes = [16]float32{}
	for i, x := range src {
		d := x - mean
		lanes[i%16] += float32(d * d)
	}
	r := 1 / float32(math.Sqrt(float64(float32(total(&lanes)*part)+1e-6)))
	for i, x := range src {
		dst[i] = float32(float32((x-mean)*r)*scale[i]) + bias[i]
	}
}

// total adds up lanes, halving them.
func total(lanes *[16]float32) float32 {
	for n := 8; n > 0; n /= 2 {
		for i := range n {
			lanes[i] += lanes[i+n]
		}
	}
	return lanes[0]
}

func dots(dst, query, rows []float32, stride int) {
	for j := range dst {
		var lanes [16]float32
		row := rows[j*stride:][:len(query)]
		for i, q := range query {
			lanes[i%16] += float32(q * row[i])
		}
		dst[j] = total(&lanes)
	}
}

func mix(dst, weights, rows []float32, stride int) {
	clear(dst)
	for j, w := range weights {
		for i, x := range rows[j*stride:][:len(dst)] {
			dst[i] += float32(w * x)
		}
	}
}
