// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/fields.h"

#define SECONDS_DIGITS 9

static json_t *write_fields(const struct field *fields, const void *base);

static uint64_t get_u64(const void *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static json_t *write_levels(const __u64 *counts)
{
	json_t *json = json_object();

	for (size_t i = 0; i < PTWALK_NR_LEVELS; i++)
		json_object_set_new(json, field_levels[i], write_count(counts[i]));
	return json;
}

static json_t *write_nodes(const __u64 *counts)
{
	json_t *json = json_object();
	char node[16];

	for (size_t i = 0; i < PTWALK_MAX_NODES; i++) {
		if (!counts[i])
			continue;
		snprintf(node, sizeof(node), "%zu", i);
		json_object_set_new(json, node, write_count(counts[i]));
	}
	return json;
}

static json_t *write_events(const struct record_series *series)
{
	json_t *json = json_array();

	for (size_t i = 0; i < series->nr_events; i++)
		json_array_append_new(json, write_fields(event_fields, &series->events[i]));
	return json;
}

static json_t *write_node(const void *p)
{
	int node;

	memcpy(&node, p, sizeof(node));
	return node < 0 ? json_null() : json_integer(node);
}

static json_t *write_uint(const void *p)
{
	unsigned n;

	memcpy(&n, p, sizeof(n));
	return json_integer(n);
}

static json_t *write_event_counts(const struct record_event *event, struct ptwalk_sample *sample,
				  size_t index)
{
	json_t *json;

	if (*event->reason)
		return json_null();
	json = json_array();
	for (size_t column = 0; column < FIELD_EVENT_COLUMNS; column++)
		json_array_append_new(json, write_count(*field_event(sample, index, column)));
	return json;
}

static json_t *write_sample(const struct record_series *series, const struct ptwalk_sample *sample)
{
	struct ptwalk_sample copy = *sample;
	json_t *json = json_array();

	for (const struct field *f = sample_fields; f->type; f++) {
		const char *p = (const char *)sample + f->offset;

		json_array_append_new(json, f->type == FIELD_COUNT ? write_count(get_u64(p))
								   : write_uint(p));
	}
	for (size_t i = 0; i < series->nr_events; i++)
		json_array_append_new(json, write_event_counts(&series->events[i], &copy, i));
	return json;
}

static json_t *write_samples(const struct record_series *series)
{
	json_t *json = json_array();

	for (size_t i = 0; i < series->nr_samples; i++)
		json_array_append_new(json, write_sample(series, &series->samples[i]));
	return json;
}

static json_t *write_seconds(const void *p)
{
	json_t *json;
	double seconds;

	memcpy(&seconds, p, sizeof(seconds));
	json = json_real(seconds);
	return json ? json : json_null(); /* not finite: a reader refuses it, and says so */
}

static json_t *write_strings(const struct strv *strings)
{
	json_t *json = json_array();

	for (size_t i = 0; i < strings->n; i++)
		json_array_append_new(json, write_string(strings->v[i]));
	return json;
}

static json_t *write_entries(const struct record_series *series)
{
	return series->has_entries ? write_hex(series->entry_sum) : json_null();
}

static json_t *write_part(const struct field *f, const char *base)
{
	return *(const bool *)(base + f->has) ? write_fields(f->fields, base + f->offset)
					      : json_null();
}

static json_t *write_field(const struct field *f, const void *base)
{
	const char *p = (const char *)base + f->offset;

	switch (f->type) {
	case FIELD_STRING:
		return write_string(*(char *const *)(const void *)p);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)p);
	case FIELD_UINT:
		return write_uint(p);
	case FIELD_COUNT:
		return write_count(get_u64(p));
	case FIELD_MAYBE:
		return get_u64(p) == RECORD_NO_TICKS ? json_null() : write_count(get_u64(p));
	case FIELD_HEX:
		return write_hex(get_u64(p));
	case FIELD_SECONDS:
		return write_seconds(p);
	case FIELD_NODE:
		return write_node(p);
	case FIELD_LEVELS:
		return write_levels((const void *)p);
	case FIELD_NODES:
		return write_nodes((const void *)p);
	case FIELD_OBJECT:
		return write_fields(f->fields, p);
	case FIELD_ENTRIES:
		return write_entries(base);
	case FIELD_PART:
		return write_part(f, base);
	case FIELD_EVENTS:
		return write_events(base);
	case FIELD_SAMPLES:
		return write_samples(base);
	case FIELD_STAGES:
		return stages_write(base);
	case FIELD_STRINGS:
		return write_strings((const void *)p);
	case FIELD_END:
		break;
	}
	return json_null();
}

static json_t *write_fields(const struct field *fields, const void *base)
{
	json_t *json = json_object();

	for (const struct field *f = fields; f->type; f++)
		json_object_set_new(json, f->name, write_field(f, base));
	return json;
}

static json_t *record_to_json(const struct record *record)
{
	const struct kind *kind = &record_kinds[record->kind];
	json_t *json = json_object(), *fields = write_fields(kind->fields, &record->run);

	json_object_set_new(json, "kind", json_string(kind->name));
	if (record->kind == RECORD_RUN)
		json_object_set_new(json, "schema", json_integer(RECORD_SCHEMA));
	json_object_update(json, fields);
	json_decref(fields);
	return json;
}

char *record_line(const struct record *record)
{
	json_t *json = record_to_json(record);
	_cleanup_free_ char *text =
		json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(SECONDS_DIGITS));
	char *line = xasprintf("%s\n", text ? text : "");

	json_decref(json);
	return line;
}
