// SPDX-License-Identifier: GPL-2.0-only
/* For a mail to the list: at most 72 columns, ASCII, nothing that a mailer would break. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/compare_parts.h"
#include "bench/report/format.h"
#include "bench/report/render.h"

#define NAME_EXACT 26
#define NAME_NOISY 21
#define NAME_MANY  23
#define ABREAST	   3 /* runs in one block of several */

/* What is not ASCII would be encoded, and the columns gone. */
static void write_ascii(FILE *f, const char *text)
{
	for (; *text; text++)
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', f);
}

/* A comment of at most 72 columns. */
static void write_line(FILE *f, const char *key, const char *text)
{
	char line[73];

	snprintf(line, sizeof(line), "# %s%s", key, text);
	write_ascii(f, line);
	fputc('\n', f);
}

/* Names that are too long have a line of their own. */
static void write_name(FILE *f, const char *name, size_t width)
{
	char cut[73];

	snprintf(cut, sizeof(cut), "%s", name);
	write_ascii(f, cut);
	if (strlen(cut) > width)
		fprintf(f, "\n%*s", (int)width, "");
	else
		fprintf(f, "%*s", (int)(width - strlen(cut)), "");
}

/* Two decimals, or as many as there is room for. */
static void write_value(FILE *f, double value, int width)
{
	char text[64] = "missing";
	int decimals = 2;

	while (!isnan(value) && snprintf(text, sizeof(text), "%.*f", decimals, value) > width &&
	       decimals > 0)
		decimals--;
	if ((int)strlen(text) > width)
		snprintf(text, sizeof(text), "%.*e", width - 6, value);
	fprintf(f, " %*s", width, text);
}

static void write_exact(const struct compare_row *row, const char *label, FILE *f)
{
	write_name(f, label, NAME_EXACT);
	write_value(f, compare_base(row), 9);
	write_value(f, compare_new(row), 9);
	if (row->base && row->new)
		fprintf(f, " %+9.2f", compare_change(row));
	else
		fprintf(f, " %9s", "-");
	fprintf(f, " %9s  %c\n", compare_percent_text(compare_percent(row)).text,
		compare_mark(row->verdict));
}

static void write_noisy(const struct compare *c, const struct compare_row *row, const char *label,
			FILE *f)
{
	write_name(f, label, NAME_NOISY);
	write_value(f, compare_base(row), 7);
	write_value(f, compare_new(row), 7);
	fprintf(f, " %8s %15s %6s %c\n", compare_percent_text(compare_percent(row)).text,
		compare_interval_text(row).text, compare_p_text(c, row).text,
		compare_mark(row->verdict));
}

static void write_run(const char *key, const struct record_run *run, FILE *f)
{
	_cleanup_free_ char *name = compare_run_name(run);

	write_line(f, key, name);
}

static void write_machine(const struct compare_table *t, FILE *f)
{
	const struct record_run *run = &t->columns[0].base->run;
	_cleanup_free_ char *line =
		xasprintf("%s, %s, QEMU %.*s", run->machine, compare_unit(&t->columns[0]),
			  (int)strcspn(run->qemu, " "), run->qemu);
	char *boots =
		xasprintf("%u boots of base, %u of new", run->boots, t->columns[0].new->run.boots);

	write_line(f, "machine ", line);
	if (!t->columns[0].exact)
		write_line(f, "host ", run->host);
	if (*record_mitigations(run))
		write_line(f, "mitigations ", record_mitigations(run));
	write_line(f, "", boots);
	free(boots);
}

static void write_head(const struct compare_table *t, FILE *f)
{
	char key[48];

	write_run("base  ", &t->columns[0].base->run, f);
	for (size_t i = 0; i < t->n; i++) {
		_cleanup_free_ char *environment = compare_environment(&t->columns[i]);

		snprintf(key, sizeof(key), t->n > 1 ? "new %zu " : "new   ", i + 1);
		write_run(key, &t->columns[i].new->run, f);
		write_line(f, "      env ", environment);
	}
	write_machine(t, f);
	snprintf(key, sizeof(key), "a %s", record_page(&t->columns[0].base->run).text);
	write_line(f, key, "; less is better on every row");
}

static void write_row(const struct compare *c, const struct compare_row *row, const char *label,
		      FILE *f)
{
	if (c->exact)
		write_exact(row, label, f);
	else
		write_noisy(c, row, label, f);
}

static void write_series(const struct compare *c, const struct compare_row *row, FILE *f)
{
	write_row(c, row, row->name, f);
	for (size_t k = 0; k < row->nr_events; k++)
		if (compare_event_told(&row->events[k]))
			write_row(c, &row->events[k].row, row->events[k].label, f);
}

