/* SPDX-License-Identifier: GPL-2.0-only */
/* What this process runs on, and what ends it: the machine's clock and CPU, its terminal, signals. */
#ifndef PTWALK_BASE_HOST_H
#define PTWALK_BASE_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Seconds of the monotonic clock. */
double host_seconds(void);

/* "model name" of the first CPU in /proc/cpuinfo, or "". Owned by the caller. */
char *host_cpu_model(void);

/* MemAvailable of /proc/meminfo in bytes, or 0 where it cannot be read. */
uint64_t host_available(void);

/* Is there an interface that is up, with an address, besides the loopback? */
bool host_has_network(void);

/* A terminal's width in characters; @otherwise where @f is no terminal or does not say. */
unsigned int terminal_columns(FILE *f, unsigned int otherwise);

/*
 * Ctrl-C and SIGTERM: noted, never acted on inside a handler. Whatever waits
 * asks interrupt_pending() and unwinds with -EINTR, so that temporary files go,
 * QEMU ends and the terminal is left sane; main then ends as the signal would.
 */

/* Note SIGINT, SIGTERM and SIGHUP from now on; SIGPIPE is ignored. Call once, early in main. */
void interrupt_install(void);

/* The signal that came, or 0. Calls that wait return EINTR once it has come. */
int interrupt_pending(void);

/* Whoever read the output has seen enough: end as SIGPIPE would have, and say nothing. */
void interrupt_broken_pipe(void);

/* End the process as the pending signal would have; returns where none is pending. */
void interrupt_reraise(void);

#endif
