/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run on this host itself does before all else. */
#ifndef PTWALK_MEASURE_HERE_H
#define PTWALK_MEASURE_HERE_H

#include "base/progress.h"
#include "base/settings.h"
#include "bench/measure/plan.h"

/**
 * here_begin - take the journal of this host's settings, put back what was left, and see that
 * the devices that were named are free
 * @settings:	(out) to be ended with settings_close(); NULL for a machine with a guest
 *
 * What is put back is told to the user, one line each.
 */
int here_begin(const struct plan *, struct progress *, struct settings **settings, struct err *err);

#endif
