// SPDX-License-Identifier: GPL-2.0-only
/*
 * A night: measure, store, judge, measure again what is suspect, say it in a
 * mail's words. With --run, runs that are there already are judged instead.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/progress.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/dashboard.h"
#include "bench/cli/night.h"
#include "bench/cli/options.h"
#include "bench/measure/measure.h"
#include "bench/cli/runs.h"
#include "bench/record/series.h"
#include "bench/report/checks.h"
#include "bench/track/track.h"

#define MOST_NAMED 10

struct nightly {
	struct plan plan;
	struct night_tree tree;
	const char *store_path, *reference, *run, *second, *dashboard;
	struct night_words words;
	struct prune_options pruning;
	char *results, *command;
	struct arm arm; /* the kernel, as it was built */
	bool no_confirm, quiet, prune;
	struct store *store;
	int64_t session;
	struct track_rule rule;
	size_t unrepeatable; /* series of exact runs */
	bool functional;     /* a run whose figures are never compared */
};

static int set_prune(void *options, const char *arg, struct err *err)
{
	struct nightly *o = options;

	o->prune = true;
	return prune_age(arg, &o->pruning.age, err);
}

static const struct opt options[] = {
	OPT_PART(struct nightly, plan, plan_opts),
	OPT_PART(struct nightly, plan, events_opts),
	OPT_PART(struct nightly, plan, jobs_opts),
	OPT_PART(struct nightly, plan, plan_here_opts),
	OPT_HEADER("Which sources, where the kernel is to be built:"),
	OPT_PART(struct nightly, tree, night_tree_opts),
	OPT_HEADER("What is judged, and told:"),
	CLI_STORE(struct nightly, store_path),
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct nightly, results) },
	{ "reference", 0, "RUN",
	  "A pinned run of the store, by name or number: how far tonight is from it is said as "
	  "well",
	  OPT_TEXT(struct nightly, reference) },
	{ "run", 0, "RUN", "Measure nothing: judge this run, by folder or id",
	  OPT_TEXT(struct nightly, run) },
	{ "second", 0, "RUN", "With --run: the run that confirms it",
	  OPT_TEXT(struct nightly, second) },
	{ "no-confirm", 0, NULL, "No second run where a change is suspected (exit status 3)",
	  OPT_FLAG(struct nightly, no_confirm) },
	{ "format", 'f', "NAME", "How it is printed (default: as the text of a mail)",
	  OPT_ENTRY_THAT(struct nightly, words.format, format, formats, format_of_sheets) },
	{ "mail", 0, "FILE", "Write the text there as well, whole or not at all",
	  OPT_TEXT(struct nightly, words.mail) },
	{ "dashboard", 0, "FOLDER",
	  "Write the dashboard there when the night is judged, whole or not at all",
	  OPT_TEXT(struct nightly, dashboard) },
	{ "prune", 0, "AGE",
	  "Drop the raw samples of runs older than that (400d, 52w, 2y) when the night is judged",
	  OPT_CALL(set_prune) },
	CLI_QUIET(struct nightly, quiet),
	{ 0 },
};

static int check(struct nightly *o, struct err *err)
{
	int ret;

	if (o->second && !o->run)
		return err_set(err, EINVAL, "--second goes with --run");
	if (o->second && o->no_confirm)
		return err_set(err, EINVAL, "--second and --no-confirm exclude each other");
	selection_built_in(&o->plan.selection);
	ret = plan_resolve(&o->plan, err);
	if (!ret)
		ret = night_tree_check(&o->tree, &o->plan, err);
	if (!ret && o->run && night_tree_given(&o->tree))
		ret = err_set(err, EINVAL, "--run measures nothing: there is nothing to build");
	return ret;
}

