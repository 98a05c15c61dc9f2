#include "textflag.h"

// VPMADDUBSW, which multiplies bytes, saturates; so rows and weights are widened
// to 16 bits, the rows once for a whole matrix, and VPMADDWD adds up their products
// in pairs. Eight outputs are made at a time, of which the panel holds 32 bytes in
// every 128. Meanwhile the next panel is fetched.

// func widen(dst, src *uint8, n int)
TEXT ·widen(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX

sixteen:
	VPMOVZXBW (SI), Y0
	VMOVDQU Y0, (DI)
	ADDQ $16, SI
	ADDQ $32, DI
	SUBQ $16, CX
	JNZ sixteen
	VZEROUPPER
	RET

#define ROW(a, c0, c1) \
	VPBROADCASTQ a, Y14 \
	VPMADDWD Y12, Y14, Y15 \
	VPMADDWD Y13, Y14, Y14 \
	VPADDD Y15, c0, c0 \
	VPADDD Y14, c1, c1

#define ROWS1(at) \
	ROW(at(R8), Y0, Y1)

#define ROWS2(at) \
	ROWS1(at) \
	ROW(at(R8)(CX*1), Y2, Y3)

#define ROWS3(at) \
	ROWS2(at) \
	ROW(at(R8)(CX*2), Y4, Y5)

#define ROWS4(at) \
	ROWS3(at) \
	ROW(at(R9), Y6, Y7)

#define ROWS5(at) \
	ROWS4(at) \
	ROW(at(R9)(CX*1), Y8, Y9)

#define ROWS6(at) \
	ROWS5(at) \
	ROW(at(R9)(CX*2), Y10, Y11)

// STORE adds up the pairs of eight outputs and stores them.
#define STORE(at, c0, c1) \
	VPHADDD c1, c0, c0 \
	VPERMQ $0xd8, c0, c0 \
	VMOVDQU c0, at(DI)

#define STORES1 \
	STORE(0, Y0, Y1)

#define STORES2 \
	STORES1 \
	STORE(128, Y2, Y3)

#define STORES3 \
	STORES2 \
	STORE(256, Y4, Y5)

#define STORES4 \
	STORES3 \
	STORE(384, Y6, Y7)

#define STORES5 \
	STORES4 \
	STORE(512, Y8, Y9)

#define STORES6 \
	STORES5 \
	STORE(640, Y10, Y11)

// TILE goes four times through the panel, with eight outputs each.
#define TILE(outputs, inputs, ROWS, STORES) \
outputs: \
	MOVQ SI, R8 \
	LEAQ (R8)(CX*2), R9 \
	ADDQ CX, R9 \
	MOVQ BX, AX \
	VPXOR Y0, Y0, Y0 \
	VPXOR Y1, Y1, Y1 \
	VPXOR Y2, Y2, Y2 \
	VPXOR Y3, Y3, Y3 \
	VPXOR Y4, Y4, Y4 \
	VPXOR Y5, Y5, Y5 \
	VPXOR Y6, Y6, Y6 \
	VPXOR Y7, Y7, Y7 \
	VPXOR Y8, Y8, Y8 \
	VPXOR Y9, Y9, Y9 \
	VPXOR Y10, Y10, Y10 \
	VPXOR Y11, Y11, Y11 \
inputs: \
	VPMOVSXBW (AX), Y12 \
	VPMOVSXBW 16(AX), Y13 \
	PREFETCHT1 (AX)(R10*1) \
	ROWS(0) \
	VPMOVSXBW 128(AX), Y12 \
	VPMOVSXBW 144(AX), Y13 \
	PREFETCHT1 128(AX)(R10*1) \
	ROWS(8) \
	ADDQ $256, AX \
	ADDQ $16, R8 \
	ADDQ $16, R9 \
	CMPQ R8, R11 \
	JLT inputs \
	STORES \
	ADDQ $32, DI \
	ADDQ $32, BX \
	DECQ R12 \
	JNZ outputs \
	VZEROUPPER \
	RET

// func tileAVX2(acc *int32, rows int, a *uint8, in int, panel *int8)
TEXT ·tileAVX2(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ rows+8(FP), DX
	MOVQ a+16(FP), SI
	MOVQ in+24(FP), CX
	MOVQ panel+32(FP), BX
	MOVQ CX, R10
	SHLQ $5, R10        // the size of the panel
	SHLQ $1, CX         // that of a row
	LEAQ (SI)(CX*1), R11
	MOVQ $4, R12
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
	TILE(six, inputs6, ROWS6, STORES6)
	TILE(five, inputs5, ROWS5, STORES5)
	TILE(four, inputs4, ROWS4, STORES4)
	TILE(three, inputs3, ROWS3, STORES3)
	TILE(two, inputs2, ROWS2, STORES2)
	TILE(one, inputs1, ROWS1, STORES1)
