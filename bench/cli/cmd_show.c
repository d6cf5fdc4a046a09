// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdlib.h>

#include "bench/cli/command.h"
#include "bench/cli/present.h"
#include "bench/cli/which.h"

struct show_options {
	struct which which;
	bool json, matrix;
};

static const struct argp_option argp_options[] = {
	{ "json", 'j', NULL, 0, "Print the summary as JSON", 0 },
	{ "matrix", 'm', NULL, 0, "Print all workloads by all ops in one table", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct show_options *o = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->which;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'm':
		o->matrix = true;
		return 0;
	case ARGP_KEY_END:
		if (o->json && o->matrix)
			argp_error(state, "--json and --matrix exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &which_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.args_doc = "[RUN]",
		.doc = "Print the tables of a run: its id, its folder, or \"last\" (default).",
	};
	struct show_options o = { 0 };
	struct present_options present = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;
	char *folder = NULL;

	if (!argp_parse(&argp, argc, argv, 0, NULL, &o))
		folder = which_folder(&o.which, &err);
	present.json = o.json;
	present.matrix = o.matrix;
	if (folder)
		status = present_run(folder, &present, &err);
	free(folder);
	return status == STATUS_ERROR ? command_fail("show", &err) : status;
}

const struct command command_show = {
	.name = "show",
	.summary = "print the tables of a run",
	.run = run,
};
