/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the cache folder that hold kernels; see docs/kernels.md. */
#ifndef PTWALK_KERNELS_CACHE_H
#define PTWALK_KERNELS_CACHE_H

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"

/* An absolute path in the cache folder, owned by the caller. Makes nothing. */
char *cache_path(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * cache_lock - keep other processes out of a part of the cache
 * @part:	"kernels", "modules": made if need be; its lock file is @part/lock
 *
 * Waits, and tells the user for whom. Interrupting the wait ends it. Child
 * processes hold it too, so that none writes there once the lock is free.
 *
 * Returns: a descriptor to close(), or a negative errno.
 */
int cache_lock(const char *part, struct progress *, struct err *err);

/* Has its disk so many MiB left? Else -ENOSPC: a full one makes apt wait without a word. */
int cache_room(unsigned int mib, struct err *err);

/* Remove what killed processes left in a folder: all that ends in ".tmp". Needs the lock. */
int cache_sweep(const char *folder, struct err *err);

/* It is used: cache_trim() counts from now. */
void cache_use(const char *path);

/*
 * Remove the results KEY@suffix in a folder, all but the @most that were used last and those
 * that were used within the hour. Needs the lock where they are folders.
 */
void cache_trim(const char *folder, const char *suffix, size_t most);

/* Put all of folder @from, synced, in the place of @to, which others see whole or not at all. */
int cache_publish(const char *from, const char *to, struct err *err);

/* Keys of the cache: a text of all that a result depends on, hashed. */

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
