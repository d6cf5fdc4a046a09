// SPDX-License-Identifier: GPL-2.0-only
#include "bench/import/foreign.h"

#include <errno.h>
#include <math.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/fields.h"

#define ID_BYTES       8
#define NAME_MAX_BYTES 1000
#define WHOLE_MAX      9007199254740992.0 /* 2^53: a double holds every whole number up to it */

static char *text_id(const char *tool, const char *text, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	char hex[2 * ID_BYTES + 1];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, (const uint8_t *)text);
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return xasprintf("%s-%s", tool, hex);
}

static char *iso_time(int64_t seconds)
{
	const time_t when = (time_t)seconds;
	char text[40];
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return xstrdup("1970-01-01T00:00:00Z");
	return xstrdup(text);
}

static char *known(const char *s)
{
	return xstrdup(s ? s : "");
}

static void add_boot(struct records *records)
{
	records->boots = xcalloc(1, sizeof(*records->boots));
	records->boots[0] = (struct record_boot){
		.tsc_cpuid_khz = RECORD_NO_TICKS,
		.tsc_hypervisor_khz = RECORD_NO_TICKS,
		.tsc_measured_hz = RECORD_NO_TICKS,
		.boot = 1,
		.release = xstrdup(""),
		.build = xstrdup(""),
		.cmdline = xstrdup(""),
		.cpu = xstrdup(""),
		.mitigations = xstrdup(""),
		.module_compiler = xstrdup(""),
		.topology = xstrdup(""),
	};
	records->nr_boots = 1;
}

void foreign_begin(struct records *records, const struct foreign_run *run, const char *text,
		   size_t len)
{
	*records = (struct records){ 0 };
	records->run = (struct record_run){
		.schema = RECORD_SCHEMA,
		.id = text_id(run->tool, text, len),
		.started = iso_time(run->seconds),
		.ptwalk = xstrdup(""),
		.command = known(run->command),
		.machine = xstrdup(run->tool),
		.unit = xstrdup(run->unit),
		.exact = run->exact,
		.replicate = xstrdup(RECORD_REPLICATE),
		.arch = xstrdup(RECORD_ARCH),
		.page_size = RECORD_PAGE,
		.boots = 1,
		.kernel = { .spec = known(run->kernel),
			    .release = xstrdup(""),
			    .version = xstrdup(""),
			    .image_sha256 = xstrdup(""),
			    .config_sha256 = xstrdup(""),
			    .compiler = xstrdup("") },
		.qemu = xstrdup(""),
		.host = known(run->host),
		.quiet = xstrdup(""),
		.sampling = record_sampling_none(),
	};
	add_boot(records);
}

static int check_name(const char *name, struct err *err)
{
	if (!*name)
		return err_set(err, EBADMSG, "a name that is empty");
	if (strlen(name) > NAME_MAX_BYTES)
		return err_set(err, EBADMSG, "a name of more than %d bytes", NAME_MAX_BYTES);
	if (value_has_control(name))
		return err_set(err, EBADMSG, "a name with a control character");
	return 0;
}

struct record_series *foreign_series(struct records *records, const char *name, const char *op,
				     unsigned threads, struct err *err)
{
	struct record_series *last;

	if (check_name(name, err))
		return NULL;
	/* Repetitions mostly follow one another; the others are put together at the end. */
	if (records->nr_series && !strcmp(records->series[records->nr_series - 1].name, name))
		return &records->series[records->nr_series - 1];
	records->series = xgrow(records->series, records->nr_series, sizeof(*records->series));
	last = &records->series[records->nr_series++];
	*last = (struct record_series){
		.boot = 1,
		.name = xstrdup(name),
		.op = xstrdup(op),
		.policy = xstrdup(""),
		.workload = xstrdup(name),
		.level = xstrdup(""),
		.size = PAGE,
		.placement = RECORD_PLACEMENT(xstrdup(RECORD_LOCAL)),
		.threads = threads,
		.mms = 1,
		.cache = xstrdup("warm"),
		.varies = xstrdup(""),
		.result_node = -1,
	};
	return last;
}

int foreign_sample(struct record_series *series, const struct ptwalk_sample *sample,
		   struct err *err)
{
	if (series->nr_samples == PTWALK_MAX_ITERATIONS)
		return err_set(err, EBADMSG, "more than %d samples of one series",
			       PTWALK_MAX_ITERATIONS);
	series->samples = xgrow(series->samples, series->nr_samples, sizeof(*series->samples));
	series->samples[series->nr_samples++] = *sample;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct record_series *x = *(struct record_series *const *)a;
	const struct record_series *y = *(struct record_series *const *)b;
	int ret = strcmp(x->name, y->name);

	return ret ? ret : (x > y) - (x < y);
}

static int take_samples(struct record_series *series, const struct record_series *from,
			struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < from->nr_samples && !ret; i++)
		ret = foreign_sample(series, &from->samples[i], err);
	return ret;
}

/* All samples of one name become those of its first series, in their order. */
static int merge_series(struct records *records, struct err *err)
{
	const size_t n = records->nr_series;
	struct record_series **sorted = xcalloc(n + 1, sizeof(*sorted)), *first = NULL;
	bool *gone = xcalloc(n + 1, sizeof(*gone));
	size_t kept = 0;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &records->series[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < n && !ret; i++) {
		if (!first || strcmp(first->name, sorted[i]->name) != 0) {
			first = sorted[i];
			continue;
		}
		ret = take_samples(first, sorted[i], err);
		gone[sorted[i] - records->series] = true;
	}
	for (size_t i = 0; i < n && !ret; i++) {
		struct record one = { .kind = RECORD_SERIES, .series = records->series[i] };

		if (gone[i])
			record_release(&one);
		else
			records->series[kept++] = one.series;
	}
	if (!ret)
		records->nr_series = kept;
	free(gone);
	free(sorted);
	return ret;
}

