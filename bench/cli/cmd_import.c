// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
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

enum key {
	KEY_COMMIT = 256,
	KEY_PARENT,
};

struct import_options {
	const char *store;
	struct store_origin origin;
	struct strv files;
};

static const struct argp_option argp_options[] = {
	OPTION_STORE(0),
	{ "commit", KEY_COMMIT, "HASH", 0, "The commit that the kernel was built from", 0 },
	{ "parent", KEY_PARENT, "HASH", 0, "The parent of that commit", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct import_options *o = state->input;

	switch (key) {
	case KEY_STORE:
		o->store = arg;
		return 0;
	case KEY_COMMIT:
		o->origin.commit = arg;
		return 0;
	case KEY_PARENT:
		o->origin.parent = arg;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->files, arg);
		return 0;
	case ARGP_KEY_END:
		if (!o->files.n)
			argp_error(state, "which files or run folders?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "FILE...",
		.doc = "Store runs: folders and records of ptwalk, Google Benchmark's JSON, lines of "
		       "`perf stat -j`. A run that is stored already is left as it is.",
	};
	struct import_options o = { 0 };
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (!argp_parse(&argp, argc, argv, 0, NULL, &o))
		status = import_all(&o, &err);
	strv_release(&o.files);
	return status;
}

const struct command command_import = {
	.name = "import",
	.summary = "store runs, also those of other tools",
	.run = run,
};
