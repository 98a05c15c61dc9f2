#include "textflag.h"

// Four inputs of 64 outputs are 256 bytes of the panel, in Z16 to Z19. VPDPBUSD
// multiplies them with four bytes of a row, and adds up the four products.

#define ROW(a, b, c0, c1, c2, c3) \
	VPBROADCASTD (a)(DX*1), b \
	VPDPBUSD Z16, b, c0 \
	VPDPBUSD Z17, b, c1 \
	VPDPBUSD Z18, b, c2 \
	VPDPBUSD Z19, b, c3

#define CLEAR(c0, c1, c2, c3) \
	VPXORD c0, c0, c0 \
	VPXORD c1, c1, c1 \
	VPXORD c2, c2, c2 \
	VPXORD c3, c3, c3

#define STORE(at, c0, c1, c2, c3) \
	VMOVDQU32 c0, (at+0)(DI) \
	VMOVDQU32 c1, (at+64)(DI) \
	VMOVDQU32 c2, (at+128)(DI) \
	VMOVDQU32 c3, (at+192)(DI)

#define WEIGHTS \
	VMOVDQU32 (BX), Z16 \
	VMOVDQU32 64(BX), Z17 \
	VMOVDQU32 128(BX), Z18 \
	VMOVDQU32 192(BX), Z19 \
	ADDQ $256, BX

// func fourVNNI(acc *int32, a *uint8, in int, panel *int8)
TEXT ·fourVNNI(SB), NOSPLIT, $0-32
	MOVQ acc+0(FP), DI
	MOVQ a+8(FP), R8
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	LEAQ (R8)(CX*1), R9
	LEAQ (R9)(CX*1), R10
	LEAQ (R10)(CX*1), R11
	XORQ DX, DX
	CLEAR(Z0, Z1, Z2, Z3)
	CLEAR(Z4, Z5, Z6, Z7)
	CLEAR(Z8, Z9, Z10, Z11)
	CLEAR(Z12, Z13, Z14, Z15)

four:
	WEIGHTS
	ROW(R8, Z20, Z0, Z1, Z2, Z3)
	ROW(R9, Z21, Z4, Z5, Z6, Z7)
	ROW(R10, Z22, Z8, Z9, Z10, Z11)
	ROW(R11, Z23, Z12, Z13, Z14, Z15)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT four
	STORE(0, Z0, Z1, Z2, Z3)
	STORE(256, Z4, Z5, Z6, Z7)
	STORE(512, Z8, Z9, Z10, Z11)
	STORE(768, Z12, Z13, Z14, Z15)
	VZEROUPPER
	RET

// func threeVNNI(acc *int32, a *uint8, in int, panel *int8)
TEXT ·threeVNNI(SB), NOSPLIT, $0-32
	MOVQ acc+0(FP), DI
	MOVQ a+8(FP), R8
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	LEAQ (R8)(CX*1), R9
	LEAQ (R9)(CX*1), R10
	XORQ DX, DX
	CLEAR(Z0, Z1, Z2, Z3)
	CLEAR(Z4, Z5, Z6, Z7)
	CLEAR(Z8, Z9, Z10, Z11)

three:
	WEIGHTS
	ROW(R8, Z20, Z0, Z1, Z2, Z3)
	ROW(R9, Z21, Z4, Z5, Z6, Z7)
	ROW(R10, Z22, Z8, Z9, Z10, Z11)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT three
	STORE(0, Z0, Z1, Z2, Z3)
	STORE(256, Z4, Z5, Z6, Z7)
	STORE(512, Z8, Z9, Z10, Z11)
	VZEROUPPER
	RET

// func twoVNNI(acc *int32, a *uint8, in int, panel *int8)
TEXT ·twoVNNI(SB), NOSPLIT, $0-32
	MOVQ acc+0(FP), DI
	MOVQ a+8(FP), R8
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	LEAQ (R8)(CX*1), R9
	XORQ DX, DX
	CLEAR(Z0, Z1, Z2, Z3)
	CLEAR(Z4, Z5, Z6, Z7)

two:
	WEIGHTS
	ROW(R8, Z20, Z0, Z1, Z2, Z3)
	ROW(R9, Z21, Z4, Z5, Z6, Z7)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT two
	STORE(0, Z0, Z1, Z2, Z3)
	STORE(256, Z4, Z5, Z6, Z7)
	VZEROUPPER
	RET

// func oneVNNI(acc *int32, a *uint8, in int, panel *int8)
TEXT ·oneVNNI(SB), NOSPLIT, $0-32
	MOVQ acc+0(FP), DI
	MOVQ a+8(FP), R8
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	XORQ DX, DX
	CLEAR(Z0, Z1, Z2, Z3)

one:
	WEIGHTS
	ROW(R8, Z20, Z0, Z1, Z2, Z3)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT one
	STORE(0, Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET
