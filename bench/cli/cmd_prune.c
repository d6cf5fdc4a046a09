// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/prune.h"

enum key {
	KEY_OLDER = 256,
	KEY_DRY_RUN,
	KEY_COMPACT,
};

struct request {
	const char *store_path, *older;
	struct prune_options options;
};

static const struct argp_option argp_options[] = {
	{ "older", KEY_OLDER, "AGE", 0, "Of runs that began longer ago: 400d, 52w, 2y", 0 },
	{ "compact", KEY_COMPACT, NULL, 0,
	  "Let the file shrink; takes as much room again meanwhile", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "Drop nothing: say of how many runs", 0 },
	OPTION_STORE(0),
	OPTION_QUIET(0),
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct request *o = state->input;

	switch (key) {
	case KEY_STORE:
		o->store_path = arg;
		return 0;
	case KEY_OLDER:
		o->older = arg;
		return 0;
	case KEY_DRY_RUN:
		o->options.dry_run = true;
		return 0;
	case KEY_COMPACT:
		o->options.compact = true;
		return 0;
	case 'q':
		o->options.quiet = true;
		return 0;
	case ARGP_KEY_END:
		if (!o->older)
			argp_error(state, "--older than what? 400d, 52w or 2y");
		if (o->options.dry_run && o->options.compact)
			argp_error(state, "--dry-run and --compact exclude each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A store is there already: nothing is pruned from one that would be made. */
static int prune(const struct request *o, struct err *err)
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

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.doc = "Drop the raw samples of old runs from the store. Their values (counts, "
		       "medians), verdicts and changes stay: histories and nights are judged as "
		       "before.",
	};
	struct request o = { 0 };
	struct err err = { 0 };
	int ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = prune_age(o.older, &o.options.age, &err);
	if (!ret)
		ret = prune(&o, &err);
	return ret ? command_fail("prune", &err) : STATUS_CLEAN;
}

const struct command command_prune = {
	.name = "prune",
	.summary = "drop raw samples of old runs from the store; values and verdicts stay",
	.run = run,
};
