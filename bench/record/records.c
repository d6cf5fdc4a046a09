// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/record/record.h"

#define APPEND(array, n, member) \
	((array) = xgrow((array), (n), sizeof(*(array))), (array)[(n)++] = (member))

static bool has_boot(const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_boots; i++)
		if (r->boots[i].boot == boot)
			return true;
	return false;
}

static const struct record_end *find_end(const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_ends; i++)
		if (r->ends[i].boot == boot)
			return &r->ends[i];
	return NULL;
}

/* May @record come at this place? @have_run: the run was read. */
static int check_order(const struct records *r, bool have_run, const struct record *record,
		       struct err *err)
{
	unsigned boot = record->boot.boot; /* the first member of all but the run */

	if (record->kind == RECORD_RUN)
		return have_run ? err_set(err, EBADMSG, "run: a second one; a file holds one run")
				: 0;
	if (!have_run)
		return err_set(err, EBADMSG, "no run before this record; a file begins with it");
	if (find_end(r, boot))
		return err_set(err, EBADMSG, "boot %u has ended before this record", boot);
	if (record->kind == RECORD_BOOT)
		return has_boot(r, boot) ? err_set(err, EBADMSG,
						   "boot: a second one with the number %u", boot)
					 : 0;
	if (record->kind == RECORD_SERIES && !has_boot(r, boot))
		return err_set(err, EBADMSG, "no boot %u before this record", boot);
	return 0;
}

static void add(struct records *r, const struct record *record)
{
	switch (record->kind) {
	case RECORD_RUN:
		r->run = record->run;
		break;
	case RECORD_BOOT:
		APPEND(r->boots, r->nr_boots, record->boot);
		break;
	case RECORD_SERIES:
		APPEND(r->series, r->nr_series, record->series);
		r->series[r->nr_series - 1].arch = r->run.arch;
		r->series[r->nr_series - 1].page = r->run.page_size;
		break;
	case RECORD_MISSING:
		APPEND(r->missing, r->nr_missing, record->missing);
		r->missing[r->nr_missing - 1].arch = r->run.arch;
		r->missing[r->nr_missing - 1].page = r->run.page_size;
		break;
	case RECORD_END:
		APPEND(r->ends, r->nr_ends, record->end);
		break;
	}
}

int records_add(struct records *r, struct record *record, struct err *err)
{
	int ret = check_order(r, r->run.id, record, err);

	if (ret)
		record_release(record);
	else
		add(r, record);
	return ret;
}

static int read_lines(const char *text, size_t len, struct records *r, struct err *err)
{
	struct record record;
	size_t line = 1;
	int ret;

	for (const char *p = text, *end; p < text + len; p = end + 1, line++) {
		end = memchr(p, '\n', (size_t)(text + len - p));
		if (!end)
			end = text + len;
		ret = record_parse(p, (size_t)(end - p), r->run.id ? r->run.schema : RECORD_SCHEMA,
				   &record, err);
		if (!ret)
			ret = records_add(r, &record, err);
		if (ret) {
			err_prefix(err, "line %zu", line);
			return ret;
		}
	}
	return r->run.id ? 0 : err_set(err, EBADMSG, "no run in it; a file begins with one");
}

static int check_end(const struct records *r, const struct record_end *end, struct err *err)
{
	unsigned series = 0, missing = 0;

	for (size_t i = 0; i < r->nr_series; i++)
		series += r->series[i].boot == end->boot;
	for (size_t i = 0; i < r->nr_missing; i++)
		missing += r->missing[i].boot == end->boot;
	if (series == end->series && missing == end->missing)
		return 0;
	return err_set(err, EBADMSG,
		       "boot %u holds %u series and %u missing, and its end says %u and %u",
		       end->boot, series, missing, end->series, end->missing);
}

static int compare_series(const void *a, const void *b)
{
	const struct record_series *x = *(const struct record_series *const *)a;
	const struct record_series *y = *(const struct record_series *const *)b;

	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int check_twice(const struct records *r, struct err *err)
{
	_cleanup_free_ const struct record_series **sorted =
		xcalloc(r->nr_series + 1, sizeof(*sorted));

	for (size_t i = 0; i < r->nr_series; i++)
		sorted[i] = &r->series[i];
	qsort(sorted, r->nr_series, sizeof(*sorted), compare_series);
	for (size_t i = 1; i < r->nr_series; i++)
		if (!compare_series(&sorted[i - 1], &sorted[i]))
			return err_set(err, EBADMSG, "series %s is there twice in boot %u",
				       sorted[i]->name, sorted[i]->boot);
	return 0;
}

int records_check(const struct records *r, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < r->nr_boots; i++)
		if (!find_end(r, r->boots[i].boot))
			return err_set(err, EBADMSG, "boot %u has no end: the run did not finish",
				       r->boots[i].boot);
	if (r->nr_ends < r->run.boots)
		return err_set(err, EBADMSG, "%zu of %u boots: the run did not finish", r->nr_ends,
			       r->run.boots);
	for (size_t i = 0; !ret && i < r->nr_ends; i++)
		ret = check_end(r, &r->ends[i], err);
	return ret ? ret : check_twice(r, err);
}

int records_parse_part(const char *text, size_t len, struct records *records, struct err *err)
{
	int ret;

	memset(records, 0, sizeof(*records));
	ret = read_lines(text, len, records, err);
	if (ret)
		records_release(records);
	return ret;
}

