// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "base/str.h"
#include "bench/record/record.h"

static void add_line(struct strv *lines, const struct record *record)
{
	char *line = record_line(record);

	strv_add(lines, line);
	free(line);
}

static bool has_boot(const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_boots; i++)
		if (r->boots[i].boot == boot)
			return true;
	return false;
}

/* All of one boot but its first line. */
static void add_boot(struct strv *lines, const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (r->series[i].boot == boot)
			add_line(lines,
				 &(struct record){ .kind = RECORD_SERIES, .series = r->series[i] });
	for (size_t i = 0; i < r->nr_missing; i++)
		if (r->missing[i].boot == boot)
			add_line(lines, &(struct record){ .kind = RECORD_MISSING,
							  .missing = r->missing[i] });
	for (size_t i = 0; i < r->nr_ends; i++)
		if (r->ends[i].boot == boot)
			add_line(lines, &(struct record){ .kind = RECORD_END, .end = r->ends[i] });
}

char *records_text(const struct records *r)
{
	struct strv lines = { 0 };
	char *text;

	add_line(&lines, &(struct record){ .kind = RECORD_RUN, .run = r->run });
	for (size_t i = 0; i < r->nr_boots; i++) {
		add_line(&lines, &(struct record){ .kind = RECORD_BOOT, .boot = r->boots[i] });
		add_boot(&lines, r, r->boots[i].boot);
	}
	/* Boots that had nothing left to measure. */
	for (size_t i = 0; i < r->nr_ends; i++)
		if (!has_boot(r, r->ends[i].boot))
			add_boot(&lines, r, r->ends[i].boot);
	text = strv_join(&lines, "");
	strv_release(&lines);
	return text;
}
