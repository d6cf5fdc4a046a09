// SPDX-License-Identifier: GPL-2.0-only
/* Which functions account for what two windows differ by. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/report/facts.h"

static const enum fact_event shown[] = {
	FACT_INSTRUCTIONS, FACT_LOADS, FACT_STORES, FACT_ATOMICS, FACT_TAKEN,
};

/* A function by its name: of two windows, and of what a compiler made of it in several places. */
struct part {
	const char *name, *module;
	bool both[2]; /* on which sides it is */
	int64_t change[FACT_NR_EVENTS];
};

struct parts {
	struct part *v;
	size_t n;
	struct strv names; /* of lines */
};

/* Own code's functions begin with "own_UNIT_POLICY_": under any policy they are the same ones. */
static const char *plain_name(const char *name)
{
	const char *rest = name;

	if (strncmp(name, "own_", 4) != 0)
		return name;
	for (int i = 0; i < 3 && rest; i++) {
		rest = strchr(rest, '_');
		rest = rest ? rest + 1 : NULL;
	}
	return rest && *rest ? rest : name;
}

static void add_self(struct parts *parts, const char *name, const char *module,
		     const uint64_t self[FACT_NR_EVENTS], bool new)
{
	struct part *part = NULL;

	for (size_t i = 0; i < parts->n && !part; i++)
		if (!strcmp(parts->v[i].name, name) && !strcmp(parts->v[i].module, module))
			part = &parts->v[i];
	if (!part) {
		parts->v = xgrow(parts->v, parts->n, sizeof(*parts->v));
		part = &parts->v[parts->n++];
		*part = (struct part){ .name = name, .module = module };
	}
	part->both[new] = true;
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		part->change[e] += new ? (int64_t)self[e] : -(int64_t)self[e];
}

/* "hmm.c  pmd = READ_ONCE(*pmdp);": a patch moves what is below it, and changes none of that. */
static char *name_of_line(const struct facts_side *side, const struct profile_line *line)
{
	const char *slash = strrchr(line->file, '/'), *file = slash ? slash + 1 : line->file;
	_cleanup_free_ char *text =
		side->sources && line->line ? sources_text(side->sources, line) : NULL;

	return text ? xasprintf("%s  %s", file, text) : xasprintf("%s:%u", file, line->line);
}

/* One function by its lines. */
static void add_lines(struct parts *parts, const struct facts_side *side, size_t function, bool new)
{
	const struct profile_function *f = &side->profile->functions[function];

	for (size_t i = 0; i < side->profile->nr_insns; i++) {
		const struct profile_insn *insn = &side->profile->insns[i];
		struct profile_line line = { .file = "?" };
		_cleanup_free_ char *name = NULL;

		if (insn->function != function)
			continue;
		side->lines->find(side->lines->arg, insn->address, &line);
		name = name_of_line(side, &line);
		strv_addf(&parts->names, "%s %s", plain_name(f->name), name);
		add_self(parts, parts->names.v[parts->names.n - 1], f->module, insn->events, new);
	}
}

static void add_side(struct parts *parts, const struct facts_side *side, const char *by_lines,
		     bool new)
{
	const struct facts_profile *p = side->profile;

	for (size_t i = 0; i < p->nr_functions; i++) {
		const char *name = plain_name(p->functions[i].name);

		if (by_lines && side->lines && !strcmp(name, by_lines))
			add_lines(parts, side, i, new);
		else
			add_self(parts, name, p->functions[i].module, p->functions[i].self, new);
	}
}

static int by_change(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	const int64_t nx = llabs(x->change[FACT_INSTRUCTIONS]);
	const int64_t ny = llabs(y->change[FACT_INSTRUCTIONS]);

	if (nx != ny)
		return nx > ny ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool is_changed(const struct part *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (part->change[shown[i]])
			return true;
	return false;
}

static void put_change(struct sheet *sheet, const struct part *part, uint64_t pages)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const int64_t n = part->change[shown[i]];
		const double page = pages ? (double)n / (double)pages : 0;

		if (pages)
			sheet_number(sheet, page, "%+.2f", page);
		else
			sheet_number(sheet, (double)n, "%+" PRId64, n);
	}
}

