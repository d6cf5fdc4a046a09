// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/fields.h"
#include "bench/record/race.h"

static int read_fields(const struct field *fields, const json_t *json, void *base, struct err *err);

static int read_levels(const json_t *json, __u64 *counts, struct err *err)
{
	int ret = 0;

	if (json_object_size(json) != PTWALK_NR_LEVELS)
		return err_set(err, EBADMSG, "not an object of pte, pmd and pud");
	for (size_t i = 0; !ret && i < PTWALK_NR_LEVELS; i++) {
		const json_t *count = json_object_get(json, field_levels[i]);

		ret = count ? value_count(field_levels[i], count, &counts[i], err)
			    : value_bad(err, field_levels[i], "missing");
	}
	return ret;
}

static int node_index(const char *key, size_t *node, struct err *err)
{
	size_t len = strlen(key);

	if (!len || len > 2 || strspn(key, "0123456789") != len || (*key == '0' && len > 1))
		return value_bad(err, key, "not a node number");
	*node = strtoul(key, NULL, 10);
	return *node < PTWALK_MAX_NODES ? 0 : value_bad(err, key, "not a node number");
}

static int read_nodes(const json_t *json, __u64 *counts, struct err *err)
{
	const char *key;
	json_t *count;
	size_t node = 0;
	int ret;

	if (!json_is_object(json))
		return err_set(err, EBADMSG, "not an object of nodes");
	json_object_foreach((json_t *)json, key, count)
	{
		ret = node_index(key, &node, err);
		if (!ret)
			ret = value_count(key, count, &counts[node], err);
		if (ret)
			return ret;
	}
	return 0;
}

static int read_entries(const struct field *f, const json_t *json, struct record_series *series,
			struct err *err)
{
	series->has_entries = !json_is_null(json);
	return series->has_entries ? value_hex(f->name, json, &series->entry_sum, err) : 0;
}

static int read_part(const struct field *f, const json_t *json, char *base, struct err *err)
{
	bool *has = (bool *)(base + f->has);

	*has = !json_is_null(json);
	return *has ? read_fields(f->fields, json, base + f->offset, err) : 0;
}

static int read_events(const json_t *json, struct record_series *series, struct err *err)
{
	int ret = 0;

	if (!json_is_array(json) || json_array_size(json) > PTWALK_MAX_EVENTS)
		return err_set(err, EBADMSG, "not an array of up to %d events", PTWALK_MAX_EVENTS);
	series->nr_events = json_array_size(json);
	for (size_t i = 0; !ret && i < series->nr_events; i++) {
		ret = read_fields(event_fields, json_array_get(json, i), &series->events[i], err);
		if (ret)
			err_prefix(err, "%zu", i);
	}
	return ret;
}

static int read_event_counts(const struct record_series *series, const json_t *json,
			     struct ptwalk_sample *sample, size_t event, struct err *err)
{
	int ret = 0;

	if (json_is_null(json) && *series->events[event].reason)
		return 0;
	if (*series->events[event].reason)
		return err_set(err, EBADMSG, "event %zu: not null, though it is not counted",
			       event);
	if (json_array_size(json) != FIELD_EVENT_COLUMNS)
		return err_set(err, EBADMSG, "event %zu: not an array of %d counts", event,
			       FIELD_EVENT_COLUMNS);
	for (size_t column = 0; !ret && column < FIELD_EVENT_COLUMNS; column++)
		ret = value_count(field_event_columns[column], json_array_get(json, column),
				  field_event(sample, event, column), err);
	return ret;
}

static int read_sample(const struct record_series *series, const json_t *json,
		       struct ptwalk_sample *sample, struct err *err)
{
	size_t columns = 0, nr_events = series->nr_events;
	int ret = 0;

	while (sample_fields[columns].type)
		columns++;
	if (json_array_size(json) != columns + nr_events)
		return err_set(err, EBADMSG, "not an array of %zu columns", columns + nr_events);
	for (size_t i = 0; !ret && i < columns; i++) {
		const struct field *f = &sample_fields[i];
		void *p = (char *)sample + f->offset;

		ret = f->type == FIELD_COUNT ? value_count(f->name, json_array_get(json, i), p, err)
					     : value_uint(f->name, json_array_get(json, i), p, err);
	}
	for (size_t i = 0; !ret && i < nr_events; i++)
		ret = read_event_counts(series, json_array_get(json, columns + i), sample, i, err);
	return ret;
}

static int read_samples(const json_t *json, struct record_series *series, struct err *err)
{
	size_t n = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json) || n > PTWALK_MAX_ITERATIONS)
		return err_set(err, EBADMSG, "not an array of up to %d samples",
			       PTWALK_MAX_ITERATIONS);
	series->samples = xcalloc(n + 1, sizeof(*series->samples));
	series->nr_samples = n;
	for (size_t i = 0; !ret && i < n; i++) {
		ret = read_sample(series, json_array_get(json, i), &series->samples[i], err);
		if (ret)
			err_prefix(err, "%zu", i);
	}
	return ret;
}

/* Those with parts: their errors name the part, and get the field's name in front. */
static int read_parts(const struct field *f, const json_t *json, void *base, struct err *err)
{
	char *p = (char *)base + f->offset;
	int ret = 0;

	switch (f->type) {
	case FIELD_LEVELS:
		ret = read_levels(json, (void *)p, err);
		break;
	case FIELD_NODES:
		ret = read_nodes(json, (void *)p, err);
		break;
	case FIELD_OBJECT:
		ret = read_fields(f->fields, json, p, err);
		break;
	case FIELD_ENTRIES:
		ret = read_entries(f, json, base, err);
		break;
	case FIELD_PART:
		ret = read_part(f, json, base, err);
		break;
	case FIELD_EVENTS:
		ret = read_events(json, base, err);
		break;
	case FIELD_SAMPLES:
		ret = read_samples(json, base, err);
		break;
	case FIELD_STAGES:
		ret = stages_read(json, base, err);
		break;
	default:
		break;
	}
	if (ret)
		err_prefix(err, "%s", f->name);
	return ret;
}

