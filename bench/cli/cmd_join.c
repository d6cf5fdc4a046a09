// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/place.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/present.h"
#include "bench/cli/profile.h"
#include "bench/cli/runs.h"
#include "bench/measure/folder.h"
#include "bench/measure/shard.h"
#include "bench/report/checks.h"

struct join_options {
	struct strv folders;
	char *results;
	const char *out, *store;
	bool no_store, no_plot, json;
};

static const struct opt options[] = {
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct join_options, results) },
	{ "out", 0, "FOLDER", "Keep this run in exactly this folder, which must not be there",
	  OPT_TEXT(struct join_options, out) },
	CLI_STORE(struct join_options, store),
	{ "no-store", 0, NULL, "Keep the run in its folder alone",
	  OPT_FLAG(struct join_options, no_store) },
	{ "no-plot", 0, NULL, "Draw nothing", OPT_FLAG(struct join_options, no_plot) },
	{ "json", 'j', NULL, "Print the summary as JSON", OPT_FLAG(struct join_options, json) },
	OPT_ARG("FOLDER", "which shards?", OPT_TEXTS(struct join_options, folders)),
	{ 0 },
};

static int find_all(const struct join_options *o, struct shards_found *found, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < o->folders.n; i++)
		ret = shards_find(o->folders.v[i], found, err);
	return ret ? ret : shards_check(found, 0, 0, err);
}

/* Are there facts, and those of all boots the same? */
static int check_facts(const char *folder, const struct records *records, int status,
		       struct err *err)
{
	if (status == STATUS_ERROR || !profile_is_exact(folder) ||
	    !profile_facts_repeat(folder, records->run.boots, err))
		return status;
	return command_fail("join", err), STATUS_NOT_REPEATABLE;
}

static int present(const struct join_options *o, const char *folder, struct err *err)
{
	const struct runs_places places = { .results = o->results, .store = o->store };
	const struct present_options present = {
		.format = o->json ? &format_json : NULL,
		.keep = true,
	};
	_cleanup_(records_release) struct records records = { 0 };
	int status;

	if (folder_read(folder, &records, err))
		return command_fail("join", err);
	if (!o->no_store)
		runs_keep("join", &places, &records, NULL);
	if (!o->no_plot)
		present_draw(&records, folder, NULL);
	if (o->json)
		gate_shut(&records);
	status = present_records(&records, folder, &present, err);
	if (status == STATUS_ERROR)
		return command_fail("join", err);
	return check_facts(folder, &records, status, err);
}

static void options_release(struct join_options *o)
{
	strv_release(&o->folders);
	free(o->results);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct join_options o = { .results = place_runs() };
	_cleanup_(shards_release) struct shards_found found = { 0 };
	_cleanup_free_ char *folder = NULL;
	struct err err = { 0 };

	if (command_parse(&command_join, argc, argv, &o))
		return STATUS_ERROR;
	if (!find_all(&o, &found, &err))
		folder = shards_keep(&found, o.results, o.out, &err);
	return folder ? present(&o, folder, &err) : command_fail("join", &err);
}

const struct command command_join = {
	.name = "join",
	.summary = "make one run of the shards of it",
	.args = "FOLDER...",
	.doc = "Join the shards that ptwalk run --shard K/N measured, on one machine or on many, to "
	       "the run that they are parts of: all of it, or nothing.\vA FOLDER is a shard, or "
	       "holds some. One that is missing, there twice or of something else is named. The "
	       "status is that of the run.",
	.examples = "  ptwalk join shard-1 shard-2\n",
	.options = options,
	.run = run,
};