int records_parse(const char *text, size_t len, struct records *records, struct err *err)
{
	int ret = records_parse_part(text, len, records, err);

	if (!ret)
		ret = records_check(records, err);
	if (ret)
		records_release(records);
	return ret;
}

int records_read(const char *path, struct records *records, struct err *err)
{
	size_t len;
	_cleanup_free_ char *text = fs_read(path, &len, err);
	int ret;

	if (!text)
		return errno ? -errno : -EIO;
	ret = records_parse(text, len, records, err);
	if (ret)
		err_prefix(err, "%s", path);
	return ret;
}

static void release_one(enum record_kind kind, const void *member, size_t size)
{
	struct record record = { .kind = kind };

	memcpy(&record.run, member, size);
	record_release(&record);
}

void records_release(struct records *r)
{
	release_one(RECORD_RUN, &r->run, sizeof(r->run));
	for (size_t i = 0; i < r->nr_boots; i++)
		release_one(RECORD_BOOT, &r->boots[i], sizeof(r->boots[i]));
	for (size_t i = 0; i < r->nr_series; i++)
		release_one(RECORD_SERIES, &r->series[i], sizeof(r->series[i]));
	for (size_t i = 0; i < r->nr_missing; i++)
		release_one(RECORD_MISSING, &r->missing[i], sizeof(r->missing[i]));
	free(r->boots);
	free(r->series);
	free(r->missing);
	free(r->ends);
	memset(r, 0, sizeof(*r));
}

static int check_join(const struct records *into, const struct records *from, struct err *err)
{
	struct environment a, b;

	if (strcmp(into->run.kernel.image_sha256, from->run.kernel.image_sha256) != 0)
		return err_set(err, EINVAL, "%s and %s are of different kernels: no one arm",
			       into->run.id, from->run.id);
	environment_of(into, &a);
	environment_of(from, &b);
	for (size_t i = 0; i < a.n; i++) {
		const char *other = environment_get(&b, a.fields[i].name);

		if (!other || strcmp(a.fields[i].value, other) != 0)
			return err_set(err, EINVAL, "%s and %s are no one arm: %s differs: %s, %s",
				       into->run.id, from->run.id, a.fields[i].name,
				       a.fields[i].value, other ? other : "unknown");
	}
	return 0;
}

int records_join(struct records *into, struct records *from, struct err *err)
{
	int ret = check_join(into, from, err);
	unsigned last = 0;

	if (ret) {
		records_release(from);
		return ret;
	}
	for (size_t i = 0; i < into->nr_ends; i++)
		last = into->ends[i].boot > last ? into->ends[i].boot : last;
	for (size_t i = 0; i < from->nr_boots; i++) {
		from->boots[i].boot += last;
		APPEND(into->boots, into->nr_boots, from->boots[i]);
	}
	for (size_t i = 0; i < from->nr_series; i++) {
		from->series[i].boot += last;
		from->series[i].arch = into->run.arch;
		from->series[i].page = into->run.page_size;
		APPEND(into->series, into->nr_series, from->series[i]);
	}
	for (size_t i = 0; i < from->nr_missing; i++) {
		from->missing[i].boot += last;
		from->missing[i].arch = into->run.arch;
		from->missing[i].page = into->run.page_size;
		APPEND(into->missing, into->nr_missing, from->missing[i]);
	}
	for (size_t i = 0; i < from->nr_ends; i++) {
		from->ends[i].boot += last;
		APPEND(into->ends, into->nr_ends, from->ends[i]);
	}
	into->run.boots += from->run.boots;
	/* Nothing was planned over all of them: no look of a session is one of the whole. */
	*into->run.sampling.session = '\0';
	from->nr_boots = from->nr_series = from->nr_missing = 0;
	records_release(from);
	return 0;
}

static void add_line(struct strv *lines, const struct record *record)
{
	_cleanup_free_ char *line = record_line(record);

	strv_add(lines, line);
}

/* All of one boot but its first line. */
static void add_boot(struct strv *lines, const struct records *r, unsigned boot)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (r->series[i].boot == boot)
			add_line(lines,
				 &(struct record){ .kind = RECORD_SERIES, .series = r->series[i] });
	for (size_t i = 0; i < r->nr_missing; i++)
		if (r->missing[i].boot == boot)
			add_line(lines, &(struct record){ .kind = RECORD_MISSING,
							  .missing = r->missing[i] });
	for (size_t i = 0; i < r->nr_ends; i++)
		if (r->ends[i].boot == boot)
			add_line(lines, &(struct record){ .kind = RECORD_END, .end = r->ends[i] });
}

char *records_text(const struct records *r)
{
	_cleanup_(strv_release) struct strv lines = { 0 };

	add_line(&lines, &(struct record){ .kind = RECORD_RUN, .run = r->run });
	for (size_t i = 0; i < r->nr_boots; i++) {
		add_line(&lines, &(struct record){ .kind = RECORD_BOOT, .boot = r->boots[i] });
		add_boot(&lines, r, r->boots[i].boot);
	}
	/* Boots that had nothing left to measure. */
	for (size_t i = 0; i < r->nr_ends; i++)
		if (!has_boot(r, r->ends[i].boot))
			add_boot(&lines, r, r->ends[i].boot);
	return strv_join(&lines, "");
}
