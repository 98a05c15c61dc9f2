package encoder

import (
	"encoding/binary"
	"math"
	"math/bits"
)

const (
	panelSize = 32  // outputs that a panel of a matrix holds
	mostRows  = 12  // as many rows go through a panel together at most
	sliceSize = 128 // outputs that a slice of rows holds
)

// tile is what a panel makes of a few rows: row r's output o is at r*panelSize+o.
type tile [mostRows * panelSize]int32

// used is the bytes of a row that are not 0. Of what the hidden layers give, nine in ten are 0.
type used struct {
	count  int // a multiple of 4; what is missing is filled up with zeros
	values [hiddenSize + 16]uint8
	starts [hiddenSize + 16]int32 // where in each slice the outputs of the byte's input begin
}

// picked is what a slice makes of a row.
type picked [sliceSize]int32

// panel is panelSize outputs of a matrix.
type panel struct {
	in           int
	ints         []int8
	sums         []int32
	scales, bias []float32
}

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
	// tileRows is how many rows panel takes at most.
	tileRows int
	// lay brings rows of bytes into the form in which panel takes them, which has
	// twice their size; nil where it takes them as they are.
	lay func(dst, src []uint8)
	// panel puts 1 to tileRows rows, which lie one behind the other, through a panel: row r goes to dst[r*stride:].
	panel func(dst []float32, stride int, a []uint8, by scaled, p panel, f finish)
	// find looks for the bytes of row that are used; the row's length is divisible by 64.
	find func(u *used, row []uint8)
	// pick sets acc to what a slice makes of the bytes that are used: the sums of value times weight.
	pick func(acc *picked, u *used, slice []int8)
	// rescale turns the rows of acc, which have size outputs each, into numbers: row
	// r goes to dst[r*stride:]. sums, scales and bias are those of the outputs.
	rescale func(dst []float32, stride int, acc []int32, size, rows int, by scaled, sums []int32, scales, bias []float32, f finish)
	// extremes gives the smallest and largest of 0 and the numbers, whose count is divisible by 16.
	extremes func(src []float32) (lo, hi float32)
	// steps sets dst[i] to src[i]*factor, rounded to even, plus zero, kept within a byte.
	steps func(dst []uint8, src []float32, factor float32, zero int32)
	// normalize sets dst to src with mean 0 and variance 1, times scale, plus bias.
	normalize func(dst, src, scale, bias []float32)
	// deviation gives 1 through the deviation of the sums of ints[i]*scale and signal[i].
	deviation func(ints []int8, scale float32, signal []float32) float32
	// blend sets dst to the sum of a*by[0] and b*by[1], times factor, plus bias; dst has a multiple of 16 numbers.
	blend func(dst []float32, a, b []int16, by [2]float32, factor float32, bias []float32)
	// dots sets scores[i*across+j] to the product of queries i and j's key, for a
	// text of n tokens. Both have size numbers, and begin at [i*stride].
	dots func(scores []float32, across int, queries, keys []float32, stride, size, n int)
	// softmax replaces the first n of every across scores with their shares, n
	// times. It writes to the others, too; across is divisible by 8.
	softmax func(scores []float32, across, n int)
	// mix sets dst[i*dstStride:] to the sum of shares[i*across+j] times row j, which
	// has size numbers, divisible by 64, and begins at rows[j*stride].
	mix func(dst []float32, dstStride, count int, shares []float32, across int, rows []float32, stride, size, n int)
	// exponentials replaces numbers with their exponentials; their count is divisible by 8.
	exponentials func(x []float32)
}

func portableKernels() *kernels {
	return &kernels{
		name: "portable", tileRows: mostRows, panel: inPortable, find: find, pick: pick, rescale: rescale, extremes: extremes, steps: steps,
		normalize: normalize, deviation: deviation, blend: blend, dots: dots, mix: mix, softmax: softmax, exponentials: exponentials,
	}
}

func inPortable(dst []float32, stride int, a []uint8, by scaled, p panel, f finish) {
	var acc tile
	products(&acc, len(by.scales), a, p.in, p.ints)
	rescale(dst, stride, acc[:], panelSize, len(by.scales), by, p.sums, p.scales, p.bias, f)
}

