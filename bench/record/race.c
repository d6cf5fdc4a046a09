// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/race.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/fields.h"

#define IN(kind) (1U << RACE_##kind)
#define ALL	 ((1U << RACE_NR_KINDS) - 1)

static const char *const kinds[RACE_NR_KINDS] = {
	[RACE_PHASE] = "race-phase",	 [RACE_WALKER] = "race-walker",	    [RACE_VERDICT] = "race",
	[RACE_MISSING] = "race-missing", [RACE_UNSOUGHT] = "race-unsought",
};

static const struct member {
	const char *name;
	unsigned int kinds;
	bool string;
	size_t offset;
} members[] = {
#define X(member, kinds) { #member, (kinds), true, offsetof(struct race_record, member) },
	RACE_STRINGS(X)
#undef X
#define X(member, kinds) { #member, (kinds), false, offsetof(struct race_record, member) },
		RACE_COUNTS(X)
#undef X
};

bool race_failed(const struct race_record *r)
{
	return r->stale || r->stuck || r->late || r->gained || r->undead || r->held ||
	       (r->never && *r->never);
}

static const void *at(const struct race_record *record, const struct member *m)
{
	return (const char *)record + m->offset;
}

char *race_line(const struct race_record *record)
{
	json_t *json = json_object();
	char *text, *line;

	json_object_set_new(json, "kind", json_string(kinds[record->kind]));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct member *m = &members[i];

		if (!(m->kinds & 1U << record->kind))
			continue;
		json_object_set_new(json, m->name,
				    m->string ? write_string(*(char *const *)at(record, m))
					      : write_count(*(const uint64_t *)at(record, m)));
	}
	text = json_dumps(json, JSON_COMPACT);
	line = xasprintf("%s\n", text);
	free(text);
	json_decref(json);
	return line;
}

static int read_kind(const json_t *json, struct race_record *record, struct err *err)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));

	for (size_t i = 0; kind && i < ARRAY_SIZE(kinds); i++) {
		record->kind = (enum race_kind)i;
		if (!strcmp(kind, kinds[i]))
			return 0;
	}
	return value_bad(err, "kind", "none of a race");
}

static int read_members(const json_t *json, struct race_record *record, struct err *err)
{
	size_t n = 1; /* the kind */
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(members) && !ret; i++) {
		const struct member *m = &members[i];
		const json_t *value = json_object_get(json, m->name);
		void *p = (char *)record + m->offset;

		if (!(m->kinds & 1U << record->kind))
			continue;
		if (!value)
			return value_bad(err, m->name, "missing");
		ret = m->string ? value_string(m->name, value, p, err)
				: value_count(m->name, value, p, err);
		n++;
	}
	if (!ret && json_object_size(json) != n)
		ret = err_set(err, EBADMSG,
			      "a race's record with fields that are none of its kind");
	return ret;
}

int race_parse(const char *line, size_t len, struct race_record *record, struct err *err)
{
	json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	int ret;

	*record = (struct race_record){ 0 };
	if (!json_is_object(json)) {
		json_decref(json);
		return err_set(err, EBADMSG, "not a JSON object");
	}
	ret = read_kind(json, record, err);
	if (!ret)
		ret = read_members(json, record, err);
	json_decref(json);
	if (ret)
		race_record_release(record);
	return ret;
}

void race_record_release(struct race_record *record)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].string)
			free(*(char **)((char *)record + members[i].offset));
	*record = (struct race_record){ 0 };
}
