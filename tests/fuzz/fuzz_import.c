// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer on what takes in files: whatever the bytes, an importer ends with
 * records or with an error; records come back from their text as they were, and
 * every export writes them.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/import/import.h"
#include "bench/report/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok, const char *what, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, err->text);
	abort();
}

static void round_trip(const struct records *records)
{
	struct err err = { .text = "" };
	char *first = records_text(records), *second;
	struct records again;

	check(!records_parse(first, strlen(first), &again, &err), "its own text is refused", &err);
	second = records_text(&again);
	check(!strcmp(first, second), "its text has changed", &err);
	records_release(&again);
	free(first);
	free(second);
}

static void write_all(const struct records *records)
{
	for (size_t i = 0; i < nr_formats; i++) {
		char *text = NULL;
		size_t len;
		FILE *f = open_memstream(&text, &len);

		if (formats[i]->export)
			formats[i]->export(records, f);
		fclose(f);
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own length, so that a byte too far is seen. */
	char *text = xcalloc(size + 1, 1);
	const struct importer *importer;
	struct records records;
	struct err err = { .text = "" };

	memcpy(text, data, size);
	importer = import_find(text, size);
	if (importer) {
		int ret = importer->read(text, size, 1, &records, &err);

		check(!ret || *err.text, "refused without a word", &err);
		check(!strpbrk(err.text, "\n\033"), "more than one line", &err);
		if (!ret) {
			round_trip(&records);
			write_all(&records);
			records_release(&records);
		}
	}
	free(text);
	return 0;
}
