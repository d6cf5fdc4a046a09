// SPDX-License-Identifier: GPL-2.0-only
/* `ptwalk store`: what goes into the store of runs, what comes out of it, and what it knows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/import/import.h"
#include "bench/report/format.h"
#include "bench/report/report.h"
#include "bench/report/render.h"
#include "bench/store/history.h"
#include "bench/store/store.h"

struct import {
	const char *store;
	struct store_origin origin;
	struct strv files;
};

static const struct opt import_options[] = {
	CLI_STORE(struct import, store),
	{ "commit", 0, "HASH", "The commit that the kernel was built from",
	  OPT_TEXT(struct import, origin.commit) },
	{ "parent", 0, "HASH", "The parent of that commit",
	  OPT_TEXT(struct import, origin.parent) },
	OPT_ARG("FILE", "which files or run folders?", OPT_TEXTS(struct import, files)),
	{ 0 },
};

/* What is reported as stored is: the line comes after it is on the disk. */
static int import_one(struct store *store, const struct import *o, const char *path,
		      struct err *err)
{
	struct store_imported stored;
	_cleanup_(records_release) struct records records = { 0 };
	int ret = import_read(path, &records, err);

	if (ret)
		return ret;
	ret = store_import(store, &records, &o->origin, &stored, err);
	if (!ret) {
		printf("%s %lld %s: %zu series\n", stored.already ? "had" : "stored",
		       (long long)stored.run, records.run.id, records.nr_series);
		fflush(stdout);
	}
	return ret;
}

static int import_all(const struct import *o, struct err *err)
{
	struct store *store;
	int status = STATUS_CLEAN;

	if (store_open(o->store, NULL, &store, err))
		return command_fail("store import", err);
	/* One that is bad does not keep the others out. */
	for (size_t i = 0; i < o->files.n && !interrupt_pending(); i++)
		if (import_one(store, o, o->files.v[i], err))
			status = command_fail("store import", err);
	store_close(store);
	return command_flush(err) ? command_fail("store import", err) : status;
}

static const struct command verb_import;

static int run_import(int argc, char **argv)
{
	struct import o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (!command_parse(&verb_import, argc, argv, &o))
		status = import_all(&o, &err);
	strv_release(&o.files);
	return status;
}

static const struct command verb_import = {
	.name = "import",
	.summary = "store runs, also those of other tools",
	.args = "FILE...",
	.doc = "Store runs: folders and records of ptwalk, Google Benchmark's JSON, lines of `perf "
	       "stat -j`. A run that is stored already is left as it is.",
	.examples = "  ptwalk store import results/local/*\n",
	.options = import_options,
	.run = run_import,
};

struct export_request {
	struct runs_places places;
	const char *run;
	const struct format *format;
};

static bool exports(const void *format)
{
	return format_serves(format, FORMAT_EXPORT);
}

static const struct opt export_options[] = {
	{ "format", 'f', "NAME", "How it is written (default: records)",
	  OPT_ENTRY_THAT(struct export_request, format, format, formats, exports) },
	CLI_RESULTS(struct export_request, places.results),
	CLI_STORE(struct export_request, places.store),
	OPT_MAYBE_ARG("RUN", OPT_TEXT(struct export_request, run)),
	{ 0 },
};

static int export_run(const struct export_request *o, struct err *err)
{
	struct records records;

	if (runs_read(&o->places, o->run, &records, err))
		return -ENOENT;
	o->format->export(&records, stdout);
	records_release(&records);
	return command_flush(err);
}

static const struct command verb_export;

static int run_export(int argc, char **argv)
{
	struct export_request o = { .run = "last", .format = &format_records };
	struct err err = { 0 };

	if (command_parse(&verb_export, argc, argv, &o))
		return STATUS_ERROR;
	return export_run(&o, &err) ? command_fail("store export", &err) : STATUS_CLEAN;
}

static const struct command verb_export = {
	.name = "export",
	.summary = "write a run as other tools read it",
	.args = "[RUN]",
	.doc = "Write a run as other tools read it: its id, its folder or file, \"last\" "
	       "(default), \"last~N\", or store:ID.",
	.examples = "  ptwalk store export -f benchfmt last\n",
	.options = export_options,
	.run = run_export,
};

