// SPDX-License-Identifier: GPL-2.0-only
/* What perf sampled in a run. */
#include "bench/cli/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/import/profile.h"

#define OUTSIDE_SHOWN 3

static double percent(size_t part, size_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_sampled(const struct perf_profile_series *s, size_t top, FILE *f)
{
	fprintf(f, "\n%s: %zu samples, %.1f %% within its windows\n", s->name, s->samples,
		percent(s->in_window, s->samples));
	for (size_t i = 0; i < s->nr_inside && i < top; i++)
		fprintf(f, "  %5.1f %%  %s\n", percent(s->inside[i].samples, s->samples),
			s->inside[i].symbol);
	if (s->nr_inside > top)
		fprintf(f, "           ... and %zu functions more\n", s->nr_inside - top);
	for (size_t i = 0; i < s->nr_outside && i < OUTSIDE_SHOWN; i++)
		fprintf(f, "  %5.1f %%  %s (between windows)\n",
			percent(s->outside[i].samples, s->samples), s->outside[i].symbol);
}

static void print(const struct perf_profile *p, size_t top, FILE *f)
{
	size_t samples = p->strays;

	for (size_t i = 0; i < p->nr_series; i++)
		samples += p->series[i].samples;
	fprintf(f,
		"Profile: %zu samples of perf record, %.1f %% of them within the timed windows\n",
		samples, 100 * perf_profile_share(p));
	if (p->strays)
		fprintf(f, "%zu are of perf's own switching on and off, and of no series\n",
			p->strays);
	for (size_t i = 0; i < p->nr_series; i++)
		print_sampled(&p->series[i], top, f);
}

/* NULL where the run has no such file. */
static char *read_of(const char *folder, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);

	if (fs_exists(path))
		return fs_read(path, NULL, err);
	err_set(err, ENOENT, "%s has no %s (ptwalk run --perf-record), nor facts (--facts)", folder,
		name);
	return NULL;
}

int profile_print(const char *folder, size_t top, FILE *f, struct err *err)
{
	_cleanup_free_ char *windows = read_of(folder, "perf.windows", err);
	_cleanup_free_ char *script = windows ? read_of(folder, "perf.script", err) : NULL;
	_cleanup_(perf_profile_release) struct perf_profile profile = { 0 };
	int ret = script ? perf_profile_read(windows, script, &profile, err) : -ENOENT;

	if (!ret && perf_profile_share(&profile) < 0)
		ret = err_set(err, ENOENT,
			      "%s: perf took no sample while it was on: more --iterations, or "
			      "larger sizes, give it time",
			      folder);
	if (!ret)
		print(&profile, top, f);
	return ret;
}
