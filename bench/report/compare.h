/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two runs side by side. Exact counts are integers that repeat: a difference is
 * a difference, with no test and no interval; nothing is divided by a deviation.
 * Figures of noisy machines are judged: the values of a side are its boots'
 * medians, tested by bench/stats.
 */
#ifndef PTWALK_REPORT_COMPARE_H
#define PTWALK_REPORT_COMPARE_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/record/series_index.h"
#include "bench/report/sheet.h"
#include "bench/stats/cost.h"
#include "bench/stats/verdict.h"

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
void changes_build(const struct series_index *base, const struct series_index *new,
		   struct changes *);
void changes_release(struct changes *);

/* Is it so much a call, a PMD entry and a page at every size, with a size over to check it? */
bool change_exact(const struct change *);

/*
 * "+1 a page, +0 a PMD, +0 a call, exactly", or a line through the sizes, and how good it is.
 * Owned by the caller.
 */
char *change_text(const struct change *);

#define COMPARE_ALPHA 0.05 /* of a whole table, where nothing else is asked for */

enum compare_verdict {
	COMPARE_WRONG,	      /* what was done in the windows of either is: worse than any count */
	COMPARE_SAME,	      /* the same count; noisy: the interval lies within delta */
	COMPARE_BETTER,	      /* less */
	COMPARE_WORSE,	      /* more */
	COMPARE_WITHIN,	      /* exact: more or less, by no more than the threshold */
	COMPARE_INCONCLUSIVE, /* noisy: neither a difference nor sameness is shown */
	COMPARE_UNDERPOWERED, /* noisy: nor could it have been, with so few boots */
	COMPARE_MISSING_BASE, /* the base has no such series */
	COMPARE_MISSING_NEW,
	COMPARE_MISSING_BOTH,
	COMPARE_NO_VERDICT, /* what an event counted: for information */
	COMPARE_NR_VERDICTS,
};

/* One series. Strings and series point into the records, which must outlive it. */
struct compare_row {
	const char *name;
	const struct record_series *base,
		*new; /* of the first boot that has it; NULL where missing */
	double pages;
	int64_t base_ticks,
		new_ticks; /* exact: a call, the window's cost taken off; 0 where missing */
	double base_value,
		new_value;	    /* a call: the same, or the median of the boots' medians; NAN */
	size_t nr_base, nr_new;	    /* noisy: boots that have it */
	struct judgement judgement; /* noisy, where @judged */
	bool judged;
	double floor; /* A/A: per cent between odd and even boots of the base; NAN: not asked for */
	const char
		*reason; /* why it is missing or not judged, "" where it is not or nothing says */
	enum compare_verdict verdict;
	struct compare_event *events; /* counted in its windows on either side */
	size_t nr_events;
};

/*
 * What a perf event, or a fact, counted in the windows of a series. @row is as one of ticks, of counts
 * instead; base and new are NULL where it was not counted. Its strings are the event's.
 */
struct compare_event {
	struct compare_row row; /* its name is "SERIES EVENT" */
	const char *series, *name;
	char *label;  /* "  cycles", or "  cycles~" where it was multiplexed: below its series */
	double share; /* of its time that it was counted, in the worst sample; 1: always */
	bool fact;    /* a fact, with a verdict of its own, and no perf event */
};

/* A part of the environment that must match and does not. */
struct compare_difference {
	const char *field, *base, *new; /* "mitigations", "off", "on" */
	char *told; /* in words, where both are digests: set by the caller; NULL: unknown */
};

/* What the caller knows beside the records, and owns; formats tell it. NULL: nothing to tell. */
struct compare_notes {
	const struct strv *lines;      /* "base: counts of the run X, ..." */
	const struct strv *functions;  /* whose code differs: "hmm_vma_walk_pmd (hmm.c)" */
	const char *functions_unknown; /* why there is no such list */
};

/* A row by its name, and where it is of an event that one. */
struct compare_name {
	const struct compare_row *row;
	const struct compare_event *event; /* or NULL */
};

