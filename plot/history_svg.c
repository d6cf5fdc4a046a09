// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnuplot writes a hovering text into a script within an attribute, unescaped, and
 * shows it by a script of its own. Here it is a <title>, which browsers show by
 * themselves, and the words come from here, never from gnuplot.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/report/render.h"
#include "plot/history_data.h"

static const char hover[] = "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'";
static const char hover_end[] = "<title> </title>";

/* The element of point @number, which begins a line. */
static void put_point(FILE *f, const struct course *course, const char *number)
{
	size_t i = strtoul(number, NULL, 10);
	char *text;

	fputs("<g class=\"point\">", f);
	if (i >= course->n)
		return;
	text = course_describe(course, i);
	fputs("<title>", f);
	html_text(f, text);
	fputs("</title>", f);
	free(text);
}

static void put_line(FILE *f, const struct course *course, const char *line, size_t len)
{
	const char *at = memmem(line, len, hover, sizeof(hover) - 1);
	const char *end =
		at ? memmem(at, len - (size_t)(at - line), hover_end, sizeof(hover_end) - 1) : NULL;
	const char *name;

	if (end) {
		put_point(f, course, at + sizeof(hover) - 1);
		end += sizeof(hover_end) - 1;
		fwrite(end, 1, len - (size_t)(end - line), f);
	} else if ((name = memmem(line, len, "<title>gnuplot_plot_", 20))) {
		fwrite(line, 1, (size_t)(name - line), f); /* a hovering text of no use */
	} else {
		fwrite(line, 1, len, f);
	}
	fputc('\n', f);
}

static bool is_empty_group(const char *line, const char *end)
{
	static const char group[] = "<g fill=\"none\"", close[] = "\n</g>\n";

	return !strncmp(line, group, sizeof(group) - 1) && !strncmp(end, close, sizeof(close) - 1);
}

char *history_svg(const struct course *course, const char *drawn)
{
	const char *line = strstr(drawn, "<svg"), *end;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (; line && *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (is_empty_group(line, end))
			end = strchrnul(end + 1, '\n');
		else if (!strncmp(line, "<title>Gnuplot", 14) || !strncmp(line, "<desc>", 6))
			continue;
		else
			put_line(f, course, line, (size_t)(end - line));
	}
	fclose(f);
	return text;
}
