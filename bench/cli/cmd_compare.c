// SPDX-License-Identifier: GPL-2.0-only
/* Runs against a base; with --self a machine against itself, where nothing differs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/cli/verdict.h"
#include "bench/report/checks.h"

#define MOST_FILES 1000

struct compare_request {
	struct runs_places places;
	struct strv runs; /* the base, then what is held against it */
	size_t nr_base; /* with "--": so many are one base, and the rest one new arm; 0: without */
	struct strv ids[2]; /* of those of either arm */
	struct verdict_options verdict;
	struct pick pick;
	bool self;
	double change, power; /* of --self; 0: as usual */
};

static const struct opt options[] = {
	OPT_PART(struct compare_request, verdict, verdict_opts),
	OPT_PART(struct compare_request, pick, pick_opts),
	OPT_HEADER("Where they are:"),
	CLI_RESULTS(struct compare_request, places.results),
	CLI_STORE(struct compare_request, places.store),
	{ "method-evidence", 0, NULL,
	  "Compare runs that were made with that option, and only these: figures of no kernel",
	  OPT_FLAG(struct compare_request, verdict.compare.method_evidence) },
	OPT_HEADER("How noisy a machine is:"),
	{ "self", 0, NULL,
	  "Odd against even boots of one run, or two runs of one kernel; and how many boots it "
	  "takes to find a change",
	  OPT_FLAG(struct compare_request, self) },
	{ "change", 'c', "PERCENT", "With --self: the change that is to be found (default: 1)",
	  OPT_SHARE(struct compare_request, change, 0, 1000) },
	{ "power", 0, "PERCENT", "With --self: in so many of 100 cases (default: 80)",
	  OPT_SHARE(struct compare_request, power, 5, 100) },
	OPT_ARG("RUN", "which runs? BASE and NEW, or more of these",
		OPT_TEXTS(struct compare_request, runs), .max = MOST_FILES),
	{ 0 },
};

static int check_self(const struct compare_request *o, struct err *err)
{
	const struct verdict_options *v = &o->verdict;

	if (o->runs.n > 2)
		return err_set(err, EINVAL, "--self: which run? One, or two of the same kernel");
	if (v->compare.floor || v->compare.by || v->compare.threshold > 0 || v->force)
		return err_set(err, EINVAL,
			       "--self goes with none of --aa, --by, --force and --threshold");
	if (!format_find(v->format->name, FORMAT_SHEETS, err)) {
		err_prefix(err, "--self");
		return -EINVAL;
	}
	return 0;
}

static int check(struct compare_request *o, struct err *err)
{
	verdict_settle(&o->verdict);
	if (o->nr_base && o->self)
		return err_set(err, EINVAL, "--self takes no two arms, with -- between");
	if (!o->nr_base && o->runs.n > 1 + VERDICT_MAX_NEW)
		return err_set(err, EINVAL,
			       "%d RUN at most, not %zu; -- between two arms takes more",
			       1 + VERDICT_MAX_NEW, o->runs.n);
	if (o->self)
		return check_self(o, err);
	if (o->change > 0 || o->power > 0)
		return err_set(err, EINVAL, "%s goes with --self",
			       o->change > 0 ? "--change" : "--power");
	if (o->runs.n < 2)
		return err_set(err, EINVAL, "which runs? BASE and NEW, or more of these");
	return 0;
}

static int judge_self(const struct aa *aa)
{
	if (aa->nr_differ)
		return STATUS_REGRESSION;
	return aa->nr_told < aa->nr_rows || !aa->nr_rows ? STATUS_MISSING : STATUS_CLEAN;
}

static int compare_self(const struct compare_request *o, const struct records *runs, size_t n)
{
	const struct aa_options how = {
		.change = o->change > 0 ? o->change : 0.01,
		.power = o->power > 0 ? o->power : 0.80,
		.every_size = o->verdict.compare.every_size,
		.method_evidence = o->verdict.compare.method_evidence,
	};
	struct err err = { 0 };
	struct aa aa;
	int status, ret = aa_build(&runs[0], n > 1 ? &runs[1] : NULL, &how, &aa, &err);

	if (ret) {
		command_fail("compare", &err);
		return ret == -EXDEV || ret == -EOPNOTSUPP ? STATUS_NOT_COMPARABLE : STATUS_ERROR;
	}
	format_self(o->verdict.format, &aa, stdout, isatty(STDOUT_FILENO));
	status = judge_self(&aa);
	aa_release(&aa);
	return command_flush(&err) ? command_fail("compare", &err) : status;
}

