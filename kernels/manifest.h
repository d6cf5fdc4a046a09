/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys of the cache: a text of all that a result depends on, hashed. */
#ifndef PTWALK_KERNELS_MANIFEST_H
#define PTWALK_KERNELS_MANIFEST_H

#include "base/err.h"
#include "base/str.h"

struct manifest {
	struct strv lines;
};

void manifest_addf(struct manifest *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The path relative to @folder, and the contents, of a file. */
int manifest_add_file(struct manifest *, const char *folder, const char *path, struct err *err);

/* The same of every file below @folder; of a link, what it says. */
int manifest_add_tree(struct manifest *, const char *folder, struct err *err);

/* 24 hexadecimal digits, owned by the caller. */
char *manifest_key(const struct manifest *);
void manifest_release(struct manifest *);

#endif
