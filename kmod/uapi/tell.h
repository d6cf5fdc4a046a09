/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the guest to the plugin, with no device: a load whose displacement is a mark and whose
 * address says a byte, as the low eight bits of a place in a table that is aligned to 256. It
 * costs three instructions a byte and changes nothing where no plugin listens. Compiles in the
 * kernel and in user space.
 *
 * What is said are lines: "S ADDRESS NAME[ [MODULE]]" a function of the kernel; "B NAME" the windows that
 * follow are of this series; "M KIND ADDRESS LENGTH" memory of a kind; "E N TICKS..." the ticks
 * that its last N windows read, which the plugin holds against its own counts.
 */
#ifndef PTWALK_UAPI_TELL_H
#define PTWALK_UAPI_TELL_H

#define FACTS_TELL_MARK 0x50545710

#if defined(__x86_64__)

/* movzbl MARK(%rax), %ecx */
#define FACTS_TELL_OPCODE "\x0f\xb6\x88"
#define FACTS_TELL_OPCODE_BYTES 3

/* @table: 256 bytes, aligned to 256. */
static inline void facts_tell_byte(const unsigned char *table, unsigned char byte)
{
	const unsigned char *at = table + byte - FACTS_TELL_MARK;

	__asm__ volatile("movzbl %c[mark](%%rax), %%ecx"
			 :
			 : "a"(at), [mark] "i"(FACTS_TELL_MARK)
			 : "rcx", "memory");
}

#endif

#endif