/* Two boots, or two samples of one, must agree bit for bit. */
static void check_repeat(struct nightly *o, const struct records *records)
{
	struct repeat repeat;

	if (!records->run.exact)
		return;
	repeat_check(records, &repeat);
	for (size_t i = 0; i < repeat.nr_differences && i < MOST_NAMED; i++)
		fprintf(stderr, "ptwalk nightly: not repeatable: %s\n", repeat.differences[i].name);
	o->unrepeatable += repeat.nr_differences;
	repeat_release(&repeat);
}

static int store_records(struct nightly *o, const struct records *records, int64_t *run,
			 struct err *err)
{
	const struct store_origin origin = {
		.session = o->session,
		.commit = o->tree.up.commit,
		.parent = o->tree.up.parent,
	};
	struct store_imported in;
	int ret;

	check_repeat(o, records);
	ret = record_comparable(&records->run, false, err);
	o->functional |= ret != 0;
	if (!ret)
		ret = store_import(o->store, records, &origin, &in, err);
	if (!ret)
		*run = in.run;
	return ret;
}

/* The run called @name, into the store. */
static int store_run(struct nightly *o, const char *name, int64_t *run, struct err *err)
{
	const struct runs_places places = { o->results, o->store_path };
	_cleanup_(records_release) struct records records = { 0 };
	int ret = runs_read(&places, name, &records, err);

	if (ret == -ENODATA) /* pruned: what judges it is in the store */
		return runs_find_stored(o->store, name, run, err);
	if (ret)
		return ret;
	ret = store_records(o, &records, run, err);
	return ret;
}

static int measure_night(struct nightly *o, int64_t *run, struct err *err)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = o->results,
		.command = o->command,
		.quiet = o->quiet,
	};
	_cleanup_(arm_release) struct arm arm = {
		.spec = xstrdup(o->arm.spec ? o->arm.spec : o->plan.kernel),
	};
	int ret = measure(&m, &arm, 1, err);

	if (arm.run.kept)
		fprintf(stderr, "ptwalk nightly: console and logs are kept in %s\n", arm.run.kept);
	if (ret)
		return ret;
	ret = store_records(o, &arm.run.records, run, err);
	if (ret)
		err_prefix(err, "the run is kept in %s, but not stored", arm.run.folder);
	return ret;
}

/* The run called @name, which is there already, or a new one. */
static int have_run(struct nightly *o, const char *name, int64_t *run, struct err *err)
{
	return name ? store_run(o, name, run, err) : measure_night(o, run, err);
}

static int status_of(const struct nightly *o, const struct track_night *night)
{
	if (o->unrepeatable || night->counts[TRACK_UNREPEATABLE])
		return STATUS_NOT_REPEATABLE;
	for (size_t i = 0; i < night->n; i++)
		if (night->items[i].outcome == TRACK_WORSE && !night->items[i].told)
			return STATUS_REGRESSION;
	for (size_t i = 0; night->new_environment && i < night->n; i++)
		if (!night->items[i].series->exact)
			return STATUS_NOT_COMPARABLE;
	if (night->counts[TRACK_MISSING] || night->counts[TRACK_SUSPECT] || !night->n)
		return STATUS_MISSING;
	return STATUS_CLEAN;
}

static bool wants_second(const struct nightly *o, const struct track_night *night)
{
	return night->counts[TRACK_SUSPECT] && !o->no_confirm && (o->second || !o->run);
}

static int judge(struct nightly *o, int64_t run, int *status, struct err *err)
{
	struct track_night night;
	int64_t second;
	int ret = track_judge(o->store, run, &o->rule, &night, err);

	if (ret)
		return ret;
	if (wants_second(o, &night)) {
		if (!o->quiet)
			fprintf(stderr, "ptwalk: %zu series suspected; measuring again\n",
				night.counts[TRACK_SUSPECT]);
		ret = have_run(o, o->second, &second, err);
		if (!ret)
			ret = track_confirm(o->store, &night, second, &o->rule, err);
	}
	if (!ret)
		ret = track_keep(o->store, &night, o->session, err);
	if (!ret)
		ret = night_say(o->store, &o->words, &night, err);
	*status = night.wrong.n ? STATUS_REGRESSION : status_of(o, &night);
	track_release(&night);
	return ret;
}