static int read_field(const struct field *f, const json_t *json, void *base, struct err *err)
{
	char *p = (char *)base + f->offset;

	switch (f->type) {
	case FIELD_STRING:
		return value_string(f->name, json, p, err);
	case FIELD_BOOL:
		return value_bool(f->name, json, p, err);
	case FIELD_UINT:
		return value_uint(f->name, json, p, err);
	case FIELD_COUNT:
		return value_count(f->name, json, p, err);
	case FIELD_MAYBE:
		return value_maybe(f->name, json, p, err);
	case FIELD_HEX:
		return value_hex(f->name, json, p, err);
	case FIELD_SECONDS:
		return value_seconds(f->name, json, p, err);
	case FIELD_NODE:
		return value_node(f->name, json, p, err);
	case FIELD_STRINGS:
		return value_strings(f->name, json, (void *)p, err);
	default:
		return read_parts(f, json, base, err);
	}
}

static bool is_field(const struct field *fields, const char *name)
{
	for (const struct field *f = fields; f->type; f++)
		if (!strcmp(f->name, name))
			return true;
	return false;
}

static int read_fields(const struct field *fields, const json_t *json, void *base, struct err *err)
{
	const char *key;
	json_t *value;
	int ret = 0;

	if (!json_is_object(json))
		return err_set(err, EBADMSG, "not an object");
	for (const struct field *f = fields; !ret && f->type; f++) {
		value = json_object_get(json, f->name);
		ret = value ? read_field(f, value, base, err) : value_bad(err, f->name, "missing");
	}
	if (ret)
		return ret;
	json_object_foreach(
		(json_t *)json, key,
		value) if (!is_field(fields, key)) return value_bad(err,
								    value_has_control(key)
									    ? "a field"
									    : key,
								    "not a field of this record");
	return 0;
}

static void release_strings(const struct field *fields, void *base)
{
	for (const struct field *f = fields; f->type; f++) {
		char *p = (char *)base + f->offset, *s;

		if (f->type == FIELD_OBJECT)
			release_strings(f->fields, p);
		if (f->type == FIELD_STRINGS)
			strv_release((void *)p);
		if (f->type != FIELD_STRING)
			continue;
		memcpy(&s, p, sizeof(s));
		free(s);
	}
}

void record_release(struct record *record)
{
	release_strings(record_kinds[record->kind].fields, field_base(record));
	if (record->kind == RECORD_SERIES) {
		for (size_t i = 0; i < record->series.nr_events; i++)
			release_strings(event_fields, &record->series.events[i]);
		stages_release(&record->series);
		free(record->series.samples);
	}
	memset(record, 0, sizeof(*record));
}

static int find_kind(const json_t *json, enum record_kind *kind, struct err *err)
{
	const json_t *name = json_object_get(json, "kind");

	if (!name)
		return value_bad(err, "kind", "missing");
	if (json_is_string(name) && str_starts(json_string_value(name), RACE_KINDS))
		return value_bad(err, "kind", "of a race: ptwalk race FOLDER prints it");
	for (size_t i = 0; i < nr_record_kinds; i++) {
		if (strcmp(record_kinds[i].name,
			   json_is_string(name) ? json_string_value(name) : ""))
			continue;
		*kind = (enum record_kind)i;
		return 0;
	}
	return value_bad(err, "kind", "not run, boot, series, missing or end");
}

static int read_schema(const json_t *json, unsigned *out, struct err *err)
{
	const json_t *schema = json_object_get(json, "schema");
	json_int_t n = json_integer_value(schema);

	if (!schema)
		return value_bad(err, "schema", "missing");
	if (!json_is_integer(schema) || n < 1)
		return value_bad(err, "schema", "not an integer from 1");
	if (n > RECORD_SCHEMA)
		return err_set(
			err, EBADMSG,
			"schema: %lld is newer than this program reads (%d); use the ptwalk that wrote it",
			(long long)n, RECORD_SCHEMA);
	*out = (unsigned)n;
	return 0;
}

static int read_record(json_t *json, unsigned schema, struct record *record, struct err *err)
{
	int ret;

	if (!json_is_object(json))
		return err_set(err, EBADMSG, "not an object");
	ret = find_kind(json, &record->kind, err);
	if (ret)
		return ret;
	json_object_del(json, "kind");
	if (record->kind == RECORD_RUN) {
		ret = read_schema(json, &record->run.schema, err);
		json_object_del(json, "schema");
		schema = record->run.schema;
	}
	if (!ret)
		ret = upgrade_record(record->kind, schema, json, err);
	if (!ret)
		ret = read_fields(record_kinds[record->kind].fields, json, field_base(record), err);
	if (!ret)
		ret = record_check(record, err);
	if (ret)
		err_prefix(err, "%s", record_kinds[record->kind].name);
	return ret;
}

static int record_from_json(json_t *json, unsigned schema, struct record *record, struct err *err)
{
	int ret;

	memset(record, 0, sizeof(*record));
	ret = read_record(json, schema, record, err);
	if (ret)
		record_release(record);
	return ret;
}

int record_parse(const char *line, size_t len, unsigned schema, struct record *record,
		 struct err *err)
{
	json_error_t why;
	json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	int ret;

	if (!json)
		return err_set(err, EBADMSG, "not a line of JSON: %s",
			       value_has_control(why.text) ? "bad text" : why.text);
	ret = record_from_json(json, schema, record, err);
	json_decref(json);
	return ret;
}
