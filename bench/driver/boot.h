/* SPDX-License-Identifier: GPL-2.0-only */
/* The `boot` record: the machine and kernel as the driver sees them. */
#ifndef PTWALK_DRIVER_BOOT_H
#define PTWALK_DRIVER_BOOT_H

#include "bench/driver/client.h"
#include "bench/driver/emit.h"

/**
 * boot_emit - write the boot record
 * @topology:	from numa_init()
 * @overhead:	ticks, from client_overhead()
 * @iterations:	samples a series
 */
void boot_emit(struct emit *, const struct client *, const char *topology, uint64_t overhead,
	       unsigned int iterations);

#endif
