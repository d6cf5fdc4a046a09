// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/fields.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

#define STRUCT struct record_run
#define FIELD(member, kind)                                           \
	{                                                             \
#member, FIELD_##kind, offsetof(STRUCT, member), NULL \
	}

static const struct field kernel_fields[] = {
	{ "spec", FIELD_STRING, offsetof(struct record_run, kernel.spec), NULL },
	{ "release", FIELD_STRING, offsetof(struct record_run, kernel.release), NULL },
	{ "version", FIELD_STRING, offsetof(struct record_run, kernel.version), NULL },
	{ "image_sha256", FIELD_STRING, offsetof(struct record_run, kernel.image_sha256), NULL },
	{ "config_sha256", FIELD_STRING, offsetof(struct record_run, kernel.config_sha256), NULL },
	{ "compiler", FIELD_STRING, offsetof(struct record_run, kernel.compiler), NULL },
	{ NULL, FIELD_END, 0, NULL },
};

static const struct field sampling_fields[] = {
	{ "session", FIELD_STRING, offsetof(struct record_run, sampling.session), NULL },
	{ "arm", FIELD_STRING, offsetof(struct record_run, sampling.arm), NULL },
	{ "seed", FIELD_COUNT, offsetof(struct record_run, sampling.seed), NULL },
	{ "order", FIELD_STRING, offsetof(struct record_run, sampling.order), NULL },
	{ "looks", FIELD_STRING, offsetof(struct record_run, sampling.looks), NULL },
	{ "stop", FIELD_STRING, offsetof(struct record_run, sampling.stop), NULL },
	{ NULL, FIELD_END, 0, NULL },
};

