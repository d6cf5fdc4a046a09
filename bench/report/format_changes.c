// SPDX-License-Identifier: GPL-2.0-only
/* What formats for people say below their table. */
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"

#define WIDTH	      72
#define INDENT	      2
#define MAX_FUNCTIONS 24

/* Words with blanks and commas between them, broken into lines. */
struct lines {
	FILE *f;
	const char *prefix;
	size_t column;
};

static void begin_line(struct lines *l, const char *text)
{
	fprintf(l->f, "%s%s", l->prefix, text);
	l->column = strlen(l->prefix) + strlen(text);
}

static void add_word(struct lines *l, const char *word, const char *after)
{
	if (l->column + 1 + strlen(word) + strlen(after) > WIDTH) {
		fputc('\n', l->f);
		begin_line(l, " ");
	}
	fprintf(l->f, " %s%s", word, after);
	l->column += 1 + strlen(word) + strlen(after);
}

static void write_change(const struct change *c, FILE *f, const char *prefix)
{
	char *text = change_text(c);

	if (strlen(prefix) + INDENT + 26 + 1 + strlen(text) > WIDTH || strlen(c->name) > 26)
		fprintf(f, "%s  %s\n%s    %s\n", prefix, c->name, prefix, text);
	else
		fprintf(f, "%s  %-26s %s\n", prefix, c->name, text);
	free(text);
}

static void write_functions(const struct strv *functions, FILE *f, const char *prefix)
{
	struct lines l = { .f = f, .prefix = prefix };
	size_t shown = functions->n < MAX_FUNCTIONS ? functions->n : MAX_FUNCTIONS;

	if (!functions->n) {
		fprintf(f, "%sNo function's code differs between the images.\n", prefix);
		return;
	}
	begin_line(&l, "Code differs in");
	for (size_t i = 0; i < shown; i++)
		add_word(&l, functions->v[i], i + 1 < functions->n ? "," : "");
	if (shown < functions->n) {
		char *rest = xasprintf("and %zu more", functions->n - shown);

		add_word(&l, rest, "");
		free(rest);
	}
	fputc('\n', f);
}

void format_sentence(const char *note, FILE *f, const char *prefix)
{
	struct lines l = { .f = f, .prefix = prefix };
	struct strv words = { 0 };

	strv_split(&words, note, ' ');
	begin_line(&l, words.n ? words.v[0] : "");
	for (size_t i = 1; i < words.n; i++)
		add_word(&l, words.v[i], "");
	fputc('\n', f);
	strv_release(&words);
}

void format_changes(const struct compare *c, FILE *f, const char *prefix)
{
	const struct compare_notes *notes = &c->notes;

	if (c->changes.n)
		fprintf(f, "%sWhat changed over all sizes (cost = call + page x pages):\n", prefix);
	for (size_t i = 0; i < c->changes.n; i++)
		write_change(&c->changes.v[i], f, prefix);
	if (notes->functions)
		write_functions(notes->functions, f, prefix);
	if (notes->functions_unknown) {
		char *text =
			xasprintf("Whose code changed is not known: %s", notes->functions_unknown);

		format_sentence(text, f, prefix);
		free(text);
	}
	for (size_t i = 0; notes->lines && i < notes->lines->n; i++)
		format_sentence(notes->lines->v[i], f, prefix);
}
