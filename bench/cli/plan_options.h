/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of commands that measure: parts of theirs, each of a struct plan. */
#ifndef PTWALK_CLI_PLAN_OPTIONS_H
#define PTWALK_CLI_PLAN_OPTIONS_H

#include "base/option.h"

/* Which series, and on which machine. */
extern const struct opt plan_opts[];

/* The machine alone, for a command that fills in the selection itself. */
extern const struct opt plan_machine_opts[];

/* Of the native machine. */
extern const struct opt plan_here_opts[];

/* How noisy figures are sampled. */
extern const struct opt sampling_opts[];

/* `--events help` prints every event that can be named on this machine, and exits. */
extern const struct opt events_opts[];

#endif
