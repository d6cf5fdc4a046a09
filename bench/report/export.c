// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define DECLARE(name) extern const struct export export_##name;
EXPORT_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &export_##name,
const struct export *const exports[] = { EXPORT_LIST(ENTRY) };
#undef ENTRY

const size_t nr_exports = ARRAY_SIZE(exports);

const struct export *export_find(const char *name)
{
	for (size_t i = 0; i < nr_exports; i++)
		if (!strcmp(exports[i]->name, name))
			return exports[i];
	return NULL;
}

const char *export_kernel(const struct record_run *run)
{
	if (*run->kernel.version)
		return run->kernel.version;
	return *run->kernel.release ? run->kernel.release : run->kernel.spec;
}

static void write_records(const struct records *records, FILE *f)
{
	char *text = records_text(records);

	fputs(text, f);
	free(text);
}

const struct export export_records = {
	.name = "records",
	.summary = "ptwalk's own records: everything",
	.write = write_records,
};
