/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cost model: cost = call + page x pages, fitted; and of exact counts in integers,
 * cost = call + pmd x PMD entries + page x pages (+ pud x PUD entries, or vma x mappings).
 */
#ifndef PTWALK_STATS_COST_H
#define PTWALK_STATS_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fit {
	double call;	 /* cost of a call that walks nothing, in the unit of the costs */
	double page;	 /* cost of each page */
	double residual; /* largest |cost - model| / cost, 0.01 being 1 % */
};

/**
 * fit_line - weighted least squares over sizes
 * @pages:	pages walked, finite and above 0
 * @cost:	what that cost, finite and above 0, one for each of @pages
 * @fit:	(out) on success only
 *
 * Each point weighs 1 / cost^2: what is made least is the sum of squared
 * relative errors, so that a large size does not drown the call's term.
 *
 * Returns: 0; -EINVAL: fewer than two points, or all of one size; -EDOM: a
 * point that is not above 0 or not finite.
 */
int fit_line(const double *pages, const double *cost, size_t n, struct fit *fit, struct err *err);

/* What changed between two exact cost lines: difference = call + page x pages. */

/* Up to here doubles hold every count. */
#define DIFFERENCE_MAX 9007199254740992.0

struct difference {
	double call, page; /* ticks more for a call that walks nothing, and for each page */
	bool exact;	   /* every size is on the line, to the tick */
};

/**
 * difference_line - the line through the differences of several sizes
 * @pages:	pages walked, whole numbers above 0
 * @difference:	ticks a call, new less base, whole numbers, one for each of @pages
 * @cost:	what the base costs, above 0: each point weighs 1 / cost^2, as in
 *		fit_line(), where no line goes through all
 * @out:	(out) on success only
 *
 * Returns: 0; -EINVAL: fewer than two sizes; -EDOM: a cost that is not above 0, or a
 * number past DIFFERENCE_MAX.
 */
int difference_line(const double *pages, const double *difference, const double *cost, size_t n,
		    struct difference *out, struct err *err);

/* From where on more is worse: so much a page, or such a share of the base. */

struct threshold {
	double page;	/* ticks a page */
	double percent; /* of the base */
};

/* "0.5": so much a page; "2%": of the base; neither below 0. Returns: 0 or -EINVAL. */
int threshold_parse(const char *text, struct threshold *, struct err *err);

/*
 * Is @cost, a call over @pages pages, more than @base by more than the
 * threshold? The whole of it counts: what equals the threshold is not worse. What is wrong costs INFINITY.
 */
bool threshold_worse(const struct threshold *, double base, double cost, double pages);

/* The threshold half way from one figure to another, both a page. */
struct threshold threshold_half(double good, double bad);

/* Three terms and a size over, that checks them. */
#define TERMS_LEAST_SIZES 4

/* The largest of each that is taken: products of them fit 128 bits. */
#define TERMS_MAX_PAGES (1ULL << 31)
#define TERMS_MAX_COUNT (1LL << 53)

/* A range of one size: what a walk of it meets, and what that counted or changed by. */
struct terms_size {
	uint64_t pages, pmds, puds; /* steps of what one entry of each level maps, begun ones too */
	uint64_t vmas;		    /* mappings; 0: not known, as where all is one */
	int64_t count;
};

/*
 * Of @len bytes from @addr, @len not 0, on a kernel with pages of @page bytes, whose tables are a
 * page of entries of 8 bytes. A PMD or PUD entry is a step that the range touches.
 */
struct terms_size terms_size(uint64_t addr, uint64_t len, uint64_t page, uint64_t vmas,
			     int64_t count);

struct terms {
	bool solved;  /* every size's count is the model's: the residual is 0 */
	bool has_pud; /* the sizes tell PUD entries from calls; else @pud is 0, and in @call */
	bool has_vma; /* they tell mappings from all else; else @vma is 0, and in the others */
	int64_t call, pmd, pud, vma, page;
	int64_t residual; /* the largest |count - model|; of terms rounded where not solved */
};

/**
 * terms_solve - the terms, from sizes that determine them and one over
 * @sizes:	in any order; of equal sizes one counts, the others check it
 * @terms:	(out) on success only; @terms->solved tells whether they hold
 *
 * PUD entries have a term of their own where the sizes tell it with one over. So have mappings,
 * instead, where sizes have different numbers of them.
 *
 * Returns: 0; -EINVAL: too few sizes, or they do not tell pages from PMD entries;
 * -EDOM: a size or count past the limits above.
 */
int terms_solve(const struct terms_size *sizes, size_t n, struct terms *terms, struct err *err);

#endif
