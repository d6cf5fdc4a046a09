// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "kernels/config.h"

static bool compares(const void *format)
{
	return format_serves(format, FORMAT_COMPARE);
}

const struct opt verdict_opts[] = {
	{ "format", 'f', "NAME", "How it is written (default: terminal)",
	  OPT_ENTRY_THAT(struct verdict_options, format, format, formats, compares) },
	{ "all-sizes", 'a', NULL, "Every size, not the largest of each workload alone",
	  OPT_FLAG(struct verdict_options, compare.every_size) },
	{ "threshold", 't', "PERCENT",
	  "A change of no more than this does not matter (default: 0; noisy machines: 1)",
	  OPT_PERCENT(struct verdict_options, compare.threshold, 0, 1000) },
	{ "aa", 0, NULL, "The A/A noise floor too: odd against even boots of the base",
	  OPT_FLAG(struct verdict_options, compare.floor) },
	{ "by", 0, "EVENT", "Judge what this perf event counted, not the times: noisy machines",
	  OPT_TEXT(struct verdict_options, compare.by) },
	{ "force", 0, NULL, "Compare noisy runs of different environments; the table says so",
	  OPT_FLAG(struct verdict_options, force) },
	{ 0 },
};

void verdict_settle(struct verdict_options *o)
{
	if (!o->format)
		o->format = &format_terminal;
	o->compare.delta = o->compare.threshold;
}

static bool refused(const char *command, const struct verdict_options *o,
		    const struct compare_table *t)
{
	bool differ = false;

	for (size_t i = 0; !o->force && i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		if (c->exact)
			continue;

		for (size_t d = 0; d < c->nr_differences; d++, differ = true)
			fprintf(stderr, "ptwalk %s: %s differs: %s against %s (%s)\n", command,
				c->differences[d].field, c->differences[d].base,
				c->differences[d].new, c->new->run.id);
	}
	if (differ)
		fprintf(stderr, "ptwalk %s: not comparable; --force compares all the same\n",
			command);
	return differ;
}

/* Digests say nothing: the options that differ do, where the cache has both configs. */
static void name_options(struct compare *c)
{
	for (size_t i = 0; i < c->nr_differences; i++)
		if (!strcmp(c->differences[i].field, "kernel config"))
			c->differences[i].told =
				configs_told(c->differences[i].base, c->differences[i].new);
}

int verdict_of(const struct compare_table *t)
{
	int status = STATUS_CLEAN;

	for (size_t i = 0; i < t->n; i++) {
		const struct compare *c = &t->columns[i];

		if (c->counts[COMPARE_WORSE] || c->counts[COMPARE_WRONG] || c->facts_worse)
			return STATUS_REGRESSION;
		if (c->counts[COMPARE_MISSING_BASE] || c->counts[COMPARE_MISSING_NEW] ||
		    c->counts[COMPARE_MISSING_BOTH] || c->counts[COMPARE_INCONCLUSIVE] ||
		    c->counts[COMPARE_UNDERPOWERED] || c->counts[COMPARE_NO_VERDICT] || !c->nr_rows)
			status = STATUS_MISSING;
	}
	return status;
}

static int write_table(const char *command, const struct verdict_options *o,
		       const struct compare_table *t)
{
	struct err err;

	if (refused(command, o, t))
		return STATUS_NOT_COMPARABLE;
	format_compare(o->format, t, stdout, isatty(STDOUT_FILENO));
	return command_flush(&err) ? command_fail(command, &err) : verdict_of(t);
}

/* --force or not. */
static int check_comparable(const struct records *runs, size_t nr_runs, bool method,
			    struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < nr_runs && !ret; i++)
		ret = record_comparable(&runs[i].run, method, err);
	return ret;
}

int verdict_print(const char *command, const struct verdict_options *o, const struct records *runs,
		  size_t nr_runs, const struct compare_notes *notes)
{
	struct compare columns[VERDICT_MAX_NEW];
	struct err err = { 0 };
	struct compare_table t;
	size_t n = 0;
	int ret = check_comparable(runs, nr_runs, o->compare.method_evidence, &err), status;

	if (ret) {
		command_fail(command, &err);
		return STATUS_NOT_COMPARABLE;
	}
	while (!ret && n < nr_runs - 1) {
		ret = compare_build(&runs[0], &runs[n + 1], &o->compare, &columns[n], &err);
		if (!ret && notes)
			columns[n].notes = *notes;
		if (!ret)
			name_options(&columns[n]);
		n += !ret;
	}
	if (ret) {
		command_fail(command, &err);
		status = ret == -EBADE ? STATUS_NOT_REPEATABLE : STATUS_ERROR;
	} else {
		compare_table_init(&t, columns, n);
		status = write_table(command, o, &t);
		compare_table_release(&t);
	}
	while (n)
		compare_release(&columns[--n]);
	return status;
}
