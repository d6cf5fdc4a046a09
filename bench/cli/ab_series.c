// SPDX-License-Identifier: GPL-2.0-only
/* What each patch of a series costs, and all of them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/cli/ab.h"
#include "bench/cli/command.h"
#include "bench/report/compare_parts.h"
#include "kernels/source.h"

static int split(const char *mbox, struct ab_states *s, struct err *err)
{
	int ret;

	s->folder = fs_temp(NULL, "ptwalk-mbox", err);
	if (!s->folder)
		return -errno;
	ret = series_of_mails(mbox, s->folder, &s->files, &s->subjects, err);
	if (!ret && !s->files.n)
		ret = err_set(err, EINVAL,
			      "%s has no patch: `b4 am -o . MESSAGE-ID` makes an mbox that has",
			      mbox);
	return ret;
}

int ab_states_find(const struct ab_options *o, struct ab_states *s, struct err *err)
{
	int ret;

	*s = (struct ab_states){ 0 };
	ret = o->mbox ? split(o->mbox, s, err)
		      : series_of_commits(o->tree.tree, o->series, &s->commits, &s->subjects, err);
	if (!ret && s->subjects.n > VERDICT_MAX_NEW)
		ret = err_set(
			err, EINVAL,
			"%s has %zu patches, and a table %d: `ptwalk bisect` finds one of many",
			o->mbox ? o->mbox : o->series, s->subjects.n, VERDICT_MAX_NEW);
	return ret;
}

void ab_states_release(struct ab_states *s)
{
	fs_temp_endp(&s->folder);
	strv_release(&s->files);
	strv_release(&s->commits);
	strv_release(&s->subjects);
}

/* Before the first patch against after the first @n. Its patches are of @s. */
static struct ab_sides sides_of(const struct ab_options *o, const struct ab_states *s, size_t n)
{
	struct ab_sides sides = { tree_request(&o->tree), tree_request(&o->tree) };

	if (s->commits.n) {
		sides.base.rev = s->commits.v[0];
		sides.new.rev = s->commits.v[n];
	} else {
		sides.base.rev = sides.new.rev = o->rev;
		sides.new.patches = (struct strv){ .v = s->files.v, .n = n };
	}
	return sides;
}

/* All states, and what is said of them. */
struct series {
	struct records runs[1 + VERDICT_MAX_NEW];
	size_t n;	 /* of the runs */
	size_t nr_short; /* of the patches, for which no kernel was built */
	struct strv notes;
};

static void drop_runs(struct series *s)
{
	while (s->n)
		records_release(&s->runs[--s->n]);
	s->nr_short = 0;
}

static void series_release(struct series *s)
{
	drop_runs(s);
	strv_release(&s->notes);
}

/* Is its base that of the patches before? A packaged kernel, and one built from its sources, are two. */
static bool same_base(const struct series *s, const struct ab_pair *pair)
{
	return !s->n || !strcmp(s->runs[0].run.kernel.image_sha256,
				pair->arms[0].run.records.run.kernel.image_sha256);
}

static void take(struct series *s, struct ab_pair *pair)
{
	if (!s->n)
		s->runs[s->n++] = TAKE_STRUCT(pair->arms[0].run.records);
	s->runs[s->n++] = TAKE_STRUCT(pair->arms[1].run.records);
	s->nr_short += pair->is_short;
}

/* Returns -1, or the exit status of what failed. */
static int measure_states(struct ab_options *o, const struct ab_states *states, const char *command,
			  struct series *s)
{
	int status = -1;

	for (size_t i = 1; status < 0 && i <= states->subjects.n; i++) {
		const struct ab_sides sides = sides_of(o, states, i);
		struct ab_pair pair;

		if (!o->quiet)
			fprintf(stderr, "patch %zu of %zu: %s\n", i, states->subjects.n,
				states->subjects.v[i - 1]);
		status = ab_measure(o, &sides, command, &pair);
		for (size_t k = 0; status < 0 && !pair.is_short && k < pair.notes.n; k++)
			strv_addf(&s->notes, "Patch %zu: %s", i, pair.notes.v[k]);
		if (status < 0 && !o->long_way && !same_base(s, &pair)) {
			strv_add(&s->notes, "So all are measured the long way.");
			o->long_way = true;
			drop_runs(s);
			i = 0;
		} else if (status < 0) {
			take(s, &pair);
		} else {
			fprintf(stderr, "ptwalk ab: of patch %zu of %zu: %s\n", i,
				states->subjects.n, states->subjects.v[i - 1]);
		}
		ab_pair_release(&pair);
	}
	return status;
}

/* What a series changed by over all sizes; NULL: it is not known. */
static const struct change *change_of(const struct compare *c, const char *series)
{
	for (size_t i = 0; i < c->changes.n; i++) {
		const char *name = c->changes.v[i].name;

		if (str_starts(series, name) && series[strlen(name)] == '/')
			return &c->changes.v[i];
	}
	return NULL;
}

