#include "textflag.h"

// What attention does with numbers; see floats_avx2_amd64.s.

// DOT multiplies sixteen numbers of a row with those in Y8 and Y9.
#define DOT(row, c0, c1, t0, t1) \
	VMULPS (row)(AX*1), Y8, t0 \
	VMULPS 32(row)(AX*1), Y9, t1 \
	VADDPS t0, c0, c0 \
	VADDPS t1, c1, c1

// func dotsOf(scores *float32, across int, queries, keys *float32, stride, size, n int)
TEXT ·dotsOf(SB), NOSPLIT, $8-56
	MOVQ scores+0(FP), R12
	MOVQ across+8(FP), R13
	MOVQ queries+16(FP), R8
	MOVQ stride+32(FP), BX
	MOVQ size+40(FP), CX
	SHLQ $2, R13
	SHLQ $2, BX
	SHLQ $2, CX
	MOVQ n+48(FP), AX
	MOVQ AX, left-8(SP)

query:
	MOVQ R12, DI
	MOVQ keys+24(FP), SI
	MOVQ n+48(FP), DX
	SUBQ $4, DX
	JLT rest

four:
	LEAQ (SI)(BX*1), R9
	LEAQ (SI)(BX*2), R10
	LEAQ (R9)(BX*2), R11
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	XORQ AX, AX

dots:
	VMOVUPS (R8)(AX*1), Y8
	VMOVUPS 32(R8)(AX*1), Y9
	DOT(SI, Y0, Y4, Y10, Y11)
	DOT(R9, Y1, Y5, Y12, Y13)
	DOT(R10, Y2, Y6, Y14, Y15)
	DOT(R11, Y3, Y7, Y10, Y11)
	ADDQ $64, AX
	CMPQ AX, CX
	JLT dots
	VADDPS Y4, Y0, Y0
	VADDPS Y5, Y1, Y1
	VADDPS Y6, Y2, Y2
	VADDPS Y7, Y3, Y3
	VHADDPS Y1, Y0, Y0
	VHADDPS Y3, Y2, Y2
	VHADDPS Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VMOVUPS X0, (DI)
	ADDQ $16, DI
	LEAQ (SI)(BX*4), SI
	SUBQ $4, DX
	JGE four

rest:
	ADDQ $4, DX
	JZ done

row:
	VXORPS Y0, Y0, Y0
	VXORPS Y4, Y4, Y4
	XORQ AX, AX

dot:
	VMOVUPS (R8)(AX*1), Y8
	VMOVUPS 32(R8)(AX*1), Y9
	DOT(SI, Y0, Y4, Y10, Y11)
	ADDQ $64, AX
	CMPQ AX, CX
	JLT dot
	VADDPS Y4, Y0, Y0
	VHADDPS Y0, Y0, Y0
	VHADDPS Y0, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDSS X1, X0, X0
	VMOVSS X0, (DI)
	ADDQ $4, DI
	ADDQ BX, SI
	DECQ DX
	JNZ row

done:
	ADDQ R13, R12
	ADDQ BX, R8
	DECQ left-8(SP)
	JNZ query
	VZEROUPPER
	RET

#define MIX(at, acc) \
	VMULPS at(AX), Y8, Y9 \
	VADDPS Y9, acc, acc

// func mixOf(dst *float32, dstStride, count int, shares *float32, across int, rows *float32, stride, size, n int)
TEXT ·mixOf(SB), NOSPLIT, $0-72
	MOVQ dst+0(FP), R10
	MOVQ count+16(FP), R11
	MOVQ shares+24(FP), R8
	MOVQ stride+48(FP), BX
	MOVQ n+64(FP), DX
	SHLQ $2, BX

mixed:
	MOVQ R10, DI
	MOVQ rows+40(FP), SI
	MOVQ size+56(FP), CX

block:
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	MOVQ SI, AX
	XORQ R9, R9

row:
	VBROADCASTSS (R8)(R9*4), Y8
	MIX(0, Y0)
	MIX(32, Y1)
	MIX(64, Y2)
	MIX(96, Y3)
	MIX(128, Y4)
	MIX(160, Y5)
	MIX(192, Y6)
	MIX(224, Y7)
	ADDQ BX, AX
	INCQ R9
	CMPQ R9, DX
	JLT row
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VMOVUPS Y4, 128(DI)
	VMOVUPS Y5, 160(DI)
	VMOVUPS Y6, 192(DI)
	VMOVUPS Y7, 224(DI)
	ADDQ $256, DI
	ADDQ $256, SI
	SUBQ $64, CX
	JNZ block
	MOVQ dstStride+8(FP), AX
	LEAQ (R10)(AX*4), R10
	MOVQ across+32(FP), AX
	LEAQ (R8)(AX*4), R8
	DECQ R11
	JNZ mixed
	VZEROUPPER
	RET

