/* SPDX-License-Identifier: GPL-2.0-only */
/* Patches one after another: as mails, or as the commits of a tree, which is only read. */
#ifndef PTWALK_KERNELS_SERIES_H
#define PTWALK_KERNELS_SERIES_H

#include "base/err.h"
#include "base/str.h"

/**
 * series_of_mails - the patches of an mbox, or of one mail, decoded
 * @folder:	where they are put, "1-the-subject" and so on
 * @files:	their paths are added, in the mbox's order; mails without a patch are left out
 * @subjects:	one for each
 *
 * Returns: 0, or a negative errno.
 */
int series_of_mails(const char *mbox, const char *folder, struct strv *files, struct strv *subjects,
		    struct err *err);

/**
 * series_of_commits - the commits that "A..B" names, merges by what they merged
 * @commits:	(out) the one before the first, then each, the oldest first
 * @subjects:	(out) one for each but that one
 *
 * Returns: 0, or -EINVAL where that is no range of the tree's, or has no commit.
 */
int series_of_commits(const char *tree, const char *range, struct strv *commits,
		      struct strv *subjects, struct err *err);

#endif
