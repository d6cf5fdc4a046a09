// SPDX-License-Identifier: GPL-2.0-only
/* Facts in integers; and which functions account for a difference: all of it, or it is refused. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/facts.h"
#include "bench/report/render.h"
#include "bench/stats/cost.h"
#include "tests/unit/fake_run.h"

#define PAGES 4

/* walk() and a function that only this side has; 100 instructions of whom are in the window's count. */
struct side {
	struct profile_function functions[3];
	struct facts_profile profile;
	struct facts_side side;
};

static void make(struct side *s, const char *policy, uint64_t walk, uint64_t own, const char *other)
{
	*s = (struct side){ 0 };
	s->functions[0] = (struct profile_function){ .name = (char *)"walk", .module = (char *)"" };
	s->functions[1] = (struct profile_function){ .name = xasprintf("own_hmm_%s_f_g", policy),
						     .module = (char *)"ptwalk" };
	s->functions[2] = (struct profile_function){ .name = (char *)other, .module = (char *)"" };
	s->functions[0].self[FACT_INSTRUCTIONS] = walk;
	s->functions[1].self[FACT_INSTRUCTIONS] = own;
	s->functions[2].self[FACT_INSTRUCTIONS] = 8;
	s->functions[2].self[FACT_ATOMICS] = 4;
	s->profile = (struct facts_profile){
		.series = (char *)"hmm/anon-pte/16K",
		.functions = s->functions,
		.nr_functions = 3,
	};
	s->profile.facts.events[FACT_INSTRUCTIONS] = walk + own + 8;
	s->profile.facts.events[FACT_ATOMICS] = 4;
	s->side = (struct facts_side){ &s->profile, walk + own + 8 };
}

/* A function that is told by its lines, of whom have any; NULL. */
static const char *by_lines;

static char *diff(const struct side *base, const struct side *new, size_t top, int code)
{
	struct sheets sheets = { 0 };
	struct err err = { 0 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const struct pen pen = pen_to(f, false);

	assert_int_equal(
		profile_diff_sheet(&base->side, &new->side, PAGES, top, by_lines, &sheets, &err),
		code);
	render_terminal(&sheets, &pen);
	fputs(err.text, f);
	fclose(f);
	sheets_release(&sheets);
	return text;
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in:\n%s", what, text);
}

static void release(struct side *base, struct side *new)
{
	free(base->functions[1].name);
	free(new->functions[1].name);
}

TEST(the_parts_are_the_difference)
{
	struct side base, new;
	char *text;

	make(&base, "none", 100, 20, "gone");
	make(&new, "entry", 140, 16, "come");
	text = diff(&base, &new, 10, 0);
	has(text, "hmm/anon-pte/16K: +36 instructions a call; figures a page");
	has(text, "\nwalk      +10.00  +0.00   +0.00    +0.00  +0.00");
	/* Own code under two policies is one function. */
	has(text, "\nf_g        -1.00 ");
	has(text, "\ngone       -2.00  +0.00   +0.00    -1.00  +0.00  base");
	has(text, "\ncome       +2.00  +0.00   +0.00    +1.00  +0.00  new");
	has(text, "\nsum        +9.00  +0.00   +0.00    +0.00  +0.00");
	has(text, "\n0 functions are the same");
	free(text);
	text = diff(&base, &new, 1, 0);
	has(text, "\n3 others   -1.00 ");
	has(text, "\nsum        +9.00 ");
	free(text);
	release(&base, &new);
}

/* Its address is its line. */
static void find_line(void *arg, uint64_t address, struct profile_line *line)
{
	(void)arg;
	*line = (struct profile_line){ "mm/hmm.c", (unsigned int)address };
}

TEST(a_function_is_told_by_its_lines)
{
	const struct profile_lines lines = { .find = find_line };
	struct profile_insn before[] = {
		{ .address = 7, .function = 1, .events = { [FACT_INSTRUCTIONS] = 12 } },
		{ .address = 8, .function = 1, .events = { [FACT_INSTRUCTIONS] = 8 } },
	};
	struct profile_insn after[] = {
		{ .address = 7, .function = 1, .events = { [FACT_INSTRUCTIONS] = 12 } },
		{ .address = 9, .function = 1, .events = { [FACT_INSTRUCTIONS] = 4 } },
	};
	struct side base, new;
	char *text;

	make(&base, "none", 100, 20, "gone");
	make(&new, "entry", 140, 16, "come");
	base.profile.insns = before;
	new.profile.insns = after;
	base.profile.nr_insns = new.profile.nr_insns = 2;
	base.side.lines = new.side.lines = &lines;
	by_lines = "f_g";
	text = diff(&base, &new, 10, 0);
	by_lines = NULL;
	has(text, "\nwalk         +10.00 ");
	has(text, "\nf_g hmm.c:8   -2.00  +0.00   +0.00    +0.00  +0.00  base");
	has(text, "\nf_g hmm.c:9   +1.00  +0.00   +0.00    +0.00  +0.00  new");
	has(text, "\nsum           +9.00 ");
	has(text, "\n1 functions are the same");
	free(text);
	release(&base, &new);
}

TEST(parts_that_are_not_are_refused)
{
	struct side base, new;
	char *text;

	make(&base, "none", 100, 20, "gone");
	make(&new, "entry", 140, 16, "come");
	new.side.ticks++;
	text = diff(&base, &new, 10, -EBADE);
	has(text, "hmm/anon-pte/16K: functions account for +36 instructions, and the counts of "
		  "the records differ by +37");
	free(text);
	new.side.ticks--;
	new.functions[2].self[FACT_ATOMICS]--;
	text = diff(&base, &new, 10, -EBADE);
	has(text, "functions account for -1 atomics, and the windows differ by +0");
	free(text);
	release(&base, &new);
}

/* 3 loads a page, 5 a PMD entry, 7 a call; stores that no terms give; an empty window's taken off. */
TEST(facts_are_solved_in_integers)
{
	struct records records;
	struct sheets sheets = { 0 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const struct pen pen = pen_to(f, false);

	fake_run(&records);
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record_series *s = &records.series[i];
		const struct terms_size t = terms_size(s->proof.addr, s->size, PAGE, 0, 0);
		const bool empty = record_op_calibrates(s->op);

		s->has_facts = !strcmp(s->workload, "devdax-pte");
		s->facts[FACT_TOTAL_LOADS] = 2 + (empty ? 0 : 3 * t.pages + 5 * t.pmds + 7);
		s->facts[FACT_TOTAL_STORES] = empty ? 0 : t.pages * t.pages;
	}
	facts_terms(&records, &sheets);
	render_terminal(&sheets, &pen);
	fclose(f);
	has(text, "\nhmm/devdax-pte: page");
	assert_null(strstr(text, "anon"));
	assert_int_equal(sheets.n, 1);
	for (size_t k = 0; k < 3; k++) {
		static const double loads[] = { 3, 5, 7 };
		const struct sheet_cell *row = &sheets.v[0]->cells[k * sheets.v[0]->nr_columns];

		assert_true(row[2].value == loads[k]);
		assert_non_null(row[3].reason);
	}
	free(text);
	sheets_release(&sheets);
	records_release(&records);
}