// The numbers of function exponential, each four bytes long.
DATA exp<>+0(SB)/4, $-40.0
DATA exp<>+4(SB)/4, $1.44269504
DATA exp<>+8(SB)/4, $0.693359375
DATA exp<>+12(SB)/4, $-2.12194440e-4
DATA exp<>+16(SB)/4, $1.9875691500e-4
DATA exp<>+20(SB)/4, $1.3981999507e-3
DATA exp<>+24(SB)/4, $8.3334519073e-3
DATA exp<>+28(SB)/4, $4.1665795894e-2
DATA exp<>+32(SB)/4, $1.6666665459e-1
DATA exp<>+36(SB)/4, $5.0000001201e-1
DATA exp<>+40(SB)/4, $1.0
GLOBL exp<>(SB), RODATA|NOPTR, $44

#define NUMBERS \
	VBROADCASTSS exp<>+4(SB), Y6 \
	VBROADCASTSS exp<>+8(SB), Y7 \
	VBROADCASTSS exp<>+12(SB), Y8 \
	VBROADCASTSS exp<>+16(SB), Y9 \
	VBROADCASTSS exp<>+20(SB), Y10 \
	VBROADCASTSS exp<>+24(SB), Y11 \
	VBROADCASTSS exp<>+28(SB), Y12 \
	VBROADCASTSS exp<>+32(SB), Y13 \
	VBROADCASTSS exp<>+36(SB), Y14 \
	VBROADCASTSS exp<>+40(SB), Y15

// EXP replaces Y0 with its exponential; Y1 to Y3 are used, and NUMBERS has to be there.
#define EXP \
	VBROADCASTSS exp<>+0(SB), Y1 \
	VMAXPS Y1, Y0, Y0 \
	VMULPS Y6, Y0, Y1 \
	VCVTPS2DQ Y1, Y1 \
	VCVTDQ2PS Y1, Y2 \
	VMULPS Y7, Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS Y8, Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS Y9, Y0, Y2 \
	VADDPS Y10, Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS Y11, Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS Y12, Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS Y13, Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS Y14, Y2, Y2 \
	VMULPS Y0, Y0, Y3 \
	VMULPS Y3, Y2, Y2 \
	VADDPS Y0, Y2, Y2 \
	VADDPS Y15, Y2, Y2 \
	VPSLLD $23, Y1, Y1 \
	VPADDD Y15, Y1, Y1 \
	VMULPS Y1, Y2, Y0

// func exponentialsOf(x *float32, n int)
TEXT ·exponentialsOf(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), DI
	MOVQ n+8(FP), CX
	NUMBERS

eight:
	VMOVUPS (DI), Y0
	EXP
	VMOVUPS Y0, (DI)
	ADDQ $32, DI
	SUBQ $8, CX
	JNZ eight
	VZEROUPPER
	RET

// func softmaxOf(scores *float32, across, n int)
TEXT ·softmaxOf(SB), NOSPLIT, $0-24
	MOVQ scores+0(FP), DI
	MOVQ across+8(FP), CX
	MOVQ n+16(FP), BX
	NUMBERS

row:
	LEAQ (DI)(CX*4), DX
	MOVQ DI, SI
	VMOVUPS (SI), Y4

largest:
	VMAXPS (SI), Y4, Y4
	ADDQ $32, SI
	CMPQ SI, DX
	JLT largest
	VEXTRACTF128 $1, Y4, X0
	VMAXPS X0, X4, X4
	VMOVHLPS X4, X4, X0
	VMAXPS X0, X4, X4
	VMOVSHDUP X4, X0
	VMAXSS X0, X4, X4
	VBROADCASTSS X4, Y4
	VXORPS Y5, Y5, Y5
	MOVQ DI, SI

eight:
	VMOVUPS (SI), Y0
	VSUBPS Y4, Y0, Y0
	EXP
	VMOVUPS Y0, (SI)
	VADDPS Y0, Y5, Y5
	ADDQ $32, SI
	CMPQ SI, DX
	JLT eight
	VHADDPS Y5, Y5, Y5
	VHADDPS Y5, Y5, Y5
	VEXTRACTF128 $1, Y5, X0
	VADDSS X0, X5, X5
	VDIVSS X5, X15, X5
	VBROADCASTSS X5, Y5

share:
	VMULPS (DI), Y5, Y0
	VMOVUPS Y0, (DI)
	ADDQ $32, DI
	CMPQ DI, DX
	JLT share
	DECQ BX
	JNZ row
	VZEROUPPER
	RET