static const struct field run_fields[] = {
	FIELD(id, STRING),
	FIELD(started, STRING),
	FIELD(ptwalk, STRING),
	FIELD(command, STRING),
	FIELD(machine, STRING),
	FIELD(unit, STRING),
	FIELD(exact, BOOL),
	FIELD(boots, UINT),
	FIELD(mitigations, BOOL),
	{ "kernel", FIELD_OBJECT, 0, kernel_fields },
	FIELD(qemu, STRING),
	FIELD(host, STRING),
	FIELD(quiet, STRING),
	{ "sampling", FIELD_OBJECT, 0, sampling_fields },
	FIELD(method_evidence, BOOL),
	FIELD(functional, BOOL),
	FIELD(replicate, STRING),
	FIELD(arch, STRING),
	FIELD(page_size, COUNT),
	{ NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_boot

static const struct field boot_fields[] = {
	FIELD(boot, UINT),
	FIELD(release, STRING),
	FIELD(build, STRING),
	FIELD(cmdline, STRING),
	FIELD(cpu, STRING),
	FIELD(mitigations, STRING),
	FIELD(module_compiler, STRING),
	FIELD(topology, STRING),
	FIELD(tsc_khz, COUNT),
	FIELD(tsc_cpuid_khz, MAYBE),
	FIELD(tsc_hypervisor_khz, MAYBE),
	FIELD(tsc_measured_hz, MAYBE),
	FIELD(overhead, COUNT),
	FIELD(iterations, UINT),
	FIELD(warnings, STRINGS),
	{ NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct ptwalk_inspect

static const struct field proof_fields[] = {
	FIELD(addr, HEX),
	FIELD(len, COUNT),
	FIELD(leaves, LEVELS),
	FIELD(leaf_pages, LEVELS),
	FIELD(hole_pages, COUNT),
	FIELD(nonpresent_pages, COUNT),
	FIELD(zone_device_leaves, COUNT),
	FIELD(zone_device_pages, COUNT),
	FIELD(zero_pages, COUNT),
	FIELD(pfn_min, HEX),
	FIELD(pfn_max, HEX),
	FIELD(pfn_sum, HEX),
	FIELD(tables, LEVELS),
	FIELD(nodes_beyond, COUNT),
	FIELD(table_nodes, NODES),
	FIELD(page_nodes, NODES),
	FIELD(device_private_pages, COUNT),
	FIELD(device_own_pages, COUNT),
	FIELD(device_own_sum, HEX),
	FIELD(device_coherent_pages, COUNT),
	FIELD(flags, COUNT),
	FIELD(entry_sum, HEX),
	FIELD(vmas, UINT),
	FIELD(error_pages, UINT),
	{ NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct ptwalk_blocks

static const struct field block_fields[] = {
	FIELD(pages, LEVELS),
	FIELD(entries, LEVELS),
	{ NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_event

const struct field event_fields[] = {
	FIELD(name, STRING),   FIELD(type, UINT),
	FIELD(config, HEX),    FIELD(config1, HEX),
	FIELD(config2, HEX),   FIELD(overhead, MAYBE),
	FIELD(reason, STRING), { NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct ptwalk_sample

const struct field sample_fields[] = {
	FIELD(ticks, COUNT),   FIELD(flags, UINT),	     FIELD(interrupts, UINT),
	FIELD(switches, UINT), FIELD(retries, UINT),	     FIELD(faults, UINT),
	FIELD(cpu, UINT),      { NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_placement

static const struct field placement_fields[] = {
	FIELD(name, STRING), FIELD(cpu, NODE),	  FIELD(tables, NODE),
	FIELD(pages, NODE),  FIELD(result, NODE), { NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_series

static const struct field pfns_fields[] = {
	FIELD(valid_pages, COUNT), FIELD(error_pages, COUNT),	 FIELD(pfn_sum, HEX),
	FIELD(entry_sum, ENTRIES), { NULL, FIELD_END, 0, NULL },
};

static const struct field facts_fields[] = {
#define X(id, name_, what) \
	{ name_, FIELD_COUNT, offsetof(struct record_series, facts[FACT_TOTAL_##id]), NULL, 0 },
	FACT_TOTALS(X)
#undef X
		{ NULL, FIELD_END, 0, NULL, 0 },
};

/*
 * The samples come after the events, and the stages after the samples: those
 * say how wide a sample is, these how many a stage has.
 */
static const struct field series_fields[] = {
	FIELD(boot, UINT),
	FIELD(name, STRING),
	FIELD(op, STRING),
	FIELD(policy, STRING),
	FIELD(workload, STRING),
	FIELD(level, STRING),
	FIELD(size, COUNT),
	{ "placement", FIELD_OBJECT, offsetof(struct record_series, placement), placement_fields },
	FIELD(threads, UINT),
	FIELD(mms, UINT),
	FIELD(overhead, COUNT),
	FIELD(run_ticks, COUNT),
	FIELD(result_node, NODE),
	{ "pfns", FIELD_PART, 0, pfns_fields, offsetof(struct record_series, has_pfns) },
	{ "proof", FIELD_OBJECT, offsetof(struct record_series, proof), proof_fields },
	{ "events", FIELD_EVENTS, 0, NULL },
	{ "samples", FIELD_SAMPLES, 0, NULL },
	{ "stages", FIELD_STAGES, 0, NULL },
	FIELD(notes, STRINGS),
	FIELD(warm_up, UINT),
	FIELD(cache, STRING),
	FIELD(varies, STRING),
	{ "facts", FIELD_PART, 0, facts_fields, offsetof(struct record_series, has_facts) },
	{ "blocks", FIELD_OBJECT, offsetof(struct record_series, blocks), block_fields },
	{ NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_missing

static const struct field missing_fields[] = {
	FIELD(boot, UINT),	  FIELD(name, STRING),	   FIELD(op, STRING),
	FIELD(policy, STRING),	  FIELD(workload, STRING), FIELD(size, COUNT),
	FIELD(placement, STRING), FIELD(threads, UINT),	   FIELD(mms, UINT),
	FIELD(reason, STRING),	  FIELD(wrong, BOOL),	   { NULL, FIELD_END, 0, NULL },
};

#undef STRUCT
#define STRUCT struct record_end

static const struct field end_fields[] = {
	FIELD(boot, UINT),
	FIELD(series, UINT),
	FIELD(missing, UINT),
	FIELD(program_seconds, SECONDS),
	FIELD(first_window_seconds, SECONDS),
	FIELD(total_seconds, SECONDS),
	FIELD(window_seconds, SECONDS),
	FIELD(peak_rss_kib, COUNT),
	{ NULL, FIELD_END, 0, NULL },
};

const struct kind record_kinds[] = {
	[RECORD_RUN] = { "run", run_fields },
	[RECORD_BOOT] = { "boot", boot_fields },
	[RECORD_SERIES] = { "series", series_fields },
	[RECORD_MISSING] = { "missing", missing_fields },
	[RECORD_END] = { "end", end_fields },
};
const size_t nr_record_kinds = ARRAY_SIZE(record_kinds);

const char *const field_levels[PTWALK_NR_LEVELS] = {
	[PTWALK_LEVEL_PTE] = "pte",
	[PTWALK_LEVEL_PMD] = "pmd",
	[PTWALK_LEVEL_PUD] = "pud",
};

const char *const record_fact_names[FACT_NR_TOTALS] = {
#define X(id, name, what) [FACT_TOTAL_##id] = (name),
	FACT_TOTALS(X)
#undef X
};

int record_fact(const char *name)
{
	for (int i = 0; i < FACT_NR_TOTALS; i++)
		if (!strcmp(record_fact_names[i], name))
			return i;
	return -1;
}

const char *const field_event_columns[FIELD_EVENT_COLUMNS] = { "count", "enabled_ns",
							       "running_ns" };

static_assert(sizeof(unsigned) == 4 && sizeof(__u64) == sizeof(uint64_t), "widths of fields");

void *field_base(struct record *record)
{
	return &record->run;
}

__u64 *field_event(struct ptwalk_sample *sample, size_t event, size_t column)
{
	__u64 *const columns[FIELD_EVENT_COLUMNS] = { sample->events, sample->enabled_ns,
						      sample->running_ns };

	return &columns[column][event];
}

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
	{ RECORD_RUN, 4, NULL, "functional", "false" },
	{ RECORD_RUN, 4, NULL, "replicate", "\"" RECORD_REPLICATE "\"" },
	{ RECORD_RUN, 4, NULL, "arch", "\"" RECORD_ARCH "\"" },
	{ RECORD_RUN, 6, NULL, "page_size", "4096" },
	{ RECORD_SERIES, 3, NULL, "warm_up", "0" },
	{ RECORD_SERIES, 3, NULL, "cache", "\"warm\"" },
	{ RECORD_BOOT, 4, NULL, "warnings", "[]" },
	{ RECORD_MISSING, 4, NULL, "wrong", "false" },
	{ RECORD_SERIES, 4, NULL, "varies", "\"\"" },
	{ RECORD_SERIES, 4, NULL, "facts", "null" },
	{ RECORD_SERIES, 4, "proof", "entry_sum", "\"0x0\"" },
	{ RECORD_SERIES, 4, "proof", "flags", "0" },
	{ RECORD_SERIES, 6, NULL, "blocks",
	  "{\"pages\":{\"pte\":0,\"pmd\":0,\"pud\":0},\"entries\":{\"pte\":0,\"pmd\":0,\"pud\":0}}" },
	{ RECORD_SERIES, 5, "proof", "vmas", "0" },
	{ RECORD_SERIES, 5, "proof", "error_pages", "0" },
};

/* An object that is missing or none is refused where the record is read. */
static int add_field(const struct added *a, json_t *in, struct err *err)
{
	if (json_object_get(in, a->name))
		return value_bad(err, a->name, "not a field of this record");
	json_object_set_new(in, a->name, json_loads(a->value, JSON_DECODE_ANY, NULL));
	return 0;
}

/* Before schema 4 the machine alone said what its figures are. */
static void say_figures(json_t *json)
{
	const char *machine = json_string_value(json_object_get(json, "machine"));

	if (machine && !strcmp(machine, "tcg"))
		json_object_set_new(json, "functional", json_true());
	if (machine && !strcmp(machine, "native"))
		json_object_set_new(json, "replicate", json_string("round"));
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
			ret = add_field(a, in, err);
		for (size_t k = 0; k < json_array_size(in) && !ret; k++)
			ret = add_field(a, json_array_get(in, k), err);
	}
	if (kind == RECORD_RUN && schema < 4)
		say_figures(json);
	return ret;
}