static void write_one(const struct compare *c, FILE *f)
{
	if (c->exact)
		fprintf(f, "%-*s %9s %9s %9s %9s  v\n", NAME_EXACT, "# benchmark", "base", "new",
			"change", "");
	else
		fprintf(f, "%-*s %7s %7s %8s %15s %6s v\n", NAME_NOISY, "# benchmark", "base",
			"new", "change", "CI", "p.adj");
	for (size_t i = 0; i < c->nr_rows; i++)
		write_series(c, &c->rows[i], f);
}

static void write_cell(const struct compare *c, const char *name, FILE *f)
{
	const struct compare_row *row = compare_find(c, name);

	if (!row || !row->new)
		fprintf(f, " %10s x", "missing");
	else if (!row->base)
		fprintf(f, " %10.2f x", compare_new(row));
	else
		fprintf(f, " %10s %c", compare_percent_text(compare_percent(row)).text,
			compare_mark(row->verdict));
}

/* Up to three runs side by side, more in blocks below. */
static void write_block(const struct compare_table *t, size_t first, FILE *f)
{
	const size_t end = first + ABREAST < t->n ? first + ABREAST : t->n;

	fprintf(f, "%-*s %9s", NAME_MANY, "# benchmark", "base");
	for (size_t i = first; i < end; i++)
		fprintf(f, "     new %-2zu v", i + 1);
	fputc('\n', f);
	for (size_t r = 0; r < t->nr_names; r++) {
		write_name(f, t->labels[r], NAME_MANY);
		write_value(f, compare_table_base(t, t->names[r]), 9);
		for (size_t i = first; i < end; i++)
			write_cell(&t->columns[i], t->names[r], f);
		fputc('\n', f);
	}
}

/* What a reader of the list has room for, before and behind the rows. */
#define MAIL_LINES   25
#define MOST_CHANGED 4 /* functions that are named */

static size_t lines_of(const char *text)
{
	const char *end = strchr(text, '\n');

	return end ? 1 + lines_of(end + 1) : 0;
}

