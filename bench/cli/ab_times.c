// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/ab_times.h"

#include <stdio.h>

#include "bench/report/render.h"

static void add_time(struct sheet *table, const char *stage, double base, double new)
{
	sheet_words(table, "%s", stage);
	sheet_number(table, base, "%.1f", base);
	sheet_number(table, new, "%.1f", new);
}

void ab_long_times(const struct arm *base, const struct arm *new, double compare, double whole)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("seconds"),
		SHEET_FIGURE("base"),
		SHEET_FIGURE("new"),
	};
	struct sheet *table = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	const struct pen pen = pen_to(stderr, false);

	if (base->build)
		add_time(table, "build", base->build_seconds, new->build_seconds);
	add_time(table, "kernel, module", base->prepare_seconds, new->prepare_seconds);
	add_time(table, "boot, measure", base->measure_seconds, new->measure_seconds);
	fputc('\n', stderr);
	render_sheet(table, &pen);
	fprintf(stderr, "compare %.1f, in all %.1f\n", compare, whole);
	sheet_free(table);
}

void ab_short_times(const struct ab_short *s, const struct arm *base, double table, double whole)
{
	const struct own *own = &base->prepared.own;

	fprintf(stderr,
		"\nseconds: source %.1f, compile %.1f, module %.1f, boot %.1f, measure %.1f, "
		"table %.1f; in all %.1f\n",
		s->source_seconds + own->source_seconds, own->compile_seconds,
		base->prepare_seconds - own->source_seconds - own->compile_seconds, s->boot_seconds,
		base->measure_seconds - s->boot_seconds, table, whole);
}
