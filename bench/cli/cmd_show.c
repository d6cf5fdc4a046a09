// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdlib.h>

#include "bench/cli/command.h"
#include "bench/cli/present.h"
#include "bench/cli/several.h"
#include "bench/cli/which.h"

struct show_options {
	struct which which;
	bool json, matrix;
	const char *format;
};

static struct argp_option argp_options[] = {
	{ "json", 'j', NULL, 0, "The same as --format json", 0 },
	{ "format", 'f', "NAME", 0, NULL, 0 },
	{ "matrix", 'm', NULL, 0, "Print all workloads by all ops in one table", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct show_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		argp_options[1].doc = format_names(FORMAT_RUN);
		state->child_inputs[0] = &o->which;
		o->which.many = true;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'f':
		o->format = arg;
		return 0;
	case 'm':
		o->matrix = true;
		return 0;
	case ARGP_KEY_END:
		if (o->json && o->matrix)
			argp_error(state, "--json and --matrix exclude each other");
		if (o->matrix && o->which.nr_more)
			argp_error(state, "--matrix takes one run");
		if (o->format && (o->json || o->matrix))
			argp_error(state, "--format excludes --json and --matrix");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int show_one(const struct show_options *o, struct err *err)
{
	const struct present_options present = {
		.format = format_find(o->json ? "json" : o->format, FORMAT_RUN, err),
		.matrix = o->matrix,
	};
	char *folder = present.format ? which_folder(&o->which, err) : NULL;
	int status = folder ? present_run(folder, &present, err) : STATUS_ERROR;

	free(folder);
	return status;
}

static int show_several(const struct show_options *o, struct err *err)
{
	const struct several_options several = {
		.format = format_find(o->json ? "json" : o->format, FORMAT_SIDE_BY_SIDE, err),
	};
	struct strv folders = { 0 };
	int status = STATUS_ERROR;

	if (several.format && !which_folders(&o->which, &folders, err))
		status = several_present((const char *const *)folders.v, folders.n, &several, err);
	strv_release(&folders);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &which_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "[RUN...]",
		.doc = "Print the tables of a run: its id, its folder, or \"last\" (default). Of "
		       "several runs: one table with a column each.",
	};
	struct show_options o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (!argp_parse(&argp, argc, argv, 0, NULL, &o))
		status = o.which.nr_more ? show_several(&o, &err) : show_one(&o, &err);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		command_fail("show", &err);
	return status;
}

const struct command command_show = {
	.name = "show",
	.summary = "print the tables of a run",
	.run = run,
};
