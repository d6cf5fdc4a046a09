// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/folder.h"
#include "bench/cli/present.h"

struct show_options {
	char *results;
	const char *run;
	bool json;
};

static const struct argp_option argp_options[] = {
	{ "results", 'r', "FOLDER", 0, "The folder of runs (default: $PTWALK_RESULTS)", 0 },
	{ "json", 'j', NULL, 0, "Print the summary as JSON", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct show_options *o = state->input;

	switch (key) {
	case 'r':
		free(o->results);
		o->results = xstrdup(arg);
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->run)
			argp_error(state, "one run at a time");
		o->run = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "[RUN]",
		.doc = "Print the tables of a run: its id, its folder, or \"last\" (default).",
	};
	struct show_options o = { .results = folder_results() };
	struct present_options present = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;
	char *folder = NULL;

	if (!argp_parse(&argp, argc, argv, 0, NULL, &o))
		folder = folder_find(o.results, o.run ? o.run : "last", &err);
	present.json = o.json;
	if (folder)
		status = present_run(folder, &present, &err);
	free(folder);
	free(o.results);
	return status == STATUS_ERROR ? command_fail("show", &err) : status;
}

const struct command command_show = {
	.name = "show",
	.summary = "print the tables of a run",
	.run = run,
};
