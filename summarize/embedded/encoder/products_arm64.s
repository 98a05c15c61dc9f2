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
	MOVD $2, R8 // times 16 outputs
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
	ADD $128, R7
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
	STORE(128, V20, V21, V22, V23)
	STORE(256, V24, V25, V26, V27)
	STORE(384, V28, V29, V30, V31)
	ADD $64, R0
	ADD $64, R6
	SUBS $1, R8
	BNE sixteen
	RET

// FOUR does the same for four outputs of four inputs, interleaved in b, with the sums s and those of the weights in t.
#define FOUR(b, s, t) \
	SDOT(20, b, s) \
	SDOT(13, b, t)

// SIXTEEN interleaves sixteen outputs of the rows at R4 to R7.
#define SIXTEEN(s0, s1, s2, s3, t0, t1, t2, t3) \
	VLD1.P 16(R4), [V21.B16] \
	VLD1.P 16(R5), [V22.B16] \
	VLD1.P 16(R6), [V23.B16] \
	VLD1.P 16(R7), [V24.B16] \
	VZIP1 V22.B16, V21.B16, V25.B16 \
	VZIP2 V22.B16, V21.B16, V26.B16 \
	VZIP1 V24.B16, V23.B16, V27.B16 \
	VZIP2 V24.B16, V23.B16, V28.B16 \
	VZIP1 V27.H8, V25.H8, V21.H8 \
	VZIP2 V27.H8, V25.H8, V22.H8 \
	VZIP1 V28.H8, V26.H8, V23.H8 \
	VZIP2 V28.H8, V26.H8, V24.H8 \
	FOUR(21, s0, t0) \
	FOUR(22, s1, t1) \
	FOUR(23, s2, t2) \
	FOUR(24, s3, t3)

// WHOLE puts back what was taken off.
#define WHOLE(s, t) \
	VSHL $7, t.S4, t.S4 \
	VADD t.S4, s.S4, s.S4

// func pickNEON(acc *picked, count int, values *uint8, starts *int32, slice *int8)
TEXT ·pickNEON(SB), NOSPLIT, $0-40
	MOVD acc+0(FP), R0
	MOVD slice+32(FP), R3
	MOVD $4, R8 // times 32 outputs
	VMOVI $128, V12.B16
	VMOVI $1, V13.B16

outputs:
	MOVD count+8(FP), R9
	MOVD values+16(FP), R1
	MOVD starts+24(FP), R2
	CLEAR(V0, V1, V2, V3)
	CLEAR(V4, V5, V6, V7)
	CLEAR(V8, V9, V10, V11)
	CLEAR(V16, V17, V18, V19)

inputs:
	CBZ R9, store
	MOVW (R2), R4
	MOVW 4(R2), R5
	MOVW 8(R2), R6
	MOVW 12(R2), R7
	ADD R3, R4
	ADD R3, R5
	ADD R3, R6
	ADD R3, R7
	ADD $16, R2
	VLD1R.P 4(R1), [V20.S4]
	VEOR V12.B16, V20.B16, V20.B16
	SIXTEEN(0, 1, 2, 3, 8, 9, 10, 11)
	SIXTEEN(4, 5, 6, 7, 16, 17, 18, 19)
	SUB $4, R9
	B inputs

store:
	WHOLE(V0, V8)
	WHOLE(V1, V9)
	WHOLE(V2, V10)
	WHOLE(V3, V11)
	WHOLE(V4, V16)
	WHOLE(V5, V17)
	WHOLE(V6, V18)
	WHOLE(V7, V19)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R0)
	ADD $32, R3
	SUBS $1, R8
	BNE outputs
	RET
