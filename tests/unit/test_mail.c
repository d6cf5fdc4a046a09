// SPDX-License-Identifier: GPL-2.0-only
/* Exact counts in a mail to the list: the finding first, and no more lines than are read. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/format.h"
#include "tests/unit/fake_run.h"

#define SERIES "hmm/devdax-pte/1G"
#define PAGES  (1 << 18)

struct mail {
	struct records base, new;
	struct strv functions;
};

static int two_runs(void **state)
{
	struct mail *m = xcalloc(1, sizeof(*m));

	fake_run(&m->base);
	fake_run(&m->new);
	strv_add(&m->functions, "hmm_vma_walk_pmd (hmm.c)");
	*state = m;
	return 0;
}

static int release(void **state)
{
	struct mail *m = *state;

	records_release(&m->base);
	records_release(&m->new);
	strv_release(&m->functions);
	free(m);
	return 0;
}

static void add(struct record_series *series, uint64_t ticks)
{
	for (size_t i = 0; i < series->nr_samples; i++)
		series->samples[i].ticks += ticks;
}

static char *write_mail(struct mail *m)
{
	const struct compare_options o = { 0 };
	struct compare_table table;
	struct compare c;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_int_equal(compare_build(&m->base, &m->new, &o, &c, NULL), 0);
	c.notes = (struct compare_notes){ .functions = &m->functions };
	compare_table_init(&table, &c, 1);
	format_compare(&format_lkml, &table, f, false);
	compare_table_release(&table);
	compare_release(&c);
	fclose(f);
	return text;
}

TEST_WITH(one_change_is_the_first_sentence, two_runs, release)
{
	struct mail *m = *state;
	char *text;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		add(fake_series(&m->new, boot, SERIES), PAGES);
	text = write_mail(m);
	assert_ptr_equal(
		strstr(text, SERIES ": +1 instruction a page (96.35 to 97.35, +1.04%); 29"), text);
	assert_non_null(strstr(text, "\n# 25 others same\n"));
	assert_non_null(strstr(text, "\nhmm/anon-thp/1G"));
	assert_null(strstr(text, "\nbare/"));
	assert_non_null(strstr(text, "# code differs in hmm_vma_walk_pmd (hmm.c)\n"));
	assert_non_null(strstr(text, "\n# ptwalk run "));
	free(text);
}

TEST_WITH(many_changes_are_cut_and_counted, two_runs, release)
{
	struct mail *m = *state;
	size_t lines = 0;
	char *text;

	for (size_t i = 0; i < m->new.nr_series; i++)
		add(&m->new.series[i], PAGES);
	text = write_mail(m);
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	assert_in_range(lines, 20, 25);
	assert_non_null(strstr(text, "30 worse"));
	assert_non_null(strstr(text, " more changed, "));
	free(text);
}

TEST_WITH(what_is_missing_is_no_change, two_runs, release)
{
	struct mail *m = *state;
	char *text;

	for (size_t i = 0; i < m->new.nr_series; i++)
		if (!record_op_calibrates(m->new.series[i].op))
			add(&m->new.series[i], i % 2 ? PAGES : 0);
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		fake_missing(&m->new, boot, "walk/range/devdax-pte/1G", "no room");
		fake_missing(&m->new, boot, "hmm/anon-pte/1G", "no room");
	}
	text = write_mail(m);
	assert_non_null(strstr(text, "13 worse, 15 same, 2 missing"));
	assert_non_null(strstr(text, "\n# 1 more missing on one side; --all-sizes lists all\n"));
	free(text);
}

/* A list is broken at its commas, and what is of one machine alone is not told. */
TEST_WITH(the_command_fits, two_runs, release)
{
	struct mail *m = *state;
	size_t width = 0;
	char *text;

	free(m->new.run.command);
	m->new.run.command =
		xstrdup("ptwalk run -k debian:6.1 -o hmm,hmm/none,hmm/range,hmm/batch,hmm/entry,"
			"hmm/range-late,hmm/batch-late,hmm/entry-late,gup_fast,pin_fast --store "
			"/tmp/a/store --out=/tmp/me.ref/b --tree=/tmp/c --results '/tmp/my "
			"runs' --patch 'my own.patch' -b 2");
	text = write_mail(m);
	for (const char *p = text; *p; p++) {
		width = *p == '\n' ? 0 : width + 1;
		assert_true(width <= 72);
	}
	assert_non_null(strstr(text, ",\n#   "));
	assert_non_null(strstr(text, "--tree=..."));
	assert_non_null(strstr(text, "'my own.patch' -b 2\n"));
	assert_null(strstr(text, "runs'"));
	assert_null(strstr(text, "/tmp/"));
	assert_null(strstr(text, "--out"));
	assert_null(strstr(text, "--store"));
	free(text);
}

TEST_WITH(nothing_changed_is_said, two_runs, release)
{
	char *text = write_mail(*state);

	assert_ptr_equal(strstr(text, "no series changed: 30 same\n"), text);
	free(text);
}
