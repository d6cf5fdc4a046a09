/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose code differs between the kernels of two sides, in words for the tables. */
#ifndef PTWALK_CLI_CODE_H
#define PTWALK_CLI_CODE_H

#include "bench/cli/side.h"

struct code {
	struct strv functions; /* "hmm_vma_walk_pmd (hmm.c)", "hmm_walk (new)" */
	char *unknown;	       /* why they are not known, or NULL; owned */
};

/**
 * code_differences - compare the kernels' vmlinux.o, and ptwalk's modules
 * @code:	(out) to be ended with code_release()
 *
 * Never fails: what cannot be told is unknown, with the reason.
 */
void code_differences(const struct side *base, const struct side *new, struct code *code);
void code_release(struct code *);

#endif
