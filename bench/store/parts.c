// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/parts.h"

#include <errno.h>
#include <jansson.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/environment.h"
#include "bench/record/fields.h"
#include "bench/record/record_json.h"

#define ALL_DIGITS JSON_REAL_PRECISION(17)

/* Members of a series that have columns, or a table, of their own. */
static const char *const columns[] = { "kind",	"boot", "name",	     "op",    "policy",	 "workload",
				       "level", "size", "run_ticks", "proof", "samples", "stages" };

void parts_digest(const struct records *records, char digest[PARTS_DIGEST_SIZE])
{
	uint8_t bytes[SHA256_DIGEST_SIZE];
	char *text = records_text(records);
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, strlen(text), (const uint8_t *)text);
	sha256_digest(&sha, sizeof(bytes), bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
	free(text);
}

static char *dump(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | ALL_DIGITS);

	json_decref(json);
	return text ? text : xstrdup("null");
}

char *parts_environment(const struct records *records)
{
	json_t *json = json_object();
	struct environment e;

	environment_of(records, &e);
	for (size_t i = 0; i < e.n; i++)
		json_object_set_new(json, e.fields[i].name, json_string(e.fields[i].value));
	return dump(json);
}

char *parts_record(const struct record *record)
{
	return dump(record_to_json(record));
}

void parts_split(const struct record_series *s, char **proof, char **stages, char **rest)
{
	struct record record = { .kind = RECORD_SERIES, .series = *s };
	json_t *json = record_to_json(&record);

	*proof = dump(json_incref(json_object_get(json, "proof")));
	*stages = s->nr_stages ? dump(json_incref(json_object_get(json, "stages"))) : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		json_object_del(json, columns[i]);
	*rest = dump(json);
}

char *parts_events(const struct record_series *s, const struct ptwalk_sample *sample)
{
	struct ptwalk_sample copy = *sample;
	json_t *json = json_array();

	for (size_t i = 0; i < s->nr_events; i++)
		for (size_t column = 0; column < FIELD_EVENT_COLUMNS; column++)
			json_array_append_new(json, *s->events[i].reason
							    ? json_null()
							    : json_integer((json_int_t)*field_event(
								      &copy, i, column)));
	if (s->nr_events)
		return dump(json);
	json_decref(json);
	return NULL;
}

uint64_t parts_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ULL;
	return hash;
}

/* As a record writes it: a count past what JSON holds is hexadecimal. */
static json_t *count_json(int64_t n)
{
	char text[24];

	if (n >= 0)
		return json_integer(n);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)n);
	return json_string(text);
}

json_t *parts_sample(const int64_t values[PARTS_SAMPLE_COLUMNS], const char *events)
{
	json_t *json = json_array(), *flat = events ? json_loads(events, 0, NULL) : NULL;
	json_t *event = NULL;

	for (size_t i = 0; i < PARTS_SAMPLE_COLUMNS; i++)
		json_array_append_new(json, count_json(values[i]));
	for (size_t i = 0; i < json_array_size(flat); i++) {
		const json_t *n = json_array_get(flat, i);

		if (i % FIELD_EVENT_COLUMNS == 0) {
			event = json_is_null(n) ? json_null() : json_array();
			json_array_append_new(json, event);
		}
		if (json_is_array(event))
			json_array_append_new(event, count_json(json_integer_value(n)));
	}
	json_decref(flat);
	return json;
}

/* json_null() where it is not JSON, which no reader takes. */
static json_t *load(const char *text)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

	return json ? json : json_null();
}

static void set_columns(json_t *json, unsigned schema, const struct parts_series *p)
{
	json_object_set_new(json, "kind", json_string(record_kinds[RECORD_SERIES].name));
	json_object_set_new(json, "boot", json_integer(p->boot));
	json_object_set_new(json, "name", json_string(p->name));
	json_object_set_new(json, "op", json_string(p->op));
	json_object_set_new(json, "policy", json_string(p->policy));
	json_object_set_new(json, "workload", json_string(p->workload));
	json_object_set_new(json, "level", json_string(p->level));
	json_object_set_new(json, "size", count_json(p->size));
	json_object_set_new(json, "run_ticks", count_json(p->run_ticks));
	json_object_set_new(json, "proof", load(p->proof));
	json_object_set_new(json, "samples", p->samples);
	/* "stages" came with schema 2. */
	if (schema > 1)
		json_object_set_new(json, "stages", p->stages ? load(p->stages) : json_array());
}

int parts_join(const struct parts_series *p, unsigned schema, struct record_series *series,
	       struct err *err)
{
	json_t *json = load(p->rest);
	struct record record;
	int ret;

	/* A rest that is no object takes no members. */
	if (!json_is_object(json)) {
		json_decref(json);
		json = json_object();
	}
	set_columns(json, schema, p);
	ret = record_from_json(json, schema, &record, err);
	if (!ret)
		*series = record.series;
	json_decref(json);
	return ret;
}

int parts_parse(const char *text, enum record_kind kind, unsigned schema, struct record *record,
		struct err *err)
{
	int ret = record_parse(text, strlen(text), schema, record, err);

	if (ret || record->kind == kind)
		return ret;
	record_release(record);
	return err_set(err, EBADMSG, "a record of another kind than %s", record_kinds[kind].name);
}
