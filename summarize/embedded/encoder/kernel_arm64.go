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
	if cpu.ARM64.HasASIMDDP {
		neon := portableKernels()
		neon.name, neon.tileRows, neon.panel, neon.pick = "neon", 4, inNEON, pickWithNEON
		all = append(all, neon)
	}
	return all
}

// inNEON always puts four rows through the panel; where there are fewer, the last one several times.
func inNEON(dst []float32, stride int, a []uint8, by scaled, p panel, f finish) {
	var acc tile
	rows := len(by.scales)
	row := func(r int) *uint8 { return &a[min(r, rows-1)*p.in] }
	fourNEON(&acc[0], row(0), row(1), row(2), row(3), p.in, &p.ints[0])
	rescale(dst, stride, acc[:], panelSize, rows, by, p.sums, p.scales, p.bias, f)
}

func pickWithNEON(acc *picked, u *used, slice []int8) {
	pickNEON(acc, u.count, &u.values[0], &u.starts[0], &slice[0])
}

//go:noescape
func fourNEON(acc *int32, a0, a1, a2, a3 *uint8, in int, panel *int8)

//go:noescape
func pickNEON(acc *picked, count int, values *uint8, starts *int32, slice *int8)
