// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/folder.h"
#include "bench/cli/several.h"
#include "bench/cli/which.h"
#include "plot/plot.h"

enum key {
	KEY_TERMINAL = 256,
	KEY_ASCII,
	KEY_OUT,
	KEY_KERNELS,
};

struct plot_request {
	struct which which;
	const char *out;
	bool terminal, ascii, kernels;
};

static const struct argp_option argp_options[] = {
	{ "kernels", KEY_KERNELS, NULL, 0, "Draw two or more runs side by side; needs --out", 0 },
	{ "out", KEY_OUT, "FOLDER", 0, "Where the files go (default: the run's folder)", 0 },
	{ "terminal", KEY_TERMINAL, NULL, 0, "Draw in the terminal instead", 0 },
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
	case ARGP_KEY_END:
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

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &which_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "[RUN]\n--kernels RUN RUN...",
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
