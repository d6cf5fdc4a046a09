/* SPDX-License-Identifier: GPL-2.0-only */
/* Changes to a source tree: unified diffs, and semantic patches for Coccinelle. */
#ifndef PTWALK_KERNELS_CHANGES_H
#define PTWALK_KERNELS_CHANGES_H

#include "base/err.h"
#include "kernels/source.h"

/**
 * changes_apply - change a source's tree, in its store alone
 * @files:	*.cocci are semantic patches, all others unified diffs with -p1
 *		names, taken without fuzz
 *
 * Comments in a semantic patch say "// Files: PATH...", which files it changes;
 * "// After: NAME...", which others beside it come first; "// Not with:
 * WORD...", what must not be there yet; "// Makes: NAME*N...", how often names
 * must be there when it is done, so that no rule misses its place unseen.
 *
 * Sets source->tree to the changed one, and adds "+NAME" to its version and
 * label. The source is locked by the caller.
 *
 * Returns: 0; -ENOENT (no such file, or spatch is missing); -EBADMSG (one does
 * not apply; @err names the hunk) or another negative errno.
 */
int changes_apply(struct source *, const struct strv *files, struct err *err);

/* What sets one tree apart from another. Strings are owned. */
struct tree_change {
	struct strv files;  /* that differ: "mm/hmm.c" */
	char *patch;	    /* the path of a unified diff, in the cache */
	char *base_version; /* as struct source has them */
	char *version, *label;
};

/**
 * changes_between - find two trees of one folder or package, and what differs
 * @change:	(out) to be ended with tree_change_release(), whatever is returned
 *
 * Patches of either are applied. Returns as source_open() and changes_apply().
 */
int changes_between(const struct build_request *base, const struct build_request *new,
		    struct tree_change *change, struct progress *, struct err *err);
void tree_change_release(struct tree_change *);

/* The hunk of a unified diff that changes @file from line @line on: 1 for the file's first; 0. */
int changes_hunk(const char *patch, const char *file, long line);

#endif
