// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdio.h>

#include "bench/cli/command.h"
#include "bench/cli/dashboard.h"
#include "bench/cli/options.h"
#include "bench/report/dashboard.h"

enum key {
	KEY_OUT = 256,
};

struct request {
	const char *store_path, *out;
};

static const struct argp_option argp_options[] = {
	OPTION_STORE(0),
	{ "out", KEY_OUT, "FOLDER", 0,
	  "Where it goes: a new folder, or a dashboard to replace (default: dashboard)", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct request *o = state->input;

	switch (key) {
	case KEY_STORE:
		o->store_path = arg;
		return 0;
	case KEY_OUT:
		o->out = arg;
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
		.doc = "Write the store's dashboard: static pages that open from a file, with what "
		       "needs a person first, and the history of every series.",
	};
	struct request o = { .out = "dashboard" };
	struct store *store;
	struct err err = { 0 };
	int ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = store_open(o.store_path, &(struct store_options){ .read_only = true }, &store,
				 &err);
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
	.run = run,
};
