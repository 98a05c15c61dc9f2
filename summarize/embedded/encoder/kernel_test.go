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

// The integers are what the definition says, for every count of rows and inputs,
// and what is made of them does not depend on the processor either.
func TestProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, tileRows).Draw(t, "rows")
		in := 16 * rapid.IntRange(1, hiddenSize/16).Draw(t, "in/16")
		a, panel := bytesOf(rows*in).Draw(t, "a"), intsOf(panelSize*in).Draw(t, "panel")
		var want tile
		for r := range rows {
			for o := range panelSize {
				for k := range in {
					want[r*panelSize+o] += int32(a[r*in+k]) * int32(panel[k/4*4*panelSize+4*o+k%4])
				}
			}
		}
		by := scaled{floatsOf(rows).Draw(t, "row scales"), make([]int32, rows)}
		for r := range by.zeros {
			by.zeros[r] = rapid.Int32Range(0, 255).Draw(t, "zero")
		}
		sums := make([]int32, panelSize)
		for i := range sums {
			sums[i] = rapid.Int32Range(-127*hiddenSize, 127*hiddenSize).Draw(t, "sum")
		}
		scales, bias := floatsOf(panelSize).Draw(t, "scales"), floatsOf(panelSize).Draw(t, "bias")
		before := floatsOf(rows*panelSize).Draw(t, "before")
		f := rapid.SampledFrom([]finish{store, storePos, add}).Draw(t, "finish")
		wanted := append([]float32(nil), before...)
		rescale(wanted, panelSize, &want, rows, by, sums, scales, bias, f)
		for _, k := range available() {
			var acc tile
			packed := slices.Clone(panel)
			if k.repack != nil {
				k.repack(packed)
			}
			k.products(&acc, rows, a, in, packed)
			for i := range rows * panelSize {
				if acc[i] != want[i] {
					t.Fatalf("%s: row %d, output %d: %d, want %d", k.name, i/panelSize, i%panelSize, acc[i], want[i])
				}
			}
			got := append([]float32(nil), before...)
			k.rescale(got, panelSize, &acc, rows, by, sums, scales, bias, f)
			sameBits(t, k.name+": rescale", got, wanted)
		}
	})
}

func TestFloatsAreTheSameOnAllKernels(t *testing.T) {
	all := faster(t)
	rapid.Check(t, func(t *rapid.T) {
		size := 64 * rapid.IntRange(1, hiddenSize/64).Draw(t, "size/64")
		count := rapid.IntRange(1, 9).Draw(t, "count")
		stride := size + rapid.IntRange(0, 100).Draw(t, "gap")
		src, scale, bias := floatsOf(size).Draw(t, "src"), floatsOf(size).Draw(t, "scale"), floatsOf(size).Draw(t, "bias")
		weights, rows := floatsOf(count).Draw(t, "weights"), floatsOf(count*stride).Draw(t, "rows")
		lo, hi := extremes(src)
		factor, zero := float32(1), int32(0)
		if hi > lo {
			factor = 255 / (hi - lo)
			zero = rounded(float32(-lo * factor))
		}
		bytes, normal, dotted, mixed := make([]uint8, size), make([]float32, size), make([]float32, count), make([]float32, size)
		steps(bytes, src, factor, zero)
		normalize(normal, src, scale, bias)
		dots(dotted, src, rows, stride)
		mix(mixed, weights, rows, stride)
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
			k.dots(got[:count], src, rows, stride)
			sameBits(t, k.name+": dots", got[:count], dotted)
			k.mix(got, weights, rows, stride)
			sameBits(t, k.name+": mix", got, mixed)
		}
	})
}

func TestNumbers(t *testing.T) {
	for x := float32(-86); x < 86; x += 0.0137 {
		want := math.Exp(float64(x))
		if got := float64(exponential(x)); math.Abs(got-want) > 2e-7*want {
			t.Fatalf("e to the power of %v is %v, want %v", x, got, want)
		}
		if got, want := float64(hyperbolicTangent(x)), math.Tanh(float64(x)); math.Abs(got-want) > 2e-7 {
			t.Fatalf("tanh %v is %v, want %v", x, got, want)
		}
	}
	for _, x := range []float32{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 254.5, 255.49} {
		if got, want := rounded(x), int32(math.RoundToEven(float64(x))); got != want {
			t.Errorf("%v is rounded to %d, want %d", x, got, want)
		}
	}
	if got := exponential(-1e9); !(got >= 0 && got < 1e-30) {
		t.Errorf("e to the power of -1e9 is %v", got)
	}
}
