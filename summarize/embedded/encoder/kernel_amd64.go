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
	if !cpu.X86.HasAVX2 || !cpu.X86.HasBMI1 || !cpu.X86.HasPOPCNT {
		return all
	}
	avx2 := &kernels{
		name: "avx2", tileRows: rowsAVX2, lay: layAVX2, panel: inAVX2, find: findWithAVX2, pick: pickWithAVX2, rescale: rescaleAVX2, extremes: extremesAVX2, steps: stepsAVX2,
		normalize: normalizeAVX2, deviation: deviationAVX2, blend: blendAVX2, dots: dotsAVX2, mix: mixAVX2, softmax: softmaxAVX2, exponentials: exponentialsAVX2,
	}
	all = append(all, avx2)
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VNNI {
		vnni := *avx2
		vnni.name, vnni.tileRows, vnni.lay = "avx512vnni", 12, nil
		vnni.panel, vnni.pick = inVNNI, pickWithVNNI
		all = append(all, &vnni)
	}
	return all
}

func inVNNI(dst []float32, stride int, a []uint8, by scaled, p panel, f finish) {
	tileVNNI(&dst[0], stride, len(by.scales), &a[0], p.in, &p.ints[0], &by.scales[0], &by.zeros[0], &p.sums[0], &p.scales[0], &p.bias[0], f)
}

func pickWithVNNI(acc *picked, u *used, slice []int8) {
	pickVNNI(acc, u.count, &u.values[0], &u.starts[0], &slice[0])
}

// rowsAVX2 is how many rows' sums the registers hold.
const rowsAVX2 = 6

func layAVX2(dst, src []uint8) { widen(&dst[0], &src[0], len(dst)/2) }

func inAVX2(dst []float32, stride int, a []uint8, by scaled, p panel, f finish) {
	var acc [rowsAVX2 * panelSize]int32
	tileAVX2(&acc[0], len(by.scales), &a[0], p.in, &p.ints[0])
	rescaleAVX2(dst, stride, acc[:], panelSize, len(by.scales), by, p.sums, p.scales, p.bias, f)
}

func findWithAVX2(u *used, row []uint8) {
	u.count = findAVX2(&u.values[0], &u.starts[0], &row[0], len(row), sliceSize)
}

func pickWithAVX2(acc *picked, u *used, slice []int8) {
	pickAVX2(acc, u.count, &u.values[0], &u.starts[0], &slice[0])
}

func rescaleAVX2(dst []float32, stride int, acc []int32, size, rows int, by scaled, sums []int32, scales, bias []float32, f finish) {
	rescaleRows(&dst[0], stride, &acc[0], size, rows, &by.scales[0], &by.zeros[0], &sums[0], &scales[0], &bias[0], f)
}

func extremesAVX2(src []float32) (lo, hi float32) { return extremesOf(&src[0], len(src)) }

func stepsAVX2(dst []uint8, src []float32, factor float32, zero int32) {
	stepsOf(&dst[0], &src[0], len(src), factor, zero)
}

func normalizeAVX2(dst, src, scale, bias []float32) {
	normalizeRow(&dst[0], &src[0], &scale[0], &bias[0], len(src), 1/float32(len(src)))
}

func dotsAVX2(scores []float32, across int, queries, keys []float32, stride, size, n int) {
	dotsOf(&scores[0], across, &queries[0], &keys[0], stride, size, n)
}

func softmaxAVX2(scores []float32, across, n int) {
	for i := range n {
		for j := n; j < across; j++ {
			scores[i*across+j] = lowest
		}
	}
	softmaxOf(&scores[0], across, n)
}

func mixAVX2(dst []float32, dstStride, count int, shares []float32, across int, rows []float32, stride, size, n int) {
	mixOf(&dst[0], dstStride, count, &shares[0], across, &rows[0], stride, size, n)
}

func deviationAVX2(ints []int8, scale float32, signal []float32) float32 {
	return deviationOf(&ints[0], len(ints), scale, &signal[0], 1/float32(len(ints)))
}

func blendAVX2(dst []float32, a, b []int16, by [2]float32, factor float32, bias []float32) {
	blendRows(&dst[0], len(dst), &a[0], &b[0], by[0], by[1], factor, &bias[0])
}

func exponentialsAVX2(x []float32) { exponentialsOf(&x[0], len(x)) }

//go:noescape
func tileVNNI(dst *float32, stride, rows int, a *uint8, in int, panel *int8, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)

//go:noescape
func findAVX2(values *uint8, starts *int32, row *uint8, n, size int) (count int)

//go:noescape
func pickVNNI(acc *picked, count int, values *uint8, starts *int32, slice *int8)

//go:noescape
func widen(dst, src *uint8, n int)

//go:noescape
func tileAVX2(acc *int32, rows int, a *uint8, in int, panel *int8)

//go:noescape
func pickAVX2(acc *picked, count int, values *uint8, starts *int32, slice *int8)

//go:noescape
func rescaleRows(dst *float32, stride int, acc *int32, size, rows int, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)

//go:noescape
func extremesOf(src *float32, n int) (lo, hi float32)

//go:noescape
func stepsOf(dst *uint8, src *float32, n int, factor float32, zero int32)

//go:noescape
func normalizeRow(dst, src, scale, bias *float32, n int, part float32)

//go:noescape
func dotsOf(scores *float32, across int, queries, keys *float32, stride, size, n int)

//go:noescape
func mixOf(dst *float32, dstStride, count int, shares *float32, across int, rows *float32, stride, size, n int)

//go:noescape
func deviationOf(ints *int8, n int, scale float32, signal *float32, part float32) float32

//go:noescape
func blendRows(dst *float32, n int, a, b *int16, byA, byB, factor float32, bias *float32)

//go:noescape
func softmaxOf(scores *float32, across, n int)

//go:noescape
func exponentialsOf(x *float32, n int)
