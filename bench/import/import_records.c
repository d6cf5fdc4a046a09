// SPDX-License-Identifier: GPL-2.0-only
/* ptwalk's own records: docs/records.md. */
#include <string.h>

#include "bench/import/foreign.h"
#include "bench/import/import.h"

static bool knows(const char *text, size_t len)
{
	json_t *first = foreign_first_line(text, len);
	const char *kind = json_string_value(json_object_get(first, "kind"));
	bool known = kind && (!strcmp(kind, "run") || json_object_get(first, "boot"));

	json_decref(first);
	return known;
}

static int read_records(const char *text, size_t len, int64_t seconds, struct records *records,
			struct err *err)
{
	(void)seconds;
	return records_parse(text, len, records, err);
}

const struct importer importer_records = {
	.name = "records",
	.summary = "what ptwalk run leaves behind",
	.knows = knows,
	.read = read_records,
};
