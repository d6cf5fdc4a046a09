/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cost model in integers, for exact counts:
 * cost = call + pmd x PMD entries + page x pages (+ pud x PUD entries).
 */
#ifndef PTWALK_STATS_TERMS_H
#define PTWALK_STATS_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Three terms and a size over, that checks them. */
#define TERMS_LEAST_SIZES 4

/* The largest of each that is taken: products of them fit 128 bits. */
#define TERMS_MAX_PAGES (1ULL << 31)
#define TERMS_MAX_COUNT (1LL << 53)

/* A range of one size: what a walk of it meets, and what that counted or changed by. */
struct terms_size {
	uint64_t pages, pmds, puds; /* of 4 KiB; steps of 2 MiB and of 1 GiB, begun ones too */
	int64_t count;
};

/* Of @len bytes from @addr, @len not 0. A PMD or PUD entry is a step that the range touches. */
struct terms_size terms_size(uint64_t addr, uint64_t len, int64_t count);

struct terms {
	bool solved;  /* every size's count is the model's: the residual is 0 */
	bool has_pud; /* the sizes tell PUD entries from calls; else @pud is 0, and in @call */
	int64_t call, pmd, pud, page;
	int64_t residual; /* the largest |count - model|; of terms rounded where not solved */
};

/**
 * terms_solve - the terms, from sizes that determine them and one over
 * @sizes:	in any order; of equal sizes one counts, the others check it
 * @terms:	(out) on success only; @terms->solved tells whether they hold
 *
 * PUD entries have a term of their own where the sizes tell it with one over.
 *
 * Returns: 0; -EINVAL: too few sizes, or they do not tell pages from PMD entries;
 * -EDOM: a size or count past the limits above.
 */
int terms_solve(const struct terms_size *sizes, size_t n, struct terms *terms, struct err *err);

#endif
