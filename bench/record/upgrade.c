// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/upgrade.h"

#include "base/str.h"
#include "bench/record/values.h"

static const struct added {
	enum record_kind kind;
	unsigned schema;    /* the first that has it */
	const char *object; /* that it is in, of the record, or each of an array of such; NULL: the
			     * record itself */
	const char *name;
	const char *value; /* JSON */
} added[] = {
	{ RECORD_BOOT, 3, NULL, "tsc_cpuid_khz", "null" },
	{ RECORD_BOOT, 3, NULL, "tsc_hypervisor_khz", "null" },
	{ RECORD_BOOT, 3, NULL, "tsc_measured_hz", "null" },
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
	{ RECORD_SERIES, 3, "events", "name", "\"\"" },
	{ RECORD_SERIES, 3, "events", "config1", "\"0x0\"" },
	{ RECORD_SERIES, 3, "events", "config2", "\"0x0\"" },
	{ RECORD_SERIES, 3, "events", "overhead", "null" },
	{ RECORD_SERIES, 3, "events", "reason", "\"\"" },
	{ RECORD_MISSING, 2, NULL, "placement", "\"" RECORD_LOCAL "\"" },
	{ RECORD_MISSING, 2, NULL, "threads", "1" },
	{ RECORD_MISSING, 2, NULL, "mms", "1" },
	{ RECORD_RUN, 3, NULL, "sampling",
	  "{\"session\":\"\",\"arm\":\"\",\"seed\":0,\"order\":\"\",\"looks\":\"\",\"stop\":\"\"}" },
	{ RECORD_RUN, 3, NULL, "quiet", "\"\"" },
	{ RECORD_RUN, 3, NULL, "method_evidence", "false" },
	{ RECORD_SERIES, 3, NULL, "warm_up", "0" },
	{ RECORD_SERIES, 3, NULL, "cache", "\"warm\"" },
};

/* An object that is missing or none is refused where the record is read. */
static int add(const struct added *a, json_t *in, struct err *err)
{
	if (json_object_get(in, a->name))
		return value_bad(err, a->name, "not a field of this record");
	json_object_set_new(in, a->name, json_loads(a->value, JSON_DECODE_ANY, NULL));
	return 0;
}

int upgrade_record(enum record_kind kind, unsigned schema, json_t *json, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(added) && !ret; i++) {
		const struct added *a = &added[i];
		json_t *in = a->object ? json_object_get(json, a->object) : json;

		if (a->kind != kind || a->schema <= schema)
			continue;
		if (!json_is_array(in))
			ret = add(a, in, err);
		for (size_t k = 0; k < json_array_size(in) && !ret; k++)
			ret = add(a, json_array_get(in, k), err);
	}
	return ret;
}
