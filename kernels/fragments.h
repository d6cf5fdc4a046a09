/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config fragments: options that a kernel is to be built with, each checked to
 * have taken. A fragment holds "CONFIG_X=y" and "# CONFIG_X is not set" lines;
 * one that ends in "# where there is one" may be unknown to a tree. A line
 * "# base: nothing" (all that can be is off) or "# base: debian" (as Debian's
 * kernel of that series) makes it one to begin with. Where none that is asked
 * for is such a base, "bench" comes before them. On Debian's base a line
 * "# modules: NAME..." names the only modules to be made, with what they depend
 * on in Debian's kernel; "?NAME" may be none.
 */
#ifndef PTWALK_KERNELS_FRAGMENTS_H
#define PTWALK_KERNELS_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct fragment_option {
	char *name;    /* "CONFIG_X" */
	char *value;   /* "y", "\"text\""; "n" where it is not to be set */
	char *from;    /* "bench", or the fragment's path */
	bool optional; /* where there is one */
};

struct fragments {
	struct fragment_option *options; /* the last of each name, in the order of the first */
	size_t n;
	bool debian;	     /* begin with Debian's config; else with nothing */
	struct strv modules; /* to be made; none: all of them */
	struct strv names;   /* "bench", "debug", "/home/me/x.config" */
};

/**
 * fragments_load - read and merge fragments
 * @names:	names in kernels/config, or paths (with a slash)
 *
 * Returns: 0; -EINVAL (no such fragment; a line that is none; two bases;
 * modules by name on no base of Debian's). End
 * with fragments_release() in either case.
 */
int fragments_load(struct fragments *, const struct strv *names, struct err *err);
void fragments_release(struct fragments *);

/* The text to give to Kconfig, after @base ("" or a whole .config). Owned by the caller. */
char *fragments_text(const struct fragments *, const char *base);

/* Did every option take? -EOPNOTSUPP names those that did not, and what they are in @config. */
int fragments_check(const struct fragments *, const char *config, struct err *err);

#endif
