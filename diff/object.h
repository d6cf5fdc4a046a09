/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A relocatable ELF file of a kernel, read: sections with their relocations in
 * order, and which symbol covers which place. The kernel's own build leaves
 * one that holds all of it (vmlinux.o).
 */
#ifndef PTWALK_DIFF_OBJECT_H
#define PTWALK_DIFF_OBJECT_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/err.h"

struct object_section {
	const char *name;
	const uint8_t *data; /* NULL where the file holds none (.bss) */
	uint64_t size;	     /* of @data */
	uint64_t flags;	     /* SHF_* */
	uint64_t entry;	     /* bytes of an entry, of mergeable sections */
	Elf64_Rela *relocs;  /* by offset */
	size_t nr_relocs;
};

/* A symbol with a place. Aliases are one: the first by name of the global ones, else of all. */
struct object_symbol {
	const char *name;
	const char *file; /* the source's name without folders; "" for global symbols */
	uint32_t section;
	uint64_t offset, size; /* bytes */
	bool function, global;
};

struct object {
	const struct arch *arch;	 /* of its code */
	struct object_section *sections; /* by ELF section number */
	size_t nr_sections;
	struct object_symbol *symbols; /* by section and offset */
	size_t nr_symbols;
	/* The file itself, which all of the above points into. */
	const Elf64_Sym *table;
	size_t nr_table;
	const char *names;
	size_t names_size;
	void *elf; /* of libelf */
	int fd;
};

/**
 * object_open - read a relocatable file
 * @object:	(out) to be ended with object_close(), on success only
 *
 * Returns: 0; -ENOENT; -ENOEXEC where it is no relocatable ELF of an architecture of arch/, is
 * damaged, or has no symbols.
 */
int object_open(struct object *, const char *path, struct err *err);
void object_close(struct object *);

/* The symbol that covers this place, or NULL. One without a size covers its first byte. */
const struct object_symbol *object_symbol_at(const struct object *, uint32_t section,
					     uint64_t offset);

/* The last symbol that begins at this place or before it, in its section, or NULL. */
const struct object_symbol *object_symbol_before(const struct object *, uint32_t section,
						 uint64_t offset);

/* The first relocation of a section at @offset or after it: its index. */
size_t object_reloc_from(const struct object_section *, uint64_t offset);

/* Where a relocation points. */
struct object_target {
	const char *
		undefined; /* the name of a symbol from elsewhere; else NULL, and @section counts */
	uint32_t section;
	int64_t offset; /* in the section, or from the symbol; addend included */
};

struct object_target object_target(const struct object *, const Elf64_Rela *);

#endif
