// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/import/import.h"
#include "bench/store/store.h"

struct import_options {
	const char *store;
	struct store_origin origin;
	struct strv files;
};

static const struct opt options[] = {
	CLI_STORE(struct import_options, store),
	{ "commit", 0, "HASH", "The commit that the kernel was built from",
	  OPT_TEXT(struct import_options, origin.commit) },
	{ "parent", 0, "HASH", "The parent of that commit",
	  OPT_TEXT(struct import_options, origin.parent) },
	OPT_ARG("FILE", "which files or run folders?", OPT_TEXTS(struct import_options, files)),
	{ 0 },
};

/* What is reported as stored is: the line comes after it is on the disk. */
static int import_one(struct store *store, const struct import_options *o, const char *path,
		      struct err *err)
{
	struct store_imported stored;
	struct records records;
	int ret = import_read(path, &records, err);

	if (ret)
		return ret;
	ret = store_import(store, &records, &o->origin, &stored, err);
	if (!ret) {
		printf("%s %lld %s: %zu series\n", stored.already ? "had" : "stored",
		       (long long)stored.run, records.run.id, records.nr_series);
		fflush(stdout);
	}
	records_release(&records);
	return ret;
}

static int import_all(const struct import_options *o, struct err *err)
{
	struct store *store;
	int status = STATUS_CLEAN;

	if (store_open(o->store, NULL, &store, err))
		return command_fail("import", err);
	/* One that is bad does not keep the others out. */
	for (size_t i = 0; i < o->files.n && !interrupt_pending(); i++)
		if (import_one(store, o, o->files.v[i], err))
			status = command_fail("import", err);
	store_close(store);
	if (ferror(stdout)) {
		err_set(err, EIO, "cannot write to standard output");
		return command_fail("import", err);
	}
	return status;
}

static int run(int argc, char **argv)
{
	struct import_options o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (!command_parse(&command_import, argc, argv, &o))
		status = import_all(&o, &err);
	strv_release(&o.files);
	return status;
}

const struct command command_import = {
	.name = "import",
	.summary = "store runs, also those of other tools",
	.args = "FILE...",
	.doc = "Store runs: folders and records of ptwalk, Google Benchmark's JSON, lines of `perf "
	       "stat -j`. A run that is stored already is left as it is.",
	.options = options,
	.run = run,
};
