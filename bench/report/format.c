// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/report.h"

#define ENTRY(name) &format_##name,
const struct format *const formats[] = { FORMAT_LIST(ENTRY) };
#undef ENTRY

const size_t nr_formats = ARRAY_SIZE(formats);

bool format_serves(const struct format *format, enum format_use use)
{
	switch (use) {
	case FORMAT_SHEETS:
		return format->render;
	case FORMAT_COMPARE:
		return format->compare || format->render;
	default:
		return format->export;
	}
}

bool format_of_sheets(const void *format)
{
	return format_serves(format, FORMAT_SHEETS);
}

const struct format *format_find(const char *name, enum format_use use, struct err *err)
{
	_cleanup_(strv_release) struct strv known = { 0 };

	for (size_t i = 0; i < nr_formats; i++) {
		if (!format_serves(formats[i], use))
			continue;
		if (!name || !strcmp(formats[i]->name, name))
			return formats[i];
		strv_add(&known, formats[i]->name);
	}
	err_unknown(err, "format", name, &known);
	return NULL;
}

void format_sheets(const struct format *format, struct sheets *sheets, FILE *f, bool colour)
{
	const struct pen pen = pen_to(f, colour);

	format->render(sheets, &pen);
	sheets_release(sheets);
}

void format_run(const struct format *format, const struct summary *s, FILE *f, bool colour,
		bool full)
{
	struct sheets sheets = { 0 };

	(format->data		  ? report_data
	 : format->brief && !full ? report_brief
				  : report_sheets)(s, &sheets);
	format_sheets(format, &sheets, f, colour);
}

void format_side_by_side(const struct format *format, const struct side_by_side *s, FILE *f,
			 bool colour)
{
	struct sheets sheets = { 0 };

	(format->data ? side_by_side_data : side_by_side_sheets)(s, &sheets);
	format_sheets(format, &sheets, f, colour);
}

void format_compare(const struct format *format, const struct compare_table *t, FILE *f,
		    bool colour)
{
	struct sheets sheets = { 0 };

	if (format->compare) {
		format->compare(t, f);
		return;
	}
	(format->data ? compare_data : compare_sheets)(t, &sheets);
	format_sheets(format, &sheets, f, colour);
}

void format_self(const struct format *format, const struct aa *aa, FILE *f, bool colour)
{
	struct sheets sheets = { 0 };

	(format->data ? aa_data : aa_sheets)(aa, &sheets);
	format_sheets(format, &sheets, f, colour);
}

static void write_records(const struct records *records, FILE *f)
{
	_cleanup_free_ char *text = records_text(records);

	fputs(text, f);
}

const struct format format_records = {
	.name = "records",
	.summary = "ptwalk's own records: everything",
	.export = write_records,
};
