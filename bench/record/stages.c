// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NR_FIELDS 3 /* name, samples, note */

static int read_ticks(const json_t *json, struct record_stage *stage, size_t n, struct err *err)
{
	int ret = 0;

	if (!json_is_array(json) || json_array_size(json) != n)
		return err_set(err, EBADMSG, "samples: not an array of %zu, as many as the series",
			       n);
	stage->ticks = xcalloc(n + 1, sizeof(*stage->ticks));
	for (size_t i = 0; !ret && i < n; i++) {
		const json_t *ticks = json_array_get(json, i);

		stage->ticks[i] = RECORD_NO_TICKS;
		if (json_is_null(ticks))
			continue;
		ret = value_count("samples", ticks, &stage->ticks[i], err);
		if (!ret && stage->ticks[i] == RECORD_NO_TICKS)
			ret = value_bad(err, "samples", "a count that stands for none");
	}
	return ret;
}

static int read_stage(const json_t *json, struct record_stage *stage, size_t n, struct err *err)
{
	const json_t *name = json_object_get(json, "name"), *note = json_object_get(json, "note");
	const json_t *samples = json_object_get(json, "samples");
	int ret;

	if (json_object_size(json) != NR_FIELDS || !name || !samples || !note)
		return err_set(err, EBADMSG, "not an object of name, samples and note");
	ret = value_string("name", name, &stage->name, err);
	if (!ret && !*stage->name)
		ret = value_bad(err, "name", "empty");
	if (!ret)
		ret = read_ticks(samples, stage, n, err);
	return ret ? ret : value_string("note", note, &stage->note, err);
}

static int check_twice(const struct record_series *series, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(series->stages[i].name, series->stages[n].name))
			return value_bad(err, "name", "that of another stage");
	return 0;
}

int stages_read(const json_t *json, struct record_series *series, struct err *err)
{
	size_t n = json_array_size(json);
	int ret = 0;

	if (!json_is_array(json))
		return err_set(err, EBADMSG, "not an array of stages");
	series->stages = xcalloc(n + 1, sizeof(*series->stages));
	series->nr_stages = n;
	for (size_t i = 0; !ret && i < n; i++) {
		ret = read_stage(json_array_get(json, i), &series->stages[i], series->nr_samples,
				 err);
		if (!ret)
			ret = check_twice(series, i, err);
		if (ret)
			err_prefix(err, "%zu", i);
	}
	return ret;
}

static json_t *write_stage(const struct record_stage *stage, size_t n)
{
	json_t *json = json_object(), *samples = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(samples, stage->ticks[i] == RECORD_NO_TICKS
						       ? json_null()
						       : write_count(stage->ticks[i]));
	json_object_set_new(json, "name", write_string(stage->name));
	json_object_set_new(json, "samples", samples);
	json_object_set_new(json, "note", write_string(stage->note));
	return json;
}

json_t *stages_write(const struct record_series *series)
{
	json_t *json = json_array();

	for (size_t i = 0; i < series->nr_stages; i++)
		json_array_append_new(json, write_stage(&series->stages[i], series->nr_samples));
	return json;
}

void stages_release(struct record_series *series)
{
	for (size_t i = 0; i < series->nr_stages; i++) {
		free(series->stages[i].name);
		free(series->stages[i].ticks);
		free(series->stages[i].note);
	}
	free(series->stages);
	series->stages = NULL;
	series->nr_stages = 0;
}
