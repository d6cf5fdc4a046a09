/* SPDX-License-Identifier: GPL-2.0-only */
/* What a host says of itself in /sys and /proc, wherever these are. */
#ifndef PTWALK_NOISE_HOST_H
#define PTWALK_NOISE_HOST_H

#include <hwloc.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct noise_host {
	const char *root;    /* "" is this host; else a folder with a sys and a proc in it */
	hwloc_bitmap_t cpus; /* those that measure */
};

/* The path of a file under @host's root. Owned by the caller. */
char *noise_path(const struct noise_host *host, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What it holds, blanks at its end cut off; NULL where it is not there. Owned by the caller. */
char *noise_read(const struct noise_host *host, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The numbers N of all PREFIXN in @folder, ascending. Owned by the caller; @n (out). */
unsigned int *noise_numbers(const struct noise_host *host, const char *folder, const char *prefix,
			    size_t *n);

/* "0-3,8" as a set; an empty one where it is none. End it with hwloc_bitmap_free(). */
hwloc_bitmap_t noise_cpus(const char *list);

/* "0-3,8". Owned by the caller. */
char *noise_list(hwloc_const_bitmap_t cpus);

#endif