/* What is said of figures that are not ptwalk's own is seen nowhere else. */
static void add_foreign(const struct records *run, const struct record_series *series,
			struct strv *lines)
{
	for (size_t i = 0; !*run->run.ptwalk && i < series->notes.n; i++) {
		const char *note = series->notes.v[i];
		_cleanup_free_ char *line =
			strcmp(note, RECORD_NO_DIRECTION) != 0
				? xasprintf("%s: %s: %s", run->run.id, series->name, note)
				: xasprintf("no verdict: %s", note);

		if (!strv_has(lines, line))
			strv_add(lines, line);
	}
}

static int compare_each(const struct compare_request *o, const struct records *runs, size_t n)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	const struct compare_notes notes = { .lines = &lines };

	for (size_t i = 0; i < ARRAY_SIZE(o->ids); i++) {
		_cleanup_free_ char *ids = strv_join(&o->ids[i], ", ");

		if (o->ids[i].n > 1)
			strv_addf(&lines, "%s: the boots of %s", i ? "new" : "base", ids);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < runs[i].nr_series; k++)
			add_foreign(&runs[i], &runs[i].series[k], &lines);
	return verdict_print("compare", &o->verdict, runs, n, lines.n ? &notes : NULL);
}

/* Read run @i; with "--" into its arm. @n: how many there are, or are begun. */
static int read_run(struct compare_request *o, size_t i, struct records *runs, size_t *n,
		    struct err *err)
{
	struct strv *ids = &o->ids[i >= o->nr_base];
	int ret = runs_read(&o->places, o->runs.v[i], &runs[*n], err);

	if (!ret)
		gate_shut(&runs[*n]);
	if (!ret && pick_apply(&o->pick, &runs[*n], err)) {
		records_release(&runs[*n]);
		ret = -EINVAL;
	}
	if (ret || !o->nr_base) {
		*n += !ret;
		return ret;
	}
	if (strv_has(ids, runs[*n].run.id)) {
		ret = err_set(err, EINVAL, "%s is there twice", runs[*n].run.id);
		records_release(&runs[*n]);
		return ret;
	}
	strv_add(ids, runs[*n].run.id);
	if (ids->n > 1)
		return records_join(&runs[*n - 1], &runs[*n], err);
	*n += 1;
	return 0;
}

static int compare_runs(struct compare_request *o, struct err *err)
{
	_cleanup_free_ struct records *runs = xcalloc(o->runs.n, sizeof(*runs));
	size_t n = 0;
	int status, ret = 0;

	for (size_t i = 0; !ret && i < o->runs.n; i++)
		ret = read_run(o, i, runs, &n, err);
	if (ret)
		status = command_fail("compare", err);
	else if (o->self)
		status = compare_self(o, runs, n);
	else
		status = compare_each(o, runs, n);
	while (n)
		records_release(&runs[--n]);
	return status;
}

/* How many arguments stand behind "--". */
static size_t behind_dashes(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			return (size_t)(argc - i - 1);
	return 0;
}

static void request_release(struct compare_request *o)
{
	strv_release(&o->runs);
	pick_release(&o->pick);
	strv_release(&o->ids[0]);
	strv_release(&o->ids[1]);
}

static int run(int argc, char **argv)
{
	const size_t behind = behind_dashes(argc, argv);
	_cleanup_(request_release) struct compare_request o = { 0 };
	struct err err = { 0 };

	if (command_parse(&command_compare, argc, argv, &o))
		return STATUS_ERROR;
	if (behind && o.runs.n > behind)
		o.nr_base = o.runs.n - behind;
	return check(&o, &err) ? command_fail("compare", &err) : compare_runs(&o, &err);
}

const struct command command_compare = {
	.name = "compare",
	.summary = "compare runs, series by series; a machine with itself",
	.args = "BASE NEW...\nBASE... -- NEW...\n--self RUN [RUN]",
	.doc = "Compare runs, series by series. A run is an id, a folder or file, \"last\", "
	       "\"last~N\", or store:ID. With -- between, the boots of all runs before it are the base, and those "
	       "of all behind it the new one.\vExit status: 0 no series is worse (with --self: differs "
	       "from itself), 1 one is, 3 one is missing or inconclusive or has too few boots, 4 the "
	       "environments differ (with --self: or the counts are exact), 5 a run does not repeat, "
	       "2 any other error.",
	.examples = "  ptwalk compare last~1 last\n"
		    "  ptwalk compare -o 'hmm/*' -w 'devdax-*' last~1 last\n"
		    "  ptwalk compare --self last             # a noisy machine against itself\n",
	.options = options,
	.run = run,
};
