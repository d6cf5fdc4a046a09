// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/unit/fake_store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/str.h"
#include "tests/unit/fake_run.h"

#define FIRST_NIGHT 1767225600 /* 2026-01-01T00:00:00Z */
#define DAY	    86400

int fake_store_setup(void **state)
{
	char folder[] = "/tmp/ptwalk-store.XXXXXX";

	if (!mkdtemp(folder))
		return -1;
	*state = xasprintf("%s/data/store.db", folder);
	return 0;
}

int fake_store_teardown(void **state)
{
	char *path = *state;
	int ret;

	*strstr(path, "/data/store.db") = '\0';
	ret = fs_remove(path, NULL);
	free(path);
	return ret;
}

struct store *fake_store_open(const char *path)
{
	struct store *store = NULL;
	struct err err;

	if (store_open(path, NULL, &store, &err))
		fail_msg("%s", err.text);
	return store;
}

int64_t fake_store_time(unsigned night)
{
	return FIRST_NIGHT + (int64_t)night * DAY;
}

int64_t fake_store_add(struct store *store, struct records *records, unsigned night,
		       const struct store_origin *origin)
{
	const time_t when = fake_store_time(night);
	struct store_imported in;
	char started[32];
	struct err err;
	struct tm tm;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	free(records->run.started);
	records->run.started = xstrdup(started);
	free(records->run.id);
	records->run.id = xasprintf("night-%u", night);
	if (store_import(store, records, origin, &in, &err))
		fail_msg("%s", err.text);
	return in.run;
}

int64_t fake_store_night(struct store *store, unsigned night, unsigned more,
			 const struct store_origin *origin)
{
	struct records records;
	int64_t run;

	fake_run(&records);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(&records, boot, "hmm/devdax-pte/1G");

		for (size_t i = 0; i < s->nr_samples; i++)
			s->samples[i].ticks += more;
	}
	run = fake_store_add(store, &records, night, origin);
	records_release(&records);
	return run;
}
