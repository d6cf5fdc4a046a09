/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs compared, printed and judged: what `compare` and `ab` share. */
#ifndef PTWALK_CLI_VERDICT_H
#define PTWALK_CLI_VERDICT_H

#include <stdbool.h>

#include "base/option.h"
#include "bench/report/format.h"

#define VERDICT_MAX_NEW 16

struct verdict_options {
	const struct format *format; /* NULL: for a terminal */
	struct compare_options compare;
	bool force;
};

/* Of a struct verdict_options. */
extern const struct opt verdict_opts[];

/* What was not asked for is as it is by default. */
void verdict_settle(struct verdict_options *);

/**
 * verdict_print - compare runs and print what that gives on stdout
 * @command:	whose it is, for errors, which are printed on stderr
 * @runs:	the base, then 1 to VERDICT_MAX_NEW others
 * @notes:	to be told beside the figures; NULL: nothing
 *
 * Returns: the exit status that it deserves (enum status).
 */
int verdict_print(const char *command, const struct verdict_options *, const struct records *runs,
		  size_t nr_runs, const struct compare_notes *notes);

/* The exit status that a table deserves: one column that is worse, then what cannot be told. */
int verdict_of(const struct compare_table *);

#endif
