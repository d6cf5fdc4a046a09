// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/report/format.h"

struct export_options {
	struct runs_places places;
	const char *run, *format;
};

static struct argp_option argp_options[] = {
	{ "format", 'f', "NAME", 0, NULL, 0 },
	OPTION_RESULTS(0),
	OPTION_STORE(0),
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct export_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		argp_options[0].doc = format_names(FORMAT_EXPORT);
		return 0;
	case 'f':
		o->format = arg;
		return 0;
	case 'r':
		o->places.results = arg;
		return 0;
	case KEY_STORE:
		o->places.store = arg;
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

static int export_run(const struct export_options *o, struct err *err)
{
	const struct format *format = format_find(o->format, FORMAT_EXPORT, err);
	struct records records;

	if (!format)
		return -EINVAL;
	if (runs_read(&o->places, o->run ? o->run : "last", &records, err))
		return -ENOENT;
	format->export(&records, stdout);
	records_release(&records);
	if (fflush(stdout) || ferror(stdout))
		return err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "[RUN]",
		.doc = "Write a run as other tools read it: its id, its folder or file, \"last\" "
		       "(default), \"last~N\", or store:ID.",
	};
	struct export_options o = { 0 };
	struct err err = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o) || export_run(&o, &err))
		return command_fail("export", &err);
	return STATUS_CLEAN;
}

const struct command command_export = {
	.name = "export",
	.summary = "write a run as other tools read it",
	.run = run,
};
