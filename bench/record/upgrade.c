// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/upgrade.h"

#include "base/str.h"
#include "bench/record/values.h"

static const struct added {
	enum record_kind kind;
	unsigned schema;    /* the first that has it */
	const char *object; /* that it is in, of the record; NULL: the record itself */
	const char *name;
	const char *value; /* JSON */
} added[] = {
	{ RECORD_SERIES, 2, NULL, "placement",
	  "{\"name\":\"" RECORD_LOCAL "\",\"cpu\":null,\"tables\":null,\"pages\":null,"
	  "\"result\":null}" },
	{ RECORD_SERIES, 2, NULL, "threads", "1" },
	{ RECORD_SERIES, 2, NULL, "mms", "1" },
	{ RECORD_SERIES, 2, NULL, "stages", "[]" },
	{ RECORD_SERIES, 2, NULL, "notes", "[]" },
	{ RECORD_SERIES, 2, "proof", "device_private_pages", "0" },
	{ RECORD_SERIES, 2, "proof", "device_own_pages", "0" },
	{ RECORD_SERIES, 2, "proof", "device_own_sum", "\"0x0\"" },
	{ RECORD_SERIES, 2, "proof", "device_coherent_pages", "0" },
	{ RECORD_MISSING, 2, NULL, "placement", "\"" RECORD_LOCAL "\"" },
	{ RECORD_MISSING, 2, NULL, "threads", "1" },
	{ RECORD_MISSING, 2, NULL, "mms", "1" },
};

int upgrade_record(enum record_kind kind, unsigned schema, json_t *json, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(added); i++) {
		const struct added *a = &added[i];
		json_t *in = a->object ? json_object_get(json, a->object) : json;

		if (a->kind != kind || a->schema <= schema)
			continue;
		if (json_object_get(in, a->name))
			return value_bad(err, a->name, "not a field of this record");
		/* An object that is missing or none is refused where the record is read. */
		json_object_set_new(in, a->name, json_loads(a->value, JSON_DECODE_ANY, NULL));
	}
	return 0;
}
