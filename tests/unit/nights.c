// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/unit/nights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

struct track_rule nights_rule(int64_t reference)
{
	return (struct track_rule){ night_usual, reference };
}

static int64_t session(struct store *store)
{
	const struct store_session nightly = { .kind = TRACK_SESSION, .command = "test" };
	int64_t id;

	assert_int_equal(store_session_add(store, &nightly, &id, NULL), 0);
	return id;
}

int64_t nights_exact(struct store *store, unsigned int night, unsigned int more)
{
	const struct store_origin origin = { .session = session(store) };

	return fake_store_night(store, night, more, &origin);
}

static void set(char **field, char *value)
{
	free(*field);
	*field = value;
}

static void start_at(struct records *records, unsigned int night)
{
	const time_t when = fake_store_time(night);
	char started[32];
	struct tm tm;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	set(&records->run.started, xstrdup(started));
}

int64_t nights_exact_without(struct store *store, unsigned int night, const char *name)
{
	const struct store_origin origin = { .session = session(store) };
	struct store_imported in;
	struct records records;
	struct err err;

	fake_run(&records);
	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(&records, boot, name, "for a test");
	start_at(&records, night);
	if (store_import(store, &records, &origin, &in, &err))
		fail_msg("%s", err.text);
	records_release(&records);
	return in.run;
}

int64_t nights_noisy(struct store *store, unsigned int night, double level, struct noise *noise)
{
	const struct store_origin origin = { .session = session(store) };
	struct store_imported in;
	struct records records;
	struct err err;

	fake_run(&records);
	records.run.exact = false;
	set(&records.run.machine, xstrdup("kvm"));
	set(&records.run.unit, xstrdup("ticks"));
	start_at(&records, night);
	set(&records.run.id, xasprintf("noisy-%u-%g", night, level));
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record_series *s = &records.series[i];
		double factor = exp(0.01 * noise_normal(noise));

		if (!strcmp(s->name, NIGHTS_STEPPED))
			factor *= level;
		for (size_t k = 0; k < s->nr_samples; k++)
			s->samples[k].ticks = (uint64_t)((double)s->samples[k].ticks * factor);
	}
	if (store_import(store, &records, &origin, &in, &err))
		fail_msg("%s", err.text);
	records_release(&records);
	return in.run;
}

struct track_night nights_judged(struct store *store, int64_t run, int64_t reference)
{
	const struct track_rule r = nights_rule(reference);
	struct track_night night;
	struct err err = { "" };

	if (track_judge(store, run, &r, &night, &err))
		fail_msg("%s", err.text);
	return night;
}

struct track_item *nights_item(struct track_night *night, const char *name)
{
	for (size_t i = 0; i < night->n; i++)
		if (!strcmp(night->items[i].series->name, name))
			return &night->items[i];
	fail_msg("no %s", name);
	return NULL;
}
