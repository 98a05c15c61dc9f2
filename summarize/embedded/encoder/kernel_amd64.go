package encoder

import "golang.org/x/sys/cpu"

// fastest is the best arithmetic for the processor that the program runs on.
func fastest() *kernels {
	all := available()
	return all[len(all)-1]
}

// available is every arithmetic that the processor has, from the slowest to the fastest.
func available() []*kernels {
	all := []*kernels{portableKernels()}
	if !cpu.X86.HasAVX2 {
		return all
	}
	avx2 := &kernels{
		name: "avx2", repack: repackAVX2, products: productsAVX2, rescale: rescaleAVX2, extremes: extremesAVX2, steps: stepsAVX2,
		normalize: normalizeAVX2, dots: dotsAVX2, mix: mixAVX2,
	}
	all = append(all, avx2)
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VNNI {
		vnni := *avx2
		vnni.name, vnni.repack, vnni.products = "avx512vnni", nil, productsVNNI
		all = append(all, &vnni)
	}
	return all
}

func productsVNNI(acc *tile, rows int, a []uint8, in int, panel []int8) {
	switch rows {
	case 1:
		oneVNNI(&acc[0], &a[0], in, &panel[0])
	case 2:
		twoVNNI(&acc[0], &a[0], in, &panel[0])
	case 3:
		threeVNNI(&acc[0], &a[0], in, &panel[0])
	default:
		fourVNNI(&acc[0], &a[0], in, &panel[0])
	}
}

// repackAVX2 lays the panel's outputs in eights, with all inputs of eight outputs
// one behind the other, so that they are read from front to back.
func repackAVX2(panel []int8) {
	const eight = 8 * 4 // bytes of eight outputs for four inputs
	packed := make([]int8, 0, len(panel))
	for from := 0; from < 4*panelSize; from += eight {
		for at := from; at < len(panel); at += 4 * panelSize {
			packed = append(packed, panel[at:at+eight]...)
		}
	}
	copy(panel, packed)
}

func productsAVX2(acc *tile, rows int, a []uint8, in int, panel []int8) {
	switch rows {
	case 1:
		oneAVX2(&acc[0], &a[0], in, &panel[0])
	case 2:
		twoAVX2(&acc[0], &a[0], in, &panel[0])
	case 3:
		threeAVX2(&acc[0], &a[0], in, &panel[0])
	default:
		fourAVX2(&acc[0], &a[0], in, &panel[0])
	}
}

func rescaleAVX2(dst []float32, stride int, acc *tile, rows int, by scaled, sums []int32, scales, bias []float32, f finish) {
	rescaleRows(&dst[0], stride, acc, rows, &by.scales[0], &by.zeros[0], &sums[0], &scales[0], &bias[0], f)
}

func extremesAVX2(src []float32) (lo, hi float32) { return extremesOf(&src[0], len(src)) }

func stepsAVX2(dst []uint8, src []float32, factor float32, zero int32) {
	stepsOf(&dst[0], &src[0], len(src), factor, zero)
}

func normalizeAVX2(dst, src, scale, bias []float32) {
	normalizeRow(&dst[0], &src[0], &scale[0], &bias[0], len(src), 1/float32(len(src)))
}

func dotsAVX2(dst, query, rows []float32, stride int) {
	dotsWith(&dst[0], len(dst), &query[0], len(query), &rows[0], stride)
}

func mixAVX2(dst, weights, rows []float32, stride int) {
	mixOf(&dst[0], len(dst), &weights[0], len(weights), &rows[0], stride)
}

// Each of the following takes as many rows as its name says.

//go:noescape
func oneVNNI(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func twoVNNI(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func threeVNNI(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func fourVNNI(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func oneAVX2(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func twoAVX2(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func threeAVX2(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func fourAVX2(acc *int32, a *uint8, in int, panel *int8)

//go:noescape
func rescaleRows(dst *float32, stride int, acc *tile, rows int, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)

//go:noescape
func extremesOf(src *float32, n int) (lo, hi float32)

//go:noescape
func stepsOf(dst *uint8, src *float32, n int, factor float32, zero int32)

//go:noescape
func normalizeRow(dst, src, scale, bias *float32, n int, part float32)

//go:noescape
func dotsWith(dst *float32, count int, query *float32, size int, rows *float32, stride int)

//go:noescape
func mixOf(dst *float32, size int, weights *float32, count int, rows *float32, stride int)
