/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames of the channel with what was said before left out: each byte costs QEMU a system call.
 * Both ends keep what was folded last. A folded text is numbers of 7 bits a byte, low ones first:
 *
 *	its length, then until that is reached: how many bytes follow, these; and, unless
 *	that was the end, how many bytes to copy, and from how far back
 */
#ifndef PTWALK_VM_FOLD_H
#define PTWALK_VM_FOLD_H

#include <stddef.h>
#include <stdint.h>

#define FOLD_MOST 65536U /* bytes of a text, and of what is kept */

/* { 0 } is an end at its beginning. */
struct fold {
	uint32_t len; /* of what is kept */
	unsigned char text[FOLD_MOST + 1];
};

#define FOLD_ROOM 16 /* what a text may be longer, folded */

/**
 * fold_text - fold @data, and keep it
 * @out:	has room for @len bytes and FOLD_ROOM
 *
 * Returns: bytes in @out; 0 where @data is longer than FOLD_MOST, and is not kept.
 */
size_t fold_text(struct fold *, const void *data, size_t len, void *out);

/**
 * unfold_text - the other end
 * @len:	of the text
 *
 * Returns: the text, NUL-terminated, until the next call; NULL: @n bytes at @in are no folded text.
 */
const char *unfold_text(struct fold *, const void *in, size_t n, size_t *len);

#endif
