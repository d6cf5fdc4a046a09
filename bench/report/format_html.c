// SPDX-License-Identifier: GPL-2.0-only
/* One static page: no script, no network; light and dark by the reader's own choice. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"
#include "bench/report/html.h"

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>ptwalk compare</title>\n<style>\n"
	":root { color-scheme: light dark }\n"
	"body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem }\n"
	"div { overflow-x: auto }\n"
	"table { border-collapse: collapse; font-variant-numeric: tabular-nums }\n"
	"th, td { padding: .2rem .7rem; border-bottom: 1px solid #8886; text-align: right }\n"
	"th:first-child, td:first-child, td.v, dt { text-align: left }\n"
	"td.better { color: #1a7f37 } td.worse { color: #cf222e; font-weight: bold }\n"
	"td.missing { opacity: .6 }\n"
	"@media (prefers-color-scheme: dark) { td.better { color: #56d364 }"
	" td.worse { color: #ff7b72 } }\n"
	"</style>\n</head>\n<body>\n<h1>ptwalk compare</h1>\n";

static void write_pair(FILE *f, const char *what, const char *text)
{
	fprintf(f, "<dt>%s</dt><dd>", what);
	html_text(f, text);
	fputs("</dd>\n", f);
}

static void write_run(FILE *f, const char *what, const struct record_run *run)
{
	char *name = format_run_name(run), *text = xasprintf("%s (%s)", name, run->id);

	write_pair(f, what, text);
	free(text);
	free(name);
}

static void write_runs(const struct compare_table *t, FILE *f)
{
	const struct compare *first = &t->columns[0];
	char *machine = xasprintf("%s: %s a 4 KiB page; less is better", first->base->run.machine,
				  format_unit(first));

	fputs("<dl>\n", f);
	write_run(f, "base", &first->base->run);
	for (size_t i = 0; i < t->n; i++) {
		char *environment = format_environment(&t->columns[i]);

		write_run(f, "new", &t->columns[i].new->run);
		write_pair(f, "environment", environment);
		free(environment);
	}
	write_pair(f, "machine", machine);
	write_pair(f, "command", first->base->run.command);
	fputs("</dl>\n", f);
	free(machine);
}

static void write_value(FILE *f, double value)
{
	if (isnan(value))
		fputs("<td class=\"missing\">missing</td>", f);
	else
		fprintf(f, "<td>%.2f</td>", value);
}

static const char *class_of(enum compare_verdict verdict)
{
	switch (verdict) {
	case COMPARE_BETTER:
		return "v better";
	case COMPARE_WORSE:
		return "v worse";
	case COMPARE_MISSING_BASE:
	case COMPARE_MISSING_NEW:
		return "v missing";
	default:
		return "v";
	}
}

static void write_cells(const struct compare *c, const char *name, FILE *f)
{
	const struct compare_row *row = compare_find(c, name);

	if (!row) {
		fputs("<td class=\"missing\" colspan=\"5\">missing</td>", f);
		return;
	}
	write_value(f, compare_new(row));
	fprintf(f, "<td>%s</td><td>%s</td><td>", format_percent(compare_percent(row)).text,
		format_interval(row).text);
	html_text(f, format_p(c, row).text);
	fprintf(f, "</td><td class=\"%s\">%s", class_of(row->verdict),
		compare_verdict_name(row->verdict));
	if (*row->reason) {
		fputs(": ", f);
		html_text(f, row->reason);
	}
	fputs("</td>", f);
}

static void write_table(const struct compare_table *t, FILE *f)
{
	fputs("<div><table>\n<thead><tr><th>series</th><th>better</th><th>base</th>", f);
	for (size_t i = 0; i < t->n; i++)
		fprintf(f,
			"<th>new%.0zu</th><th>change</th><th>interval, %%</th>"
			"<th>p adjusted</th><th>verdict</th>",
			t->n > 1 ? i + 1 : 0);
	fputs("</tr></thead>\n<tbody>\n", f);
	for (size_t r = 0; r < t->nr_names; r++) {
		fputs("<tr><td>", f);
		html_text(f, t->labels[r]);
		fprintf(f, "</td><td>%s</td>", format_better_of(t, t->names[r]));
		write_value(f, compare_table_base(t, t->names[r]));
		for (size_t i = 0; i < t->n; i++)
			write_cells(&t->columns[i], t->names[r], f);
		fputs("</tr>\n", f);
	}
	fputs("</tbody>\n</table></div>\n", f);
}

static void write_notes(const struct compare *c, FILE *f)
{
	char *text = NULL;
	size_t len = 0;
	FILE *notes = open_memstream(&text, &len);

	if (!notes)
		return;
	format_notes(c, "", notes);
	fclose(notes);
	fputs("<pre>", f);
	html_text(f, text);
	fputs("</pre>\n", f);
	free(text);
}

static void write_html(const struct compare_table *t, FILE *f, bool colour)
{
	(void)colour;
	fputs(head, f);
	write_runs(t, f);
	write_table(t, f);
	for (size_t i = 0; i < t->n; i++)
		write_notes(&t->columns[i], f);
	fputs("</body>\n</html>\n", f);
}

const struct format format_html = {
	.name = "html",
	.summary = "one static page",
	.write = write_html,
};
