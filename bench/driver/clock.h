/* SPDX-License-Identifier: GPL-2.0-only */
/* The TSC against the kernel's clock. */
#ifndef PTWALK_DRIVER_CLOCK_H
#define PTWALK_DRIVER_CLOCK_H

#include <stdint.h>

/*
 * The TSC's frequency in Hz, as CLOCK_MONOTONIC_RAW tells it over a tenth of a
 * second; RECORD_NO_TICKS where that clock does not go on.
 */
uint64_t clock_tsc_hz(void);

#endif