static void write_wrapped(FILE *f, const char *text)
{
	_cleanup_free_ char *plain = xstrdup(text);

	for (char *p = plain; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	render_line(f, "# ", "", plain, 2, COMPARE_NOTE_WIDTH);
}

/* "env DIFFERS: kernel config (846 options differ)" */
static void write_environment(const struct compare *c, FILE *f)
{
	_cleanup_(strv_release) struct strv fields = { 0 };
	_cleanup_free_ char *list = NULL, *text = NULL;

	for (size_t i = 0; i < c->nr_differences; i++) {
		const char *field = c->differences[i].field, *told = c->differences[i].told;

		if (told)
			strv_addf(&fields, "%s (%.*s)", field, (int)strcspn(told, ":"), told);
		else
			strv_add(&fields, field);
	}
	if (!fields.n)
		return;
	list = strv_join(&fields, ", ");
	text = xasprintf("CAVEAT: not one environment: %s", list);
	write_wrapped(f, text);
}

static void write_changed_code(const struct compare *c, FILE *f)
{
	const struct strv *all = c->notes.functions;
	_cleanup_(strv_release) struct strv some = { 0 };
	_cleanup_free_ char *list = NULL, *text = NULL;

	for (size_t i = 0; all && i < all->n && i < MOST_CHANGED; i++)
		strv_add(&some, all->v[i]);
	if (some.n && all->n > some.n)
		strv_addf(&some, "%zu more", all->n - some.n);
	list = strv_join(&some, ", ");
	text = xasprintf("code differs in %s", list);
	if (some.n)
		write_wrapped(f, text);
}

/* Before the rows: the finding, of what, and where. */
static char *short_head(const struct compare *c)
{
	_cleanup_free_ char *headline = compare_headline(c);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	render_line(f, "", "", headline, 2, COMPARE_NOTE_WIDTH);
	fputc('\n', f);
	write_run("base  ", &c->base->run, f);
	write_run("new   ", &c->new->run, f);
	for (size_t i = 0; c->notes.lines && i < c->notes.lines->n; i++)
		if (str_starts(c->notes.lines->v[i], "base: ") ||
		    str_starts(c->notes.lines->v[i], "new: "))
			write_line(f, "", c->notes.lines->v[i]);
	fprintf(f, "# %s; a %s; less is better; mitigations %s\n", compare_unit(c),
		record_page(&c->new->run).text, record_mitigations(&c->new->run));
	write_environment(c, f);
	fclose(f);
	return text;
}

/* Is it an option whose value says where a run is kept, which changes none of its figures? */
static bool is_place(const char *word, size_t len)
{
	static const char *const places[] = { "--out", "--results", "--store" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (strlen(places[i]) == len && !strncmp(word, places[i], len))
			return true;
	return false;
}

/* As it was given, less what is of that machine alone: where it was kept, and temporary paths. */
static void write_command(FILE *f, const char *command)
{
	_cleanup_free_ char *words = xstrdup(command), *text = NULL;
	_cleanup_(strv_release) struct strv kept = { 0 };
	char *at = words, *word;

	while ((word = str_next_quoted(&at))) {
		size_t len = strcspn(word, "=");
		const char *path = word[len] ? word + len + 1 : word;

		if (is_place(word, len) && (word[len] || str_next_quoted(&at)))
			continue;
		if (str_starts(path, "/tmp/") || str_starts(path, "'/tmp/"))
			strv_addf(&kept, "%.*s...", (int)(path - word), word);
		else
			strv_add(&kept, word);
	}
	text = strv_join(&kept, " ");
	write_wrapped(f, text);
}

/* Behind them: whose code changed, and how to repeat it. */
static char *short_foot(const struct compare *c)
{
	const struct record_run *base = &c->base->run, *new = &c->new->run;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	write_changed_code(c, f);
	if (*base->command && strcmp(base->command, new->command) != 0 &&
	    !str_starts(new->command, "ptwalk ab"))
		write_command(f, base->command);
	if (*new->command)
		write_command(f, new->command);
	fclose(f);
	return text;
}

static void write_more(size_t n, const char *what, FILE *f)
{
	if (n)
		fprintf(f, "# %zu more %s; --all-sizes lists all\n", n, what);
}

static void write_rest(const struct compare_row *const *rows, size_t n, FILE *f)
{
	size_t counts[COMPARE_RANKS] = { 0 }, same;

	for (size_t i = 0; i < n; i++)
		counts[compare_rank(rows[i])]++;
	same = counts[RANK_SAME_BUILT_IN] + counts[RANK_SAME];
	write_more(counts[RANK_WRONG], "WRONG", f);
	write_more(counts[RANK_CHANGED_BUILT_IN] + counts[RANK_CHANGED],
		   "changed, less or not built in", f);
	write_more(counts[RANK_MISSING], "missing on one side", f);
	if (same)
		fprintf(f, "# %zu others same\n", same);
}

/* Exact counts in as many lines as are read: what changed, and what is built in. */
static void write_short(const struct compare *c, FILE *f)
{
	_cleanup_free_ const struct compare_row **rows = xcalloc(c->nr_rows + 1, sizeof(*rows));
	_cleanup_free_ char *head = short_head(c), *foot = short_foot(c);
	const size_t taken = lines_of(head) + lines_of(foot) + 3;
	size_t n = 0, room = taken < MAIL_LINES - 4 ? MAIL_LINES - taken : 4;

	for (size_t i = 0; i < c->nr_rows; i++)
		rows[i] = &c->rows[i];
	qsort(rows, c->nr_rows, sizeof(*rows), compare_by_rank);
	fputs(head, f);
	fprintf(f, "%-*s %9s %9s %9s %9s  v\n", NAME_EXACT, "# benchmark", "base", "new", "change",
		"");
	for (; n < c->nr_rows && compare_rank(rows[n]) < RANK_SAME && room; n++) {
		size_t lines = strlen(rows[n]->name) > NAME_EXACT ? 2 : 1;

		for (size_t k = 0; k < rows[n]->nr_events; k++)
			lines += compare_event_told(&rows[n]->events[k]);
		if (lines > room)
			break;
		room -= lines;
		write_series(c, rows[n], f);
	}
	write_rest(rows + n, c->nr_rows - n, f);
	fputs(foot, f);
}

static void write_lkml(const struct compare_table *t, FILE *f)
{
	const struct compare *first = t->columns;

	if (t->n == 1 && first->exact && !first->every_size && !first->with_floor) {
		write_short(first, f);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		_cleanup_free_ char *headline = compare_headline(&t->columns[i]);

		write_wrapped(f, headline);
	}
	write_head(t, f);
	for (size_t i = 0; t->n > 1 && i < t->n; i += ABREAST)
		write_block(t, i, f);
	if (t->n == 1)
		write_one(first, f);
	compare_write_legend(t, "# ", f);
	for (size_t i = 0; i < t->n; i++) {
		if (t->n > 1)
			fprintf(f, "# new %zu:\n", i + 1);
		compare_write_notes(&t->columns[i], "# ", f);
	}
}

const struct format format_lkml = {
	.name = "lkml",
	.summary = "for a mail to the list: 72 columns, ASCII, 25 lines of exact counts",
	.compare = write_lkml,
};
