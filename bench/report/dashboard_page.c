// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/dashboard_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

void page_begin(FILE *f, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n" DASHBOARD_MARK "\n<title>",
	      f);
	html_text(f, title);
	fputs("</title>\n<link rel=\"icon\" href=\"data:,\">\n"
	      "<link rel=\"stylesheet\" href=\"" DASHBOARD_CSS "\">\n"
	      "<script src=\"" DASHBOARD_JS "\" defer></script>\n</head>\n<body>\n",
	      f);
}

void page_end(FILE *f)
{
	fputs("</main>\n</body>\n</html>\n", f);
}

void page_table(FILE *f, const char *label, const char *const *columns, size_t n)
{
	fprintf(f,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n"
		"<table>\n<thead><tr>",
		label);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "<th scope=\"col\"%s>%s</th>", *columns[i] == '>' ? " class=\"n\"" : "",
			columns[i] + (*columns[i] == '>'));
	fputs("</tr></thead>\n<tbody>\n", f);
}

void page_table_end(FILE *f)
{
	fputs("</tbody>\n</table>\n</div>\n", f);
}

void page_cell(FILE *f, const char *text)
{
	fputs("<td>", f);
	html_text(f, text);
	fputs("</td>", f);
}

void page_machine(FILE *f, const struct store_series *s)
{
	const char *note = record_note(s->functional);

	fputs("<td>", f);
	html_text(f, s->machine);
	if (*note)
		fprintf(f, "<br><small>%s</small>", note);
	fputs("</td>", f);
}

void page_number(FILE *f, const char *fmt, double value)
{
	if (isnan(value)) {
		fputs("<td class=\"none\">no value</td>", f);
		return;
	}
	fputs("<td class=\"n\">", f);
	fprintf(f, fmt, value);
	fputs("</td>", f);
}

void page_change(FILE *f, const struct store_series *s, double relative)
{
	if (isnan(relative))
		fputs("<td class=\"none\">none</td>", f);
	else if (relative == 0)
		fputs("<td class=\"n\">0</td>", f);
	else
		fprintf(f, "<td class=\"n%s\">%+.2f&nbsp;%%</td>",
			!s->exact      ? ""
			: relative > 0 ? " worse"
				       : " better",
			relative * 100);
}

void page_cost(FILE *f, double value)
{
	if (isnan(value))
		page_number(f, "%.0f", value);
	else
		fprintf(f, "<td class=\"n\">%s</td>", report_cost(value).text);
}

void page_change_by(FILE *f, const struct store_series *s, double before, double after)
{
	const double by = after - before;

	if (isnan(by) || !(before > 0 || before < 0) || by == 0) {
		page_change(f, s, by == 0 ? 0 : (double)NAN);
		return;
	}
	fprintf(f, "<td class=\"n %s\">%+.2f&nbsp;%%", by > 0 ? "worse" : "better",
		by / before * 100);
	if (s->exact)
		fprintf(f, " (%+.0f a call)", by);
	fputs("</td>", f);
}

struct dashboard_name dashboard_name(const struct store_series *s)
{
	struct dashboard_name name;

	snprintf(name.text, sizeof(name.text), "series-%lld.html", (long long)s->id);
	return name;
}

void page_series(FILE *f, const struct store_series *s)
{
	fprintf(f, "<td><a href=\"%s\">", dashboard_name(s).text);
	html_text(f, *s->name ? s->name : "(no name)");
	fputs("</a></td>", f);
}

void page_command(FILE *f, const char *command)
{
	fputs("<td class=\"command\"><code>", f);
	html_text(f, command);
	fputs("</code> <button type=\"button\" class=\"copy\" hidden>copy</button></td>", f);
}

/* A word for a shell, in single quotes. */
static char *quote(const char *word)
{
	char *joined = NULL, *quoted;
	size_t len;
	FILE *f = open_memstream(&joined, &len);

	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	fclose(f);
	quoted = xasprintf("'%s'", joined);
	free(joined);
	return quoted;
}

char *page_ack(const struct dashboard *d, const struct store_change *change)
{
	_cleanup_free_ char *path = d->store_path ? quote(d->store_path) : xstrdup("");
	char *command = xasprintf("ptwalk store ack %lld --as expected%s%s", (long long)change->id,
				  *path ? " --store " : "", path);

	return command;
}
