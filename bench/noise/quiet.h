/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Make a host quieter while something is measured, and put it back, also after a
 * kill (base/settings.h): governor to performance, turbo off, watchdogs off,
 * interrupts to CPUs that do not measure, no ASLR for the processes started
 * meanwhile.
 */
#ifndef PTWALK_NOISE_QUIET_H
#define PTWALK_NOISE_QUIET_H

#include "base/settings.h"
#include "bench/noise/noise.h"

struct quiet;

/**
 * quiet_begin - set what can be set
 * @settings:	open, the caller's; what is set is put back when it is closed, or by
 *		quiet_end()
 * @quiet:	(out) to be ended with quiet_end(), on success only
 * @done:	(out) a line for each thing: what was set, was so already, or could not
 *		be set and why
 *
 * What a host does not have is left out; what it refuses (an interrupt that
 * cannot be moved) is told, and no error.
 *
 * Returns: 0, or a negative errno.
 */
int quiet_begin(struct quiet **quiet, struct settings *settings, const struct noise_host *host,
		struct strv *done, struct err *err);

/* "governor, turbo, watchdog, irqs, aslr": what is as it should be. Owned by @quiet. */
const char *quiet_text(const struct quiet *);

/* Put back the ASLR of this process, and free; settings_close() does the rest. */
void quiet_end(struct quiet *);

#endif
