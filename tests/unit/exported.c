// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/unit/exported.h"

#include <stdio.h>
#include <string.h>

#include "bench/import/import.h"
#include "bench/report/format.h"

char *exported(const char *format, const struct records *records)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	format_find(format, FORMAT_EXPORT, NULL)->export(records, f);
	fclose(f);
	return text;
}

void read_back(const char *text, struct records *records)
{
	const struct importer *importer = import_find(text, strlen(text));
	struct err err;

	assert_non_null(importer);
	if (importer->read(text, strlen(text), 0, records, &err))
		fail_msg("%s", err.text);
}
