/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symbols of a kernel, exported or not, each with its address: what /proc/kallsyms
 * shows of the kernel itself. They are in its image, so that nothing is booted.
 */
#ifndef PTWALK_KERNELS_KALLSYMS_H
#define PTWALK_KERNELS_KALLSYMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define KALLSYMS_NAME 512 /* the longest, and more */

/* Addresses from here on are the kernel's. */
#define KERNEL_HALF 0xffff800000000000

struct kallsym {
	uint64_t addr;
	char *name;
};

struct kallsyms {
	struct kallsym *v; /* by name; a name may be there more than once */
	size_t n;
};

/**
 * kallsyms_of_elf - read the tables of an ELF vmlinux, stripped or not
 *
 * Addresses are those that it is linked for, which a boot with nokaslr has.
 * Knows the tables of 5.10 to 7.2 (scripts/kallsyms.c); a table that does not hold
 * together in every part is -ENOEXEC. End it with kallsyms_release().
 */
int kallsyms_of_elf(struct kallsyms *, const char *vmlinux, struct err *err);

/*
 * The same of a kernel as it lies in memory (arch.raw_image). Where its addresses begin may be told
 * by a relocation alone, which is of a 64-bit address and has an addend; or by its pointers alone.
 */
int kallsyms_of_image(struct kallsyms *, const char *image, struct err *err);

/* The same of a text like /proc/kallsyms; -EPERM where it hides all addresses. */
int kallsyms_of_text(struct kallsyms *, const char *text, struct err *err);

/* Add a name, which is copied; after the last, sort them. */
void kallsyms_add(struct kallsyms *, uint64_t addr, const char *name);
void kallsyms_sort(struct kallsyms *);

/*
 * Of an image whose relocations are told by where pointers are (RELR), and addresses by where they are
 * told, the first byte is at no address that it has: of all bases where a kernel may be, that by which
 * most of its pointers point at symbols, whose addresses are from the first byte; 0: none.
 */
uint64_t kallsyms_base(const struct kallsyms *, const unsigned char *image, size_t len);

void kallsyms_release(struct kallsyms *);

/**
 * kallsyms_find - the address of a name
 *
 * Returns: 0; -ENOENT where there is none; -ENOTUNIQ where there are several, at
 * addresses that differ. @err names the symbol.
 */
int kallsyms_find(const struct kallsyms *, const char *name, uint64_t *addr, struct err *err);

#endif
