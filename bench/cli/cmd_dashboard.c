// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "bench/cli/command.h"
#include "bench/cli/dashboard.h"
#include "bench/cli/options.h"
#include "bench/report/dashboard.h"

struct request {
	const char *store_path, *out;
};

static const struct opt options[] = {
	CLI_STORE(struct request, store_path),
	{ "out", 0, "FOLDER",
	  "Where it goes: a new folder, or a dashboard to replace (default: dashboard)",
	  OPT_TEXT(struct request, out) },
	{ 0 },
};

static int run(int argc, char **argv)
{
	struct request o = { .out = "dashboard" };
	struct store *store;
	struct err err = { 0 };
	int ret;

	if (command_parse(&command_dashboard, argc, argv, &o))
		return STATUS_ERROR;
	ret = store_open(o.store_path, &(struct store_options){ .read_only = true }, &store, &err);
	if (!ret) {
		ret = dashboard_make(store, o.store_path, o.out, &err);
		store_close(store);
	}
	if (ret)
		return command_fail("dashboard", &err);
	printf("%s/" DASHBOARD_INDEX "\n", o.out);
	return STATUS_CLEAN;
}

const struct command command_dashboard = {
	.name = "dashboard",
	.summary = "write the store's dashboard as static pages",
	.doc = "Write the store's dashboard: static pages that open from a file, with what needs a "
	       "person first, and the history of every series.",
	.options = options,
	.run = run,
};
