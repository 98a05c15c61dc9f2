#include "textflag.h"

// Four inputs of 32 outputs are 128 bytes of the panel, in Z24 and Z25. VPDPBUSD
// multiplies them with four bytes of a row, and adds up the four products. With
// up to twelve rows the sums of all fit in the registers, and weights are read
// seldom enough. Meanwhile the next panel is fetched.

#define ROW(a, c0, c1) \
	VPBROADCASTD a, Z26 \
	VPDPBUSD Z24, Z26, c0 \
	VPDPBUSD Z25, Z26, c1

#define ROWS1 \
	ROW((R8), Z0, Z1)

#define ROWS2 \
	ROWS1 \
	ROW((R8)(CX*1), Z2, Z3)

#define ROWS3 \
	ROWS2 \
	ROW((R8)(CX*2), Z4, Z5)

#define ROWS4 \
	ROWS3 \
	ROW((R9), Z6, Z7)

#define ROWS5 \
	ROWS4 \
	ROW((R9)(CX*1), Z8, Z9)

#define ROWS6 \
	ROWS5 \
	ROW((R9)(CX*2), Z10, Z11)

#define ROWS7 \
	ROWS6 \
	ROW((R10), Z12, Z13)

#define ROWS8 \
	ROWS7 \
	ROW((R10)(CX*1), Z14, Z15)

#define ROWS9 \
	ROWS8 \
	ROW((R10)(CX*2), Z16, Z17)

#define ROWS10 \
	ROWS9 \
	ROW((R11), Z18, Z19)

#define ROWS11 \
	ROWS10 \
	ROW((R11)(CX*1), Z20, Z21)

#define ROWS12 \
	ROWS11 \
	ROW((R11)(CX*2), Z22, Z23)

// FINISH does for a row what function rescale does; at is four times the row's
// number. K1 is set where the outputs are added, K2 where negative ones become 0.
#define FINISH(at, c0, c1) \
	VPBROADCASTD at(R9), Z24 \
	VPMULLD Z28, Z24, Z25 \
	VPMULLD Z29, Z24, Z26 \
	VPSUBD Z25, c0, c0 \
	VPSUBD Z26, c1, c1 \
	VCVTDQ2PS c0, c0 \
	VCVTDQ2PS c1, c1 \
	VBROADCASTSS at(R8), Z24 \
	VMULPS Z30, Z24, Z25 \
	VMULPS Z31, Z24, Z26 \
	VMULPS Z25, c0, c0 \
	VMULPS Z26, c1, c1 \
	VADDPS (R10), c0, c0 \
	VADDPS 64(R10), c1, c1 \
	VADDPS (DI), c0, K1, c0 \
	VADDPS 64(DI), c1, K1, c1 \
	VMAXPS Z27, c0, K2, c0 \
	VMAXPS Z27, c1, K2, c1 \
	VMOVUPS c0, (DI) \
	VMOVUPS c1, 64(DI) \
	ADDQ SI, DI

#define FINISH1 \
	FINISH(0, Z0, Z1)

#define FINISH2 \
	FINISH1 \
	FINISH(4, Z2, Z3)

#define FINISH3 \
	FINISH2 \
	FINISH(8, Z4, Z5)

#define FINISH4 \
	FINISH3 \
	FINISH(12, Z6, Z7)

#define FINISH5 \
	FINISH4 \
	FINISH(16, Z8, Z9)

#define FINISH6 \
	FINISH5 \
	FINISH(20, Z10, Z11)

#define FINISH7 \
	FINISH6 \
	FINISH(24, Z12, Z13)

#define FINISH8 \
	FINISH7 \
	FINISH(28, Z14, Z15)

#define FINISH9 \
	FINISH8 \
	FINISH(32, Z16, Z17)

#define FINISH10 \
	FINISH9 \
	FINISH(36, Z18, Z19)

#define FINISH11 \
	FINISH10 \
	FINISH(40, Z20, Z21)

#define FINISH12 \
	FINISH11 \
	FINISH(44, Z22, Z23)

