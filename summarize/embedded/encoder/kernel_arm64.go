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
		neon.name, neon.products = "neon", productsNEON
		all = append(all, neon)
	}
	return all
}

// productsNEON always puts four rows through the panel; where there are fewer, the last one several times.
func productsNEON(acc *tile, rows int, a []uint8, in int, panel []int8) {
	row := func(r int) *uint8 { return &a[min(r, rows-1)*in] }
	fourNEON(&acc[0], row(0), row(1), row(2), row(3), in, &panel[0])
}

//go:noescape
func fourNEON(acc *int32, a0, a1, a2, a3 *uint8, in int, panel *int8)
