// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/unit/printed.h"

char *printed(const struct records *records, void (*render)(const struct summary *, FILE *))
{
	struct summary summary;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	summary_build(records, &summary);
	render(&summary, f);
	fclose(f);
	summary_release(&summary);
	return text;
}

static void print_text(const struct summary *summary, FILE *f)
{
	report_text(summary, f, false);
}

char *printed_text(const struct records *records)
{
	return printed(records, print_text);
}

static void print_json(const struct summary *summary, FILE *f)
{
	format_run(&format_json, summary, f, false, true);
}

char *printed_json(const struct records *records)
{
	return printed(records, print_json);
}