// products sets acc to the sums of row times weight. It takes two rows at once:
// in 64 bits there is room for the sums of both.
func products(acc *tile, rows int, a []uint8, in int, panel []int8) {
	var pairs [modelSize]int64
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

func find(u *used, row []uint8) {
	n := 0
	for at := 0; at+8 <= len(row); at += 8 {
		eight := binary.LittleEndian.Uint64(row[at:])
		for eight != 0 {
			shift := bits.TrailingZeros64(eight) &^ 7
			u.values[n], u.starts[n] = uint8(eight>>shift), int32((at+shift/8)*sliceSize)
			n++
			eight &^= 0xff << shift
		}
	}
	for ; n%4 != 0; n++ {
		u.values[n], u.starts[n] = 0, 0
	}
	u.count = n
}

func pick(acc *picked, u *used, slice []int8) {
	clear(acc[:])
	for i, v := range u.values[:u.count] {
		for o, weight := range slice[u.starts[i]:][:sliceSize] {
			acc[o] += int32(v) * int32(weight)
		}
	}
}

func rescale(dst []float32, stride int, acc []int32, size, rows int, by scaled, sums []int32, scales, bias []float32, f finish) {
	sums, scales, bias = sums[:size], scales[:size], bias[:size]
	for r := range rows {
		ints, out := acc[r*size:][:size], dst[r*stride:][:size]
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
	var sums [lanes]float32
	for i, x := range src {
		sums[i%lanes] += x
	}
	mean := float32(total(&sums) * part)
	clear(sums[:])
	for i, x := range src {
		d := x - mean
		sums[i%lanes] += float32(d * d)
	}
	r := inverse(float32(total(&sums) * part))
	for i, x := range src {
		dst[i] = float32(float32((x-mean)*r)*scale[i]) + bias[i]
	}
}

func deviation(ints []int8, scale float32, signal []float32) float32 {
	part := 1 / float32(len(ints))
	var sums [lanes]float32
	for i, n := range ints {
		sums[i%lanes] += float32(scale*float32(n)) + signal[i]
	}
	mean := float32(total(&sums) * part)
	clear(sums[:])
	for i, n := range ints {
		d := float32(scale*float32(n)) + signal[i] - mean
		sums[i%lanes] += float32(d * d)
	}
	return inverse(float32(total(&sums) * part))
}

// inverse is 1 through the deviation that belongs to a variance.
func inverse(variance float32) float32 {
	return 1 / float32(math.Sqrt(float64(variance+1e-6)))
}

// lanes is how many sums are made side by side where a row is added up: number i belongs to the sum i%lanes.
const lanes = 32

// total adds up lanes, halving them.
func total(sums *[lanes]float32) float32 {
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			sums[i] += sums[i+n]
		}
	}
	return sums[0]
}

func blend(dst []float32, a, b []int16, by [2]float32, factor float32, bias []float32) {
	for i := range dst {
		sum := float32(by[0]*float32(a[i])) + float32(by[1]*float32(b[i]))
		dst[i] = float32(sum*factor) + bias[i]
	}
}

// dots makes sixteen sums of each product, of which it adds the second half to the first.
func dots(scores []float32, across int, queries, keys []float32, stride, size, n int) {
	for i := range n {
		query := queries[i*stride:][:size]
		for j := range n {
			key := keys[j*stride:][:size]
			var s [16]float32
			for d, q := range query {
				s[d%16] += float32(q * key[d])
			}
			for i := range 8 {
				s[i] += s[i+8]
			}
			scores[i*across+j] = inPairs((*[8]float32)(s[:8]))
		}
	}
}

// inPairs adds up sums two by two.
func inPairs(s *[8]float32) float32 {
	return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))
}

func mix(dst []float32, dstStride, count int, shares []float32, across int, rows []float32, stride, size, n int) {
	for i := range count {
		mixed := dst[i*dstStride:][:size]
		clear(mixed)
		for j, share := range shares[i*across:][:n] {
			for d, x := range rows[j*stride:][:size] {
				mixed[d] += float32(share * x)
			}
		}
	}
}
