package encoder

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// faster is every arithmetic of this processor but the portable one, with which the tests compare it.
func faster(t testing.TB) []*kernels {
	all := available()[1:]
	if len(all) == 0 {
		t.Skip("this processor has the portable arithmetic only")
	}
	return all
}

func bytesOf(n int) *rapid.Generator[[]uint8] {
	return rapid.Custom(func(t *rapid.T) []uint8 {
		return fill(t, n, func(r uint64) uint8 { return uint8(r) }, 0, 255)
	})
}

func intsOf(n int) *rapid.Generator[[]int8] {
	return rapid.Custom(func(t *rapid.T) []int8 {
		return fill(t, n, func(r uint64) int8 { return max(-127, int8(r)) }, -127, 127)
	})
}

func int16sOf(n int) *rapid.Generator[[]int16] {
	return rapid.Custom(func(t *rapid.T) []int16 {
		return fill(t, n, func(r uint64) int16 { return int16(r) }, -math.MaxInt16, math.MaxInt16)
	})
}

// floatsOf are numbers with at most a few decimal places before and behind the point, and some that are 0.
func floatsOf(n int) *rapid.Generator[[]float32] {
	return rapid.Custom(func(t *rapid.T) []float32 {
		size := float32(math.Pow(10, float64(rapid.IntRange(-3, 3).Draw(t, "size"))))
		return fill(t, n, func(r uint64) float32 { return float32(int32(r)) / (1 << 31) * size }, 0, -size, size)
	})
}

// fill makes n values from a seed, or n times one of the extremes, which no seed would give.
func fill[T any](t *rapid.T, n int, of func(uint64) T, extremes ...T) []T {
	values := make([]T, n)
	state := rapid.Uint64().Draw(t, "seed")
	which := rapid.IntRange(-3, len(extremes)-1).Draw(t, "extreme")
	for i := range values {
		state = state*6364136223846793005 + 1442695040888963407
		values[i] = of(state >> 29)
		if which >= 0 {
			values[i] = extremes[which]
		}
	}
	return values
}

func sameBits(t *rapid.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// The integers are what the definition says, for every count of rows and inputs.
func TestProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, mostRows).Draw(t, "rows")
		in := 16 * rapid.IntRange(1, modelSize/16).Draw(t, "in/16")
		a, weights := bytesOf(rows*in).Draw(t, "a"), intsOf(panelSize*in).Draw(t, "weights")
		want := make([]int32, rows*panelSize)
		for r := range rows {
			for o := range panelSize {
				for k := range in {
					want[r*panelSize+o] += int32(a[r*in+k]) * int32(weights[k/4*4*panelSize+4*o+k%4])
				}
			}
		}
		// With a scale of 1 and nothing added the outputs are the integers themselves, as those are small enough.
		p := panel{in, weights, make([]int32, panelSize), slices.Repeat([]float32{1}, panelSize), make([]float32, panelSize)}
		by := scaled{slices.Repeat([]float32{1}, rows), make([]int32, rows)}
		for _, k := range available() {
			laid, size := a, in
			if k.lay != nil {
				laid, size = make([]uint8, 2*len(a)), 2*in
				k.lay(laid, a)
			}
			got := make([]float32, rows*panelSize)
			for r := 0; r < rows; r += k.tileRows {
				end := min(rows, r+k.tileRows)
				k.panel(got[r*panelSize:], panelSize, laid[r*size:], scaled{by.scales[r:end], by.zeros[r:end]}, p, store)
			}
			for i := range want {
				if got[i] != float32(want[i]) {
					t.Fatalf("%s: row %d, output %d: %v, want %d", k.name, i/panelSize, i%panelSize, got[i], want[i])
				}
			}
		}
	})
}

// What is picked is what all inputs would give.
func TestPick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := 64 * rapid.IntRange(1, hiddenSize/64).Draw(t, "in/64")
		row, weights := bytesOf(in).Draw(t, "row"), intsOf(in*sliceSize).Draw(t, "weights")
		dropped := bytesOf(in).Draw(t, "dropped")
		most := rapid.Uint8().Draw(t, "most")
		var want picked
		for i := range row {
			if dropped[i] < most {
				row[i] = 0
			}
			for o := range want {
				want[o] += int32(row[i]) * int32(weights[i*sliceSize+o])
			}
		}
		for _, k := range available() {
			u := new(used)
			k.find(u, row)
			var got picked
			if k.pick(&got, u, weights); got != want {
				t.Fatalf("%s: %v, want %v", k.name, got, want)
			}
		}
	})
}

