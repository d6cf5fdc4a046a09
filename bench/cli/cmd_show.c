// SPDX-License-Identifier: GPL-2.0-only
/* Runs that are there, as tables or as pictures. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/cli/present.h"
#include "plot/plot.h"

#define MOST_RUNS 33

struct show {
	const char *results, *out;
	struct strv runs, folders;
	struct pick pick;
	const struct format *format;
	bool json, matrix, full, plot, terminal, ascii;
};

static const struct opt options[] = {
	{ "json", 'j', NULL, "The same as --format json", OPT_FLAG(struct show, json) },
	{ "format", 'f', "NAME", "How it is written (default: terminal)",
	  OPT_ENTRY_THAT(struct show, format, format, formats, format_of_sheets) },
	{ "full", 0, NULL, "Print all tables of a run, with its model, proof and files",
	  OPT_FLAG(struct show, full) },
	{ "matrix", 'm', NULL, "Print all workloads by all ops in one table",
	  OPT_FLAG(struct show, matrix) },
	CLI_RESULTS(struct show, results),
	OPT_PART(struct show, pick, pick_opts),
	OPT_HEADER("As pictures:"),
	{ "plot", 0, NULL,
	  "Draw levels, sizes and matrix, each as SVG and PNG; of several runs one picture of all",
	  OPT_FLAG(struct show, plot) },
	{ "out", 0, "FOLDER",
	  "With --plot: where the files go (default: the run's folder; of several: none)",
	  OPT_TEXT(struct show, out) },
	{ "terminal", 0, NULL, "With --plot: draw in the terminal instead",
	  OPT_FLAG(struct show, terminal) },
	{ "ascii", 0, NULL, "With --terminal: no other characters than ASCII",
	  OPT_FLAG(struct show, ascii) },
	OPT_MAYBE_ARG("RUN", OPT_TEXTS(struct show, runs), .max = MOST_RUNS),
	{ 0 },
};

static int check_plot(const struct show *o, struct err *err)
{
	if (o->json || o->matrix || o->full || o->format)
		return err_set(err, EINVAL, "--plot draws: it goes with no %s",
			       o->json	   ? "--json"
			       : o->matrix ? "--matrix"
			       : o->full   ? "--full"
					   : "--format");
	if (o->out && o->terminal)
		return err_set(err, EINVAL, "--out and --terminal exclude each other");
	if (o->ascii && !o->terminal)
		return err_set(err, EINVAL, "--ascii goes with --terminal");
	if (o->runs.n > 1 && !o->out)
		return err_set(err, EINVAL, "a picture of several runs takes --out FOLDER");
	return 0;
}

static int check(const struct show *o, struct err *err)
{
	if (o->plot)
		return check_plot(o, err);
	if (o->out || o->terminal || o->ascii)
		return err_set(err, EINVAL, "%s goes with --plot",
			       o->out	     ? "--out"
			       : o->terminal ? "--terminal"
					     : "--ascii");
	if (o->json && o->matrix)
		return err_set(err, EINVAL, "--json and --matrix exclude each other");
	if ((o->matrix || o->full) && o->runs.n > 1)
		return err_set(err, EINVAL, "%s takes one run", o->matrix ? "--matrix" : "--full");
	if (o->full && (o->json || o->matrix))
		return err_set(err, EINVAL, "--full excludes --json and --matrix");
	if (o->format && (o->json || o->matrix))
		return err_set(err, EINVAL, "--format excludes --json and --matrix");
	return 0;
}

static int find_folders(struct show *o, struct err *err)
{
	_cleanup_free_ char *results = o->results ? xstrdup(o->results) : place_runs();
	int ret = 0;

	if (!o->runs.n)
		strv_add(&o->runs, "last");
	for (size_t i = 0; !ret && i < o->runs.n; i++) {
		_cleanup_free_ char *folder = folder_find(results, o->runs.v[i], err);

		if (folder)
			strv_add(&o->folders, folder);
		else
			ret = -ENOENT;
	}
	return ret;
}

static int tell_files(const char *folder, const char *const *names, struct err *err)
{
	for (; *names; names++)
		printf("%s/%s\n", folder, *names);
	return command_flush(err);
}

static int draw_one(const struct show *o, struct err *err)
{
	const struct plot_options plot = {
		.terminal = o->terminal ? stdout : NULL,
		.ascii = o->ascii,
	};
	const char *out = o->out ? o->out : o->folders.v[0];
	struct records records;
	int ret = folder_read(o->folders.v[0], &records, err);

	if (ret)
		return ret;
	ret = pick_apply(&o->pick, &records, err);
	if (!ret && o->out)
		ret = fs_mkdir_p(out, err);
	if (!ret)
		ret = plot_run(&records, o->terminal ? NULL : out, &plot, err);
	if (!ret && !o->terminal)
		ret = tell_files(out, plot_files, err);
	records_release(&records);
	return ret;
}

static int draw_several(const struct show *o, struct err *err)
{
	const struct beside_options beside = {
		.plot = o->out, .need_plot = true, .quiet = true, .pick = &o->pick
	};
	int status = fs_mkdir_p(o->out, err)
			     ? STATUS_ERROR
			     : present_beside_folders((const char *const *)o->folders.v,
						      o->folders.n, &beside, err);

	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		return status;
	return tell_files(o->out, plot_kernels_files, err) ? STATUS_ERROR : STATUS_CLEAN;
}

static const struct format *how(const struct show *o)
{
	if (o->format)
		return o->format;
	return o->json ? &format_json : &format_terminal;
}

static int print_several(const struct show *o, struct err *err)
{
	const struct beside_options beside = { .format = how(o), .pick = &o->pick };

	return present_beside_folders((const char *const *)o->folders.v, o->folders.n, &beside,
				      err);
}

static int show(const struct show *o, struct err *err)
{
	const struct present_options present = {
		.format = how(o), .matrix = o->matrix, .full = o->full, .pick = &o->pick
	};

	if (o->folders.n > 1)
		return o->plot ? draw_several(o, err) : print_several(o, err);
	if (o->plot)
		return draw_one(o, err) ? STATUS_ERROR : STATUS_CLEAN;
	return present_run(o->folders.v[0], &present, err);
}

static void show_release(struct show *o)
{
	strv_release(&o->folders);
	strv_release(&o->runs);
	pick_release(&o->pick);
}

static int run(int argc, char **argv)
{
	_cleanup_(show_release) struct show o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (command_parse(&command_show, argc, argv, &o))
		return STATUS_ERROR;
	if (!check(&o, &err) && !find_folders(&o, &err))
		status = show(&o, &err);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		command_fail("show", &err);
	return status;
}

const struct command command_show = {
	.name = "show",
	.summary = "print the tables of runs, or draw them",
	.args = "[RUN...]",
	.doc = "Print the tables of a run: its id, its folder, or \"last\" (default). Of several "
	       "runs: one table with a column each. With --plot draw them instead.",
	.examples = "  ptwalk show\n"
		    "  ptwalk show --matrix last\n"
		    "  ptwalk show -o 'hmm/*' -s 1G last\n"
		    "  ptwalk show --plot --terminal last\n",
	.options = options,
	.run = run,
};
