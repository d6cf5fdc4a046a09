// SPDX-License-Identifier: GPL-2.0-only
/* bench/record: a run's file is read whole, or refused with the line that is wrong. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "tests/unit/find.h"

/* Read @text as a file would be. */
static int read_text(const char *text, struct records *records, struct err *err)
{
	char path[] = "/tmp/ptwalk-test.XXXXXX";
	int fd = mkstemp(path), ret;

	assert_true(fd >= 0);
	assert_int_equal(fs_write_all(fd, text, strlen(text), path, NULL), 0);
	close(fd);
	ret = records_read(path, records, err);
	unlink(path);
	return ret;
}

static char *good(void)
{
	struct records records;
	char *text;

	fake_run(&records);
	fake_missing(&records, 2, "hmm/devdax-pud/1G", "needs CONFIG_X");
	text = fake_text(&records);
	records_release(&records);
	return text;
}

static void refused(const char *text, const char *says)
{
	struct err err = { "" };
	struct records records;

	assert_int_equal(read_text(text, &records, &err), -EBADMSG);
	if (!strstr(err.text, says))
		fail_msg("'%s' instead of '%s'", err.text, says);
	/* Nothing is left to release, and releasing it is no error. */
	assert_null(records.series);
	records_release(&records);
}

/* The text without its line @line (from 0; negative from the end), then @more. */
static char *without(const char *text, int line, const char *more)
{
	struct strv lines = { 0 }, kept = { 0 };
	char *joined, *out;

	strv_split(&lines, text, '\n');
	if (line < 0)
		line += (int)lines.n;
	for (size_t i = 0; i < lines.n; i++)
		if (i != (size_t)line)
			strv_add(&kept, lines.v[i]);
	joined = strv_join(&kept, "\n");
	out = xasprintf("%s\n%s", joined, more);
	strv_release(&lines);
	strv_release(&kept);
	free(joined);
	return out;
}

static char *nth_line(const char *text, size_t n)
{
	while (n--)
		text = strchr(text, '\n') + 1;
	return xasprintf("%.*s\n", (int)(strchr(text, '\n') - text), text);
}

TEST(a_run_comes_back_as_it_was)
{
	char *text = good(), *again;
	struct records records;
	struct err err;

	assert_int_equal(read_text(text, &records, &err), 0);
	assert_int_equal(records.nr_boots, 2);
	assert_int_equal(records.nr_series, 2 * 140 - 1);
	assert_int_equal(records.nr_missing, 1);
	again = fake_text(&records);
	assert_string_equal(again, text);
	records_release(&records);
	free(again);
	free(text);
}

static void at_schema(char *text, int schema)
{
	char *at = strstr(text, "\"schema\":");

	assert_non_null(at);
	at[strlen("\"schema\":")] = (char)('0' + schema);
}

/* Take out what is between each @from, itself included, and the next @to. */
static void cut_all(char *text, const char *from, const char *to)
{
	for (char *at; (at = strstr(text, from));) {
		const char *end = strstr(at, to);

		memmove(at, end, strlen(end) + 1);
	}
}

/* The file as a program of schema 1 wrote it: its series and missing lack what came after. */
static char *as_schema_1(const char *text)
{
	static const char *const since_2[] = { "\"placement\":{", "\"placement\":\"" };
	char *old = xstrdup(text), *at;

	at_schema(old, 1);
	cut_all(old, "\"tsc_cpuid_khz\":", "\"overhead\":");
	cut_all(old, ",\"warnings\":[]", "}");
	cut_all(old, ",\"wrong\":", "}");
	while ((at = strstr(old, ",\"blocks\":")))
		memmove(at, strstr(at, "}\n"), strlen(strstr(at, "}\n")) + 1);
	while ((at = strstr(old, ",\"quiet\":\"")))
		memmove(at, strstr(at, "}\n"), strlen(strstr(at, "}\n")) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(since_2); i++)
		cut_all(old, since_2[i], i ? "\"reason\":" : "\"overhead\":");
	while ((at = strstr(old, ",\"stages\":[],\"notes\":[]")) ||
	       (at = strstr(old, ",\"device_private_pages\":")))
		memmove(at, strchr(at, '}'), strlen(strchr(at, '}')) + 1);
	return old;
}

TEST(a_run_of_schema_1_is_read)
{
	char *text = good(), *old = as_schema_1(text), *again, *newer, *at;
	struct records records;
	struct err err = { "" };

	assert_null(strstr(old, "placement"));
	if (read_text(old, &records, &err))
		fail_msg("%s", err.text);
	assert_int_equal(records.run.schema, 1);
	assert_non_null(find_series(&records, 2, "walk", "entry", "devdax-pte", GIB));
	/* Written again it is of this schema, and holds what it held. */
	again = fake_text(&records);
	assert_string_equal(again, text);
	records_release(&records);
	at_schema(old, 2);
	refused(old, "line 3: series: placement: missing");
	at_schema(text, 1);
	refused(text, "line 1: run: sampling: not a field");
	newer = xasprintf("%.*s%s", (int)(strchr(old, '\n') - old), old, strchr(text, '\n'));
	at_schema(newer, 1);
	refused(newer, "line 2: boot: tsc_cpuid_khz: not a field");
	cut_all(newer, "\"tsc_cpuid_khz\":", "\"overhead\":");
	refused(newer, "line 2: boot: warnings: not a field");
	cut_all(newer, ",\"warnings\":[]", "}");
	refused(newer, "line 3: series: placement: not a field");
	free(newer);
	/* So is one within the proof. */
	at_schema(old, 1);
	at = strstr(old, ",\"table_nodes\":");
	newer = xasprintf("%.*s,\"device_own_pages\":0%s", (int)(at - old), old, at);
	refused(newer, "line 3: series: device_own_pages: not a field");
	free(newer);
	free(again);
	free(old);
	free(text);
}

