// SPDX-License-Identifier: GPL-2.0-only
/* The dashboard's pages: what they tell, and that nothing in them is markup but their own. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/dashboard.h"
#include "bench/report/render.h"
#include "bench/store/history.h"
#include "bench/track/track.h"
#include "plot/plot.h"

#define STEPPED "hmm/devdax-pte/1G"

static void judge(struct store *store, int64_t run, int64_t session)
{
	const struct track_rule rule = { night_usual, 0 };
	struct track_night judged;

	assert_int_equal(track_judge(store, run, &rule, &judged, NULL), 0);
	if (judged.counts[TRACK_SUSPECT])
		assert_int_equal(track_confirm(store, &judged, run, &rule, NULL), 0);
	assert_int_equal(track_keep(store, &judged, session, NULL), 0);
	track_release(&judged);
}

/* A night with @more ticks in one series, judged and kept; confirmed by itself. */
static void night(struct store *store, unsigned int n, unsigned int more)
{
	const struct store_session nightly = { .kind = TRACK_SESSION, .command = "test" };
	struct store_origin origin = { .commit = "<b>c0ffee</b>" };

	assert_int_equal(store_session_add(store, &nightly, &origin.session, NULL), 0);
	judge(store, fake_store_night(store, n, more, &origin), origin.session);
}

static size_t place_of(const struct dashboard *d, const char *name)
{
	size_t i = 0;

	while (i < d->list.n && strcmp(d->list.series[i].name, name) != 0)
		i++;
	assert_true(i < d->list.n);
	return i;
}

/* The index (@i negative) or the page of a series, to be freed. */
static char *page(const struct dashboard *d, long i, const char *svg)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (i < 0)
		dashboard_write_index(d, f);
	else
		dashboard_write_series(d, (size_t)i, svg, f);
	fclose(f);
	return text;
}

static void load(const char *path, struct dashboard *d)
{
	struct store *store = fake_store_open(path);
	struct err err;

	if (dashboard_load(store, "it's mine.db", d, &err))
		fail_msg("%s", err.text);
	store_close(store);
}

static void make_nights(const char *path)
{
	struct store *store = fake_store_open(path);

	night(store, 1, 0);
	night(store, 2, 0);
	night(store, 3, 1);
	store_close(store);
}

FAKE_STORE_TEST(test_index)
{
	struct dashboard d;
	char *text;

	make_nights(*state);
	load(*state, &d);
	assert_int_equal(d.nr_nights, 1);
	assert_int_equal(d.nights[0].counts[TRACK_WORSE], 1);
	text = page(&d, -1, NULL);
	/* The night's commit, which was that of the night before as well. */
	assert_non_null(strstr(text, " commit &lt;b&gt;c0ffee"));
	assert_non_null(strstr(text, "The tree has nothing new since then."));
	assert_non_null(strstr(text, DASHBOARD_MARK));
	assert_non_null(strstr(text, "1 worse, "));
	assert_non_null(strstr(text, "(+1 a call)"));
	assert_non_null(
		strstr(text, "ptwalk store ack 1 --as expected --store &#39;it&#39;\\&#39;&#39;s"));
	assert_non_null(strstr(text, "changed\" title=\"" STEPPED ", "));
	for (size_t i = 0; i < d.list.n; i++)
		assert_non_null(strstr(text, dashboard_name(&d.list.series[i]).text));
	free(text);
	dashboard_release(&d);
}

/* What is wrong has no value: it is told before any that has one, and is no mere gap. */
FAKE_STORE_TEST(what_is_wrong_is_told_first)
{
	const struct store_session nightly = { .kind = TRACK_SESSION, .command = "test" };
	struct store *store = fake_store_open(*state);
	struct store_origin origin = { 0 };
	struct records records;
	struct dashboard d;
	char *text;

	night(store, 1, 0);
	fake_run(&records);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_missing *m;

		fake_missing(&records, boot, STEPPED, "an entry's frame is <another>");
		m = &records.missing[records.nr_missing - 1];
		m->wrong = true;
		m->threads = 2;
		free(m->name);
		m->name = xstrdup(STEPPED "/threads:2");
	}
	assert_int_equal(store_session_add(store, &nightly, &origin.session, NULL), 0);
	judge(store, fake_store_add(store, &records, 2, &origin), origin.session);
	records_release(&records);
	store_close(store);
	load(*state, &d);
	text = page(&d, -1, NULL);
	assert_non_null(strstr(text, "<strong>1 WRONG, "));
	assert_non_null(strstr(text, "ptwalk nightly: 1 WRONG, "));
	assert_non_null(strstr(text, ">WRONG<"));
	assert_non_null(strstr(text, STEPPED "/threads:2<"));
	assert_non_null(strstr(text, ">an entry&#39;s frame is &lt;another&gt;"));
	assert_true(strstr(text, ">WRONG<") < strstr(text, ">missing"));
	free(text);
	dashboard_release(&d);
}

FAKE_STORE_TEST(test_acknowledged)
{
	struct store *store;
	struct dashboard d;
	char *text;

	make_nights(*state);
	store = fake_store_open(*state);
	assert_int_equal(store_change_state(store, 1, "expected", "<i>\x1b[31m", NULL), 0);
	store_close(store);
	load(*state, &d);
	text = page(&d, -1, NULL);
	assert_non_null(strstr(text, "<p class=\"clean\">Nothing.</p>"));
	free(text);
	text = page(&d, (long)place_of(&d, STEPPED), NULL);
	assert_non_null(strstr(text, "&lt;i&gt;&#x241b;[31m</td>"));
	assert_null(strstr(text, "<i>"));
	free(text);
	dashboard_release(&d);
}

