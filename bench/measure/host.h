/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * This host while it measures: its settings are put back whatever a killed run left, and
 * --quiet-system makes it quieter, as bench/noise does it.
 */
#ifndef PTWALK_MEASURE_HOST_H
#define PTWALK_MEASURE_HOST_H

#include <hwloc.h>

#include "base/progress.h"
#include "base/settings.h"
#include "bench/measure/plan.h"
#include "bench/noise/noise.h"

/**
 * host_repair - where the running kernel is measured: take the journal of this host's settings,
 * put back what was left, and see that the devices that were named are free
 * @settings:	(out) to be ended with settings_close(); NULL for a machine with a guest
 *
 * What is put back is told to the user, one line each.
 */
int host_repair(const struct plan *, struct progress *, struct settings **settings,
		struct err *err);

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

/*
 * The CPUs that measure: those that the machine binds the guest's to, else the driver's own.
 * @plan may be NULL.
 */
int quieting_cpus(const struct plan *, hwloc_bitmap_t cpus, struct err *err);

#endif
