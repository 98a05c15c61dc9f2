#include "textflag.h"

// ONE takes note of the lowest byte that the mask R8 has left. Without any left
// it notes something that the next overwrites.
#define ONE(at) \
	TZCNTQ R8, R10 \
	ANDQ $63, R10 \
	BLSRQ R8, R8 \
	MOVBLZX (SI)(R10*1), R11 \
	MOVB R11, at(DI)(AX*1) \
	ADDQ R12, R10 \
	IMULQ R13, R10 \
	MOVL R10, (4*at)(DX)(AX*4)

// func findAVX2(values *uint8, starts *int32, row *uint8, n, size int) (count int)
TEXT ·findAVX2(SB), NOSPLIT, $0-48
	MOVQ values+0(FP), DI
	MOVQ starts+8(FP), DX
	MOVQ row+16(FP), SI
	MOVQ n+24(FP), CX
	MOVQ size+32(FP), R13
	VPXOR Y2, Y2, Y2
	XORQ AX, AX
	XORQ R12, R12

sixtyfour:
	VPCMPEQB (SI), Y2, Y0
	VPCMPEQB 32(SI), Y2, Y1
	VPMOVMSKB Y0, R8
	VPMOVMSKB Y1, R9
	SHLQ $32, R9
	ORQ R9, R8
	NOTQ R8
	POPCNTQ R8, R9

	// Mostly there are fewer than eight; a loop whose end is foreseen costs less than one that ends in time.
eight:
	ONE(0)
	ONE(1)
	ONE(2)
	ONE(3)
	ONE(4)
	ONE(5)
	ONE(6)
	ONE(7)
	CMPQ R9, $8
	JLE next
	ADDQ $8, AX
	SUBQ $8, R9
	JMP eight

next:
	ADDQ R9, AX
	ADDQ $64, SI
	ADDQ $64, R12
	CMPQ R12, CX
	JLT sixtyfour
	MOVL $0, (DI)(AX*1)
	VMOVDQU X2, (DX)(AX*4)
	ADDQ $3, AX
	ANDQ $~3, AX
	MOVQ AX, count+40(FP)
	VZEROUPPER
	RET

#define PAIR(at, c0, c1) \
	VMOVDQU at(R8), X12 \
	VMOVDQU at(R9), X13 \
	VPUNPCKLBW X13, X12, X14 \
	VPUNPCKHBW X13, X12, X15 \
	VPMOVSXBW X14, Y14 \
	VPMOVSXBW X15, Y15 \
	VPMADDWD Y11, Y14, Y14 \
	VPMADDWD Y11, Y15, Y15 \
	VPADDD Y14, c0, c0 \
	VPADDD Y15, c1, c1

// func pickAVX2(acc *picked, count int, values *uint8, starts *int32, slice *int8)
TEXT ·pickAVX2(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ count+8(FP), CX
	MOVQ values+16(FP), SI
	MOVQ starts+24(FP), DX
	MOVQ slice+32(FP), BX
	MOVQ $2, R12 // times 64 outputs

outputs:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	XORQ AX, AX

pair:
	CMPQ AX, CX
	JGE store
	MOVLQSX (DX)(AX*4), R8
	MOVLQSX 4(DX)(AX*4), R9
	ADDQ BX, R8
	ADDQ BX, R9
	MOVBLZX (SI)(AX*1), R10
	MOVBLZX 1(SI)(AX*1), R11
	SHLL $16, R11
	ORL R11, R10
	VMOVD R10, X11
	VPBROADCASTD X11, Y11
	PAIR(0, Y0, Y1)
	PAIR(16, Y2, Y3)
	PAIR(32, Y4, Y5)
	PAIR(48, Y6, Y7)
	ADDQ $2, AX
	JMP pair

store:
	VMOVDQU Y0, 0(DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VMOVDQU Y4, 128(DI)
	VMOVDQU Y5, 160(DI)
	VMOVDQU Y6, 192(DI)
	VMOVDQU Y7, 224(DI)
	ADDQ $256, DI
	ADDQ $64, BX
	DECQ R12
	JNZ outputs
	VZEROUPPER
	RET