static void put_part(struct sheet *sheet, const struct part *part, uint64_t pages)
{
	sheet_words(sheet, "%s", part->name);
	put_change(sheet, part, pages);
	sheet_words(sheet, "%s",
		    part->both[0] && part->both[1] ? ""
		    : part->both[1]		   ? "new"
						   : "base");
	sheet_words(sheet, "%s", part->module);
}

static void add_changes(struct part *to, const struct part *part)
{
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		to->change[e] += part->change[e];
}

/* The sum of all parts, in @sum, is what the windows themselves differ by. */
static int check_sum(const struct parts *parts, const struct facts_side *base,
		     const struct facts_side *new, struct part *sum, struct err *err)
{
	const int64_t ticks = (int64_t)(new->ticks - base->ticks);

	for (size_t i = 0; i < parts->n; i++)
		add_changes(sum, &parts->v[i]);
	for (int e = 0; e < FACT_NR_EVENTS; e++) {
		const int64_t whole =
			(int64_t)(new->profile->facts.events[e] - base->profile->facts.events[e]);

		if (sum->change[e] != whole)
			return err_set(err, EBADE,
				       "%s: functions account for %+" PRId64
				       " %s, and the windows differ by %+" PRId64,
				       new->profile->series, sum->change[e], fact_event_name(e),
				       whole);
	}
	if (sum->change[FACT_INSTRUCTIONS] == ticks)
		return 0;
	return err_set(err, EBADE,
		       "%s: functions account for %+" PRId64
		       " instructions, and the counts of the records differ by %+" PRId64,
		       new->profile->series, sum->change[FACT_INSTRUCTIONS], ticks);
}

static void put_parts(const struct parts *parts, const struct part *sum, uint64_t pages, size_t top,
		      struct sheet *sheet)
{
	struct part others = { .module = "", .both = { true, true } };
	char name[32];
	size_t changed = 0;

	for (size_t i = 0; i < parts->n; i++) {
		if (!is_changed(&parts->v[i]))
			continue;
		if (changed++ < top)
			put_part(sheet, &parts->v[i], pages);
		else
			add_changes(&others, &parts->v[i]);
	}
	others.name = name;
	snprintf(name, sizeof(name), "%zu others", changed > top ? changed - top : 0);
	if (changed > top)
		put_part(sheet, &others, pages);
	put_part(sheet, sum, pages);
	sheet_note(sheet, "%zu functions are the same; the sum is what the counts differ by",
		   parts->n - changed);
}

int profile_diff_sheet(const struct facts_side *base, const struct facts_side *new, uint64_t pages,
		       size_t top, const char *by_lines, struct sheets *to, struct err *err)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("function"), SHEET_FIGURE("insns"),	  SHEET_FIGURE("loads"),
		SHEET_FIGURE("stores"),	 SHEET_FIGURE("atomics"), SHEET_FIGURE("taken"),
		SHEET_WORDS("only in"),	 SHEET_WORDS("module"),
	};
	const char *from = base->profile->series, *series = new->profile->series;
	const bool other = strcmp(from, series) != 0;
	struct part sum = { .name = "sum", .module = "", .both = { true, true } };
	struct parts parts = { 0 };
	int ret;

	add_side(&parts, base, by_lines, false);
	add_side(&parts, new, by_lines, true);
	ret = check_sum(&parts, base, new, &sum, err);
	if (!ret) {
		if (parts.n)
			qsort(parts.v, parts.n, sizeof(*parts.v), by_change);
		put_parts(&parts, &sum, pages, top,
			  sheets_add(to, columns, ARRAY_SIZE(columns),
				     "%s%s%s: %+" PRId64 " instructions a call%s", series,
				     other ? " less " : "", other ? from : "",
				     sum.change[FACT_INSTRUCTIONS],
				     pages ? "; figures a page" : ""));
	}
	free(parts.v);
	strv_release(&parts.names);
	return ret;
}
