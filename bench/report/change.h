/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed between two exact runs, by op and workload over all sizes: so
 * much a call, a PMD entry and a page.
 */
#ifndef PTWALK_REPORT_CHANGE_H
#define PTWALK_REPORT_CHANGE_H

#include "bench/record/record.h"
#include "bench/stats/cost.h"
#include "bench/stats/terms.h"

/* An op under a policy over a workload, placed alike, where a size's count changed. */
struct change {
	char *name;	  /* "hmm/entry/devdax-pte": a series without its size; owned */
	size_t sizes;	  /* that both runs have */
	uint64_t largest; /* the largest of them, bytes */
	int64_t ticks;	  /* what changed there, a call */
	bool line_known;  /* there are two sizes or more */
	struct difference line;
	bool terms_known;   /* there are sizes enough for integers */
	struct terms terms; /* where solved, the change is exactly that */
};

struct changes {
	struct change *v; /* in the base's order */
	size_t n;
	size_t same; /* ops over workloads that both runs have and where no size changed */
};

/* Both runs repeat within themselves. `empty`, the window's own cost, is left out. */
void changes_build(const struct records *base, const struct records *new, struct changes *);
void changes_release(struct changes *);

/* Is it so much a call, a PMD entry and a page at every size, with a size over to check it? */
bool change_exact(const struct change *);

/*
 * "+1 a page, +0 a PMD, +0 a call, exactly", or a line through the sizes, and how good it is.
 * Owned by the caller.
 */
char *change_text(const struct change *);

#endif
