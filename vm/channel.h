/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The channel from the guest's init to the host: frames, written byte by byte
 * to a device of the guest (arch/guest.h) and read from QEMU's stdout. Both ends
 * are little-endian, so numbers are as they lie in memory.
 *
 * A channel is one HELLO, then any of the others, then one EXIT or FAIL, then
 * nothing. A frame that is out of sequence, too long, of an unknown type or
 * with a wrong checksum is an error of the whole channel: no frame is guessed.
 */
#ifndef PTWALK_VM_CHANNEL_H
#define PTWALK_VM_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CHANNEL_MAGIC	0x4b545750 /* "PWTK" */
#define CHANNEL_VERSION 2

#define CHANNEL_MAX_LINE (1U << 20) /* bytes of one record line */
#define CHANNEL_MAX_NAME 255
#define CHANNEL_PIECE	 65536U	      /* most bytes of output or of a file in one frame */
#define CHANNEL_MAX_FILE (256U << 20) /* bytes of one file in /out */

enum channel_type {
	CHANNEL_HELLO = 1, /* uint32_t CHANNEL_VERSION */
	CHANNEL_STAGE,	   /* text: the stage that begins now */
	CHANNEL_RECORD,	   /* one line from descriptor 3, without its newline */
	CHANNEL_OUTPUT,	   /* a piece of the program's stdout or stderr */
	CHANNEL_FILE,	   /* uint64_t size, then the name; DATA frames with its bytes follow */
	CHANNEL_DATA,	   /* the next bytes of the file */
	CHANNEL_FAIL,	   /* text: why the guest could not run the program */
	CHANNEL_EXIT,	   /* uint32_t: the program's status, as wait() gives it */
	CHANNEL_NR_TYPES,
};

/*
 * Beside the type: each byte costs QEMU a system call, so that what follows is deflated, by zlib and
 * behind all that was so before; by itself it is CHANNEL_MAX_DEFLATED bytes at most.
 */
#define CHANNEL_DEFLATED     0x80000000
#define CHANNEL_MAX_DEFLATED 65536U

struct channel_frame {
	uint32_t magic;
	uint32_t sequence; /* 0, 1, ... */
	uint32_t type;	   /* enum channel_type, and CHANNEL_DEFLATED */
	uint32_t len;	   /* bytes that follow, up to CHANNEL_MAX_LINE */
	uint32_t sum;	   /* channel_sum() of them */
};

/* FNV-1a over words, then over the bytes that are left. */
static inline uint32_t channel_sum(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t sum = 2166136261U, word;

	for (; len >= 4; p += 4, len -= 4) {
		__builtin_memcpy(&word, p, 4);
		sum = (sum ^ word) * 16777619U;
	}
	for (; len; p++, len--)
		sum = (sum ^ *p) * 16777619U;
	return sum;
}

/* The reading end. { 0 } is one at its beginning. */
struct channel {
	unsigned char *buf;	     /* bytes of a frame that is not whole yet */
	struct inflating *inflating; /* NULL: nothing was deflated yet */
	size_t len, room;
	uint32_t sequence;
	unsigned int ended : 1; /* EXIT or FAIL was read */
};

/* A whole frame; @data is NUL-terminated beyond @len. 0, or a negative errno that ends it all. */
typedef int channel_sink(void *arg, enum channel_type type, const char *data, size_t len,
			 struct err *err);

/**
 * channel_feed - take bytes as they come
 *
 * Returns: 0; -EPROTO where they are no frame of ours (@err says which and
 * why); or what @sink returned.
 */
int channel_feed(struct channel *, const void *data, size_t len, channel_sink *sink, void *arg,
		 struct err *err);

/* The writer is gone: 0, or -EPROTO where it went in the middle of a frame. */
int channel_finish(const struct channel *, struct err *err);
void channel_release(struct channel *);

/*
 * The plan: what the host tells the guest's init, a file of the image, one
 * line an order, in the order they are carried out:
 *
 *	env NAME=VALUE
 *	module GUEST-PATH
 *	dax START SIZE ALIGN	hexadecimal: physical address of the region, bytes of the device,
 *				alignment of device-dax or 0: a block device
 *	strict 1|2		an oops is a panic, and with 1 a warning too; warnings are on the console
 *	arg WORD		the program's argument vector, word by word
 */

#define PLAN_PATH "/ptwalk.plan"

/* A word of the kernel's command line that makes the guest fail, for tests. */
#define PLAN_TEST "ptwalk.test=" /* panic, hang, exit, garble */

#endif
