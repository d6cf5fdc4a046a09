// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/which.h"

#include <stdlib.h>

#include "base/str.h"
#include "bench/cli/folder.h"

static const struct argp_option options[] = {
	{ "results", 'r', "FOLDER", 0, "The folder of runs (default: $PTWALK_RESULTS)", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct which *which = state->input;

	switch (key) {
	case 'r':
		which->results = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (which->run)
			argp_error(state, "one run at a time");
		which->run = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp which_argp = { .options = options, .parser = parse_one };

char *which_folder(const struct which *which, struct err *err)
{
	char *results = which->results ? xstrdup(which->results) : folder_results();
	char *folder = folder_find(results, which->run ? which->run : "last", err);

	free(results);
	return folder;
}
