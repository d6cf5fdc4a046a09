// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/prune.h"

struct request {
	const char *store_path;
	struct prune_options options;
};

static int set_older(void *options, const char *arg, struct err *err)
{
	struct request *o = options;

	return prune_age(arg, &o->options.age, err);
}

static const struct opt options[] = {
	{ "older", 0, "AGE", "Of runs that began longer ago: 400d, 52w, 2y", OPT_CALL(set_older) },
	{ "compact", 0, NULL, "Let the file shrink; takes as much room again meanwhile",
	  OPT_FLAG(struct request, options.compact) },
	{ "dry-run", 0, NULL, "Drop nothing: say of how many runs",
	  OPT_FLAG(struct request, options.dry_run) },
	CLI_STORE(struct request, store_path),
	CLI_QUIET(struct request, options.quiet),
	{ 0 },
};

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

static int check(const struct request *o, struct err *err)
{
	if (o->options.age < 0)
		return err_set(err, EINVAL, "--older than what? 400d, 52w or 2y");
	if (o->options.dry_run && o->options.compact)
		return err_set(err, EINVAL, "--dry-run and --compact exclude each other");
	return 0;
}

static int run(int argc, char **argv)
{
	struct request o = { .options.age = -1 };
	struct err err = { 0 };

	if (command_parse(&command_prune, argc, argv, &o))
		return STATUS_ERROR;
	return check(&o, &err) || prune(&o, &err) ? command_fail("prune", &err) : STATUS_CLEAN;
}

const struct command command_prune = {
	.name = "prune",
	.summary = "drop raw samples of old runs from the store; values and verdicts stay",
	.doc = "Drop the raw samples of old runs from the store. Their values (counts, medians), "
	       "verdicts and changes stay: histories and nights are judged as before.",
	.options = options,
	.run = run,
};
