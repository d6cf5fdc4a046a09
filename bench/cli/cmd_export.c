// SPDX-License-Identifier: GPL-2.0-only
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
	const char *run;
	const struct format *format;
};

static bool exports(const void *format)
{
	return format_serves(format, FORMAT_EXPORT);
}

static const struct opt options[] = {
	{ "format", 'f', "NAME", "How it is written (default: records)",
	  OPT_ENTRY_THAT(struct export_options, format, format, formats, exports) },
	CLI_RESULTS(struct export_options, places.results),
	CLI_STORE(struct export_options, places.store),
	OPT_MAYBE_ARG("RUN", OPT_TEXT(struct export_options, run)),
	{ 0 },
};

static int export_run(const struct export_options *o, struct err *err)
{
	struct records records;

	if (runs_read(&o->places, o->run, &records, err))
		return -ENOENT;
	o->format->export(&records, stdout);
	records_release(&records);
	return command_flush(err);
}

static int run(int argc, char **argv)
{
	struct export_options o = { .run = "last", .format = &format_records };
	struct err err = { 0 };

	if (command_parse(&command_export, argc, argv, &o))
		return STATUS_ERROR;
	return export_run(&o, &err) ? command_fail("export", &err) : STATUS_CLEAN;
}

const struct command command_export = {
	.name = "export",
	.summary = "write a run as other tools read it",
	.args = "[RUN]",
	.doc = "Write a run as other tools read it: its id, its folder or file, \"last\" "
	       "(default), \"last~N\", or store:ID.",
	.options = options,
	.run = run,
};
