/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of commands that build kernels: from which sources, with which config. */
#ifndef PTWALK_CLI_TREE_H
#define PTWALK_CLI_TREE_H

#include "base/option.h"
#include "kernels/build.h"

struct tree_options {
	const char *tree;    /* a folder of sources, or NULL */
	const char *source;  /* "debian:6.1", or NULL */
	struct strv configs; /* empty: the default */
};

extern const struct opt tree_opts[];
void tree_release(struct tree_options *);

/* Is a kernel to be built at all? */
bool tree_given(const struct tree_options *);

/* Returns: 0, or -EINVAL where the options contradict each other. */
int tree_check(const struct tree_options *, struct err *err);

/* A request for these sources; what it points at is the options'. */
struct build_request tree_request(const struct tree_options *);

#endif
