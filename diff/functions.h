/* SPDX-License-Identifier: GPL-2.0-only */
/* Which functions' code differs between two builds. */
#ifndef PTWALK_DIFF_FUNCTIONS_H
#define PTWALK_DIFF_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

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

#endif
