/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and SIGTERM: noted, never acted on inside a handler. Whatever waits
 * asks interrupt_pending() and unwinds with -EINTR, so that temporary files go,
 * QEMU ends and the terminal is left sane; main then ends as the signal would.
 */
#ifndef PTWALK_BASE_INTERRUPT_H
#define PTWALK_BASE_INTERRUPT_H

#include <stdbool.h>

/* Note SIGINT, SIGTERM and SIGHUP from now on; SIGPIPE is ignored. Call once, early in main. */
void interrupt_install(void);

/* The signal that came, or 0. Calls that wait return EINTR once it has come. */
int interrupt_pending(void);

/* End the process as the pending signal would have; returns where none is pending. */
void interrupt_reraise(void);

#endif
