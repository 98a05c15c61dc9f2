#include "textflag.h"

// SDOT takes signed bytes only, so 128 is taken off the rows' bytes. It is put
// back at the end as 128 times the sum of an output's weights, which SDOT makes
// of the weights and ones. The assembler does not know it, hence the words: it
// adds to each of four numbers in Vd the products of four bytes in Vn and Vm.
#define SDOT(m, n, d) WORD $(0x4e809400 | m<<16 | n<<5 | d)

#define ROW(a, v, m, d0, d1, d2, d3) \
	VLD1R.P 4(a), [v.S4] \
	VEOR V12.B16, v.B16, v.B16 \
	SDOT(m, 4, d0) \
	SDOT(m, 5, d1) \
	SDOT(m, 6, d2) \
	SDOT(m, 7, d3)

#define CLEAR(c0, c1, c2, c3) \
	VEOR c0.B16, c0.B16, c0.B16 \
	VEOR c1.B16, c1.B16, c1.B16 \
	VEOR c2.B16, c2.B16, c2.B16 \
	VEOR c3.B16, c3.B16, c3.B16

#define STORE(at, c0, c1, c2, c3) \
	VADD V0.S4, c0.S4, c0.S4 \
	VADD V1.S4, c1.S4, c1.S4 \
	VADD V2.S4, c2.S4, c2.S4 \
	VADD V3.S4, c3.S4, c3.S4 \
	ADD $at, R0, R10 \
	VST1 [c0.S4, c1.S4, c2.S4, c3.S4], (R10)

// func fourNEON(acc *int32, a0, a1, a2, a3 *uint8, in int, panel *int8)
TEXT ·fourNEON(SB), NOSPLIT, $0-56
	MOVD acc+0(FP), R0
	MOVD panel+48(FP), R6
	MOVD $4, R8 // times 16 outputs
	VMOVI $128, V12.B16
	VMOVI $1, V13.B16

sixteen:
	MOVD a0+8(FP), R1
	MOVD a1+16(FP), R2
	MOVD a2+24(FP), R3
	MOVD a3+32(FP), R4
	MOVD in+40(FP), R5
	MOVD R6, R7
	CLEAR(V0, V1, V2, V3)
	CLEAR(V16, V17, V18, V19)
	CLEAR(V20, V21, V22, V23)
	CLEAR(V24, V25, V26, V27)
	CLEAR(V28, V29, V30, V31)

inputs:
	VLD1 (R7), [V4.B16, V5.B16, V6.B16, V7.B16]
	ADD $256, R7
	ROW(R1, V8, 8, 16, 17, 18, 19)
	ROW(R2, V9, 9, 20, 21, 22, 23)
	ROW(R3, V10, 10, 24, 25, 26, 27)
	ROW(R4, V11, 11, 28, 29, 30, 31)
	SDOT(13, 4, 0)
	SDOT(13, 5, 1)
	SDOT(13, 6, 2)
	SDOT(13, 7, 3)
	SUBS $4, R5
	BNE inputs
	VSHL $7, V0.S4, V0.S4
	VSHL $7, V1.S4, V1.S4
	VSHL $7, V2.S4, V2.S4
	VSHL $7, V3.S4, V3.S4
	STORE(0, V16, V17, V18, V19)
	STORE(256, V20, V21, V22, V23)
	STORE(512, V24, V25, V26, V27)
	STORE(768, V28, V29, V30, V31)
	ADD $64, R0
	ADD $64, R6
	SUBS $1, R8
	BNE sixteen
	RET