// numbersOf are a panel of random numbers, and how rows that go through it are scaled.
func numbersOf(t *rapid.T, in, rows, size int) (panel, scaled) {
	p := panel{in: in, ints: intsOf(panelSize*in).Draw(t, "weights"), sums: make([]int32, size)}
	for i := range p.sums {
		p.sums[i] = rapid.Int32Range(-127*hiddenSize, 127*hiddenSize).Draw(t, "sum")
	}
	p.scales, p.bias = floatsOf(size).Draw(t, "scales"), floatsOf(size).Draw(t, "bias")
	by := scaled{floatsOf(rows).Draw(t, "row scales"), make([]int32, rows)}
	for r := range by.zeros {
		by.zeros[r] = rapid.Int32Range(0, 255).Draw(t, "zero")
	}
	return p, by
}

// What is made of the integers does not depend on the processor either.
func TestPanelsAreTheSameOnAllKernels(t *testing.T) {
	all := faster(t)
	rapid.Check(t, func(t *rapid.T) {
		rows, in := rapid.IntRange(1, mostRows).Draw(t, "rows"), 16*rapid.IntRange(1, 4).Draw(t, "in/16")
		stride := panelSize + rapid.IntRange(0, 100).Draw(t, "gap")
		a, before := bytesOf(rows*in).Draw(t, "a"), floatsOf(rows*stride).Draw(t, "before")
		p, by := numbersOf(t, in, rows, panelSize)
		f := rapid.SampledFrom([]finish{store, storePos, add}).Draw(t, "finish")
		want := slices.Clone(before)
		inPortable(want, stride, a, by, p, f)
		for _, k := range all {
			laid, size := a, in
			if k.lay != nil {
				laid, size = make([]uint8, 2*len(a)), 2*in
				k.lay(laid, a)
			}
			got := slices.Clone(before)
			for r := 0; r < rows; r += k.tileRows {
				end := min(rows, r+k.tileRows)
				k.panel(got[r*stride:], stride, laid[r*size:], scaled{by.scales[r:end], by.zeros[r:end]}, p, f)
			}
			sameBits(t, k.name, got, want)
		}
	})
}

func TestRescaleIsTheSameOnAllKernels(t *testing.T) {
	all := faster(t)
	rapid.Check(t, func(t *rapid.T) {
		rows, size := rapid.IntRange(1, mostRows).Draw(t, "rows"), panelSize*rapid.IntRange(1, 4).Draw(t, "size/32")
		stride := size + rapid.IntRange(0, 100).Draw(t, "gap")
		acc := make([]int32, rows*size)
		for i := range acc {
			acc[i] = rapid.Int32Range(-127*255*hiddenSize, 127*255*hiddenSize).Draw(t, "acc")
		}
		p, by := numbersOf(t, 16, rows, size)
		before := floatsOf(rows*stride).Draw(t, "before")
		f := rapid.SampledFrom([]finish{store, storePos, add}).Draw(t, "finish")
		want := slices.Clone(before)
		rescale(want, stride, acc, size, rows, by, p.sums, p.scales, p.bias, f)
		for _, k := range all {
			got := slices.Clone(before)
			k.rescale(got, stride, acc, size, rows, by, p.sums, p.scales, p.bias, f)
			sameBits(t, k.name, got, want)
		}
	})
}

func TestFloatsAreTheSameOnAllKernels(t *testing.T) {
	all := faster(t)
	rapid.Check(t, func(t *rapid.T) {
		size := 64 * rapid.IntRange(1, hiddenSize/64).Draw(t, "size/64")
		src, scale, bias := floatsOf(size).Draw(t, "src"), floatsOf(size).Draw(t, "scale"), floatsOf(size).Draw(t, "bias")
		lo, hi := extremes(src)
		factor, zero := float32(1), int32(0)
		if hi > lo {
			factor = 255 / (hi - lo)
			zero = rounded(float32(-lo * factor))
		}
		bytes, normal := make([]uint8, size), make([]float32, size)
		steps(bytes, src, factor, zero)
		normalize(normal, src, scale, bias)
		for _, k := range all {
			if l, h := k.extremes(src); l != lo || h != hi {
				t.Fatalf("%s: extremes %v and %v, want %v and %v", k.name, l, h, lo, hi)
			}
			got := make([]float32, size)
			b := make([]uint8, size)
			k.steps(b, src, factor, zero)
			if string(b) != string(bytes) {
				t.Fatalf("%s: steps %v, want %v", k.name, b, bytes)
			}
			k.normalize(got, src, scale, bias)
			sameBits(t, k.name+": normalize", got, normal)
		}
	})
}