#define TILE(rows, inputs, ROWS, FINISH) \
rows: \
inputs: \
	VMOVDQU32 (BX), Z24 \
	VMOVDQU32 64(BX), Z25 \
	PREFETCHT1 (BX)(R13*1) \
	PREFETCHT1 64(BX)(R13*1) \
	ROWS \
	ADDQ $128, BX \
	ADDQ $4, R8 \
	ADDQ $4, R9 \
	ADDQ $4, R10 \
	ADDQ $4, R11 \
	CMPQ R8, R12 \
	JLT inputs \
	NUMBERS \
	FINISH \
	VZEROUPPER \
	RET

// NUMBERS is what FINISH works with.
#define NUMBERS \
	MOVQ rowScales+48(FP), R8 \
	MOVQ zeros+56(FP), R9 \
	MOVQ sums+64(FP), R10 \
	VMOVDQU32 (R10), Z28 \
	VMOVDQU32 64(R10), Z29 \
	MOVQ scales+72(FP), R10 \
	VMOVUPS (R10), Z30 \
	VMOVUPS 64(R10), Z31 \
	MOVQ bias+80(FP), R10 \
	VPXORD Z27, Z27, Z27

// func tileVNNI(dst *float32, stride, rows int, a *uint8, in int, panel *int8, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)
TEXT ·tileVNNI(SB), NOSPLIT, $0-96
	MOVQ dst+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ rows+16(FP), DX
	MOVQ a+24(FP), R8
	MOVQ in+32(FP), CX
	MOVQ panel+40(FP), BX
	MOVQ f+88(FP), R13
	SHLQ $2, SI
	XORQ AX, AX
	CMPQ R13, $2
	SETEQ AX
	NEGQ AX
	KMOVW AX, K1
	XORQ AX, AX
	CMPQ R13, $1
	SETEQ AX
	NEGQ AX
	KMOVW AX, K2
	LEAQ (CX)(CX*2), AX
	LEAQ (R8)(AX*1), R9
	LEAQ (R9)(AX*1), R10
	LEAQ (R10)(AX*1), R11
	LEAQ (R8)(CX*1), R12
	MOVQ CX, R13
	SHLQ $5, R13 // the size of the panel
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3
	VPXORD Z4, Z4, Z4
	VPXORD Z5, Z5, Z5
	VPXORD Z6, Z6, Z6
	VPXORD Z7, Z7, Z7
	VPXORD Z8, Z8, Z8
	VPXORD Z9, Z9, Z9
	VPXORD Z10, Z10, Z10
	VPXORD Z11, Z11, Z11
	VPXORD Z12, Z12, Z12
	VPXORD Z13, Z13, Z13
	VPXORD Z14, Z14, Z14
	VPXORD Z15, Z15, Z15
	VPXORD Z16, Z16, Z16
	VPXORD Z17, Z17, Z17
	VPXORD Z18, Z18, Z18
	VPXORD Z19, Z19, Z19
	VPXORD Z20, Z20, Z20
	VPXORD Z21, Z21, Z21
	VPXORD Z22, Z22, Z22
	VPXORD Z23, Z23, Z23
	CMPQ DX, $1
	JEQ one
	CMPQ DX, $2
	JEQ two
	CMPQ DX, $3
	JEQ three
	CMPQ DX, $4
	JEQ four
	CMPQ DX, $5
	JEQ five
	CMPQ DX, $6
	JEQ six
	CMPQ DX, $7
	JEQ seven
	CMPQ DX, $8
	JEQ eight
	CMPQ DX, $9
	JEQ nine
	CMPQ DX, $10
	JEQ ten
	CMPQ DX, $11
	JEQ eleven
	TILE(twelve, inputs12, ROWS12, FINISH12)
	TILE(eleven, inputs11, ROWS11, FINISH11)
	TILE(ten, inputs10, ROWS10, FINISH10)
	TILE(nine, inputs9, ROWS9, FINISH9)
	TILE(eight, inputs8, ROWS8, FINISH8)
	TILE(seven, inputs7, ROWS7, FINISH7)
	TILE(six, inputs6, ROWS6, FINISH6)
	TILE(five, inputs5, ROWS5, FINISH5)
	TILE(four, inputs4, ROWS4, FINISH4)
	TILE(three, inputs3, ROWS3, FINISH3)
	TILE(two, inputs2, ROWS2, FINISH2)
	TILE(one, inputs1, ROWS1, FINISH1)
