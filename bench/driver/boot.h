/* SPDX-License-Identifier: GPL-2.0-only */
/* The `boot` record: the machine and kernel as the driver sees them. */
#ifndef PTWALK_DRIVER_BOOT_H
#define PTWALK_DRIVER_BOOT_H

#include "bench/driver/client.h"
#include "bench/driver/emit.h"

/* What the driver found out, or was asked for. */
struct boot_found {
	uint64_t overhead;	 /* ticks, from client_overhead() */
	uint64_t tsc_hz;	 /* from clock_tsc_hz(), or RECORD_NO_TICKS */
	unsigned int iterations; /* samples a series */
};

/* Write the boot record; @topology is from numa_init(). */
void boot_emit(struct emit *, const struct client *, const char *topology,
	       const struct boot_found *);

#endif
