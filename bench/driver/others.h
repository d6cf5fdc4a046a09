/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_DRIVER_OTHERS_H
#define PTWALK_DRIVER_OTHERS_H

#include "bench/driver/series.h"

/**
 * others_prove - walk what default workloads have none of, and look whether it is found right
 * @wrong:	told of each that is wrong: a series with its name and reason, and @arg
 *
 * Read-only memory at each level, holes, the zero page: an entry that is said to be writable, whatever it
 * is, cannot be found where all are. Each op of the selection that fills an array walks each of
 * them, small, once, untimed, and parts of it. What is measured anyway, and what cannot be laid
 * out here, is passed over. Last: it may leave anything behind.
 */
void others_prove(struct session *, void (*wrong)(const struct series *, void *arg), void *arg);

#endif
