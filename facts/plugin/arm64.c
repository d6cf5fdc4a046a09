// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every instruction is a word of fixed fields (Arm ARM, C4.1): no library is asked. What is atomic is
 * LSE's read-modify-write and compare-and-swap, and of a pair of exclusives the store.
 */
#include <string.h>

#include "facts/plugin/code.h"
#include "kmod/uapi/tell.h"

/* Upper half of all marks of kmod/window.h; the lower is in the instruction. */
#define MARKS 0x50540000U

static uint32_t word_of(const uint8_t *bytes, size_t size)
{
	uint32_t word = 0;

	if (size == sizeof(word))
		memcpy(&word, bytes, sizeof(word));
	return word;
}

static bool is(uint32_t word, uint32_t mask, uint32_t value)
{
	return (word & mask) == value;
}

/* BR, BLR, RET and ERET, with and without authentication. */
static enum flow flow_of_register(uint32_t word)
{
	switch (word >> 21 & 7) {
	case 0:
		return FLOW_JUMP;
	case 1:
		return FLOW_ICALL;
	default:
		return FLOW_RETURN;
	}
}

static enum flow flow_of(uint32_t word)
{
	if (is(word, 0xfc000000, 0x14000000)) /* B */
		return FLOW_JUMP;
	if (is(word, 0xfc000000, 0x94000000)) /* BL */
		return FLOW_CALL;
	if (is(word, 0xff000000, 0x54000000) || /* B.cond */
	    is(word, 0x7c000000, 0x34000000))	/* CBZ, CBNZ, TBZ, TBNZ */
		return FLOW_BRANCH;
	return is(word, 0xfe000000, 0xd6000000) ? flow_of_register(word) : FLOW_NONE;
}

static bool is_atomic(uint32_t word)
{
	const bool exclusive = is(word, 0x3f000000, 0x08000000);

	if (is(word, 0x3b200c00, 0x38200000)) /* LDADD and its like, SWP; LDAPR is a load */
		return !is(word, 0x3ffffc00, 0x38bfc000);
	if (exclusive && is(word, 0x00a07c00, 0x00a07c00)) /* CAS */
		return true;
	if (exclusive && is(word, 0x80a07c00, 0x00207c00)) /* CASP */
		return true;
	return exclusive && is(word, 0x00c00000, 0); /* STXR, STLXR, STXP */
}

/* Of registers and immediates; but authentication, which may fault. */
static bool is_plain(uint32_t word)
{
	return is(word, 0x1c000000, 0x10000000) ||
	       (is(word, 0x0e000000, 0x0a000000) && !is(word, 0x7fff0000, 0x5ac10000));
}

/* TLBI, and MSR of any register but DAIF. */
static bool moves(uint32_t word)
{
	return is(word, 0xfff8e000, 0xd5088000) ||
	       (is(word, 0xfff00000, 0xd5100000) && !is(word, 0xffffffe0, 0xd51b4220));
}

static void decode(struct insn *insn)
{
	const uint32_t word = word_of(insn->bytes, insn->size);

	insn->flow = flow_of(word);
	insn->atomic = is_atomic(word);
	insn->plain = is_plain(word);
	insn->moves = moves(word);
}

static bool tells(const uint8_t *bytes, size_t size)
{
	return word_of(bytes, size) == FACTS_TELL_ARM64;
}

/* movz xzr, #MARK */
static uint32_t mark_of(const uint8_t *bytes, size_t size)
{
	const uint32_t word = word_of(bytes, size);

	return is(word, 0xffe0001f, 0xd280001f) ? MARKS | (word >> 5 & 0xffff) : 0;
}

const struct target target_arm64 = {
	.name = "aarch64",
	.decode = decode,
	.tells = tells,
	.mark = mark_of,
};
