// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/which.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"

static const struct argp_option options[] = {
	OPTION_RESULTS(0),
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
		if (!which->run)
			which->run = arg;
		else if (!which->many)
			argp_error(state, "one run at a time");
		else if (which->nr_more == WHICH_MOST)
			argp_error(state, "%d runs at most", WHICH_MOST + 1);
		else
			which->more[which->nr_more++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp which_argp = { .options = options, .parser = parse_one };

static char *find(const struct which *which, const char *run, struct err *err)
{
	char *results = which->results ? xstrdup(which->results) : folder_results();
	char *folder = folder_find(results, run ? run : "last", err);

	free(results);
	return folder;
}

char *which_folder(const struct which *which, struct err *err)
{
	return find(which, which->run, err);
}

int which_folders(const struct which *which, struct strv *folders, struct err *err)
{
	for (size_t i = 0; i <= which->nr_more; i++) {
		char *folder = find(which, i ? which->more[i - 1] : which->run, err);

		if (!folder)
			return -ENOENT;
		strv_add(folders, folder);
		free(folder);
	}
	return 0;
}
