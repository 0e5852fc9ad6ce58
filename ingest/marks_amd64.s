#include "textflag.h"

// Only SSE2 is used, which every amd64 processor has.

// SPREAD fills a register with a byte.
#define SPREAD(byte, x) \
	MOVL byte, AX; \
	MOVL AX, x; \
	PUNPCKLBW x, x; \
	PSHUFLW $0, x, x; \
	PSHUFD $0, x, x

// SEPARATORS leaves in to the bits of sixteen bytes that are a comma (X0), a line end (X1) or a
// quote (X2).
#define SEPARATORS(at, to) \
	MOVOU at(SI), X3; \
	MOVO X3, X4; \
	MOVO X3, X5; \
	PCMPEQB X0, X3; \
	PCMPEQB X1, X4; \
	PCMPEQB X2, X5; \
	POR X4, X3; \
	POR X5, X3; \
	PMOVMSKB X3, to

// JOIN puts the bits of four times sixteen bytes together and stores them.
#define JOIN \
	SHLQ $16, R9; \
	SHLQ $32, R10; \
	SHLQ $48, R11; \
	ORQ R9, R8; \
	ORQ R11, R10; \
	ORQ R10, R8; \
	MOVQ R8, (DI); \
	ADDQ $64, SI; \
	ADDQ $8, DI

// func markSeparators(text []byte, out []uint64, comma byte)
TEXT ·markSeparators(SB), NOSPLIT, $0-49
	MOVQ text_base+0(FP), SI
	MOVQ out_base+24(FP), DI
	MOVQ out_len+32(FP), CX
	MOVBLZX comma+48(FP), BX
	SPREAD(BX, X0)
	SPREAD($0x0a, X1)
	SPREAD($0x22, X2)
	TESTQ CX, CX
	JZ done

loop:
	SEPARATORS(0, R8)
	SEPARATORS(16, R9)
	SEPARATORS(32, R10)
	SEPARATORS(48, R11)
	JOIN
	DECQ CX
	JNZ loop

done:
	RET

// STRUCTURE leaves in to the bits of sixteen bytes that are a quote (X0), a backslash (X1), a brace or,
// but for the bit in X4, a bracket (X2, X3), or at most the byte in X5.
#define STRUCTURE(at, to) \
	MOVOU at(SI), X6; \
	MOVO X6, X7; \
	MOVO X6, X8; \
	MOVO X6, X9; \
	POR X4, X7; \
	MOVO X7, X10; \
	PMINUB X5, X9; \
	PCMPEQB X6, X9; \
	PCMPEQB X0, X6; \
	PCMPEQB X1, X8; \
	PCMPEQB X2, X7; \
	PCMPEQB X3, X10; \
	POR X8, X6; \
	POR X10, X7; \
	POR X9, X6; \
	POR X7, X6; \
	PMOVMSKB X6, to

// func markJSON(text []byte, out []uint64)
TEXT ·markJSON(SB), NOSPLIT, $0-48
	MOVQ text_base+0(FP), SI
	MOVQ out_base+24(FP), DI
	MOVQ out_len+32(FP), CX
	SPREAD($0x22, X0)
	SPREAD($0x5c, X1)
	SPREAD($0x7b, X2)
	SPREAD($0x7d, X3)
	SPREAD($0x20, X4)
	SPREAD($0x1f, X5)
	TESTQ CX, CX
	JZ done

loop:
	STRUCTURE(0, R8)
	STRUCTURE(16, R9)
	STRUCTURE(32, R10)
	STRUCTURE(48, R11)
	JOIN
	DECQ CX
	JNZ loop

done:
	RET
