#include "textflag.h"

// VPMADDUBSW, which multiplies bytes, saturates; so rows and weights are widened
// to 16 bits, the rows on the stack, and VPMADDWD adds up their products in pairs.
// Eight outputs are made at a time, of which the panel, as repackAVX2 leaves it,
// holds 32 bytes for every four inputs.

// WIDEN writes n bytes at SI to the stack at DI.
#define WIDEN(loop, n) \
	MOVQ n, DX \
loop: \
	VPMOVZXBW (SI), Y0 \
	VMOVDQU Y0, (DI) \
	ADDQ $16, SI \
	ADDQ $32, DI \
	SUBQ $16, DX \
	JNZ loop

#define ROW(a, c0, c1) \
	VPBROADCASTQ a, Y10 \
	VPMADDWD Y8, Y10, Y11 \
	VPMADDWD Y9, Y10, Y12 \
	VPADDD Y11, c0, c0 \
	VPADDD Y12, c1, c1

// STORE adds up the pairs of eight outputs and stores them.
#define STORE(at, c0, c1) \
	VPHADDD c1, c0, c0 \
	VPERMQ $0xd8, c0, c0 \
	VMOVDQU c0, at(R12)

// func fourAVX2(acc *int32, a *uint8, in int, panel *int8)
TEXT ·fourAVX2(SB), 0, $12288-32
	MOVQ acc+0(FP), R12
	MOVQ a+8(FP), SI
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	MOVQ SP, R8
	MOVQ SP, DI
	LEAQ (CX*4), AX
	WIDEN(widen, AX)
	LEAQ (R8)(CX*2), R9
	LEAQ (R9)(CX*2), R10
	LEAQ (R10)(CX*2), R11
	MOVQ $8, R13

eight:
	XORQ DX, DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

inputs:
	VPMOVSXBW (BX), Y8
	VPMOVSXBW 16(BX), Y9
	ADDQ $32, BX
	ROW((R8)(DX*2), Y0, Y1)
	ROW((R9)(DX*2), Y2, Y3)
	ROW((R10)(DX*2), Y4, Y5)
	ROW((R11)(DX*2), Y6, Y7)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT inputs
	STORE(0, Y0, Y1)
	STORE(256, Y2, Y3)
	STORE(512, Y4, Y5)
	STORE(768, Y6, Y7)
	ADDQ $32, R12
	DECQ R13
	JNZ eight
	VZEROUPPER
	RET

// func threeAVX2(acc *int32, a *uint8, in int, panel *int8)
TEXT ·threeAVX2(SB), 0, $9216-32
	MOVQ acc+0(FP), R12
	MOVQ a+8(FP), SI
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	MOVQ SP, R8
	MOVQ SP, DI
	LEAQ (CX)(CX*2), AX
	WIDEN(widen, AX)
	LEAQ (R8)(CX*2), R9
	LEAQ (R9)(CX*2), R10
	MOVQ $8, R13

eight:
	XORQ DX, DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5

inputs:
	VPMOVSXBW (BX), Y8
	VPMOVSXBW 16(BX), Y9
	ADDQ $32, BX
	ROW((R8)(DX*2), Y0, Y1)
	ROW((R9)(DX*2), Y2, Y3)
	ROW((R10)(DX*2), Y4, Y5)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT inputs
	STORE(0, Y0, Y1)
	STORE(256, Y2, Y3)
	STORE(512, Y4, Y5)
	ADDQ $32, R12
	DECQ R13
	JNZ eight
	VZEROUPPER
	RET

// func twoAVX2(acc *int32, a *uint8, in int, panel *int8)
TEXT ·twoAVX2(SB), 0, $6144-32
	MOVQ acc+0(FP), R12
	MOVQ a+8(FP), SI
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	MOVQ SP, R8
	MOVQ SP, DI
	LEAQ (CX*2), AX
	WIDEN(widen, AX)
	LEAQ (R8)(CX*2), R9
	MOVQ $8, R13

eight:
	XORQ DX, DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

inputs:
	VPMOVSXBW (BX), Y8
	VPMOVSXBW 16(BX), Y9
	ADDQ $32, BX
	ROW((R8)(DX*2), Y0, Y1)
	ROW((R9)(DX*2), Y2, Y3)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT inputs
	STORE(0, Y0, Y1)
	STORE(256, Y2, Y3)
	ADDQ $32, R12
	DECQ R13
	JNZ eight
	VZEROUPPER
	RET

// func oneAVX2(acc *int32, a *uint8, in int, panel *int8)
TEXT ·oneAVX2(SB), 0, $3072-32
	MOVQ acc+0(FP), R12
	MOVQ a+8(FP), SI
	MOVQ in+16(FP), CX
	MOVQ panel+24(FP), BX
	MOVQ SP, R8
	MOVQ SP, DI
	MOVQ CX, AX
	WIDEN(widen, AX)
	MOVQ $8, R13

eight:
	XORQ DX, DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

inputs:
	VPMOVSXBW (BX), Y8
	VPMOVSXBW 16(BX), Y9
	ADDQ $32, BX
	ROW((R8)(DX*2), Y0, Y1)
	ADDQ $4, DX
	CMPQ DX, CX
	JLT inputs
	STORE(0, Y0, Y1)
	ADDQ $32, R12
	DECQ R13
	JNZ eight
	VZEROUPPER
	RET
