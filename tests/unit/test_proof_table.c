// SPDX-License-Identifier: GPL-2.0-only
/*
 * docs/proof.md has the table that the lists of ops and of workloads make. PTWALK_WRITE=1 in the
 * environment has this test write it.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/op/op.h"
#include "workloads/memory.h"
#include "workloads/workload.h"

#define PAGE_OF_IT PTWALK_SOURCE_DIR "/docs/proof.md"
#define BEGIN	   "<!-- made by tests/unit/test_proof_table.c -->\n"
#define END	   "<!-- made until here -->\n"

/* Ops of which the same is proved. */
enum kind {
	ENTRIES,
	ZONE_ENTRIES,
	PAGES,
	POPULATES,
	OWNER,
	TEARDOWN,
	REFUSED,
	CALLS,
	NONE,
	NR_KINDS,
};

static const char *const kind_names[NR_KINDS] = {
	[ENTRIES] = "entries",	     [ZONE_ENTRIES] = "entries of devices",
	[PAGES] = "pages",	     [POPULATES] = "populates",
	[OWNER] = "private memory",  [TEARDOWN] = "teardown",
	[REFUSED] = "refused",	     [CALLS] = "calls",
	[NONE] = "nothing is found",
};

static enum kind kind_of(const struct op *op)
{
	if (op->populates)
		return POPULATES;
	if (op->call)
		return CALLS;
	if (op_is(op, PTWALK_OPF_PAGEMAPS))
		return TEARDOWN;
	if (op_is(op, PTWALK_OPF_REFUSED))
		return REFUSED;
	if (op_is(op, PTWALK_OPF_PRIVATE))
		return OWNER;
	if (!op_shows_pages(op))
		return NONE;
	if (!op_is(op, PTWALK_OPF_ENTRIES))
		return PAGES;
	return op_is(op, PTWALK_OPF_ZONE_DEVICE) ? ZONE_ENTRIES : ENTRIES;
}

static void put_ops(struct strv *out)
{
	strv_add(out, "| ops | are |\n|---|---|");
	for (int c = 0; c < NR_KINDS; c++) {
		struct strv names = { 0 };
		char *text;

		for (size_t i = 0; i < nr_ops; i++)
			if ((int)kind_of(&ops[i]) == c)
				strv_addf(&names, "`%s`", ops[i].name);
		text = strv_join(&names, ", ");
		strv_addf(out, "| %s | %s |", kind_names[c], text);
		free(text);
		strv_release(&names);
	}
}

/* What the page tables must hold, before the windows and after them. */
static char *before(const struct workload *w, const struct ptwalk_inspect *want)
{
	static const char *const levels[] = { "PTE", "PMD", "PUD" };
	struct strv parts = { 0 };
	char *text;

	for (unsigned int level = PTWALK_NR_LEVELS; level--;)
		if (want->leaf_pages[level])
			strv_add(&parts, levels[level]);
	if (want->hole_pages)
		strv_add(&parts, "holes");
	if (want->device_private_pages)
		strv_add(&parts, want->device_own_pages ? "private, own" : "private, another's");
	else if (want->nonpresent_pages)
		strv_add(&parts, "not present");
	if (want->zero_pages)
		strv_add(&parts, "zero page");
	if (want->device_coherent_pages)
		strv_add(&parts, "coherent");
	else if (want->zone_device_pages)
		strv_add(&parts, "ZONE_DEVICE");
	if (w->verify)
		strv_add(&parts, "and more");
	text = strv_join(&parts, ", ");
	strv_release(&parts);
	return text;
}

static const char *cell(const struct workload *w, const struct ptwalk_inspect *want, int kind)
{
	static const char *const faults[] = { "all of it", "for writing", "for reading", "-" };
	const uint64_t pages = want->len / PAGE;

	switch (kind) {
	case ENTRIES:
		return "each entry";
	case ZONE_ENTRIES:
		return want->zone_device_pages == pages ? "each entry" : "-";
	case PAGES:
		return want->hole_pages + want->nonpresent_pages + want->error_pages ? "-"
										     : "each frame";
	case POPULATES:
		return faults[w->no_refault];
	case OWNER:
		return want->device_private_pages ? "all valid" : "-";
	case REFUSED:
		return want->error_pages				    ? "errno"
		       : w->readonly || w->verify == memory_verify_readonly ? "errno of writing"
									    : "-";
	default:
		return w->pagemaps ? "references" : "-";
	}
}

static void put_workloads(struct strv *out)
{
	strv_add(
		out,
		"\n| workload | before and after | entries | of devices | pages | populates | "
		"private memory | teardown | refused | calls |\n|---|---|---|---|---|---|---|---|---|---|");
	for (size_t i = 0; i < nr_workloads; i++) {
		struct ptwalk_inspect want;
		char *tables;

		workload_expect(workloads[i], 6 * MIB / PAGE, &want);
		tables = before(workloads[i], &want);
		strv_addf(out, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | what is left |",
			  workloads[i]->name, tables, cell(workloads[i], &want, ENTRIES),
			  cell(workloads[i], &want, ZONE_ENTRIES), cell(workloads[i], &want, PAGES),
			  cell(workloads[i], &want, POPULATES), cell(workloads[i], &want, OWNER),
			  cell(workloads[i], &want, TEARDOWN), cell(workloads[i], &want, REFUSED));
		free(tables);
	}
}

TEST(the_page_has_every_workload_by_every_op)
{
	char *page = fs_read(PAGE_OF_IT, NULL, NULL), *begin, *end, *table, *is;
	struct strv out = { 0 };

	assert_non_null(page);
	begin = strstr(page, BEGIN);
	end = strstr(page, END);
	assert_true(begin && end && begin < end);
	put_ops(&out);
	put_workloads(&out);
	strv_add(&out, "");
	table = strv_join(&out, "\n");
	begin += strlen(BEGIN);
	is = xasprintf("%.*s", (int)(end - begin), begin);
	if (getenv("PTWALK_WRITE")) {
		char *text = xasprintf("%.*s%s%s", (int)(begin - page), page, table, end);

		assert_int_equal(fs_write_file(PAGE_OF_IT, text, strlen(text), 0644, NULL), 0);
		free(text);
	} else {
		assert_string_equal(is, table);
	}
	free(is);
	free(table);
	free(page);
	strv_release(&out);
}
