/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine: measure these arms, in this order, until told. It gives their records in memory,
 * and where each run is kept.
 */
#ifndef PTWALK_MEASURE_MEASURE_H
#define PTWALK_MEASURE_MEASURE_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/measure/run.h"
#include "bench/record/record.h"
#include "kernels/build.h"

/* A kernel to be measured, and what came of it. */
struct arm {
	const char *name;	      /* "base", for people; NULL: it is the only one */
	bool build;		      /* as @request says; else @spec is a kernel that is there */
	struct build_request request; /* what it points at is the caller's */
	const char *side;	      /* of own code in the first arm's boot: its policy; or NULL */
	const char *path;	      /* keep its run in exactly this folder; NULL: as any run */
	char *spec;		      /* for kernel_find(); owned; of the running kernel NULL */
	char *label;		      /* what was built, for people; NULL where nothing is; owned */
	bool built;		      /* now; false: it was there */
	struct prepared prepared;
	struct run run;
	double build_seconds, prepare_seconds, measure_seconds;
};

/*
 * Build its kernel of @arch (NULL: this host's) now, if it has to be built and is not. Returns
 * as kernel_build().
 */
int arm_build(struct arm *, const struct arch *arch, bool quiet, struct err *err);

/* Where the console and logs of the arm that failed are kept, or NULL. */
const char *arms_kept(const struct arm *, size_t n);

/*
 * After measure() failed with @ret: is this kernel to blame, so that another would fare better?
 * False where it is the host's fault, or the user's.
 */
bool arm_is_to_blame(const struct arm *, int ret);
void arm_release(struct arm *);

/* Whose code differs between two arms' kernels, and between ptwalk's modules for them. */
struct changed_code {
	struct strv functions; /* "hmm_vma_walk_pmd (hmm.c)", "hmm_walk (new)" */
	char *unknown;	       /* why they are not known, or NULL; owned */
};

/**
 * changed_code_find - compare what was prepared for them
 * @code:	(out) to be ended with changed_code_release()
 *
 * Never fails: what cannot be told is unknown, with the reason.
 */
void changed_code_find(const struct arm *base, const struct arm *new, struct changed_code *code);
void changed_code_release(struct changed_code *);

/* Looks at noisy figures while they are made: are they known well enough to end, and from where on? */

/* What all looks together may spend. */
#define LOOK_ALPHA 0.05

struct look {
	size_t series, open; /* judged, and of these not settled */
	char settled[32];    /* what the others are: "settled", "known to +-1 %" */
};

/**
 * look_closely - do the boots of a run tell each of its series to within the plan's width?
 * @alpha:	of the interval of each median
 */
int look_closely(const struct records *, const struct plan *, double alpha, struct look *look,
		 struct err *err);

/* "8,16,32". Owned by the caller. */
char *look_units(const struct looks *);

/* The warm-up of a series of a noisy machine. */

/**
 * warm_up_find - how many of its first samples are not like the others?
 *
 * Asks warmup_find() of the samples that were not disturbed, sets series->warm_up,
 * and adds a note where they never settle.
 */
int warm_up_find(struct record_series *series, struct err *err);

struct measurement {
	const struct plan *plan; /* whose kernel does not count: each arm has its own */
	const char *results;	 /* the folder of runs */
	const char *command;	 /* how it was asked for, for the record */
	bool reuse;		 /* an exact run of the same key in @results stands for a new one */
	bool quiet;		 /* no progress */
	bool in_turn;		 /* boots of all arms in randomised blocks; else arm by arm */
	const char *last_stage;	 /* of the progress: what @whole does last; NULL: nothing long */
	/* Asked once all arms are prepared, before any is booted: is it to be? NULL: it is. */
	int (*prepared)(void *arg, struct arm *arms, struct err *err);
	/*
	 * Asked at each look of the plan: are the figures settled? NULL: they are where the
	 * median of every series is known closely enough (look_closely()). @alpha: what this look may
	 * spend.
	 */
	int (*look)(void *arg, const struct arm *arms, double alpha, struct look *look,
		    struct err *err);
	/* Told of each run that was made, once all are, or one has failed: keep it, draw it. */
	void (*whole)(void *arg, struct arm *, struct progress *);
	void *arg;
};

/**
 * measure - build what has to be built, prepare all kernels, boot them, keep their runs
 * @arms:	each to be ended with arm_release(), whatever is returned
 *
 * What does not build, or cannot be prepared, costs no boot. Arm by arm, a run is whole and in
 * its place before the next kernel is booted; in turn, all are whole or none. Each run's record
 * has the order of all boots, the seed, the looks and why it ended, where there were any.
 *
 * Returns: 0, or a negative errno; nothing half-written is left then, and arms_kept() tells
 * where the last words are.
 */
int measure(const struct measurement *, struct arm *arms, size_t n, struct err *err);

/* What every kernel would lack, asked before the first one is built. 0, or why not. */
int measure_possible(const struct plan *, struct err *err);

/* The order of boots, and what the progress shows of them. */

/* Whose boot is the next, of @n arms in turn with @boots made. */
unsigned int next_arm(const struct measurement *, size_t n, size_t boots);

/* Of all boots in the order in which they are made; @names is to outlive it. NULL: none is shown. */
struct progress *new_progress(const struct measurement *, const struct arm *arms, size_t n,
			      struct strv *names);

#endif
