/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of commands that measure. Each is a child of a command's argp; its input is a struct plan. */
#ifndef PTWALK_CLI_PLAN_OPTIONS_H
#define PTWALK_CLI_PLAN_OPTIONS_H

#include <argp.h>

/* Which series, and on which machine. */
extern const struct argp plan_argp;

/* The machine alone, for a command that fills in the selection itself. */
extern const struct argp plan_machine_argp;

/* Of the native machine. */
extern const struct argp plan_here_argp;

/* How noisy figures are sampled. */
extern const struct argp sampling_argp;

#endif