static void add_term(struct sheet *sheet, const struct change *change, int64_t term)
{
	if (!change)
		sheet_words(sheet, "-");
	else if (change_exact(change))
		sheet_number(sheet, (double)term, "%+" PRId64, term);
	else
		sheet_missing(sheet, "too few sizes to tell pages, PMD entries and calls apart");
}

static void add_row(struct sheet *sheet, const char *name, const struct compare *c)
{
	const size_t at = compare_gravest(c),
		     worse = c->counts[COMPARE_WRONG] + c->counts[COMPARE_WORSE];
	const struct compare_row *row = at == SIZE_MAX ? NULL : &c->rows[at];
	const struct change *change = row ? change_of(c, row->name) : NULL;

	sheet_words(sheet, "%s", name);
	sheet_count(sheet, worse);
	sheet_mark(sheet, worse ? SHEET_WORSE : SHEET_PLAIN);
	sheet_count(sheet, c->counts[COMPARE_BETTER]);
	sheet_mark(sheet, c->counts[COMPARE_BETTER] ? SHEET_BETTER : SHEET_PLAIN);
	sheet_count(sheet, c->counts[COMPARE_SAME] + c->counts[COMPARE_WITHIN]);
	sheet_words(sheet, "%s", row ? row->name : "-");
	sheet_words(sheet, "%s", row ? compare_percent_text(compare_percent(row)).text : "-");
	add_term(sheet, change, change ? change->terms.page : 0);
	add_term(sheet, change, change ? change->terms.pmd : 0);
	add_term(sheet, change, change ? change->terms.call : 0);
}

/* @steps: each state against the one before it; then the last against the first. */
static void print(const struct ab_options *o, const struct ab_states *states,
		  const struct series *s, const struct compare *steps)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("patch"), SHEET_FIGURE("worse"),   SHEET_FIGURE("better"),
		SHEET_FIGURE("same"), SHEET_WORDS("the most"), SHEET_FIGURE("change"),
		SHEET_FIGURE("page"), SHEET_FIGURE("PMD"),     SHEET_FIGURE("call"),
	};
	const struct compare *whole = &steps[states->subjects.n];
	_cleanup_free_ char *headline = compare_headline(whole),
			    *base = compare_run_name(&s->runs[0].run);
	_cleanup_(sheets_release) struct sheets sheets = { .title = "ptwalk ab" };
	const struct pen pen = pen_to(stdout, isatty(STDOUT_FILENO));
	struct sheet *sheet;

	sheets_line(&sheets, "in all", "%s", headline);
	sheets_line(&sheets, "base", "%s", base);
	for (size_t i = 0; i < states->subjects.n; i++) {
		_cleanup_free_ char *name = xasprintf("%zu", i + 1);

		sheets_line(&sheets, name, "%s", states->subjects.v[i]);
	}
	sheet = sheets_add(
		&sheets, columns, ARRAY_SIZE(columns),
		"What each patch adds to a call: page x pages + PMD x PMD entries + call, in %s",
		compare_unit(whole));
	for (size_t i = 0; i < states->subjects.n; i++) {
		_cleanup_free_ char *name = xasprintf("%zu", i + 1);

		add_row(sheet, name, &steps[i]);
	}
	add_row(sheet, "in all", whole);
	if (s->nr_short)
		sheet_note(
			sheet,
			"The short way of %zu: own code beside what is built into %s, which the base counts.",
			s->nr_short, s->runs[0].run.kernel.spec);
	for (size_t i = 0; i < s->notes.n; i++)
		sheet_note(sheet, "%s", s->notes.v[i]);
	o->verdict.format->render(&sheets, &pen);
}

/* Returns: 0, with a comparison of each state with the one before it and of the last with the first. */
static int compare_states(const struct ab_options *o, const struct series *s, struct compare *steps,
			  size_t *n, struct err *err)
{
	int ret = 0;

	for (*n = 0; !ret && *n < s->n; *n += !ret) {
		const bool whole = *n + 1 == s->n;

		ret = compare_build(&s->runs[whole ? 0 : *n], &s->runs[whole ? *n : *n + 1],
				    &o->verdict.compare, &steps[*n], err);
	}
	return ret;
}

int ab_series(struct ab_options *o, const struct ab_states *states, const char *command)
{
	const struct format *format = o->verdict.format;
	_cleanup_(series_release) struct series s = { 0 };
	const struct compare_notes notes = { .lines = &s.notes };
	struct compare steps[1 + VERDICT_MAX_NEW] = { 0 };
	struct err err = { 0 };
	size_t n = 0;
	int status = measure_states(o, states, command, &s), ret;

	if (status >= 0)
		return status;
	ret = compare_states(o, &s, steps, &n, &err);
	status = STATUS_CLEAN;
	if (!ret && (format->compare || format->data))
		status = verdict_print("ab", &o->verdict, s.runs, s.n, &notes);
	else if (!ret)
		print(o, states, &s, steps);
	if (ret || command_flush(&err))
		status = command_fail("ab", &err);
	else if (status != STATUS_ERROR)
		status = verdict_of(&(struct compare_table){ .columns = steps, .n = n });
	while (n)
		compare_release(&steps[--n]);
	return status;
}
