/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the guest to the plugin, with no device: a load that no compiler makes, which is the mark, and
 * whose address says a byte, as the low eight bits of a place in a table that is aligned to 256. It
 * costs a few instructions a byte and changes nothing where no plugin listens. Compiles in the
 * kernel and in user space.
 *
 * What is said are lines: "S ADDRESS NAME[ [MODULE]]" a function of the kernel; "B NAME" the windows that
 * follow are of this series; "N COUNT" but not the next ones; "M KIND ADDRESS LENGTH" memory of a kind;
 * "E N TICKS..." the ticks that its last N windows read, which the plugin holds against its own counts.
 */
#ifndef PTWALK_UAPI_TELL_H
#define PTWALK_UAPI_TELL_H

/* x86: movzbl MARK(%rax), %ecx; the opcode is before the mark. */
#define FACTS_TELL_MARK		0x50545710
#define FACTS_TELL_OPCODE	"\x0f\xb6\x88"
#define FACTS_TELL_OPCODE_BYTES 3

/* arm64: ldrb wzr, [x17, #0x710], whole */
#define FACTS_TELL_ARM64	0x395c423f
#define FACTS_TELL_ARM64_OFFSET 0x710

/* @table: 256 bytes, aligned to 256. */
static inline void facts_tell_byte(const unsigned char *table, unsigned char byte)
{
#if defined(__x86_64__)
	const unsigned char *at = table + byte - FACTS_TELL_MARK;

	__asm__ volatile("movzbl %c[mark](%%rax), %%ecx"
			 :
			 : "a"(at), [mark] "i"(FACTS_TELL_MARK)
			 : "rcx", "memory");
#elif defined(__aarch64__)
	register const unsigned char *at __asm__("x17") = table + byte - FACTS_TELL_ARM64_OFFSET;

	__asm__ volatile("ldrb wzr, [%[at], %[offset]]"
			 :
			 : [at] "r"(at), [offset] "i"(FACTS_TELL_ARM64_OFFSET)
			 : "memory");
#endif
}

#endif