int foreign_event(struct record_series *series, const char *name, uint64_t overhead,
		  const char *reason, struct err *err)
{
	int ret = check_name(name, err);

	if (ret)
		return ret;
	series->events[series->nr_events++] = (struct record_event){
		.name = xstrdup(name),
		.type = UINT32_MAX,
		.config = UINT64_MAX,
		.overhead = overhead,
		.reason = xstrdup(reason),
	};
	return 0;
}

int foreign_missing(struct records *records, const char *name, const char *op, const char *reason,
		    struct err *err)
{
	int ret = check_name(name, err);

	if (ret)
		return ret;
	records->missing = xgrow(records->missing, records->nr_missing, sizeof(*records->missing));
	records->missing[records->nr_missing++] = (struct record_missing){
		.boot = 1,
		.name = xstrdup(name),
		.op = xstrdup(op),
		.policy = xstrdup(""),
		.workload = xstrdup(name),
		.size = PAGE,
		.placement = xstrdup(RECORD_LOCAL),
		.threads = 1,
		.mms = 1,
		.reason = xstrdup(reason),
	};
	return 0;
}

/* What is missing of a series that is there is a note of it; and none is missing twice for one reason. */
static void merge_missing(struct records *records)
{
	json_t *places = json_object(), *seen = json_object();
	size_t kept = 0;

	for (size_t i = 0; i < records->nr_series; i++)
		json_object_set_new_nocheck(places, records->series[i].name,
					    json_integer((json_int_t)i));
	for (size_t i = 0; i < records->nr_missing; i++) {
		struct record one = { .kind = RECORD_MISSING, .missing = records->missing[i] };
		const json_t *place = json_object_get(places, one.missing.name);
		_cleanup_free_ char *key =
			xasprintf("%s\n%s", one.missing.name, one.missing.reason);
		struct strv *notes =
			place ? &records->series[json_integer_value(place)].notes : NULL;

		if (!notes && !json_object_get(seen, key)) {
			json_object_set_new_nocheck(seen, key, json_true());
			records->missing[kept++] = one.missing;
			continue;
		}
		if (notes && *one.missing.reason && !strv_has(notes, one.missing.reason))
			strv_add(notes, one.missing.reason);
		record_release(&one);
	}
	records->nr_missing = kept;
	json_decref(places);
	json_decref(seen);
}

int foreign_end(struct records *records, struct err *err)
{
	int ret = merge_series(records, err);

	if (!ret)
		merge_missing(records);
	records->ends = xcalloc(1, sizeof(*records->ends));
	records->ends[0] = (struct record_end){
		.boot = 1,
		.series = (unsigned)records->nr_series,
		.missing = (unsigned)records->nr_missing,
	};
	records->nr_ends = 1;
	if (!ret && !records->nr_series && !records->nr_missing)
		ret = err_set(err, EBADMSG, "nothing was measured in it");
	if (!ret)
		ret = records_check(records, err);
	if (ret)
		records_release(records);
	return ret;
}

int foreign_count(double value, double factor, uint64_t *count, struct err *err)
{
	const double whole = round(value * factor);

	if (!isfinite(whole) || value < 0 || whole > WHOLE_MAX)
		return err_set(err, EBADMSG, "not a number from 0 to 2^53: %g", value);
	*count = (uint64_t)whole;
	return 0;
}

/* Of "NaN" and the like at @text, as C's streams and later JSON writers write them; or 0. */
static size_t bare_length(const char *text, size_t len)
{
	static const char *const words[] = { "nan", "infinity", "inf" };
	const size_t sign = len && *text == '-';

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const size_t n = sign + strlen(words[i]);

		if (n <= len && !strncasecmp(text + sign, words[i], n - sign))
			return n;
	}
	return 0;
}

json_t *foreign_json(const char *text, size_t len, size_t flags)
{
	_cleanup_free_ char *quoted = xcalloc(2 * len + 1, 1);
	bool inside = false;
	size_t at = 0, bare;

	for (size_t i = 0; i < len; i++) {
		bare = inside ? 0 : bare_length(text + i, len - i);
		if (bare) {
			at += (size_t)sprintf(quoted + at, "\"%.*s\"", (int)bare, text + i);
			i += bare - 1;
			continue;
		}
		quoted[at++] = text[i];
		if (text[i] == '"')
			inside = !inside;
		else if (inside && text[i] == '\\' && i + 1 < len)
			quoted[at++] = text[++i];
	}
	return json_loadb(quoted, at, flags, NULL);
}

bool foreign_no_number(const json_t *json)
{
	const char *text = json_string_value(json);

	return text && *text && bare_length(text, strlen(text)) == strlen(text);
}

json_t *foreign_first_line(const char *text, size_t len)
{
	const char *const end = text + len;

	for (const char *stop; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (!stop)
			stop = end;
		if (*text != '#' && *text != '\r' && stop > text)
			return foreign_json(text, (size_t)(stop - text), JSON_REJECT_DUPLICATES);
	}
	return NULL;
}

char *foreign_string(const json_t *json, const char *otherwise)
{
	char *copy = xstrdup(json_is_string(json) ? json_string_value(json) : otherwise);

	if (value_has_control(copy))
		for (char *p = copy; *p; p++)
			if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
				*p = '?';
	return copy;
}
