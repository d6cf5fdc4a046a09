/* SPDX-License-Identifier: GPL-2.0-only */
/* --quiet-system: the host made quieter while it measures, as bench/noise does it. */
#ifndef PTWALK_MEASURE_QUIETING_H
#define PTWALK_MEASURE_QUIETING_H

#include <hwloc.h>

#include "base/progress.h"
#include "base/settings.h"
#include "bench/measure/plan.h"
#include "bench/noise/quiet.h"

struct quieting {
	struct settings *settings;
	struct quiet *quiet; /* NULL: not asked for */
	struct noise_host host;
};

/**
 * quieting_begin - where the plan asks for it, set what can be set
 * @quieting:	(out) to be ended with quieting_end(), on success only
 *
 * Tells of each thing by @progress. Returns: 0, or a negative errno.
 */
int quieting_begin(struct quieting *quieting, const struct plan *, struct progress *progress,
		   struct err *err);

/* What is as it should be, for the record; "" where it was not asked for. */
const char *quieting_text(const struct quieting *);

/* Put everything back. Returns @ret, or where that is 0 what could not be put back. */
int quieting_end(struct quieting *, int ret, struct err *err);

/* The CPUs that measure: those that kvm binds the guest's to, else the driver's own. */
int quieting_cpus(const struct plan *, hwloc_bitmap_t cpus, struct err *err);

#endif