struct ack {
	const char *store_path, *state, *note;
	struct strv ids;
	bool all;
};

static const struct opt ack_options[] = {
	CLI_STORE(struct ack, store_path),
	{ "as", 0, "STATE", "new, expected, noise or fixed", OPT_TEXT(struct ack, state) },
	{ "note", 0, "TEXT", "Why", OPT_TEXT(struct ack, note) },
	{ "all", 0, NULL, "List those that are fixed, expected or noise, too",
	  OPT_FLAG(struct ack, all) },
	OPT_MAYBE_ARG("CHANGE", OPT_TEXTS(struct ack, ids)),
	{ 0 },
};

static const struct store_series *series_of(const struct store_series_list *list, int64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->series[i].id == id)
			return &list->series[i];
	return NULL;
}

static void put_change(struct sheet *t, const struct store_change *c, const struct store_series *s)
{
	double pages = s ? (double)s->size / (double)s->page : 1;
	time_t when = (time_t)c->time;
	char date[16];
	struct tm tm;

	strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&when, &tm));
	sheet_count(t, (uint64_t)c->id);
	sheet_words(t, "%s", date);
	sheet_words(t, "%s", s ? s->name : "?");
	sheet_words(t, "%s", report_cost(c->before / pages).text);
	sheet_words(t, "%s", report_cost(c->after / pages).text);
	/* A count may change by less than a page's share shows. */
	if (s && s->exact)
		sheet_words(t, "%+.0f a call", c->after - c->before);
	else
		sheet_words(t, "%+.2f%%", (c->after / c->before - 1) * 100);
	sheet_words(t, "%s", c->state);
	sheet_words(t, "%s", c->note);
}

static int list_changes(struct store *store, bool all, struct err *err)
{
	static const struct sheet_column columns[] = {
		SHEET_FIGURE("change"),	       SHEET_WORDS("found"),
		SHEET_WORDS("series"),	       SHEET_FIGURE("before\na page"),
		SHEET_FIGURE("after\na page"), SHEET_FIGURE("by"),
		SHEET_WORDS("state"),	       SHEET_WORDS("note"),
	};
	const struct pen pen = pen_to(stdout, false);
	_cleanup_(store_series_list_release) struct store_series_list list = { 0 };
	struct store_changes changes;
	struct sheet *t;
	size_t shown = 0;
	int ret = store_series_list(store, NULL, &list, err);

	if (ret)
		return ret;
	ret = store_changes(store, 0, &changes, err);
	if (ret)
		return ret;
	t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	for (size_t i = 0; i < changes.n; i++) {
		const struct store_change *c = &changes.changes[i];

		if (!all && strcmp(c->state, "new"))
			continue;
		put_change(t, c, series_of(&list, c->series));
		shown++;
	}
	if (shown)
		render_sheet(t, &pen);
	printf("%s%zu of %zu changes%s\n", shown ? "\n" : "", shown, changes.n,
	       all ? "" : " are new; --all lists the others too");
	sheet_free(t);
	store_changes_release(&changes);
	return 0;
}

static int parse_id(const char *text, int64_t *id, struct err *err)
{
	char *end;

	errno = 0;
	*id = strtoll(text, &end, 10);
	if (errno || *end || end == text || *id < 1)
		return err_set(err, EINVAL, "'%s' is no number of a change", text);
	return 0;
}

static int acknowledge(struct store *store, const struct ack *o, struct err *err)
{
	int64_t id;
	int ret = 0;

	/* All numbers are read before any is written. */
	for (size_t i = 0; i < o->ids.n && !ret; i++)
		ret = parse_id(o->ids.v[i], &id, err);
	for (size_t i = 0; i < o->ids.n && !ret; i++) {
		ret = parse_id(o->ids.v[i], &id, err);
		if (!ret)
			ret = store_change_state(store, id, o->state, o->note ? o->note : "", err);
		if (!ret)
			printf("change %lld: %s\n", (long long)id, o->state);
	}
	return ret;
}

static int check_ack(const struct ack *o, struct err *err)
{
	if (o->ids.n && !o->state)
		return err_set(err, EINVAL, "--as which state? new, expected, noise or fixed");
	if (!o->ids.n && (o->state || o->note))
		return err_set(err, EINVAL,
			       "which changes? their numbers are in `ptwalk store ack`");
	return 0;
}

