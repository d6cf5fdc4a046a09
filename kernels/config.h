/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of the suite that are chosen by name: kernels/config, kernels/policy. */
#ifndef PTWALK_KERNELS_CONFIG_H
#define PTWALK_KERNELS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "kernels/kernel.h"

/**
 * catalog_path - the file that a name stands for
 * @kind:	"config" or "policy"
 * @name:	"bench"; one with a slash is a path as it is
 * @suffix:	of the files: "", ".cocci"
 *
 * Returns: an absolute path, owned by the caller; NULL with @err set, which
 * lists the names there are.
 */
char *catalog_path(const char *kind, const char *name, const char *suffix, struct err *err);

/* All names of a kind, sorted, and the first line of each file's comment. */
void catalog_list(const char *kind, const char *suffix, struct strv *names, struct strv *summaries);

/* A kernel's .config, read. */

/**
 * config_value - what an option is set to
 * @text:	the whole .config
 * @option:	"CONFIG_X"
 *
 * Returns: "y", "m", "12" or a string without its quotes, owned by the caller;
 * NULL where the option is not set.
 */
char *config_value(const char *text, const char *option);

/**
 * config_digest - what two configs of one meaning have in common
 * @hex:	(out) lower-case SHA-256, NUL-terminated
 *
 * Of the options alone, as they stand: not of the comments, which tell the version,
 * nor of CONFIG_BUILD_SALT and CONFIG_CC_VERSION_TEXT, which a new package of the
 * same config brings (the compiler is recorded by itself).
 */
void config_digest(const char *text, char hex[65]);

/* Is the option y or m? */
bool config_has(const char *text, const char *option);

/* Bytes of a page of such a kernel: 4096 where nothing says otherwise. */
uint64_t config_page_size(const char *text);

/*
 * Can the ELF vmlinux be booted, by PVH? Not with KASAN: what PVH enters is
 * instrumented, and runs before there is shadow memory (6.1 resets the CPU).
 */
bool config_boots_elf(const char *text);

/*
 * Config fragments: options that a kernel is to be built with, each checked to
 * have taken. A fragment holds "CONFIG_X=y" and "# CONFIG_X is not set" lines;
 * one that ends in "# where there is one" may be unknown to a tree, and one that ends in
 * "# of arm64", after that, is of kernels of this architecture alone. A line
 * "# base: nothing" (all that can be is off) or "# base: debian" (as Debian's
 * kernel of that series) makes it one to begin with. Where none that is asked
 * for is such a base, "bench" comes before them. On Debian's base a line
 * "# modules: NAME..." names the only modules to be made, with what they depend
 * on in Debian's kernel; "?NAME" may be none. Of the options that a line "# one of: CONFIG_X
 * CONFIG_Y" names, as of a choice of Kconfig's, the last that is set to y takes the others' place.
 */

struct fragment_option {
	char *name;    /* "CONFIG_X" */
	char *value;   /* "y", "\"text\""; "n" where it is not to be set */
	char *from;    /* "bench", or the fragment's path */
	bool optional; /* where there is one */
};

struct fragments {
	struct fragment_option *options; /* the last of each name, in the order of the first */
	size_t n;
	const struct arch *arch;
	bool debian;	     /* begin with Debian's config; else with nothing */
	struct strv modules; /* to be made; none: all of them */
	struct strv names;   /* "bench", "debug", "/home/me/x.config" */
	struct strv choices; /* "CONFIG_X CONFIG_Y" */
};

/**
 * fragments_load - read and merge fragments
 * @names:	names in kernels/config, or paths (with a slash)
 * @arch:	of the kernel; NULL: this host's
 *
 * Returns: 0; -EINVAL (no such fragment; a line that is none; two bases;
 * modules by name on no base of Debian's). End
 * with fragments_release() in either case.
 */
int fragments_load(struct fragments *, const struct strv *names, const struct arch *,
		   struct err *err);
void fragments_release(struct fragments *);

/* The text to give to Kconfig, after @base ("" or a whole .config). Owned by the caller. */
char *fragments_text(const struct fragments *, const char *base);

/* Did every option take? -EOPNOTSUPP names those that did not, and what they are in @config. */
int fragments_check(const struct fragments *, const char *config, struct err *err);

/* Configs of kernels that were measured, kept in the cache by digest: in what do two differ? */

/* Keep the config of a kernel that is measured. What fails costs names alone: it is not said. */
void configs_keep(const struct kernel *);

/* "812 options differ: ...": as many as make a line of a screen or two. NULL: the same, or unknown. */
char *configs_told(const char *base, const char *new);

#endif