struct compare {
	const struct records *base, *new;
	bool exact;
	bool every_size;
	struct compare_row *rows; /* in the base's order, then what only the new one has */
	size_t nr_rows;
	struct compare_name *names; /* of all rows and events, sorted: compare_find() */
	size_t nr_names;
	struct compare_difference differences[ENVIRONMENT_FIELDS];
	size_t nr_differences;
	size_t counts[COMPARE_NR_VERDICTS];
	size_t nr_judged;  /* noisy series tested together */
	size_t nr_counted; /* events of series, also tested together, by themselves */
	size_t nr_facts, facts_worse,
		facts_better; /* series with facts on both sides; facts of theirs that are worse, better */
	double geomean;	   /* of new / base over @nr_matched series; NAN where there are none */
	size_t nr_matched; /* that both have, with values above 0 */
	size_t only_base, only_new; /* series that the other run was not asked for: no rows */
	bool with_floor;	    /* the A/A figures were asked for */
	double floor_median;	    /* of the rows' floors, per cent; NAN where there are none */
	double floor_largest;
	double alpha, delta;	/* that noisy series were judged by; 0.01 is 1 % */
	bool method_evidence;	/* figures of no kernel: they show what the method does */
	const char *by;		/* the event that is judged instead of the times; or NULL */
	struct changes changes; /* exact: over all sizes, whatever the rows are */
	struct compare_notes notes;
};

struct compare_options {
	double threshold; /* per cent of the base's count that a change must pass to count; 0: any */
	double delta;	  /* per cent that does not matter on noisy machines; 0: 1 % */
	double alpha;	  /* of the whole table; 0: COMPARE_ALPHA, or of two runs that were made in
		       * turn the share of the look at which they ended */
	bool every_size;  /* else the largest size that both have of each workload */
	bool op_empty;	  /* `empty`, the window's own cost, too */
	bool floor;	  /* the A/A noise floor too */
	bool method_evidence; /* runs made as evidence of the method, and no others */
	const char *by; /* judge what this event counted, and not the times; NULL: the times */
};

/**
 * compare_build - compare two runs
 * @out:	(out) to be ended with compare_release(), on success only
 *
 * What must match is environment_of(); what does not is listed in
 * @out->differences, and the rows are built all the same. For exact counts that is a caveat, which
 * tables carry; noisy ones the caller refuses.
 *
 * Returns: 0; -EOPNOTSUPP where one run is of exact counts and the other is not, or as
 * record_comparable(), or where events of exact runs were to be judged; -EINVAL where neither
 * run was to count the event that is;
 * -EBADE where a run's counts do not repeat within itself.
 */
int compare_build(const struct records *base, const struct records *new,
		  const struct compare_options *, struct compare *out, struct err *err);

/* What has the verdict of row @i: itself, or the event that is judged. */
const struct compare_row *compare_judged(const struct compare *, size_t i);

/* Were both measured in turn, their boots in randomised blocks? */
bool compare_in_turn(const struct compare *);
void compare_release(struct compare *);

/* Ticks a page of either side, NAN where missing; and new less base. */
double compare_base(const struct compare_row *);
double compare_new(const struct compare_row *);
double compare_change(const struct compare_row *);

/* The change in per cent of the base, noisy: of the ratio's estimate; NAN where there is none. */
double compare_percent(const struct compare_row *);

/* "better", "worse", "same", "within", "missing in base", "missing in new", ... */
const char *compare_verdict_name(enum compare_verdict);

/* The row of that name, also one of an event, or NULL. */
const struct compare_row *compare_find(const struct compare *, const char *name);

/* The event whose row has that name, or NULL. */
const struct compare_event *compare_find_event(const struct compare *, const char *name);

/* Several runs against one base. */
struct compare_table {
	struct compare *columns; /* one a NEW, each against the same base */
	size_t n;
	const char **names;  /* of all rows, in the base's order, then what others have, each with
			     * its events after it */
	const char **labels; /* what a table calls them: of events "  cycles" */
	size_t nr_names;
};

/* Gather the names of @columns, which stay the caller's. To be ended with compare_table_release(). */
void compare_table_init(struct compare_table *, struct compare *columns, size_t n);
void compare_table_release(struct compare_table *);

/* The event whose row has that name in any column, or NULL. */
const struct compare_event *compare_table_event(const struct compare_table *, const char *name);

/* Ticks a page of the base, NAN where it has no such series. */
double compare_table_base(const struct compare_table *, const char *name);

/* For people: what is compared, a row a series, and what is to be said of it. */
void compare_sheets(const struct compare_table *, struct sheets *);

/* For programs: a row a series and NEW, and one for each of its events; then all else. */
void compare_data(const struct compare_table *, struct sheets *);

#endif