static const struct command verb_ack;

static void ack_release(struct ack *o)
{
	strv_release(&o->ids);
}

static int run_ack(int argc, char **argv)
{
	_cleanup_(ack_release) struct ack o = { 0 };
	struct store *store;
	struct err err = { 0 };
	int ret;

	if (command_parse(&verb_ack, argc, argv, &o))
		return STATUS_ERROR;
	ret = check_ack(&o, &err);
	if (!ret)
		ret = store_open(o.store_path, &(struct store_options){ .read_only = !o.ids.n },
				 &store, &err);
	if (!ret) {
		ret = o.ids.n ? acknowledge(store, &o, &err) : list_changes(store, o.all, &err);
		store_close(store);
	}
	if (!ret)
		ret = command_flush(&err);
	return ret ? command_fail("store ack", &err) : STATUS_CLEAN;
}

static const struct command verb_ack = {
	.name = "ack",
	.summary = "list the changes that nightlies found, and acknowledge them",
	.args = "[CHANGE...]",
	.doc = "List the changes that nightlies found, or say what became of some.",
	.examples = "  ptwalk store ack 3 --as noise\n",
	.options = ack_options,
	.run = run_ack,
};

struct prune {
	const char *store_path;
	struct prune_options options;
};

static int set_older(void *options, const char *arg, struct err *err)
{
	struct prune *o = options;

	return prune_age(arg, &o->options.age, err);
}

static const struct opt prune_options[] = {
	{ "older", 0, "AGE", "Of runs that began longer ago: 400d, 52w, 2y", OPT_CALL(set_older) },
	{ "compact", 0, NULL, "Let the file shrink; takes as much room again meanwhile",
	  OPT_FLAG(struct prune, options.compact) },
	{ "dry-run", 0, NULL, "Drop nothing: say of how many runs",
	  OPT_FLAG(struct prune, options.dry_run) },
	CLI_STORE(struct prune, store_path),
	CLI_QUIET(struct prune, options.quiet),
	{ 0 },
};

/* A store is there already: nothing is pruned from one that would be made. */
static int prune(const struct prune *o, struct err *err)
{
	const struct store_options reading = { .read_only = true };
	struct store *store;
	size_t runs = 0;
	int ret = store_open(o->store_path, &reading, &store, err);

	if (!ret && !o->options.dry_run) {
		store_close(store);
		ret = store_open(o->store_path, NULL, &store, err);
	}
	if (ret)
		return ret;
	ret = prune_samples(store, &o->options, &runs, err);
	if (!ret || runs)
		printf("%s the raw samples of %zu run%s%s\n",
		       o->options.dry_run ? "would drop" : "dropped", runs, runs == 1 ? "" : "s",
		       o->options.dry_run ? "" : "; values, verdicts and changes are kept");
	store_close(store);
	return ret;
}

static int check_prune(const struct prune *o, struct err *err)
{
	if (o->options.age < 0)
		return err_set(err, EINVAL, "--older than what? 400d, 52w or 2y");
	if (o->options.dry_run && o->options.compact)
		return err_set(err, EINVAL, "--dry-run and --compact exclude each other");
	return 0;
}

static const struct command verb_prune;

static int run_prune(int argc, char **argv)
{
	struct prune o = { .options.age = -1 };
	struct err err = { 0 };

	if (command_parse(&verb_prune, argc, argv, &o))
		return STATUS_ERROR;
	return check_prune(&o, &err) || prune(&o, &err) ? command_fail("store prune", &err)
							: STATUS_CLEAN;
}

static const struct command verb_prune = {
	.name = "prune",
	.summary = "drop raw samples of old runs; values and verdicts stay",
	.doc = "Drop the raw samples of old runs from the store. Their values (counts, medians), "
	       "verdicts and changes stay: histories and nights are judged as before.",
	.examples = "  ptwalk store prune --older 2y --dry-run\n",
	.options = prune_options,
	.run = run_prune,
};

static const struct command *const verbs[] = { &verb_import, &verb_export, &verb_ack, &verb_prune,
					       NULL };

const struct command command_store = {
	.name = "store",
	.summary = "stored runs: import, export, acknowledge changes, prune",
	.verbs = verbs,
};
