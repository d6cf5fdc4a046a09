// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/clock.h"

#include <time.h>
#include <x86intrin.h>

#include "bench/record/record.h"

#define PAUSE_NS 100000000
#define TRIES	 32
#define NS	 1000000000ULL

/* One moment on both clocks. */
struct moment {
	uint64_t ns, tsc;
};

static struct moment read_once(uint64_t *took)
{
	struct timespec ts;
	uint64_t before = __rdtsc(), after;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	after = __rdtsc();
	*took = after - before;
	return (struct moment){ (uint64_t)ts.tv_sec * NS + (uint64_t)ts.tv_nsec,
				before + *took / 2 };
}

/* Of several readings the shortest: nothing came in between. */
static struct moment read_both(void)
{
	uint64_t least, took;
	struct moment best = read_once(&least), now;

	for (int i = 1; i < TRIES; i++) {
		now = read_once(&took);
		if (took >= least)
			continue;
		least = took;
		best = now;
	}
	return best;
}

uint64_t clock_tsc_hz(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct moment from = read_both(), to;

	nanosleep(&pause, NULL);
	to = read_both();
	if (to.ns <= from.ns || to.tsc <= from.tsc)
		return RECORD_NO_TICKS;
	return (uint64_t)((double)(to.tsc - from.tsc) / (double)(to.ns - from.ns) * (double)NS);
}
