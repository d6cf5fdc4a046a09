// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/facts.h"

#include <capstone/capstone.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"

/* What a table shows of facts: columns short enough for eight of them. */
static const struct {
	const char *title;
	enum fact_event event;
} shown[] = {
	{ "insns", FACT_INSTRUCTIONS }, { "loads", FACT_LOADS }, { "stores", FACT_STORES },
	{ "atomics", FACT_ATOMICS },	{ "taken", FACT_TAKEN }, { "calls", FACT_CALLS },
};

/* A series with its facts, less those of an empty window of the same memory. */
struct row {
	struct series_key key;
	double events[ARRAY_SIZE(shown)]; /* a page */
	double lines, written;
};

static const struct facts_profile *profile_of(const struct profiles *profiles,
					      const struct series_key *key)
{
	_cleanup_free_ char *name = series_key_name(key);
	const struct facts_profile *p = profiles_find(profiles, name);

	return p;
}

static const struct facts_profile *empty_of(const struct records *records,
					    const struct profiles *profiles,
					    const struct series_key *key)
{
	for (size_t i = 0; i < records->nr_series; i++) {
		struct series_key empty = series_key_of(&records->series[i]), same = *key;

		same.op = empty.op;
		same.policy = empty.policy;
		if (record_op_calibrates(empty.op) && series_key_same(&empty, &same))
			return profile_of(profiles, &empty);
	}
	return NULL;
}

static struct row row_of(const struct records *records, const struct profiles *profiles,
			 const struct series_key *key, const struct facts_profile *p)
{
	const struct facts_profile *empty = empty_of(records, profiles, key);
	const double pages = (double)key->size / PAGE;
	struct fact_memory memory = facts_memory(&p->facts), none = { 0 };
	struct row row = { .key = *key };

	if (empty)
		none = facts_memory(&empty->facts);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		uint64_t n = p->facts.events[shown[i].event];

		if (empty)
			n -= empty->facts.events[shown[i].event];
		row.events[i] = (double)n / pages;
	}
	row.lines = (double)(memory.lines - none.lines) / pages;
	row.written = (double)(memory.lines_written - none.lines_written) / pages;
	return row;
}

static uint64_t largest_of(const struct records *records, const struct series_key *key)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < records->nr_series; i++) {
		struct series_key k = series_key_of(&records->series[i]), line;

		k = series_key_line(k);
		line = series_key_line(*key);
		if (series_key_same(&k, &line) && records->series[i].size > largest)
			largest = records->series[i].size;
	}
	return largest;
}

/* Those of the first boot at their largest size. Owned by the caller. */
static struct row *all_rows(const struct records *records, const struct profiles *profiles,
			    size_t *n)
{
	struct row *rows = NULL;

	*n = 0;
	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];
		const struct series_key key = series_key_of(s);
		const struct facts_profile *p = profile_of(profiles, &key);

		if (!p || s->boot != records->series[0].boot || record_op_calibrates(s->op) ||
		    s->size != largest_of(records, &key))
			continue;
		rows = xgrow(rows, *n, sizeof(*rows));
		rows[(*n)++] = row_of(records, profiles, &key, p);
	}
	return rows;
}

static struct sheet *add_table(struct sheets *to, const char *title)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("series"),	SHEET_FIGURE("insns"),	 SHEET_FIGURE("loads"),
		SHEET_FIGURE("stores"), SHEET_FIGURE("atomics"), SHEET_FIGURE("taken"),
		SHEET_FIGURE("calls"),	SHEET_FIGURE("lines"),	 SHEET_FIGURE("written"),
	};

	return sheets_add(to, columns, ARRAY_SIZE(columns), "%s", title);
}

static void put_difference(struct sheet *sheet, const struct row *row, const struct row *less)
{
	const char *fmt = less ? "%+.2f" : "%.2f";

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		double n = row->events[i] - (less ? less->events[i] : 0);

		sheet_number(sheet, n, fmt, n);
	}
	sheet_number(sheet, row->lines - (less ? less->lines : 0), fmt,
		     row->lines - (less ? less->lines : 0));
	sheet_number(sheet, row->written - (less ? less->written : 0), fmt,
		     row->written - (less ? less->written : 0));
}

/* The policy none of what @row is under another, or NULL. */
static const struct row *none_of(const struct row *rows, size_t n, const struct row *row)
{
	struct series_key none = row->key;

	none.policy = "none";
	for (size_t i = 0; i < n; i++)
		if (*row->key.policy && &rows[i] != row && series_key_same(&rows[i].key, &none))
			return &rows[i];
	return NULL;
}

void facts_sheets(const struct records *records, const struct profiles *profiles, struct sheets *to)
{
	size_t n, added = 0;
	_cleanup_free_ struct row *rows = all_rows(records, profiles, &n);
	struct sheet *sheet;

	sheet = add_table(to, "Facts of a 4 KiB page at the largest size: counts, not time");
	for (size_t i = 0; i < n; i++) {
		char *name = series_key_name(&rows[i].key);

		sheet_words(sheet, "%s", name);
		put_difference(sheet, &rows[i], NULL);
		free(name);
	}
	sheet_note(sheet, "lines: distinct 64-byte lines of memory; written: those stored to");
	for (size_t i = 0; i < n; i++)
		added += none_of(rows, n, &rows[i]) != NULL;
	sheet = added ? add_table(to, "What a policy adds to a page (less policy none)") : NULL;
	for (size_t i = 0; i < n; i++) {
		const struct row *none = none_of(rows, n, &rows[i]);
		char *name = none ? series_key_name(&rows[i].key) : NULL;

		if (none) {
			sheet_words(sheet, "%s", name);
			put_difference(sheet, &rows[i], none);
		}
		free(name);
	}
}

