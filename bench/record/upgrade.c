// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/upgrade.h"

#include "base/str.h"
#include "bench/record/values.h"

static const struct added {
	enum record_kind kind;
	unsigned schema; /* the first that has it */
	const char *name;
	const char *value; /* JSON */
} added[] = {
	{ RECORD_SERIES, 2, "placement",
	  "{\"name\":\"" RECORD_LOCAL "\",\"cpu\":null,\"tables\":null,\"pages\":null,"
	  "\"result\":null}" },
	{ RECORD_SERIES, 2, "threads", "1" },
	{ RECORD_SERIES, 2, "mms", "1" },
	{ RECORD_SERIES, 2, "stages", "[]" },
	{ RECORD_SERIES, 2, "notes", "[]" },
	{ RECORD_MISSING, 2, "placement", "\"" RECORD_LOCAL "\"" },
	{ RECORD_MISSING, 2, "threads", "1" },
	{ RECORD_MISSING, 2, "mms", "1" },
};

int upgrade_record(enum record_kind kind, unsigned schema, json_t *json, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(added); i++) {
		const struct added *a = &added[i];

		if (a->kind != kind || a->schema <= schema)
			continue;
		if (json_object_get(json, a->name))
			return value_bad(err, a->name, "not a field of this record");
		json_object_set_new(json, a->name, json_loads(a->value, JSON_DECODE_ANY, NULL));
	}
	return 0;
}
