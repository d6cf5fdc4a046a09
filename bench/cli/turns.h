/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two kernels of a noisy machine measured in turn: their boots in randomised
 * blocks, looked at where the plan says, until every series is settled.
 */
#ifndef PTWALK_CLI_TURNS_H
#define PTWALK_CLI_TURNS_H

#include "bench/cli/side.h"
#include "bench/report/compare.h"

/**
 * turns_measure - prepare both, boot them in turn, read their records
 * @sides:	the base and the new one, built; each gets its run and its records
 * @how:	its plan's looks, seed and width count
 * @o:		how the table is judged that decides at each look
 *
 * Each run is whole, and its record has the order of all boots, the seed, the
 * looks and why it ended.
 *
 * Returns: 0, or a negative errno; nothing half-written is left then, and
 * sides[i]->run tells what was kept.
 */
int turns_measure(struct side *const sides[2], const struct side_how *how,
		  const struct compare_options *o, struct err *err);

#endif
