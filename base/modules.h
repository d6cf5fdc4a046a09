/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel modules: what has to be loaded for some names, in what order. */
#ifndef PTWALK_BASE_MODULES_H
#define PTWALK_BASE_MODULES_H

#include "base/err.h"
#include "base/str.h"

/**
 * modules_resolve - the files to load for @names
 * @root:	holds lib/modules/@release with its modules.dep
 * @names:	NULL-terminated
 * @paths:	(out) appended: host paths, each after what it depends on, none
 *		twice, built-in ones left out
 *
 * Returns: 0; -ENOENT where a module is not there, with its name in @err; or
 * another negative errno.
 */
int modules_resolve(const char *root, const char *release, const char *const *names,
		    struct strv *paths, struct err *err);

/* The module's name of its path: "/a/nd_e820.ko.xz" is "nd_e820". Owned by the caller. */
char *module_name(const char *path);

/* A file's bytes, decompressed where it is (.ko.xz, .zst, .gz). Owned by the caller. */
char *module_read(const char *path, size_t *len, struct err *err);

/* Of @len bytes those before the signature that ends them (the kernel's module_signature.h), or all. */
size_t module_unsigned(const char *data, size_t len);

#endif
