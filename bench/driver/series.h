/* SPDX-License-Identifier: GPL-2.0-only */
/* One series: one variant over one size of one workload, measured and proved. */
#ifndef PTWALK_DRIVER_SERIES_H
#define PTWALK_DRIVER_SERIES_H

#include "bench/driver/gbench.h"
#include "bench/driver/session.h"
#include "bench/op/op.h"
#include "bench/record/record.h"

struct series {
	struct session *session;
	const struct workload *workload;
	const struct placement *placement;
	const struct placement_nodes *nodes; /* that it asks for */
	uint64_t start;			     /* of what is laid out, in bytes */
	uint64_t size;			     /* bytes walked */
	const struct walkers *walkers;	     /* how many at once */
	struct variant variant;
	char *name;
	/* The last execution: the benchmark library may run a series several times. */
	struct ptwalk_inspect proof;
	struct ptwalk_blocks blocks;
	struct ptwalk_run run;
	struct ptwalk_sample *samples;
	struct ptwalk_stages *stages; /* NULL where the op has none */
	uint64_t run_ticks;
	uint64_t changes;	     /* that a thread made to the range meanwhile */
	uint64_t more;		     /* windows of several walkers that are not recorded */
	unsigned int window_seconds; /* that one window may take: see series_seconds() */
	bool measured;
	bool wrong;	/* it was not, as what its windows did is wrong */
	struct err err; /* why it was not */
};

/* A gbench_fn; @series is a struct series. */
void series_run(struct gbench_state *, void *series);

/**
 * ask_run - have the module run the series' op over what is laid out
 * @series:	(out) run, run_ticks, samples, and for an op with stages its stages
 * @flags:	PTWALK_RUN_*
 *
 * The range is emptied before each window for an op that populates it. For one
 * whose range changes, a thread changes it beside the windows, where there is
 * another CPU and ticks are time; else the module is asked to.
 */
int ask_run(struct series *series, unsigned int iterations, uint32_t flags, struct err *err);

/* Are there threads beside the windows that change the range? */
bool ask_changes(const struct series *series);

/* Does such a thread leave other pages behind than it found? */
bool ask_moves(const struct series *series);

/*
 * Is what is in the array what the page tables hold? Not where a thread replaced the pages, or was
 * so fast that chunks were given up, which no walk then may have written.
 */
bool ask_shows_pages(const struct series *series);

/* One window over what there is, by the module alone: no thread, and nothing is emptied before it. */
int ask_once(struct series *series, uint32_t flags, struct err *err);

/* Seconds that so many windows may take, whatever happens; on the exact machine of QEMU's CPU time. */
unsigned int series_seconds(const struct series *series, unsigned int iterations);

/* What the page tables hold over the series' range. */
int series_inspect(const struct series *, struct ptwalk_inspect *met, struct err *err);

/* What is laid out is what it says, where it was asked for; (out) proof. */
int series_prove_layout(struct series *, struct err *err);

/*
 * What a window faulted in is what the label says: the layout before it is gone. Where memory may be
 * short of huge pages, or a copy may be of small ones, another thing is not wrong.
 */
int series_prove_populated(struct series *series, struct err *err);

/*
 * After the windows: the array is what is mapped, and nothing has moved. -CLIENT_WRONG where what
 * the op did is wrong.
 */
int series_prove_windows(struct series *, struct err *err);

/*
 * The same over parts of the range that begin and end within a leaf, in a hole, at an odd page, by a
 * walk of each that is not timed.
 * @flags: PTWALK_RUN_* of the windows
 */
int series_prove_parts(const struct series *, uint32_t flags, struct err *err);

/*
 * Is what the op finds of what is laid out right: of all of it, and of parts as above? Nothing is
 * timed. The layout must be proved.
 */
int series_prove_untimed(struct series *, struct err *err);

/* That of the label; of what an op faulted in itself, what it is. */
unsigned int series_level(const struct series *);

