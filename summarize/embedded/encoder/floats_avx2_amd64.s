#include "textflag.h"

// No product is fused with a sum here, and sums are made in the order of the
// portable functions, so that the results are the same to the bit.

// TOTAL adds up the 32 lanes of a, b, c and d into the lowest of a, whose xmm is x; t is free.
#define TOTAL(a, b, c, d, x, t) \
	VADDPS c, a, a \
	VADDPS d, b, b \
	VADDPS b, a, a \
	VEXTRACTF128 $1, a, t \
	VADDPS t, x, x \
	VMOVHLPS x, x, t \
	VADDPS t, x, x \
	VMOVSHDUP x, t \
	VADDSS t, x, x

#define CLEAR4 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3

// INVERSE leaves in Y5 1 through the deviation that belongs to the sum of squares in X0; X7 is 1 through their count.
#define INVERSE \
	VMULSS X7, X0, X0 \
	VADDSS epsilon<>(SB), X0, X0 \
	VSQRTSS X0, X0, X0 \
	VMOVSS unity<>(SB), X1 \
	VDIVSS X0, X1, X0 \
	VBROADCASTSS X0, Y5

DATA epsilon<>+0(SB)/4, $0x358637bd // 1e-6
GLOBL epsilon<>(SB), RODATA|NOPTR, $4
DATA unity<>+0(SB)/4, $0x3f800000 // 1
GLOBL unity<>(SB), RODATA|NOPTR, $4

// func rescaleRows(dst *float32, stride int, acc *int32, size, rows int, rowScales *float32, zeros, sums *int32, scales, bias *float32, f finish)
TEXT ·rescaleRows(SB), NOSPLIT, $0-88
	MOVQ stride+8(FP), SI
	SHLQ $2, SI
	MOVQ size+24(FP), R12
	SHLQ $2, R12
	MOVQ rows+32(FP), R10
	MOVQ rowScales+40(FP), R8
	MOVQ zeros+48(FP), R9
	MOVQ f+80(FP), R13
	XORQ DX, DX
	VXORPS Y15, Y15, Y15

outputs:
	MOVQ sums+56(FP), AX
	VMOVDQU (AX)(DX*1), Y0
	VMOVDQU 32(AX)(DX*1), Y1
	MOVQ scales+64(FP), AX
	VMOVUPS (AX)(DX*1), Y2
	VMOVUPS 32(AX)(DX*1), Y3
	MOVQ bias+72(FP), AX
	VMOVUPS (AX)(DX*1), Y4
	VMOVUPS 32(AX)(DX*1), Y5
	MOVQ dst+0(FP), DI
	ADDQ DX, DI
	MOVQ acc+16(FP), BX
	ADDQ DX, BX
	XORQ CX, CX

row:
	VBROADCASTSS (R8)(CX*4), Y6
	VPBROADCASTD (R9)(CX*4), Y7
	VPMULLD Y0, Y7, Y8
	VPMULLD Y1, Y7, Y9
	VMOVDQU (BX), Y10
	VMOVDQU 32(BX), Y11
	VPSUBD Y8, Y10, Y8
	VPSUBD Y9, Y11, Y9
	VCVTDQ2PS Y8, Y8
	VCVTDQ2PS Y9, Y9
	VMULPS Y2, Y6, Y10
	VMULPS Y3, Y6, Y11
	VMULPS Y10, Y8, Y8
	VMULPS Y11, Y9, Y9
	VADDPS Y4, Y8, Y8
	VADDPS Y5, Y9, Y9
	CMPQ R13, $1
	JLT done
	JEQ positive
	VADDPS (DI), Y8, Y8
	VADDPS 32(DI), Y9, Y9
	JMP done

positive:
	VMAXPS Y15, Y8, Y8
	VMAXPS Y15, Y9, Y9

done:
	VMOVUPS Y8, (DI)
	VMOVUPS Y9, 32(DI)
	ADDQ R12, BX
	ADDQ SI, DI
	INCQ CX
	CMPQ CX, R10
	JLT row
	ADDQ $64, DX
	CMPQ DX, R12
	JLT outputs
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

// func normalizeRow(dst, src, scale, bias *float32, n int, part float32)
TEXT ·normalizeRow(SB), NOSPLIT, $0-44
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ scale+16(FP), R8
	MOVQ bias+24(FP), R9
	MOVQ n+32(FP), CX
	SHLQ $2, CX
	VMOVSS part+40(FP), X7
	CLEAR4
	XORQ AX, AX