static int compare_functions(const void *a, const void *b)
{
	const struct profile_function *x = *(const struct profile_function *const *)a;
	const struct profile_function *y = *(const struct profile_function *const *)b;
	const uint64_t nx = x->self[FACT_INSTRUCTIONS], ny = y->self[FACT_INSTRUCTIONS];

	if (nx != ny)
		return nx > ny ? -1 : 1;
	return (x->address > y->address) - (x->address < y->address);
}

static void put_each(struct sheet *sheet, uint64_t n, uint64_t pages)
{
	if (pages)
		sheet_number(sheet, (double)n / (double)pages, "%.2f", (double)n / (double)pages);
	else
		sheet_count(sheet, n);
}

void profile_sheet(const struct facts_profile *p, uint64_t pages, size_t top, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("function"), SHEET_FIGURE("insns"),	 SHEET_FIGURE("with\ncalls"),
		SHEET_FIGURE("loads"),	 SHEET_FIGURE("stores"), SHEET_FIGURE("atomics"),
		SHEET_FIGURE("taken"),	 SHEET_WORDS("module"),
	};
	const struct profile_function **order =
		xcalloc(p->nr_functions + 1, sizeof(struct profile_function *));
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns),
					 "%s: %" PRIu64 " instructions a call%s", p->series,
					 p->facts.events[FACT_INSTRUCTIONS],
					 pages ? "; figures a 4 KiB page" : "");

	for (size_t i = 0; i < p->nr_functions; i++)
		order[i] = &p->functions[i];
	qsort(order, p->nr_functions, sizeof(*order), compare_functions);
	for (size_t i = 0; i < p->nr_functions && i < top; i++) {
		const struct profile_function *f = order[i];

		sheet_words(sheet, "%s", f->name);
		put_each(sheet, f->self[FACT_INSTRUCTIONS], pages);
		put_each(sheet, f->inclusive[FACT_INSTRUCTIONS], pages);
		put_each(sheet, f->self[FACT_LOADS], pages);
		put_each(sheet, f->self[FACT_STORES], pages);
		put_each(sheet, f->self[FACT_ATOMICS], pages);
		put_each(sheet, f->self[FACT_TAKEN], pages);
		sheet_words(sheet, "%s", f->module);
	}
	if (p->nr_functions > top)
		sheet_note(sheet, "... and %zu functions more", p->nr_functions - top);
	free(order);
}

/* "mov rax, qword ptr [rdi]"; its bytes where capstone does not know it. */
static void put_text(struct sheet *sheet, csh capstone, const struct profile_insn *insn)
{
	cs_insn *text = NULL;
	char bytes[2 * PROFILE_INSN_BYTES + 1] = "";

	for (size_t i = 0; i < insn->size; i++)
		snprintf(bytes + 2 * i, sizeof(bytes) - 2 * i, "%02x", insn->bytes[i]);
	if (cs_disasm(capstone, insn->bytes, insn->size, insn->address, 1, &text))
		sheet_words(sheet, "%s %s", text->mnemonic, text->op_str);
	else
		sheet_words(sheet, "%s", bytes);
	if (text)
		cs_free(text, 1);
}

void annotate_sheet(const struct facts_profile *p, size_t function, uint64_t pages,
		    const struct profile_lines *lines, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("at"),	SHEET_FIGURE("insns"), SHEET_FIGURE("loads"),
		SHEET_FIGURE("stores"), SHEET_FIGURE("taken"), SHEET_WORDS("instruction"),
		SHEET_WORDS("line"),
	};
	const struct profile_function *f = &p->functions[function];
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns), "%s in %s%s", f->name,
					 p->series, pages ? "; figures a 4 KiB page" : "");
	csh capstone;

	if (cs_open(CS_ARCH_X86, CS_MODE_64, &capstone) != CS_ERR_OK)
		return;
	for (size_t i = 0; i < p->nr_insns; i++) {
		const struct profile_insn *insn = &p->insns[i];
		struct profile_line line = { .file = "" };

		if (insn->function != function)
			continue;
		if (lines)
			lines->find(lines->arg, insn->address, &line);
		sheet_words(sheet, "+%#" PRIx64, insn->address - f->address);
		put_each(sheet, insn->events[FACT_INSTRUCTIONS], pages);
		put_each(sheet, insn->events[FACT_LOADS], pages);
		put_each(sheet, insn->events[FACT_STORES], pages);
		put_each(sheet, insn->events[FACT_TAKEN], pages);
		put_text(sheet, capstone, insn);
		if (line.line)
			sheet_words(sheet, "%s:%u",
				    strrchr(line.file, '/') ? strrchr(line.file, '/') + 1
							    : line.file,
				    line.line);
		else
			sheet_words(sheet, "%s", "");
	}
	cs_close(&capstone);
}