/* In the fastest window; where ticks are time. */
double series_pages_per_second(const struct series *);

void series_release(struct series *);

/*
 * Several walkers at once: threads of this process, on one address space, or
 * processes, each with one and a layout of its own. Each has a CPU to itself,
 * and walks from before the first recorded window of them all until after the
 * last, so that every recorded one has company.
 */

/* 0, or -EOPNOTSUPP where the series' op or workload takes one walker at a time, and why. */
int walkers_possible(const struct series *series, struct err *err);

/**
 * walkers_run - have all walkers of the series walk at once
 * @series:	laid out and proved, where they share one address space; else nothing
 *		may be laid out. (out) samples: of each walker in turn; run, proof: the
 *		first one's, with done the number of all samples; run_ticks: the
 *		longest; more
 *
 * Every walker's array is compared with what is mapped for it, and its layout
 * is proved before and after.
 *
 * Returns: 0, or what the first walker failed with; none is left behind.
 */
int walkers_run(struct series *series, unsigned int iterations, struct err *err);

/**
 * others_prove - walk what default workloads have none of, and look whether it is found right
 * @wrong:	told of each that is wrong: a series with its name and reason, and @arg
 *
 * Read-only memory at each level, holes, the zero page: an entry that is said to be writable, whatever it
 * is, cannot be found where all are. Each op of the selection that fills an array walks each of
 * them, small, once, untimed, and parts of it. What is measured anyway, and what cannot be laid
 * out here, is passed over. Last: it may leave anything behind.
 */
void others_prove(struct session *, void (*wrong)(const struct series *, void *arg), void *arg);

/**
 * absent_run - have the module run what series->run asks, each window with the same pages to be faulted in
 * @series:	of an op that populates; (out) run, samples
 *
 * Before each window the pages are made absent, or every second leaf of them, or shared with a child;
 * what is not so is -EBADE. Left in the end is what the last window faulted in; done is of all.
 */
int absent_run(struct series *series, struct err *err);

/* Ops that are system calls over the range: fork(), and those that let go of it. */

/* 0, or -EOPNOTSUPP: what is asked for beside the ticks is of the module's windows alone. */
int calls_possible(const struct series *series, struct err *err);

/**
 * calls_run - time the call of the series' op so often, each over a new layout
 * @series:	(out) samples, of which there is room for @iterations, and run.done
 *
 * Windows are open. What the call did is proved after each: what was let go of is gone, and a child
 * has what its parent has, or, of shared memory, nothing yet. -CLIENT_WRONG where that is not so.
 */
int calls_run(struct series *series, unsigned int iterations, struct err *err);

/* What the module says of the stages of an op and of its collisions, as a record tells it. */

/**
 * protocol_stages - the stages of all samples
 * @stages:	one for each sample
 * @record:	(out) stages, for stages that happened in a sample; they are added
 *		to it, to be ended with protocol_release()
 */
void protocol_stages(const struct ptwalk_stages *stages, size_t nr_samples,
		     struct record_series *record);

/* End both the stages and the notes of @record. */
void protocol_release(struct record_series *record);

/**
 * protocol_check - is the whole range mapped on the device in the end?
 * @asked:	what the module was asked, and its done samples
 *
 * A cost is that of a page that is mapped: where chunks were given up it is none. Returns: 0, or
 * -EBUSY with the passes and the ticks that it took, and whether more could have helped.
 */
int protocol_check(const struct ptwalk_run *asked, const struct ptwalk_stages *stages,
		   const struct ptwalk_sample *samples, struct err *err);

/**
 * protocol_notes - what became of the collisions, in plain words
 * @notes:	(out) sentences are added
 *
 * Of the stages of all samples of @op.
 */
void protocol_notes(const struct op *op, const struct ptwalk_stages *stages,
		    const struct ptwalk_sample *samples, size_t nr_samples, struct strv *notes);

#endif
