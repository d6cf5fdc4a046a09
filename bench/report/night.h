/* SPDX-License-Identifier: GPL-2.0-only */
/* A judged night: as text for a mail, 72 columns of ASCII, and in every format of sheets. */
#ifndef PTWALK_REPORT_NIGHT_H
#define PTWALK_REPORT_NIGHT_H

#include <stdio.h>

#include "bench/report/format.h"
#include "bench/track/track.h"

/* The runs of a night; NULL where there is none. */
struct night_runs {
	const struct store_run *run, *previous, *second, *reference;
	const char *options; /* what differs of the kernel configs since @previous; NULL: unknown */
	/* Where nothing was measured, as the tree's @ref is what it was: its commit, and since when. */
	const char *ref, *commit;
	int64_t since;
};

/* The kernel config's digest of an environment as store_env() has it. Owned by the caller. */
char *report_night_config(const char *environment);

/* "1 WRONG, 2 worse, 1 better, 137 same of 140 series": what a mail's subject says. Owned by the caller. */
char *report_night_summary(const struct track_night *);

/*
 * The summary, what was measured and held against what, every change with both
 * figures, what is missing and what did not repeat, and how far tonight is from
 * the pinned reference.
 */
void report_night(const struct track_night *, const struct night_runs *, FILE *);

/* The same in a format that format_serves() FORMAT_SHEETS. @colour: terminal escapes may be used. */
void format_night(const struct format *, const struct track_night *, const struct night_runs *,
		  FILE *, bool colour);

#endif
