/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which series: workloads, sizes, variants, samples. Read from the command
 * line in the same words by the CLI and by the driver.
 */
#ifndef PTWALK_OP_SELECTION_H
#define PTWALK_OP_SELECTION_H

#include "base/option.h"
#include "bench/op/op.h"
#include "bench/op/placement.h"
#include "workloads/workload.h"

/* Scenes: a workload of a placement, size and walkers, with all its variants; from 0 on. */
struct scenes {
	size_t from, to; /* [from, to) */
};

struct selection {
	/* As given; empty lists stand for the defaults. */
	struct strv workload_names, op_names, policy_names, size_names, placement_names;
	struct strv series_names; /* of those named for ops: what they say is in the lists above */
	struct strv
		own_changes; /* "NAME=FILE": to be given to policy_add() before they are resolved */
	const char *threads_text;
	unsigned int mms, cache; /* words of the options */
	bool left; /* the workloads are those of another selection that can run: one is not alone */
	/* What they mean, once resolved. */
	const struct workload **workloads;
	size_t nr_workloads;
	struct variants variants;
	uint64_t *sizes; /* bytes, ascending, no two alike */
	size_t nr_sizes;
	bool sizes_given; /* or of the only workload's own; else selection_wants() tells */
	uint64_t start;	  /* bytes: where one more walk that is proved begins; 0: none is */
	struct placement *placements;  /* in the order they were named, no two alike */
	struct placement_nodes *nodes; /* of each placement, after selection_place() */
	size_t nr_placements;
	const struct workload_alone *alone; /* of the only workload; NULL: several, or @left */
	struct walkers *walkers; /* by threads, ascending, no two alike; one alone by default */
	size_t nr_walkers;
	unsigned int iterations; /* samples a series; 0: not given */
	bool cold;		 /* all variants are */
	struct scenes part;	 /* of all its scenes those that are measured; .to 0: all */
};

/* Options of a struct selection: a part of a program's. */
extern const struct opt selection_opts[];

/**
 * selection_resolve - from names to things
 *
 * Returns: 0, or -EINVAL with what is wrong, and what there is, in @err.
 */
int selection_resolve(struct selection *, struct err *err);

/**
 * selection_place - from the names of placements to nodes of a machine
 *
 * To be called after selection_resolve(), for which placements are names, and
 * PLACEMENT_PAIRS none yet. Where none is named there is one, of no node.
 *
 * Returns: 0, or -ENODEV as placement_resolve().
 */
int selection_place(struct selection *, const struct placement_map *map, struct err *err);
void selection_release(struct selection *);

/* Where nothing is named, the default ops without own code: for a selection not resolved yet. */
void selection_built_in(struct selection *);

/**
 * selection_one - take a series by its name
 * @series:	"hmm/entry/devdax-pte/1G", as it is printed
 *
 * Adds what it says to the lists of a selection that is not resolved yet.
 *
 * Returns: 0, or -EINVAL with what such names are in @err.
 */
int selection_one(struct selection *, const char *series, struct err *err);

/* What -o takes: ops, with a policy or without, and series; commas between them. */
int selection_add_ops(struct selection *, const char *list, struct err *err);

/* Do the lists, once resolved, make the series that were named, and no others? */
int selection_check_series(const struct selection *, struct err *err);

/*
 * Can so many walkers be had where there are @cpus? 0, or -EINVAL; @hint says how to
 * have more, in brackets, or is "".
 */
int selection_check_cpus(const struct selection *, unsigned int cpus, const char *hint,
			 struct err *err);

/* Is all that was asked for in whole pages of @page bytes? 0, or -EINVAL. Resolved ones are for 4 KiB. */
int selection_check_page(const struct selection *, uint64_t page, struct err *err);

/* Cold caches where there are none: 0, or -EINVAL. @exact: ticks count instructions. */
int selection_check_cache(const struct selection *, bool exact, struct err *err);

/* Is it one of the sizes of @workload? Of those that nobody gave, 1G is for leaves of 1 GiB alone. */
bool selection_wants(const struct selection *, const struct workload *workload, uint64_t size);

/* A series of a selection; all members 0 before the first. */
struct selected {
	size_t next; /* of all combinations */
	size_t workload, placement;
	uint64_t size;
	const struct walkers *walkers;
	const struct variant *variant;
};

/* The next series, in the order in which they are measured; false behind the last. */
bool selection_next(const struct selection *, struct selected *at);

/* How many scenes there are of it, its part or not. */
size_t selection_scenes(const struct selection *);

/* Which scene a series is of. */
size_t selection_scene(const struct selection *, const struct selected *at);

/* How many series that is. */
size_t selection_series(const struct selection *);

/* What a series is called; the caller frees it. */
char *selection_name(const struct selection *, const struct selected *at);

/* A whole number from @min to @max, in decimal. */
int parse_count(const char *text, unsigned long min, unsigned long max, const char *what,
		unsigned long *out, struct err *err);

#endif
