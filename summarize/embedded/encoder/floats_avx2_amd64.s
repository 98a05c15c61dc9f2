#include "textflag.h"

// No product is fused with a sum here, and sums are made in the order of the
// portable functions, so that the results are the same to the bit.

// TOTAL adds up the sixteen lanes of a and b into the lowest of a, whose xmm is x; t is free.
#define TOTAL(a, b, x, t) \
	VADDPS b, a, a \
	VEXTRACTF128 $1, a, t \
	VADDPS t, x, x \
	VMOVHLPS x, x, t \
	VADDPS t, x, x \
	VMOVSHDUP x, t \
	VADDSS t, x, x

// func rescaleRows(dst *float32, stride int, acc *tile, rows int, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)
TEXT ·rescaleRows(SB), NOSPLIT, $0-80
	MOVQ dst+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ acc+16(FP), BX
	MOVQ rows+24(FP), CX
	MOVQ rowScales+32(FP), R8
	MOVQ zeros+40(FP), R9
	MOVQ sums+48(FP), R10
	MOVQ scales+56(FP), R11
	MOVQ bias+64(FP), R12
	MOVQ f+72(FP), R13
	VXORPS Y5, Y5, Y5

row:
	VBROADCASTSS (R8), Y0
	VPBROADCASTD (R9), Y1
	XORQ AX, AX

outputs:
	VMOVDQU (R10)(AX*1), Y2
	VPMULLD Y1, Y2, Y2
	VMOVDQU (BX)(AX*1), Y3
	VPSUBD Y2, Y3, Y3
	VCVTDQ2PS Y3, Y3
	VMULPS (R11)(AX*1), Y0, Y4
	VMULPS Y4, Y3, Y3
	VADDPS (R12)(AX*1), Y3, Y3
	CMPQ R13, $1
	JLT done
	JEQ positive
	VADDPS (DI)(AX*1), Y3, Y3
	JMP done

positive:
	VMAXPS Y5, Y3, Y3

done:
	VMOVUPS Y3, (DI)(AX*1)
	ADDQ $32, AX
	CMPQ AX, $256
	JLT outputs
	ADDQ $4, R8
	ADDQ $4, R9
	ADDQ $256, BX
	LEAQ (DI)(SI*4), DI
	DECQ CX
	JNZ row
	VZEROUPPER
	RET