TEST(only_local_series_of_one_walker_are_found)
{
	struct record_series *s;
	struct records records;

	fake_run(&records);
	s = fake_series(&records, 1, "hmm/devdax-pte/1G");
	s->threads = 2;
	assert_null(find_series(&records, 1, "hmm", "", "devdax-pte", GIB));
	s->threads = 1;
	assert_ptr_equal(find_series(&records, 1, "hmm", "", "devdax-pte", GIB), s);
	free(s->placement.name);
	s->placement.name = xstrdup("remote-pt");
	assert_null(find_series(&records, 1, "hmm", "", "devdax-pte", GIB));
	records_release(&records);
}

TEST(series_are_found)
{
	char *text = good();
	struct records records;
	const struct record_series *s;

	assert_int_equal(read_text(text, &records, NULL), 0);
	s = find_series(&records, 2, "walk", "entry", "devdax-pte", GIB);
	assert_non_null(s);
	assert_string_equal(s->name, "walk/entry/devdax-pte/1G");
	assert_int_equal(s->boot, 2);
	assert_null(find_series(&records, 2, "hmm", "", "devdax-pud", GIB));
	assert_null(find_series(&records, 3, "hmm", "", "devdax-pte", GIB));
	records_release(&records);
	free(text);
}

TEST(a_file_that_is_not_there_is_said)
{
	struct records records;
	struct err err;

	assert_int_equal(records_read("/no/such/run", &records, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/no/such/run"));
}

TEST(runs_without_their_parts_are_refused)
{
	char *text = good(), *bad, *run = nth_line(text, 0), *boot = nth_line(text, 1);
	char *series = nth_line(text, 2);

	refused("", "no run in it");
	refused("\n", "line 1: not a line of JSON");
	bad = without(text, 0, "");
	refused(bad, "line 1: no run before");
	free(bad);
	bad = without(text, -1, "");
	refused(bad, "boot 2 has no end");
	free(bad);
	bad = without(text, -1, run);
	refused(bad, "line 285: run: a second one");
	free(bad);
	bad = without(text, 1, "");
	refused(bad, "line 2: no boot 1 before");
	free(bad);
	bad = without(text, 5, "");
	refused(bad, "boot 1 holds 139 series and 0 missing, and its end says 140 and 0");
	free(bad);
	bad = without(text, -1, boot);
	refused(bad, "boot 1 has ended");
	free(bad);
	bad = xasprintf("%s%s%s", run, boot, boot);
	refused(bad, "line 3: boot: a second one");
	free(bad);
	bad = xasprintf("%s%s%s%s{\"kind\":\"end\",\"boot\":1,\"series\":2,\"missing\":0,"
			"\"program_seconds\":1,\"first_window_seconds\":1,\"total_seconds\":1,"
			"\"window_seconds\":1,\"peak_rss_kib\":1}\n",
			run, boot, series, series);
	refused(bad, "1 of 2 boots");
	free(bad);
	free(run);
	free(boot);
	free(series);
	free(text);
}

/* What the kernel lacks is known before it is booted. */
TEST(missing_ones_may_come_before_their_boot)
{
	char *text = good(), *run = nth_line(text, 0), *missing, *rest, *early;
	const char *at = strstr(text, "{\"kind\":\"missing\"");
	struct records records;
	struct err err = { "" };

	assert_non_null(at);
	missing = nth_line(at, 0);
	rest = xasprintf("%.*s%s", (int)(at - text), text, at + strlen(missing));
	early = xasprintf("%s%s%s", run, missing, rest + strlen(run));
	if (read_text(early, &records, &err))
		fail_msg("%s", err.text);
	assert_int_equal(records.nr_missing, 1);
	assert_int_equal(records.missing[0].boot, 2);
	records_release(&records);
	free(early);
	free(rest);
	free(missing);
	free(run);
	free(text);
}

TEST(a_series_that_is_there_twice_is_refused)
{
	char *text = good(), *twice = nth_line(text, 3), *bad = without(text, 2, ""), *at;
	char *both;

	at = strchr(strchr(bad, '\n') + 1, '\n') + 1;
	both = xasprintf("%.*s%s%s", (int)(at - bad), bad, twice, at);
	refused(both, "is there twice in boot 1");
	free(both);
	free(bad);
	free(twice);
	free(text);
}

TEST(a_cut_file_is_refused_wherever_it_is_cut)
{
	char *text = good();
	size_t len = strlen(text);
	struct records records;

	for (size_t cut = 0; cut + 1 < len; cut += 1511) {
		char c = text[cut];

		text[cut] = '\0';
		assert_int_equal(read_text(text, &records, NULL), -EBADMSG);
		text[cut] = c;
	}
	free(text);
}
