// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/folder.h"
#include "bench/cli/named.h"
#include "bench/cli/several.h"
#include "bench/cli/which.h"
#include "plot/history.h"
#include "plot/plot.h"

enum key {
	KEY_TERMINAL = 256,
	KEY_ASCII,
	KEY_OUT,
	KEY_KERNELS,
	KEY_HISTORY,
	KEY_STORE,
};

struct plot_request {
	struct which which;
	const char *out, *series, *store_path;
	bool terminal, ascii, kernels;
};

static const struct argp_option argp_options[] = {
	{ "kernels", KEY_KERNELS, NULL, 0, "Draw two or more runs side by side; needs --out", 0 },
	{ "out", KEY_OUT, "FOLDER", 0, "Where the files go (default: the run's folder)", 0 },
	{ "terminal", KEY_TERMINAL, NULL, 0, "Draw in the terminal instead", 0 },
	{ "history", KEY_HISTORY, "SERIES", 0, "Draw a series over all stored runs instead", 0 },
	{ "store", KEY_STORE, "FILE", 0,
	  "With --history: the store (default: $XDG_DATA_HOME/ptwalk/store.db)", 0 },
	{ "ascii", KEY_ASCII, NULL, 0, "With --terminal: no other characters than ASCII", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct plot_request *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->which;
		o->which.many = true;
		return 0;
	case KEY_OUT:
		o->out = arg;
		return 0;
	case KEY_KERNELS:
		o->kernels = true;
		return 0;
	case KEY_HISTORY:
		o->series = arg;
		return 0;
	case KEY_STORE:
		o->store_path = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->series && (o->kernels || o->which.run))
			argp_error(state, "--history takes neither runs nor --kernels");
		if (o->series && o->terminal == !!o->out)
			argp_error(state, "--history takes --out or --terminal");
		if (o->store_path && !o->series)
			argp_error(state, "--store goes with --history");
		if (o->kernels && (!o->which.nr_more || !o->out || o->terminal))
			argp_error(state,
				   "--kernels takes two or more runs, --out, and no --terminal");
		if (!o->kernels && o->which.nr_more)
			argp_error(state, "one run at a time; --kernels draws several in one");
		return 0;
	case KEY_TERMINAL:
		o->terminal = true;
		return 0;
	case KEY_ASCII:
		o->ascii = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int draw(const struct plot_request *o, const char *folder, struct err *err)
{
	const struct plot_options options = {
		.terminal = o->terminal ? stdout : NULL,
		.ascii = o->ascii,
	};
	const char *out = o->out ? o->out : folder;
	char *path = xasprintf("%s/" FOLDER_RECORDS, folder);
	struct records records;
	int ret = records_read(path, &records, err);

	free(path);
	if (ret)
		return ret;
	if (!o->terminal && o->out)
		ret = fs_mkdir_p(out, err);
	if (!ret)
		ret = plot_run(&records, o->terminal ? NULL : out, &options, err);
	if (!ret && !o->terminal)
		for (const char *const *name = plot_files; *name; name++)
			printf("%s/%s\n", out, *name);
	records_release(&records);
	return ret;
}

static int draw_kernels(const struct plot_request *o, struct err *err)
{
	const struct several_options several = {
		.plot = o->out,
		.need_plot = true,
		.quiet = true,
	};
	struct strv folders = { 0 };
	int status = STATUS_ERROR;

	if (!which_folders(&o->which, &folders, err) && !fs_mkdir_p(o->out, err))
		status = several_present((const char *const *)folders.v, folders.n, &several, err);
	strv_release(&folders);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE) {
		command_fail("plot", err);
		return status;
	}
	for (const char *const *name = plot_kernels_files; *name; name++)
		printf("%s/%s\n", o->out, *name);
	return STATUS_CLEAN;
}

/* history-ID.svg and .png, by the series' number in the store, or the same in text. */
static int draw_course(const struct plot_request *o, const struct course *course, struct err *err)
{
	static const char *const kinds[] = { "svg", "png" };
	int ret = 0;

	if (o->terminal)
		return plot_history_text(course, stdout, 0, o->ascii, err);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !ret; i++) {
		char *path = xasprintf("%s/history-%lld.%s", o->out, (long long)course->series->id,
				       kinds[i]);

		ret = plot_history_file(course, path, err);
		if (!ret)
			puts(path);
		free(path);
	}
	return ret;
}

static int draw_history(const struct plot_request *o, struct err *err)
{
	struct named named;
	int ret = named_load(o->store_path, o->series, 0, &named, err);

	if (ret)
		return ret;
	if (o->out)
		ret = fs_mkdir_p(o->out, err);
	for (size_t i = 0; i < named.list.n && !ret; i++)
		ret = draw_course(o, &named.courses[i], err);
	named_release(&named);
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &which_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "[RUN]\n--kernels RUN RUN...\n--history SERIES",
		.doc = "Draw a run: its id, its folder, or \"last\" (default). Makes levels, sizes "
		       "and matrix, each as SVG and PNG.",
	};
	struct plot_request o = { 0 };
	struct err err = { 0 };
	char *folder;
	int ret = -1;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return command_fail("plot", &err);
	if (o.kernels)
		return draw_kernels(&o, &err);
	if (o.series)
		return draw_history(&o, &err) ? command_fail("plot", &err) : STATUS_CLEAN;
	folder = which_folder(&o.which, &err);
	if (folder)
		ret = draw(&o, folder, &err);
	free(folder);
	return ret ? command_fail("plot", &err) : STATUS_CLEAN;
}

const struct command command_plot = {
	.name = "plot",
	.summary = "draw a run: SVG, PNG or in the terminal",
	.run = run,
};
