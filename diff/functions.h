/* SPDX-License-Identifier: GPL-2.0-only */
/* Which functions' code differs between two builds. */
#ifndef PTWALK_DIFF_FUNCTIONS_H
#define PTWALK_DIFF_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "diff/object.h"

enum function_fate {
	FUNCTION_CHANGED,
	FUNCTION_GONE,
	FUNCTION_NEW,
};

struct function_change {
	char *name;
	char *file; /* the source's name without folders, where the function is static; else "" */
	enum function_fate fate;
	uint64_t base_size, new_size; /* bytes; 0 where there is none */
};

struct function_changes {
	struct function_change *v; /* by name */
	size_t n;
};

/**
 * functions_diff - compare all functions of two relocatable files
 * @base, @new:	paths, of vmlinux.o or of any object
 * @changes:	(out) to be ended with function_changes_release(), on success only
 *
 * Functions of one name are paired by their file, and by their code.
 *
 * Returns: 0, or what object_open() does.
 */
int functions_diff(const char *base, const char *new, struct function_changes *changes,
		   struct err *err);
void function_changes_release(struct function_changes *);

/*
 * Are two functions the same code? Their bytes must be equal but where they
 * name a place: there, the places must be the same thing, wherever it is in
 * its file. So a function that merely moved, or whose callees did, is the same.
 *
 * Places are told apart by symbol and offset; strings, constants and jump
 * tables, which have no symbol, by what they hold. Numbers that the compiler
 * gives to names (__func__.12) are left out. Calls within a section have no
 * relocation: capstone tells which bytes of an instruction are its operand.
 */

bool same_code(const struct object *a, const struct object_symbol *in_a, const struct object *b,
	       const struct object_symbol *in_b);

#endif
