/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run says, computed and not yet rendered: one struct that the text,
 * the JSON and the plots share. Points into the records, which must outlive it.
 */
#ifndef PTWALK_REPORT_SUMMARY_H
#define PTWALK_REPORT_SUMMARY_H

#include "bench/record/series_index.h"
#include "bench/report/figure.h"
#include "bench/report/checks.h"
#include "bench/stats/cost.h"

/* An op under a policy. */
struct summary_column {
	const char *op, *policy; /* policy "" where there is none */
	char name[48];		 /* "hmm", "hmm/entry" */
};

struct summary_cell {
	const struct record_series *series; /* of the first boot that has it, or NULL */
	struct figure ticks;		    /* a call; the overhead is taken off, but of `empty` */
	struct figure page;		    /* ticks a page of 4 KiB; unknown for `empty` */
};

/* What a call costs and each page: from all sizes. */
struct summary_model {
	bool known;
	struct fit fit;
	struct terms terms; /* of exact runs; not solved: the fit is what there is */
	size_t sizes;	    /* that it comes from */
	char reason[160];   /* why it is not known */
	char unsolved[160]; /* why an exact run's terms are not; "" where they are */
};

enum summary_pfns {
	SUMMARY_PFNS_UNKNOWN, /* none to compare */
	SUMMARY_PFNS_EQUAL,
	SUMMARY_PFNS_DIFFER,
};

/* One workload in one placement. Arrays have one entry a column. */
struct summary_row {
	struct series_key scene;
	char *name; /* series_key_scene_name() of it */
	const char *level;
	bool zone_device;
	uint64_t size; /* bytes; the largest that was measured */
	struct summary_cell *cells;
	struct summary_model *models;
	/* The arrays of every op against hmm's and against what is mapped, all sizes and boots. */
	enum summary_pfns pfns;
	const char *pfns_differ; /* name of the first series that differs, or NULL */
};

struct summary {
	const struct records *records;
	struct series_index index;	/* of them */
	struct summary_column *columns; /* empty, bare, hmm, hmm/..., then any other */
	size_t nr_columns;
	struct summary_row *rows; /* in the order they were measured */
	size_t nr_rows;
	uint64_t overhead_min, overhead_max; /* ticks, over all boots and series */
	struct repeat repeat;
	struct gate gate;
	const struct record_series **disturbed; /* with a sample that is flagged so */
	size_t nr_disturbed;
};

/* End with summary_release(). */
void summary_build(const struct records *records, struct summary *summary);
void summary_release(struct summary *);

/* The cell of a row, or NULL where the run has no such column. */
const struct summary_cell *summary_cell(const struct summary *, const struct summary_row *,
					const char *op, const char *policy);

/*
 * What the lookup of the pgmap costs a page under @policy: hmm/@policy less
 * hmm/none, at the row's size.
 */
struct figure summary_pgmap(const struct summary *, const struct summary_row *, const char *policy);

/* What a policy adds to a page, least and most over the workloads of device memory. */
struct added {
	bool known; /* there is such a workload */
	bool terms; /* it is the page term of each; else each page's cost at its largest size */
	double least, most;
};

/* @terms: of page terms, where all that is known has them. */
struct added summary_added(const struct summary *, const char *policy, bool terms);

/* "26 to 47"; terms are whole. Owned by the caller. */
char *added_text(const struct added *, int decimals);

/* Own code against the built-in: hmm/none less hmm, ticks a page. */
struct figure summary_fidelity(const struct summary *, const struct summary_row *);

/*
 * The cost of one size: series_value(). Of `empty` the overhead is the cost, and is not taken
 * off.
 */
struct figure summary_cost(const struct series_index *, const struct summary_column *,
			   const struct series_key *, uint64_t size);

/* Is there a model with a term for PUD entries? */
struct summary_tells {
	bool puds, vmas;
};
struct summary_tells summary_tells(const struct summary *);

/* The sizes of one of them (NULL: of all), ascending. Owned by the caller; @n (out). */
uint64_t *summary_sizes(const struct series_index *, const struct series_key *, size_t *n);

/* From there on what a call costs is lost in its pages. */
#define FLAT_LEAST (1ULL << 30)

/* A page's cost over all sizes of at least FLAT_LEAST, in ticks. */
struct flat {
	size_t sizes; /* that were measured; with less than two the rest says nothing */
	uint64_t smallest, largest; /* of them, bytes */
	double least, most;	    /* cost of a page */
};

void flat_of(const struct series_index *, const struct summary_column *, const struct series_key *,
	     struct flat *out);

/* How much more the dearest page costs than the cheapest, as a part of it; 0 where it is free. */
double flat_spread(const struct flat *);

#endif