FAKE_STORE_TEST(test_empty)
{
	struct dashboard d;
	char *text;

	load(*state, &d);
	text = page(&d, -1, NULL);
	assert_non_null(strstr(text, "No night was judged yet"));
	assert_non_null(strstr(text, "</html>"));
	free(text);
	dashboard_release(&d);
}

static int take(void *data, size_t i, const char *svg, struct err *err)
{
	char **kept = data;

	(void)i;
	(void)err;
	*kept = xstrdup(svg);
	return 0;
}

FAKE_STORE_TEST(test_picture)
{
	char *svg = NULL, *text;
	struct err err = { 0 };
	struct dashboard d;
	size_t i;

	make_nights(*state);
	load(*state, &d);
	i = place_of(&d, STEPPED);
	assert_int_equal(plot_histories(&d.courses[i], 1, NULL, take, &svg, &err), 0);
	assert_int_equal(strncmp(svg, "<svg", 4), 0);
	assert_null(strstr(svg, "onmousemove"));
	assert_null(strstr(svg, "<b>"));
	assert_non_null(strstr(svg, "&lt;b&gt;c0ffee"));
	assert_non_null(strstr(svg, "change 1: new"));
	text = page(&d, (long)i, svg);
	assert_non_null(strstr(text, svg));
	free(text);
	free(svg);
	dashboard_release(&d);
}

/* A hostile kernel, series and machine, as a store that others wrote may have them. */
FAKE_STORE_TEST(test_hostile)
{
	struct dashboard d;
	struct store_series *s;
	char *svg = NULL, *text;
	struct err err = { 0 };
	size_t i;

	make_nights(*state);
	load(*state, &d);
	i = place_of(&d, STEPPED);
	s = &d.list.series[i];
	free(s->name);
	s->name = xstrdup("a'b\"<script>x</script>\x01`id`\\n");
	free(s->machine);
	s->machine = xstrdup("<img src=x>");
	assert_int_equal(plot_histories(&d.courses[i], 1, NULL, take, &svg, &err), 0);
	assert_null(strstr(svg, "<script"));
	assert_null(strstr(svg, "<img"));
	for (int index = 0; index < 2; index++) {
		text = page(&d, index ? -1 : (long)i, svg);
		assert_null(strstr(text, "<script>"));
		assert_null(strstr(text, "<img"));
		assert_non_null(strstr(text, "&lt;script&gt;x&lt;/script&gt;&#x2401;`id`"));
		free(text);
	}
	free(svg);
	dashboard_release(&d);
}

FAKE_STORE_TEST(test_course)
{
	const struct course *course;
	struct dashboard d;
	char *text;
	size_t i;

	make_nights(*state);
	load(*state, &d);
	i = place_of(&d, STEPPED);
	course = &d.courses[i];
	assert_int_equal(course->n, 3);
	assert_true(isnan(course_change(course, 0)));
	assert_true(course_change(course, 1) == 0);
	assert_true(course_change(course, 2) > 0);
	assert_true(course_before(course, 2) + 1 == course->points[2].value);
	assert_non_null(course->points[2].change);
	assert_null(course->points[1].change);
	text = course_describe(course, 2);
	assert_non_null(strstr(text, "change 1: new"));
	free(text);
	dashboard_release(&d);
}

/* Figures that mean nothing have no change from one run to the next, and say so. */
FAKE_STORE_TEST(test_functional)
{
	struct course *course;
	struct dashboard d;
	char *text;
	size_t i;

	make_nights(*state);
	load(*state, &d);
	i = place_of(&d, STEPPED);
	course = &d.courses[i];
	assert_true(course_change(course, 2) > 0);
	d.list.series[i].functional = true;
	assert_true(isnan(course_change(course, 2)));
	assert_true(isnan(course_before(course, 2)));
	for (int index = 0; index < 2; index++) {
		text = page(&d, index ? -1 : (long)i, NULL);
		assert_non_null(strstr(text, RECORD_FUNCTIONAL));
		free(text);
	}
	dashboard_release(&d);
}

/* Series of one name on two archs, or of two sizes of page, are told apart, and each has its matrix. */
FAKE_STORE_TEST(archs_are_told_apart)
{
	static const char *const on[] = { "exact", "exact, arm64", "exact, arm64, pages of 16K" };
	struct store *store = fake_store_open(*state);
	struct dashboard d;
	char *text, *told;
	size_t found = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(on); i++) {
		const struct store_origin origin = { 0 };
		struct records records;

		fake_run(&records);
		records.run.page_size = i == 2 ? 16384 : 4096;
		if (i) {
			free(records.run.arch);
			records.run.arch = xstrdup("arm64");
		}
		fake_store_add(store, &records, i + 1, &origin);
		records_release(&records);
	}
	store_close(store);
	load(*state, &d);
	text = page(&d, -1, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(on); i++) {
		_cleanup_free_ char *head = xasprintf("<h3>%s</h3>", on[i]);

		assert_non_null(strstr(text, head));
	}
	free(text);
	for (size_t i = 0; i < d.list.n; i++) {
		if (strcmp(d.list.series[i].name, STEPPED) != 0 || found >= ARRAY_SIZE(on))
			continue;
		told = store_series_on(&d.list.series[i]);
		assert_string_equal(told, on[found]);
		free(told);
		text = page(&d, (long)i, NULL);
		told = xasprintf("<dd>%s</dd>", on[found++]);
		assert_non_null(strstr(text, told));
		free(told);
		free(text);
	}
	assert_int_equal(found, ARRAY_SIZE(on));
	dashboard_release(&d);
}
