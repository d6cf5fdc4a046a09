// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known loops in windows of its own, for QEMU's plugin: what each of them holds is in its name,
 * for who reads the plugin's file. The window is that of kmod/window.h, in user space.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kmod/uapi/tell.h"

#define TIMES 1000

static const _Alignas(256) unsigned char table[256];
static _Alignas(4096) unsigned char memory[TIMES * 64];

static void tell(const char *text)
{
	for (; *text; text++)
		facts_tell_byte(table, (unsigned char)*text);
}

/* Of memory that is there: a page fault would be in the window. */
static void tell_array(void)
{
	char line[64];

	memset(memory, 1, sizeof(memory));
	snprintf(line, sizeof(line), "M array %llx %zx\n", (unsigned long long)(uintptr_t)memory,
		 sizeof(memory));
	tell(line);
}

#define STAMP(mark)                           \
	"lfence\n\t"                          \
	"nopl " #mark "(%%rax, %%rax, 1)\n\t" \
	"rdtsc\n\t"                           \
	"lfence\n\t"                          \
	"shl $32, %%rdx\n\t"                  \
	"or %%rdx, %%rax\n\t"

/*
 * A window around TIMES rounds of @body, which may use rax, rdx, r8 and, as it counts, rsi. It is a function,
 * so that other tools count it, too.
 */
#define WINDOW(name, body)                                                                     \
	static __attribute__((noinline, noclone)) void name##_window(uint64_t *begin,          \
								     uint64_t *end)            \
	{                                                                                      \
		__asm__ volatile(                                                              \
			STAMP(0x50545701) "mov %%rax, %[begin]\n\t"                            \
					  "mov %[memory], %%rsi\n\t"                           \
					  "mov %[times], %%ecx\n"                              \
					  "1:\n\t" body "\n\t"                                 \
					  "lea 64(%%rsi), %%rsi\n\t"                           \
					  "dec %%ecx\n\t"                                      \
					  "jnz 1b\n\t" STAMP(0x50545702) "mov %%rax, %[end]"   \
			: [begin] "=&r"(*begin), [end] "=&r"(*end)                             \
			: [memory] "r"(memory), [times] "i"(TIMES)                             \
			: "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "cc", "memory");      \
	}                                                                                      \
                                                                                               \
	static void name(void)                                                                 \
	{                                                                                      \
		uint64_t begin, end;                                                           \
		char line[64];                                                                 \
                                                                                               \
		tell("B " #name "\n");                                                         \
		tell_array();                                                                  \
		name##_window(&begin, &end);                                                   \
		snprintf(line, sizeof(line), "E 1 %llu\n", (unsigned long long)(end - begin)); \
		tell(line);                                                                    \
	}

/* A function that calls nothing; its call and its return touch the stack. */
__asm__(".text\n"
	".type known_callee, @function\n"
	"known_callee:\n\t"
	"ret\n"
	".size known_callee, . - known_callee\n");

WINDOW(nothing, "")
WINDOW(load, "mov (%%rsi), %%rax")
WINDOW(store, "mov %%rax, (%%rsi)")
WINDOW(two_loads_one_line, "mov (%%rsi), %%rax\n\tmov 8(%%rsi), %%rax")
WINDOW(load_over_two_lines, "mov 60(%%rsi), %%rax")
WINDOW(locked_inc, "lock incq (%%rsi)")
WINDOW(plain_inc, "incq (%%rsi)")
WINDOW(exchange, "xchg %%rax, (%%rsi)")
WINDOW(branch_not_taken, "xor %%eax, %%eax\n\tjnz 2f\n2:")
WINDOW(branch_taken, "xor %%eax, %%eax\n\tjz 3f\n\tnop\n3:")
WINDOW(call, "call known_callee")
WINDOW(indirect_call, "lea known_callee(%%rip), %%r8\n\tcall *%%r8")
WINDOW(repeated_store,
       "mov %%rsi, %%rdi\n\tmov %%rcx, %%r9\n\tmov $8, %%ecx\n\trep stosb\n\tmov %%r9, %%rcx")

/*
 * A call that lies on two pages: the first round comes to it by a jump, the others by the instruction before it,
 * and a translator begins to read it there, too. Each executes as many.
 */
WINDOW(call_over_two_pages, "cmp $1000, %%ecx\n\tjne 3f\n\tjmp 4f\n\t"
			    ".balign 4096\n\t.skip 4093\n3:\n\tnop\n4:\n\tcall known_callee")

int main(void)
{
	nothing();
	load();
	store();
	two_loads_one_line();
	load_over_two_lines();
	locked_inc();
	plain_inc();
	exchange();
	branch_not_taken();
	branch_taken();
	call();
	indirect_call();
	repeated_store();
	call_over_two_pages();
	return 0;
}
