// SPDX-License-Identifier: GPL-2.0-only
/*
 * One window, as people read it: its functions, its memory, a function's instructions; and what is
 * modelled of it.
 */
#include "bench/report/facts.h"

#include <capstone/capstone.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "facts/model.h"

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
	struct sheet *sheet = sheets_add(
		to, columns, ARRAY_SIZE(columns), "%s: %" PRIu64 " instructions a call%s",
		p->series, p->facts.events[FACT_INSTRUCTIONS], pages ? "; figures a page" : "");

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

void memory_sheet(const struct facts_profile *p, uint64_t pages, struct sheets *to)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("memory"), SHEET_FIGURE("reads"),	SHEET_FIGURE("writes"),
		SHEET_FIGURE("lines"), SHEET_FIGURE("written"), SHEET_FIGURE("pages"),
	};
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns), "%s: memory%s",
					 p->series, pages ? "; figures a page" : "");

	for (int k = 0; k < FACT_NR_KINDS; k++) {
		const struct fact_memory *m = &p->facts.memory[k];

		if (!m->reads && !m->writes)
			continue;
		sheet_words(sheet, "%s", fact_kind_name(k));
		put_each(sheet, m->reads, pages);
		put_each(sheet, m->writes, pages);
		put_each(sheet, m->lines, pages);
		put_each(sheet, m->lines_written, pages);
		put_each(sheet, m->pages, pages);
	}
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

/* A row of its own, where it is not that of the instruction before. */
static void put_line(struct sheet *sheet, struct sources *sources, const struct profile_line *line,
		     struct profile_line *before)
{
	const char *name = strrchr(line->file, '/') ? strrchr(line->file, '/') + 1 : line->file;
	_cleanup_free_ char *text = NULL;

	if (!line->line || (line->line == before->line && !strcmp(line->file, before->file)))
		return;
	for (size_t i = 0; i + 1 < sheet->nr_columns; i++)
		sheet_words(sheet, "%s", "");
	text = sources ? sources_text(sources, line) : NULL;
	sheet_words(sheet, "%s:%u%s%s", name, line->line, text ? "  " : "", text ? text : "");
	*before = *line;
}

void annotate_sheet(const struct facts_profile *p, size_t function, uint64_t pages,
		    const struct arch *arch, const struct profile_lines *lines,
		    struct sources *sources, struct sheets *to)
{
	/* Atomics where there are any: few have, and a terminal is narrow. */
	const bool atomics = p->functions[function].self[FACT_ATOMICS] != 0;
	const struct sheet_column columns[] = {
		SHEET_WORDS("at"),
		SHEET_FIGURE("insns"),
		SHEET_FIGURE("loads"),
		SHEET_FIGURE("stores"),
		SHEET_FIGURE("taken"),
		atomics ? (struct sheet_column)SHEET_FIGURE("atomics")
			: (struct sheet_column)SHEET_WORDS("instruction"),
		SHEET_WORDS("instruction"),
	};
	const struct profile_function *f = &p->functions[function];
	struct sheet *sheet = sheets_add(to, columns, ARRAY_SIZE(columns) - !atomics, "%s in %s%s",
					 f->name, p->series, pages ? "; figures a page" : "");
	struct profile_line before = { .file = "" };
	csh capstone;

	if (cs_open((cs_arch)arch->code.capstone_arch, (cs_mode)arch->code.capstone_mode,
		    &capstone) != CS_ERR_OK)
		return;
	for (size_t i = 0; i < p->nr_insns; i++) {
		const struct profile_insn *insn = &p->insns[i];
		struct profile_line line = { .file = "" };

		if (insn->function != function)
			continue;
		if (lines)
			lines->find(lines->arg, insn->address, &line);
		put_line(sheet, sources, &line, &before);
		sheet_words(sheet, "+%#" PRIx64, insn->address - f->address);
		put_each(sheet, insn->events[FACT_INSTRUCTIONS], pages);
		put_each(sheet, insn->events[FACT_LOADS], pages);
		put_each(sheet, insn->events[FACT_STORES], pages);
		put_each(sheet, insn->events[FACT_TAKEN], pages);
		if (atomics)
			put_each(sheet, insn->events[FACT_ATOMICS], pages);
		put_text(sheet, capstone, insn);
	}
	cs_close(&capstone);
}

static double each(double n, uint64_t pages)
{
	return pages ? n / (double)pages : n;
}

int model_sheet(const struct facts_profile *p, uint64_t pages, const struct arch *arch,
		const char *cpu, struct sheets *to, struct err *err)
{
	struct sheet *sheet;
	struct model_loop loop;
	struct model_cycles cycles;
	int ret;

	if (!p->modelled)
		return err_set(err, ENODATA,
			       "%s was not modelled: ptwalk profile --model measures it again",
			       p->series);
	sheet = sheets_add(to, NULL, 0, "Model of %s: no fact, and held against nothing",
			   p->series);
	sheet_note(
		sheet,
		"misses a %s: %.3f of an L1d of %d KiB and %d ways, %.3f of an L2 of %d KiB and %d ways "
		"(LRU, no prefetcher, empty when the series began)",
		pages ? "page" : "call", each((double)p->misses[0], pages), FACT_L1_KIB,
		FACT_L1_WAYS, each((double)p->misses[1], pages), FACT_L2_KIB, FACT_L2_WAYS);
	if (!model_find_loop(p, &loop)) {
		sheet_note(sheet, "cycles: it ends in no steady loop");
		return 0;
	}
	cpu = *cpu ? cpu : arch->code.models;
	ret = model_ask(p, &loop, arch->target, cpu, &cycles, err);
	if (ret)
		return ret;
	sheet_note(
		sheet,
		"cycles a round of its steady loop, of %.2f instructions: %.1f to %.1f on %s (llvm-mca; "
		"low where no store is to what is loaded next, high where all may be)",
		(double)loop.n / loop.rounds, cycles.low, cycles.high, cpu);
	return 0;
}
