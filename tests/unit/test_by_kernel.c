// SPDX-License-Identifier: GPL-2.0-only
/* Runs of several kernels in one table: what is missing stays so, what ran elsewhere is refused. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"
#include "tests/unit/fake_run.h"

#define NAME "hmm/devdax-pte"

struct pair {
	struct records old, new;
	const struct records *runs[2];
};

static int two_runs(void **state)
{
	struct pair *pair = xcalloc(1, sizeof(*pair));

	fake_run(&pair->old);
	fake_run(&pair->new);
	free(pair->old.run.kernel.spec);
	pair->old.run.kernel.spec = xstrdup("debian:5.10");
	pair->runs[0] = &pair->old;
	pair->runs[1] = &pair->new;
	*state = pair;
	return 0;
}

static int release(void **state)
{
	struct pair *pair = *state;

	records_release(&pair->old);
	records_release(&pair->new);
	free(pair);
	return 0;
}

static const struct side_by_side_row *row(const struct side_by_side *k, const char *name)
{
	for (size_t i = 0; i < k->nr_rows; i++)
		if (!strcmp(k->rows[i].name, name))
			return &k->rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static char *written(const struct side_by_side *k, const struct format *format)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	format_side_by_side(format, k, f, false);
	fclose(f);
	return text;
}

static void has(const struct side_by_side *k, const struct format *format, const char *words)
{
	char *text = written(k, format);

	if (!strstr(text, words))
		fail_msg("no \"%s\" in %s", words, text);
	free(text);
}

TEST_WITH(rows_are_alike_and_columns_are_kernels, two_runs, release)
{
	struct pair *pair = *state;
	struct side_by_side k;
	struct err err;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(&pair->new, boot, NAME "/1G");

		for (size_t i = 0; i < s->nr_samples; i++)
			s->samples[i].ticks += 262144;
	}
	assert_int_equal(side_by_side_build(pair->runs, 2, &k, &err), 0);
	assert_string_equal(k.titles[0], "debian:5.10");
	assert_string_equal(k.titles[1], "debian:6.1");
	assert_int_equal(row(&k, NAME)->size, 1 << 30);
	assert_true(row(&k, NAME)->pages[0].known && row(&k, NAME)->pages[1].known);
	assert_true(row(&k, NAME)->pages[1].value - row(&k, NAME)->pages[0].value == 1.0);
	for (size_t i = 0; i < k.nr_rows; i++)
		assert_string_not_equal(k.rows[i].like->op, "empty");
	has(&k, &format_terminal, "instructions, not time");
	has(&k, &format_csv, NAME ",hmm,,devdax-pte,debian:5.10,");
	has(&k, &format_json, "\"debian:5.10\"");
	side_by_side_release(&k);
}

TEST_WITH(what_is_missing_stays_missing, two_runs, release)
{
	struct pair *pair = *state;
	struct side_by_side k;
	struct err err;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(&pair->old, boot, "walk/entry/anon-thp/1G", "needs CONFIG_NOTHING");
	assert_int_equal(side_by_side_build(pair->runs, 2, &k, &err), 0);
	/* The largest size that both have; its neighbours are at their own. */
	assert_true(row(&k, "walk/entry/anon-thp")->size < 1 << 30);
	assert_true(row(&k, "walk/entry/anon-thp")->pages[0].known);
	assert_int_equal(row(&k, "hmm/anon-thp")->size, 1 << 30);
	side_by_side_release(&k);

	for (size_t i = 0; i < pair->old.nr_series;) {
		const char *name = pair->old.series[i].name;

		if (strncmp(name, "walk/entry/anon-thp/", 20)) {
			i++;
		} else {
			char *copy = xstrdup(name);

			fake_missing(&pair->old, pair->old.series[i].boot, copy,
				     "needs CONFIG_NOTHING");
			free(copy);
		}
	}
	assert_int_equal(side_by_side_build(pair->runs, 2, &k, &err), 0);
	assert_false(row(&k, "walk/entry/anon-thp")->pages[0].known);
	assert_true(row(&k, "walk/entry/anon-thp")->pages[1].known);
	assert_string_equal(row(&k, "walk/entry/anon-thp")->pages[0].reason,
			    "needs CONFIG_NOTHING");
	has(&k, &format_terminal, "[a] needs CONFIG_NOTHING");
	has(&k, &format_csv, ",,needs CONFIG_NOTHING\r\n");
	has(&k, &format_json, "null");
	side_by_side_release(&k);
}

TEST_WITH(the_same_kernel_twice_is_told_apart, two_runs, release)
{
	struct pair *pair = *state;
	const struct records *runs[] = { &pair->new, &pair->new };
	struct side_by_side k;
	struct err err;

	assert_int_equal(side_by_side_build(runs, 2, &k, &err), 0);
	assert_non_null(strstr(k.titles[0], pair->new.run.id));
	side_by_side_release(&k);
}

TEST_WITH(runs_of_other_machines_are_refused, two_runs, release)
{
	struct pair *pair = *state;
	struct side_by_side k;
	struct err err;

	pair->new.run.mitigations = !pair->new.run.mitigations;
	assert_int_equal(side_by_side_build(pair->runs, 2, &k, &err), -EXDEV);
	assert_non_null(strstr(err.text, "mitigations differs: off"));
}
