/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a plan that a machine without a guest sees otherwise. */
#ifndef PTWALK_MEASURE_PLAN_HERE_H
#define PTWALK_MEASURE_PLAN_HERE_H

#include "bench/measure/plan.h"

/* Options of the native machine: a child of a command's argp, as plan_argp. */
extern const struct argp plan_here_argp;

/*
 * Refuse what goes with guests alone where there is none, and what goes with the
 * running kernel alone where there is one.
 */
int plan_check_here(const struct plan *, struct err *err);

/* CPUs, nodes and mitigations as this host has them; placements on these nodes. */
int plan_resolve_here(struct plan *, struct err *err);

#endif
