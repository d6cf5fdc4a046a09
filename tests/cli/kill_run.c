// SPDX-License-Identifier: GPL-2.0-only
/* What is killed: run and nightly. */
#include "tests/unit/unit.h"
#include "tests/cli/kill.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/record/record.h"
#include "bench/store/store.h"
#include "bench/store/history.h"
#include "tests/unit/fake_store.h"

static char *results, *store_file;
static int64_t last_run; /* of the store, that was looked at */

static void prepare(void)
{
	results = kill_path("results");
	store_file = kill_path("store.db");
}

static void end(void)
{
	free(results);
	free(store_file);
}

static struct store *open_store(void)
{
	struct store *store;
	struct err err;

	if (!fs_exists(store_file))
		return NULL;
	if (store_open(store_file, NULL, &store, &err))
		fail_msg("%s", err.text);
	assert_true(fake_store_whole(store));
	return store;
}

/* The run is what was measured, to the last sample. */
static void check_run(struct store *store, int64_t run)
{
	struct records records;
	struct err err;

	if (store_load(store, run, &records, &err))
		fail_msg("%s", err.text);
	assert_int_equal(records.nr_series, KILL_SERIES);
	records_release(&records);
}

/* All that came since the last time. */
static void check_store(struct store *store, void (*more)(struct store *, const struct store_run *))
{
	struct store_runs runs;
	int64_t newest = last_run;

	assert_int_equal(store_list(store, 0, &runs, NULL), 0);
	for (size_t i = 0; i < runs.n; i++) {
		if (runs.runs[i].id <= last_run)
			continue;
		check_run(store, runs.runs[i].id);
		if (more)
			more(store, &runs.runs[i]);
		if (runs.runs[i].id > newest)
			newest = runs.runs[i].id;
		kill_whole++;
	}
	last_run = newest;
	store_runs_release(&runs);
}

static bool is_stored(struct store *store, const char *name)
{
	int64_t id;

	return store && !store_find(store, name, &id, NULL);
}

/* Whatever stands under its own name is whole. */
static void check_folders(void)
{
	DIR *folder = opendir(results);
	const struct dirent *entry;
	struct records records;
	struct err err;

	while (folder && (entry = readdir(folder))) {
		char *path = xasprintf("%s/%s/records.jsonl", results, entry->d_name);

		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "failed") != 0) {
			if (records_read(path, &records, &err))
				fail_msg("%s: %s", path, err.text);
			records_release(&records);
		}
		free(path);
	}
	if (folder)
		closedir(folder);
}

static void common_command(const char *command, struct strv *argv)
{
	static const char *const words[] = { "-q",    "-w", "devdax-pte", "-o",
					     "empty", "-s", "4K",	  "--qemu" };
	char *ptwalk = kill_program("ptwalk"), *qemu = kill_program("fake_qemu");

	strv_add(argv, ptwalk);
	strv_add(argv, command);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strv_add(argv, words[i]);
	strv_add(argv, qemu);
	strv_add(argv, "--store");
	strv_add(argv, store_file);
	free(qemu);
	free(ptwalk);
}

static int nr_folders; /* that are whole: the next run is of the next name */

static char *run_folder(void)
{
	return xasprintf("%s/run-%d", results, nr_folders);
}

/* The same folder again until it is there: what a killed run left does not stand in the way. */
static void run_command(int i, struct strv *argv)
{
	char *out = run_folder();

	(void)i;
	common_command("run", argv);
	strv_add(argv, "--no-plot");
	strv_add(argv, "--out");
	strv_add(argv, out);
	free(out);
}

static void run_check(int i, int status)
{
	struct store *store = open_store();
	char *folder = run_folder();

	(void)i;
	check_folders();
	if (store)
		check_store(store, NULL);
	if (status >= 0) {
		if (status)
			fail_msg("status %d: %s", status, fs_read(kill_output, NULL, NULL));
		assert_true(fs_exists(folder));
		if (!is_stored(store, strrchr(folder, '/') + 1))
			fail_msg("%s was reported as stored", folder);
		kill_reported++;
	}
	nr_folders += fs_exists(folder);
	store_close(store);
	free(folder);
}

static void nightly_command(int i, struct strv *argv)
{
	(void)i;
	common_command("nightly", argv);
	strv_add(argv, "--format=json");
	strv_add(argv, "--results");
	strv_add(argv, results);
}

/* All that was said of a run, or nothing of it; a change that was found can be acknowledged. */
static void check_verdicts(struct store *store, const struct store_run *run)
{
	struct store_verdicts verdicts;
	struct store_changes changes;
	size_t said = 0, kept = 0;

	assert_int_equal(store_verdicts_of_run(store, run->id, &verdicts, NULL), 0);
	assert_true(verdicts.n == 0 || verdicts.n == KILL_SERIES);
	for (size_t i = 0; i < verdicts.n; i++)
		said += !strcmp(verdicts.verdicts[i].outcome, "worse") ||
			!strcmp(verdicts.verdicts[i].outcome, "better");
	assert_int_equal(store_changes(store, 0, &changes, NULL), 0);
	for (size_t i = 0; i < changes.n; i++)
		kept += changes.changes[i].run == run->id;
	assert_int_equal(said, kept);
	store_changes_release(&changes);
	store_verdicts_release(&verdicts);
}

/* The name of the run that it tells of. */
static char *told_run(void)
{
	_cleanup_free_ char *text = fs_read(kill_output, NULL, NULL);
	json_t *night =
		json_loads(text ? text + strcspn(text, "{") : "", JSON_DISABLE_EOF_CHECK, NULL);
	const json_t *tonight = json_array_get(json_object_get(night, "runs"), 0);
	const char *name = json_string_value(json_object_get(tonight, "run"));
	char *copy;

	if (!name)
		fail_msg("it does not say which run: %s", text ? text : "nothing");
	copy = xstrdup(name);
	json_decref(night);
	return copy;
}

static void nightly_check(int i, int status)
{
	struct store *store = open_store();
	char *name;

	(void)i;
	check_folders();
	if (store)
		check_store(store, check_verdicts);
	if (status >= 0) {
		assert_in_range(status, 0, 1); /* no or one regression */
		name = told_run();
		if (!is_stored(store, name))
			fail_msg("%s was reported as stored", name);
		free(name);
		kill_reported++;
	}
	store_close(store);
}

const struct victim victim_run = {
	.name = "run",
	.prepare = prepare,
	.command = run_command,
	.end = end,
	.check = run_check,
};

const struct victim victim_nightly = {
	.name = "nightly",
	.prepare = prepare,
	.command = nightly_command,
	.end = end,
	.check = nightly_check,
};
