/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A/A: what a machine's figures say of a difference where there is none, and how
 * many boots (native: processes) it takes to find one of a given size.
 */
#ifndef PTWALK_REPORT_AA_H
#define PTWALK_REPORT_AA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/sheet.h"
#include "bench/stats/ranks.h"

/* The boots of one series in two arms. Strings point into the records. */
struct aa_row {
	const char *name;
	double pages;
	size_t boots[2]; /* of each arm */
	double value;	 /* a call: the median of all boots' medians; NAN where @reason says why */
	double noise;	 /* sigma of the logs of one boot, the arms' own levels taken off */
	struct hodges change;	 /* second arm / first */
	double p, p_adjusted;	 /* Holm, over all rows */
	size_t needed, together; /* boots an arm: for this series alone, and in a table of all */
	bool too_many;		 /* more than POWER_BOOTS_MAX */
	const char *reason;	 /* why nothing is told, else "" */
};

struct aa {
	const struct records *runs[2]; /* the second NULL: odd boots against even ones */
	struct aa_row *rows;
	size_t nr_rows, nr_told, nr_differ; /* @nr_differ: adjusted p at most alpha */
	double change, power, alpha;
	double median, largest; /* of |ratio - 1| over what is told; NAN: nothing is */
};

struct aa_options {
	double change; /* to be found: 0.01 is 1 % */
	double power;  /* chance to find it: 0.8 */
	bool every_size, method_evidence;
};

/**
 * aa_build - A/A of one run (odd boots against even ones), or of two of one kernel
 * @second:	NULL: of one
 * @aa:		(out) to be ended with aa_release(), on success only
 *
 * Returns: 0; -EOPNOTSUPP: exact counts, or figures of no kernel (record_comparable());
 * -EXDEV: two runs of different kernels or environments, which @err names; another
 * negative errno.
 */
int aa_build(const struct records *first, const struct records *second, const struct aa_options *o,
	     struct aa *aa, struct err *err);
void aa_release(struct aa *);

/* What is replicated on the machine of a run: "boots" or "processes". */
const char *aa_replicates(const struct record_run *);

void aa_sheets(const struct aa *, struct sheets *);

/* For programs: a row a series, then what goes for all of them. */
void aa_data(const struct aa *, struct sheets *);

#endif
