/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of the checkout that are chosen by name: kernels/config, kernels/policy. */
#ifndef PTWALK_KERNELS_CATALOG_H
#define PTWALK_KERNELS_CATALOG_H

#include "base/err.h"
#include "base/str.h"

/* A folder of the checkout: $PTWALK_SOURCE, else the one ptwalk was built from. Owned. */
char *catalog_checkout(const char *below);

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

#endif