// func extremesOf(src *float32, n int) (lo, hi float32)
TEXT ·extremesOf(SB), NOSPLIT, $0-24
	MOVQ src+0(FP), SI
	MOVQ n+8(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

extreme:
	VMOVUPS (SI), Y4
	VMOVUPS 32(SI), Y5
	VMINPS Y4, Y0, Y0
	VMAXPS Y4, Y1, Y1
	VMINPS Y5, Y2, Y2
	VMAXPS Y5, Y3, Y3
	ADDQ $64, SI
	SUBQ $16, CX
	JNZ extreme
	VMINPS Y2, Y0, Y0
	VMAXPS Y3, Y1, Y1
	VEXTRACTF128 $1, Y0, X2
	VEXTRACTF128 $1, Y1, X3
	VMINPS X2, X0, X0
	VMAXPS X3, X1, X1
	VMOVHLPS X0, X0, X2
	VMOVHLPS X1, X1, X3
	VMINPS X2, X0, X0
	VMAXPS X3, X1, X1
	VMOVSHDUP X0, X2
	VMOVSHDUP X1, X3
	VMINPS X2, X0, X0
	VMAXPS X3, X1, X1
	VMOVSS X0, lo+16(FP)
	VMOVSS X1, hi+20(FP)
	VZEROUPPER
	RET

// func stepsOf(dst *uint8, src *float32, n int, factor float32, zero int32)
TEXT ·stepsOf(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS factor+24(FP), Y0
	MOVL zero+28(FP), AX
	VMOVD AX, X1
	VPBROADCASTD X1, Y1

step:
	VMULPS (SI), Y0, Y2
	VMULPS 32(SI), Y0, Y3
	VCVTPS2DQ Y2, Y2
	VCVTPS2DQ Y3, Y3
	VPADDD Y1, Y2, Y2
	VPADDD Y1, Y3, Y3
	VPACKSSDW Y3, Y2, Y2
	VPERMQ $0xd8, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPACKUSWB X3, X2, X2
	VMOVDQU X2, (DI)
	ADDQ $64, SI
	ADDQ $16, DI
	SUBQ $16, CX
	JNZ step
	VZEROUPPER
	RET

DATA epsilon<>+0(SB)/4, $0x358637bd // 1e-6
GLOBL epsilon<>(SB), RODATA|NOPTR, $4
DATA unity<>+0(SB)/4, $0x3f800000 // 1
GLOBL unity<>(SB), RODATA|NOPTR, $4

// func normalizeRow(dst, src, scale, bias *float32, n int, part float32)
TEXT ·normalizeRow(SB), NOSPLIT, $0-44
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ scale+16(FP), R8
	MOVQ bias+24(FP), R9
	MOVQ n+32(FP), CX
	SHLQ $2, CX
	VMOVSS part+40(FP), X7
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	XORQ AX, AX

sum:
	VADDPS (SI)(AX*1), Y0, Y0
	VADDPS 32(SI)(AX*1), Y1, Y1
	ADDQ $64, AX
	CMPQ AX, CX
	JLT sum
	TOTAL(Y0, Y1, X0, X2)
	VMULSS X7, X0, X0
	VBROADCASTSS X0, Y6
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	XORQ AX, AX

square:
	VMOVUPS (SI)(AX*1), Y2
	VMOVUPS 32(SI)(AX*1), Y3
	VSUBPS Y6, Y2, Y2
	VSUBPS Y6, Y3, Y3
	VMULPS Y2, Y2, Y2
	VMULPS Y3, Y3, Y3
	VADDPS Y2, Y0, Y0
	VADDPS Y3, Y1, Y1
	ADDQ $64, AX
	CMPQ AX, CX
	JLT square
	TOTAL(Y0, Y1, X0, X2)
	VMULSS X7, X0, X0
	VADDSS epsilon<>(SB), X0, X0
	VSQRTSS X0, X0, X0
	VMOVSS unity<>(SB), X1
	VDIVSS X0, X1, X0
	VBROADCASTSS X0, Y5
	XORQ AX, AX

apply:
	VMOVUPS (SI)(AX*1), Y2
	VSUBPS Y6, Y2, Y2
	VMULPS Y5, Y2, Y2
	VMULPS (R8)(AX*1), Y2, Y2
	VADDPS (R9)(AX*1), Y2, Y2
	VMOVUPS Y2, (DI)(AX*1)
	ADDQ $32, AX
	CMPQ AX, CX
	JLT apply
	VZEROUPPER
	RET

// func dotsWith(dst *float32, count int, query *float32, size int, rows *float32, stride int)
TEXT ·dotsWith(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ count+8(FP), DX
	MOVQ query+16(FP), R8
	MOVQ size+24(FP), CX
	MOVQ rows+32(FP), SI
	MOVQ stride+40(FP), BX
	SHLQ $2, CX

row:
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	XORQ AX, AX

dot:
	VMOVUPS (R8)(AX*1), Y2
	VMOVUPS 32(R8)(AX*1), Y3
	VMULPS (SI)(AX*1), Y2, Y2
	VMULPS 32(SI)(AX*1), Y3, Y3
	VADDPS Y2, Y0, Y0
	VADDPS Y3, Y1, Y1
	ADDQ $64, AX
	CMPQ AX, CX
	JLT dot
	TOTAL(Y0, Y1, X0, X2)
	VMOVSS X0, (DI)
	ADDQ $4, DI
	LEAQ (SI)(BX*4), SI
	DECQ DX
	JNZ row
	VZEROUPPER
	RET

#define MIX(at, acc) \
	VMULPS at(AX), Y8, Y9 \
	VADDPS Y9, acc, acc

// func mixOf(dst *float32, size int, weights *float32, count int, rows *float32, stride int)
TEXT ·mixOf(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ size+8(FP), CX
	MOVQ weights+16(FP), R8
	MOVQ count+24(FP), DX
	MOVQ rows+32(FP), SI
	MOVQ stride+40(FP), BX

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
	LEAQ (AX)(BX*4), AX
	INCQ R9
	CMPQ R9, DX
	JLT row
	VMOVUPS Y0, (DI)
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
	VZEROUPPER
	RET