sum:
	VADDPS (SI)(AX*1), Y0, Y0
	VADDPS 32(SI)(AX*1), Y1, Y1
	VADDPS 64(SI)(AX*1), Y2, Y2
	VADDPS 96(SI)(AX*1), Y3, Y3
	ADDQ $128, AX
	CMPQ AX, CX
	JLT sum
	TOTAL(Y0, Y1, Y2, Y3, X0, X2)
	VMULSS X7, X0, X0
	VBROADCASTSS X0, Y6
	CLEAR4
	XORQ AX, AX

#define SQUARE(at, acc, t) \
	VMOVUPS at(SI)(AX*1), t \
	VSUBPS Y6, t, t \
	VMULPS t, t, t \
	VADDPS t, acc, acc

square:
	SQUARE(0, Y0, Y8)
	SQUARE(32, Y1, Y9)
	SQUARE(64, Y2, Y10)
	SQUARE(96, Y3, Y11)
	ADDQ $128, AX
	CMPQ AX, CX
	JLT square
	TOTAL(Y0, Y1, Y2, Y3, X0, X2)
	INVERSE
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

// INPUT makes eight inputs of the first layer, of integers and a signal.
#define INPUT(at, from, t) \
	VPMOVSXBD at(SI)(AX*1), t \
	VCVTDQ2PS t, t \
	VMULPS Y4, t, t \
	VADDPS from(DX)(AX*4), t, t

#define SUM(at, from, acc, t) \
	INPUT(at, from, t) \
	VADDPS t, acc, acc

#define SUMSQUARE(at, from, acc, t) \
	INPUT(at, from, t) \
	VSUBPS Y6, t, t \
	VMULPS t, t, t \
	VADDPS t, acc, acc

// func deviationOf(ints *int8, n int, scale float32, signal *float32, part float32) float32
TEXT ·deviationOf(SB), NOSPLIT, $0-44
	MOVQ ints+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS scale+16(FP), Y4
	MOVQ signal+24(FP), DX
	VMOVSS part+32(FP), X7
	CLEAR4
	XORQ AX, AX

sum:
	SUM(0, 0, Y0, Y8)
	SUM(8, 32, Y1, Y9)
	SUM(16, 64, Y2, Y10)
	SUM(24, 96, Y3, Y11)
	ADDQ $32, AX
	CMPQ AX, CX
	JLT sum
	TOTAL(Y0, Y1, Y2, Y3, X0, X2)
	VMULSS X7, X0, X0
	VBROADCASTSS X0, Y6
	CLEAR4
	XORQ AX, AX

square:
	SUMSQUARE(0, 0, Y0, Y8)
	SUMSQUARE(8, 32, Y1, Y9)
	SUMSQUARE(16, 64, Y2, Y10)
	SUMSQUARE(24, 96, Y3, Y11)
	ADDQ $32, AX
	CMPQ AX, CX
	JLT square
	TOTAL(Y0, Y1, Y2, Y3, X0, X2)
	INVERSE
	VMOVSS X5, ret+40(FP)
	VZEROUPPER
	RET

#define BLEND(at, of, t, u) \
	VPMOVSXWD at(R8)(AX*2), t \
	VPMOVSXWD at(R9)(AX*2), u \
	VCVTDQ2PS t, t \
	VCVTDQ2PS u, u \
	VMULPS Y0, t, t \
	VMULPS Y1, u, u \
	VADDPS u, t, t \
	VMULPS Y2, t, t \
	VADDPS of(R10)(AX*4), t, t \
	VMOVUPS t, of(DI)(AX*4)

// func blendRows(dst *float32, n int, a, b *int16, byA, byB, factor float32, bias *float32)
TEXT ·blendRows(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ n+8(FP), CX
	MOVQ a+16(FP), R8
	MOVQ b+24(FP), R9
	VBROADCASTSS byA+32(FP), Y0
	VBROADCASTSS byB+36(FP), Y1
	VBROADCASTSS factor+40(FP), Y2
	MOVQ bias+48(FP), R10
	XORQ AX, AX

sixteen:
	BLEND(0, 0, Y4, Y5)
	BLEND(16, 32, Y6, Y7)
	ADDQ $16, AX
	CMPQ AX, CX
	JLT sixteen
	VZEROUPPER
	RET
