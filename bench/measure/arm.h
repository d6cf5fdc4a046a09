/* SPDX-License-Identifier: GPL-2.0-only */
/* The arms of a measurement: kernels, built if need be, and what came of them. */
#ifndef PTWALK_MEASURE_ARM_H
#define PTWALK_MEASURE_ARM_H

#include "bench/measure/prepare.h"
#include "bench/measure/run.h"
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

#endif
