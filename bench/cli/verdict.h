/* SPDX-License-Identifier: GPL-2.0-only */
/* Two runs compared, printed and judged: what `compare` and `ab` share. */
#ifndef PTWALK_CLI_VERDICT_H
#define PTWALK_CLI_VERDICT_H

#include <argp.h>
#include <stdbool.h>

#include "bench/report/format.h"

struct verdict_options {
	const struct format *format;
	struct compare_options compare;
	bool force;
	/* As given, for verdict_resolve(). */
	const char *format_name, *threshold_text;
};

/* To be a child of a command's argp; its input is a struct verdict_options. */
extern const struct argp verdict_argp;

/* Returns: 0, or -EINVAL with what is wrong, and what would be right, in @err. */
int verdict_resolve(struct verdict_options *, struct err *err);

/**
 * verdict_print - compare two runs and print what that gives on stdout
 * @command:	whose it is, for errors, which are printed on stderr
 * @notes:	to be told beside the figures; NULL: nothing
 *
 * Returns: the exit status that it deserves (enum status).
 */
int verdict_print(const char *command, const struct verdict_options *, const struct records *base,
		  const struct records *new, const struct compare_notes *notes);

#endif
