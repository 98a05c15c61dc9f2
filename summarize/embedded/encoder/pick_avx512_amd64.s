#include "textflag.h"

// Of four inputs, 64 bytes each are interleaved, so that VPDPBUSD can multiply
// and add them up. The four sums have four outputs of sixteen in every 128 bits.
#define BLOCK(at, c0, c1, c2, c3) \
	VMOVDQU32 at(R8), Z16 \
	VMOVDQU32 at(R9), Z17 \
	VMOVDQU32 at(R10), Z18 \
	VMOVDQU32 at(R11), Z19 \
	VPUNPCKLBW Z17, Z16, Z20 \
	VPUNPCKHBW Z17, Z16, Z21 \
	VPUNPCKLBW Z19, Z18, Z22 \
	VPUNPCKHBW Z19, Z18, Z23 \
	VPUNPCKLWD Z22, Z20, Z24 \
	VPUNPCKHWD Z22, Z20, Z25 \
	VPUNPCKLWD Z23, Z21, Z26 \
	VPUNPCKHWD Z23, Z21, Z27 \
	VPDPBUSD Z24, Z28, c0 \
	VPDPBUSD Z25, Z28, c1 \
	VPDPBUSD Z26, Z28, c2 \
	VPDPBUSD Z27, Z28, c3

// ORDERED stores the sums of a block in the order of the outputs.
#define ORDERED(at, c0, c1, c2, c3) \
	VSHUFI32X4 $0x44, c1, c0, Z16 \
	VSHUFI32X4 $0xee, c1, c0, Z17 \
	VSHUFI32X4 $0x44, c3, c2, Z18 \
	VSHUFI32X4 $0xee, c3, c2, Z19 \
	VSHUFI32X4 $0x88, Z18, Z16, Z20 \
	VSHUFI32X4 $0xdd, Z18, Z16, Z21 \
	VSHUFI32X4 $0x88, Z19, Z17, Z22 \
	VSHUFI32X4 $0xdd, Z19, Z17, Z23 \
	VMOVDQU32 Z20, (at+0)(DI) \
	VMOVDQU32 Z21, (at+64)(DI) \
	VMOVDQU32 Z22, (at+128)(DI) \
	VMOVDQU32 Z23, (at+192)(DI)

// func pickVNNI(acc *picked, count int, values *uint8, starts *int32, slice *int8)
TEXT ·pickVNNI(SB), NOSPLIT, $0-40
	MOVQ acc+0(FP), DI
	MOVQ count+8(FP), CX
	MOVQ values+16(FP), SI
	MOVQ starts+24(FP), DX
	MOVQ slice+32(FP), BX
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3
	VPXORD Z4, Z4, Z4
	VPXORD Z5, Z5, Z5
	VPXORD Z6, Z6, Z6
	VPXORD Z7, Z7, Z7
	XORQ AX, AX

four:
	CMPQ AX, CX
	JGE store
	MOVLQSX (DX)(AX*4), R8
	MOVLQSX 4(DX)(AX*4), R9
	MOVLQSX 8(DX)(AX*4), R10
	MOVLQSX 12(DX)(AX*4), R11
	ADDQ BX, R8
	ADDQ BX, R9
	ADDQ BX, R10
	ADDQ BX, R11
	VPBROADCASTD (SI)(AX*1), Z28
	BLOCK(0, Z0, Z1, Z2, Z3)
	BLOCK(64, Z4, Z5, Z6, Z7)
	ADDQ $4, AX
	JMP four

store:
	ORDERED(0, Z0, Z1, Z2, Z3)
	ORDERED(256, Z4, Z5, Z6, Z7)
	VZEROUPPER
	RET
