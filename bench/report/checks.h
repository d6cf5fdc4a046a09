/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold before a figure of a run is believed: exact counts repeat, and own code counts
 * what is built in.
 */
#ifndef PTWALK_REPORT_CHECKS_H
#define PTWALK_REPORT_CHECKS_H

#include "bench/record/record.h"

/*
 * Per cent that a series which varies (record_series.varies) may differ by and is no difference,
 * between boots and between runs.
 */
#define VARIES_MOST 5.0

/* One series of one boot that differs; its first difference. Points into the records. */
struct repeat_difference {
	const char *name;	/* of the series; "empty window" for a boot's overhead */
	unsigned boot;		/* whose sample differs */
	size_t sample;		/* which one, from 0 */
	const char *what;	/* "ticks", "interrupts", "samples", "overhead", "event 0", ... */
	unsigned expected_boot; /* the first boot that has the series */
	uint64_t expected, got;
};

struct repeat {
	struct repeat_difference *differences;
	size_t nr_differences;
	struct repeat_difference *swings; /* of what varies, a boot's value past VARIES_MOST */
	size_t nr_swings;
	size_t series;	/* names compared */
	size_t open;	/* of those, names whose windows all had interrupts on */
	size_t varying; /* names of what varies: record_series.varies */
	size_t samples; /* compared, the first of each name included, but of open ones */
	size_t boots;
};

/**
 * repeat_check - compare all samples of a run, bit for bit
 * @repeat:	(out) to be ended with repeat_release()
 *
 * What is expected of a series is its first sample in the first boot that has
 * it. Of what varies boots are compared by their values, and what differs is no difference. Where interrupts were on in all of its samples, those of that boot, one by
 * one. A series that a boot lacks is missing, not different.
 */
void repeat_check(const struct records *records, struct repeat *repeat);
void repeat_release(struct repeat *);

struct gate {
	struct strv closed;	 /* ops whose policies are not to be believed */
	struct strv reasons;	 /* of each the first of its differences */
	struct strv differences; /* a line each: the series, and by what it differs */
	size_t compared;	 /* pairs of series */
	size_t unpaired;	 /* closed ops of which there is no pair */
};

/* End with gate_release(). Counts are compared of exact runs alone, arrays of all. */
void gate_check(const struct records *, struct gate *);
void gate_release(struct gate *);

/*
 * Make missing series of all that it bars, with the reason: what does not ask it itself
 * (comparisons, exports) has none of their figures then. One that is wrong stays wrong.
 */
void gate_shut(struct records *);

/* The op that policies are of: "hmm", or in runs with the replica of former times "walk". */
const char *gate_policy_op(const struct records *);

/* The policy under which own code of an op is the kernel's source as it is: "own" or "none". */
const char *gate_plain_policy(const struct records *, const char *op);

/* Is a column of own code whose op is closed? */
bool gate_bars(const struct gate *, const char *op, const char *policy);

#endif
