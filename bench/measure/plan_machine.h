/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a plan that a guest and the running kernel see otherwise; for plan.c alone. */
#ifndef PTWALK_MEASURE_PLAN_MACHINE_H
#define PTWALK_MEASURE_PLAN_MACHINE_H

#include "bench/measure/plan.h"

/*
 * Refuse what goes with guests alone where there is none, and what goes with the
 * running kernel alone where there is one.
 */
int plan_check_machine(const struct plan *, struct err *err);

/*
 * CPUs, nodes, memory and limits of a guest as they were asked for, and sizes that fit; of the
 * running kernel as this host has them. Placements on these nodes.
 */
int plan_resolve_machine(struct plan *, struct err *err);

/* A size that its device cannot hold is refused before anything is booted. */
int plan_check_sizes(const struct plan *, struct err *err);

#endif