func TestAttentionIsTheSameOnAllKernels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, size := rapid.IntRange(1, 20).Draw(t, "n"), 64*rapid.IntRange(1, 3).Draw(t, "size/64")
		across, stride := (n+7)&^7, size+rapid.IntRange(0, 100).Draw(t, "gap")
		queries, keys := floatsOf(n*stride).Draw(t, "queries"), floatsOf(n*stride).Draw(t, "keys")
		scores := floatsOf(n*across).Draw(t, "scores")
		products, mixed := make([]float32, n*across), make([]float32, n*size)
		dots(products, across, queries, keys, stride, size, n)
		shares := slices.Clone(scores)
		softmax(shares, across, n)
		mix(mixed, size, n, shares, across, queries, stride, size, n)
		small := slices.Clone(scores)
		for i := range small {
			small[i] = min(small[i], 88)
		}
		powers := slices.Clone(small)
		exponentials(powers)
		for i := range n {
			var sum float64
			for _, share := range shares[i*across:][:n] {
				sum += float64(share)
			}
			if math.Abs(sum-1) > 1e-5 {
				t.Fatalf("the shares' sum is %v", sum)
			}
		}
		for _, k := range available()[1:] {
			got := make([]float32, n*across)
			k.dots(got, across, queries, keys, stride, size, n)
			sameBits(t, k.name+": dots", got, products)
			copy(got, scores)
			k.softmax(got, across, n)
			sameBits(t, k.name+": softmax", got, shares)
			got = make([]float32, n*size)
			k.mix(got, size, n, shares, across, queries, stride, size, n)
			sameBits(t, k.name+": mix", got, mixed)
			got = slices.Clone(small)
			k.exponentials(got)
			sameBits(t, k.name+": exponentials", got, powers)
		}
	})
}

func TestFirstLayerIsTheSameOnAllKernels(t *testing.T) {
	all := faster(t)
	rapid.Check(t, func(t *rapid.T) {
		size := 32 * rapid.IntRange(1, 40).Draw(t, "size/32")
		ints, scale := intsOf(size).Draw(t, "ints"), floatsOf(3).Draw(t, "scale")
		signal, bias := floatsOf(size).Draw(t, "signal"), floatsOf(size).Draw(t, "bias")
		a, b := int16sOf(size).Draw(t, "a"), int16sOf(size).Draw(t, "b")
		by, want := [2]float32{scale[1], scale[2]}, make([]float32, size)
		factor := deviation(ints, scale[0], signal)
		blend(want, a, b, by, factor, bias)
		for _, k := range all {
			if got := k.deviation(ints, scale[0], signal); got != factor {
				t.Fatalf("%s: deviation %v, want %v", k.name, got, factor)
			}
			got := make([]float32, size)
			k.blend(got, a, b, by, factor, bias)
			sameBits(t, k.name+": blend", got, want)
		}
	})
}

func TestNumbers(t *testing.T) {
	for x := float32(-40); x < 88; x += 0.0137 {
		want := math.Exp(float64(x))
		if got := float64(exponential(x)); math.Abs(got-want) > 2e-7*want {
			t.Fatalf("e to the power of %v is %v, want %v", x, got, want)
		}
		tangents := []float32{x, -x, 0, x, x, x, x, x}
		hyperbolicTangents(tangents, fastest())
		for i, y := range []float32{x, -x, 0} {
			if got, want := float64(tangents[i]), math.Tanh(float64(y)); math.Abs(got-want) > 2e-7 {
				t.Fatalf("tanh %v is %v, want %v", y, got, want)
			}
		}
	}
	for _, x := range []float32{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 254.5, 255.49} {
		if got, want := rounded(x), int32(math.RoundToEven(float64(x))); got != want {
			t.Errorf("%v is rounded to %d, want %d", x, got, want)
		}
	}
	if got := exponential(-1e9); got != exponential(-40) {
		t.Errorf("e to the power of -1e9 is %v", got)
	}
}