/* The tree's commit, found and built, before anything is stored. @done (out): nothing is new. */
static int build(struct nightly *o, bool *done, struct err *err)
{
	int64_t before;
	int ret = night_tree_find(&o->tree, o->quiet, err);

	if (!ret && o->tree.if_new) {
		ret = night_tree_before(&o->tree, o->store_path, o->plan.machine->name, &before,
					err);
		*done = !ret && before;
	}
	if (*done)
		return night_say_nothing_new(&o->tree, &o->words, before, err);
	return ret ? ret : night_tree_build(&o->tree, o->plan.arch, &o->arm, o->quiet, err);
}

static int nightly(struct nightly *o, int *status, struct err *err)
{
	const struct store_session session = {
		.kind = TRACK_SESSION,
		.command = o->command,
		.time = time(NULL),
	};
	const struct record_run tonight = {
		.id = (char *)"a new run",
		.machine = (char *)o->plan.machine->name,
		.functional = o->plan.machine->functional,
	};
	int64_t run;
	bool done = false;
	size_t pruned;
	int ret = o->run ? 0 : record_comparable(&tonight, false, err);

	o->functional = ret != 0;
	if (!ret && !o->run)
		ret = measure_possible(&o->plan, err);
	if (!ret && night_tree_given(&o->tree))
		ret = build(o, &done, err);
	if (done)
		*status = STATUS_CLEAN;
	if (done)
		return ret;
	if (!ret)
		ret = store_open(o->store_path, NULL, &o->store, err);
	if (ret)
		return ret;
	if (o->reference)
		ret = store_find(o->store, o->reference, &o->rule.reference, err);
	if (!ret)
		ret = store_session_add(o->store, &session, &o->session, err);
	if (!ret)
		ret = have_run(o, o->run, &run, err);
	if (!ret)
		ret = judge(o, run, status, err);
	if (!ret && o->prune)
		ret = prune_samples(o->store, &o->pruning, &pruned, err);
	if (!ret && o->dashboard)
		ret = dashboard_make(o->store, o->store_path, o->dashboard, err);
	store_close(o->store);
	return ret;
}

static int run(int argc, char **argv)
{
	struct nightly o = {
		.results = place_runs(),
		.command = command_line(argc, argv),
		.rule = { .night = night_usual },
	};
	struct err err = { 0 };
	int status = STATUS_ERROR;
	char *store = NULL;

	if (!command_parse(&command_nightly, argc, argv, &o)) {
		if (!o.store_path)
			o.store_path = store = place_own_store(o.results);
		o.pruning.quiet = o.quiet;
		if (check(&o, &err) || nightly(&o, &status, &err)) {
			command_fail("nightly", &err);
			status = o.functional ? STATUS_NOT_COMPARABLE : STATUS_ERROR;
		}
	}
	plan_release(&o.plan);
	arm_release(&o.arm);
	night_tree_release(&o.tree);
	free(o.results);
	free(store);
	free(o.command);
	return status;
}

const struct command command_nightly = {
	.name = "nightly",
	.summary = "measure, judge against the nights before, and say what changed",
	.doc = "Measure, store, judge against the nights before, confirm by a second run, and print a "
	       "text to mail.\vExit status: 0 nothing changed for the worse, 1 a regression is "
	       "confirmed, 3 a series is missing or a suspect was not measured again, 4 the "
	       "environment is not that of the night before, 5 an exact count does not repeat, 2 any "
	       "other error.",
	.examples = "  ptwalk nightly --boots 2\n"
		    "  ptwalk nightly --tree ~/linux --if-new --dashboard site\n",
	.options = options,
	.run = run,
};
