/* SPDX-License-Identifier: GPL-2.0-only */
/* Records on their way out: one line each, whole, as soon as it is known. */
#ifndef PTWALK_DRIVER_EMIT_H
#define PTWALK_DRIVER_EMIT_H

#include "bench/driver/client.h"
#include "bench/record/record.h"

/*
 * What stands in front of a series' name in the line that says its window is
 * about to open; behind it, after a tab, how many seconds it may take. It is no record: whoever
 * carries records uses it for progress, for the time spent in windows, and to end what
 * does not end, and drops it.
 */
#define EMIT_MARK "mark "

struct emit {
	int fd; /* -1: nothing is written */
	unsigned int series, missing;
};

/* Write a record; a failure to write ends the driver with status 2: nothing more can be told. */
void emit_record(struct emit *, const struct record *);

/* The same of a line that is written already, with its newline. */
void emit_line(const struct emit *, const char *line);

/* @seconds: that may pass until its record comes, however slow the machine is. */
void emit_mark(const struct emit *, const char *series, unsigned int seconds);

/* What the driver found out, or was asked for. */
struct boot_found {
	uint64_t overhead;	     /* ticks, from client_overhead() */
	uint64_t tsc_hz;	     /* from clock_tsc_hz(), or RECORD_NO_TICKS */
	unsigned int iterations;     /* samples a series */
	const struct strv *warnings; /* of the kernel's, from klog_open() */
};

/* Write the boot record; @topology is from numa_init(). */
void boot_emit(struct emit *, const struct client *, const char *topology,
	       const struct boot_found *);

/*
 * The TSC's frequency in Hz, as CLOCK_MONOTONIC_RAW tells it over a tenth of a
 * second; RECORD_NO_TICKS where that clock does not go on.
 */
uint64_t clock_tsc_hz(void);

#endif
