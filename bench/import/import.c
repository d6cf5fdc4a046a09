// SPDX-License-Identifier: GPL-2.0-only
#include "bench/import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/import/foreign.h"

#define IMPORT_MAX_BYTES (1LL << 30)

#define DECLARE(name) extern const struct importer importer_##name;
IMPORTER_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &importer_##name,
const struct importer *const importers[] = { IMPORTER_LIST(ENTRY) };
#undef ENTRY

const size_t nr_importers = ARRAY_SIZE(importers);

const struct importer *import_find(const char *text, size_t len)
{
	for (size_t i = 0; i < nr_importers; i++)
		if (importers[i]->knows(text, len))
			return importers[i];
	return NULL;
}

static int read_text(const char *text, size_t len, int64_t seconds, struct records *records,
		     struct err *err)
{
	const struct importer *importer = import_find(text, len);

	if (!len)
		return err_set(err, EBADMSG, "an empty file");
	if (!importer)
		return err_set(
			err, EBADMSG,
			"neither ptwalk's records, nor Google Benchmark's JSON, nor lines of "
			"`perf stat -j`, nor Go's benchmark format, nor LKP's JSON");
	return importer->read(text, len, seconds, records, err);
}

static int read_file(const char *path, struct records *records, struct err *err)
{
	struct stat file;
	size_t len;
	_cleanup_free_ char *text = NULL;
	int ret;

	if (stat(path, &file))
		return err_set(err, errno, "%s", strerror(errno));
	/* A device gives bytes without an end. */
	if (S_ISCHR(file.st_mode) || S_ISBLK(file.st_mode))
		return err_set(err, EINVAL, "a device, not a file");
	if (file.st_size > IMPORT_MAX_BYTES)
		return err_set(err, EFBIG, "larger than 1 GiB: no run is");
	/* fs_read() says the path itself. */
	text = fs_read(path, &len, NULL);
	if (!text)
		return err_set(err, errno ? errno : EIO, "%s", strerror(errno ? errno : EIO));
	ret = read_text(text, len, (int64_t)file.st_mtime, records, err);
	return ret;
}

int import_read(const char *path, struct records *records, struct err *err)
{
	_cleanup_free_ char *inside =
		fs_is_dir(path) ? xasprintf("%s/records.jsonl", path) : xstrdup(path);
	int ret = read_file(inside, records, err);

	if (ret)
		err_prefix(err, "%s", inside);
	return ret;
}

/* ptwalk's own records: docs/records.md. */

static bool knows(const char *text, size_t len)
{
	json_t *first = foreign_first_line(text, len);
	const char *kind = json_string_value(json_object_get(first, "kind"));
	bool known = kind && (!strcmp(kind, "run") || json_object_get(first, "boot"));

	json_decref(first);
	return known;
}

static int read_records(const char *text, size_t len, int64_t seconds, struct records *records,
			struct err *err)
{
	(void)seconds;
	return records_parse(text, len, records, err);
}

const struct importer importer_records = {
	.name = "records",
	.summary = "what ptwalk run leaves behind",
	.knows = knows,
	.read = read_records,
};
