/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted in windows beside time: perf events, by the module; facts, by QEMU's plugin. */
#ifndef PTWALK_DRIVER_COUNTERS_H
#define PTWALK_DRIVER_COUNTERS_H

#include <stdint.h>

#include "base/err.h"
#include "bench/driver/client.h"
#include "bench/record/record.h"
#include "kmod/uapi/ptwalk.h"

struct counters {
	struct record_event asked[PTWALK_MAX_EVENTS];
	size_t nr_asked;
	/* Those of them that can be counted here, as the module takes them. */
	struct ptwalk_event events[PTWALK_MAX_EVENTS];
	struct ptwalk_event_config configs[PTWALK_MAX_EVENTS];
	size_t place[PTWALK_MAX_EVENTS]; /* among @asked; it only grows */
	size_t n;
};

/* One more, "TYPE:CONFIG:CONFIG1:CONFIG2=NAME". Returns: 0, -EINVAL, or -E2BIG past the last. */
int counters_add(struct counters *, const char *text, struct err *err);
void counters_release(struct counters *);

/**
 * counters_probe - which of them can be counted, and what an empty window counts
 *
 * One that cannot has its reason, which is said on stderr, and is not asked for
 * in a run: the others are.
 * Returns: 0, or what the module answers to an empty window.
 */
int counters_probe(struct counters *, const struct client *, struct err *err);

/* Have them counted in @run: its pointer to the configs is into @counters. */
void counters_ask(const struct counters *, struct ptwalk_run *run);

/* Tell of all that were asked for: (out) events, and the counts of samples as record.h has them. */
void counters_record(const struct counters *, struct record_series *series);

/* What the driver tells the plugin (kmod/uapi/tell.h): symbols, and whose windows are whose. */

/* The functions of /proc/kallsyms, of the module too. Returns: 0; -EPERM where addresses are hidden. */
int facts_tell_symbols(struct err *err);

/* The windows from here on are of series @name. */
void facts_tell_series(const char *name);

/* Its last windows read what @samples hold: the plugin holds its own counts against them. */
void facts_tell_samples(const struct ptwalk_sample *samples, uint32_t n);

#endif
