// SPDX-License-Identifier: GPL-2.0-only
/* Profiles as other tools read them. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "facts/profile.h"

/* As callgrind calls them; the order is that of FACT_EVENTS. */
static const char *const callgrind_events[FACT_NR_EVENTS] = {
	[FACT_INSTRUCTIONS] = "Ir", [FACT_LOADS] = "Dr",     [FACT_STORES] = "Dw",
	[FACT_ATOMICS] = "Atomic",  [FACT_BRANCHES] = "Bc",  [FACT_TAKEN] = "Taken",
	[FACT_CALLS] = "Call",	    [FACT_ICALLS] = "ICall",
};

static void put_costs(FILE *f, const uint64_t *events)
{
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		fprintf(f, " %" PRIu64, events[e]);
	putc('\n', f);
}

static void put_header(const struct facts_profile *p, FILE *f)
{
	fprintf(f,
		"# callgrind format\nversion: 1\ncreator: ptwalk\n"
		"desc: Trigger: the last window of %s\ncmd: %s\npart: 1\n\n"
		"positions: instr line\nevents:",
		p->series, p->series);
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		fprintf(f, " %s", callgrind_events[e]);
	fputs("\nsummary:", f);
	put_costs(f, p->facts.events);
	putc('\n', f);
}

/* Where the source says the instruction is; the file is "???" where nothing is known. */
static struct profile_line line_of(const struct profile_lines *lines, uint64_t address)
{
	struct profile_line line = { .file = "???" };

	if (lines)
		lines->find(lines->arg, address, &line);
	return line;
}

static const char *object_of(const struct profile_function *f)
{
	return *f->module ? f->module : "vmlinux";
}

static void put_calls(const struct facts_profile *p, size_t *next,
		      const struct profile_lines *lines, uint64_t address, unsigned int line,
		      FILE *f)
{
	for (; *next < p->nr_calls && p->calls[*next].site <= address; (*next)++) {
		const struct profile_call *c = &p->calls[*next];
		const struct profile_line to = line_of(lines, c->callee);

		fprintf(f,
			"cob=%s\ncfi=%s\ncfn=%s\ncalls=%" PRIu64 " 0x%" PRIx64 " %u\n0x%" PRIx64
			" %u",
			object_of(&p->functions[c->function]), to.file,
			p->functions[c->function].name, c->calls, c->callee, to.line, c->site,
			line);
		put_costs(f, c->inclusive);
	}
}

void profile_callgrind(const struct facts_profile *p, const struct profile_lines *lines, FILE *f)
{
	size_t next = 0, function = SIZE_MAX;
	char *file = NULL;

	put_header(p, f);
	for (size_t i = 0; i < p->nr_insns; i++) {
		const struct profile_insn *insn = &p->insns[i];
		const struct profile_line at = line_of(lines, insn->address);

		if (insn->function != function) {
			fprintf(f, "ob=%s\nfl=%s\nfn=%s\n",
				object_of(&p->functions[insn->function]), at.file,
				p->functions[insn->function].name);
		} else if (file && strcmp(file, at.file) != 0) {
			/* Of a function that was inlined. */
			fprintf(f, "fe=%s\n", at.file);
		}
		function = insn->function;
		free(file);
		file = xstrdup(at.file);
		fprintf(f, "0x%" PRIx64 " %u", insn->address, at.line);
		put_costs(f, insn->events);
		put_calls(p, &next, lines, insn->address, at.line, f);
	}
	free(file);
}

#define MOST_DEPTH 64

/* One path: a function below the one that called it. */
struct node {
	size_t function;
	uint64_t self, all; /* instructions; @all: with those below */
	struct node *below, *next;
};

/* A walk over the paths; what is given out so far, and what it should be, to round but once. */
struct folding {
	const struct facts_profile *profile;
	size_t path[MOST_DEPTH];
	size_t depth;
	double exact;
	uint64_t given;
};

static uint64_t give(struct folding *folding, double cost)
{
	uint64_t n;

	folding->exact += cost;
	n = (uint64_t)llround(folding->exact) - folding->given;
	folding->given += n;
	return n;
}

static bool on_path(const struct folding *folding, size_t function)
{
	for (size_t i = 0; i < folding->depth; i++)
		if (folding->path[i] == function)
			return true;
	return false;
}

static struct node *child_of(struct node **list, size_t function)
{
	for (; *list; list = &(*list)->next)
		if ((*list)->function == function)
			return *list;
	*list = xcalloc(1, sizeof(**list));
	(*list)->function = function;
	return *list;
}

/* @share of all that @function costs was spent on this path. Returns: what is given out to it. */
static uint64_t fold(struct folding *folding, struct node **list, size_t function, double share)
{
	const struct facts_profile *p = folding->profile;
	struct node *node;
	uint64_t all;

	if (folding->depth == MOST_DEPTH)
		return 0;
	node = child_of(list, function);
	folding->path[folding->depth++] = function;
	all = give(folding, share * (double)p->functions[function].self[FACT_INSTRUCTIONS]);
	node->self += all;
	for (size_t i = 0; i < p->nr_calls; i++) {
		const struct profile_call *c = &p->calls[i];
		const uint64_t of = p->functions[c->function].inclusive[FACT_INSTRUCTIONS];

		if (c->caller == function && !on_path(folding, c->function) && of)
			all += fold(folding, &node->below, c->function,
				    share * (double)c->inclusive[FACT_INSTRUCTIONS] / (double)of);
	}
	node->all += all;
	folding->depth--;
	return all;
}

/* From the functions that none calls. To be ended with free_nodes(). */
static struct node *fold_all(const struct facts_profile *p)
{
	struct folding folding = { .profile = p };
	bool *called = xcalloc(p->nr_functions + 1, sizeof(*called));
	struct node *roots = NULL;

	for (size_t i = 0; i < p->nr_calls; i++)
		if (p->calls[i].caller != p->calls[i].function)
			called[p->calls[i].function] = true;
	for (size_t i = 0; i < p->nr_functions; i++)
		if (!called[i])
			fold(&folding, &roots, i, 1);
	free(called);
	return roots;
}

static void free_nodes(struct node *node)
{
	while (node) {
		struct node *next = node->next;

		free_nodes(node->below);
		free(node);
		node = next;
	}
}

static void put_folded(const struct facts_profile *p, const struct node *node, const char *above,
		       FILE *f)
{
	for (; node; node = node->next) {
		char *path = xasprintf("%s%s%s", above, *above ? ";" : "",
				       p->functions[node->function].name);

		if (node->self)
			fprintf(f, "%s %" PRIu64 "\n", path, node->self);
		put_folded(p, node->below, path, f);
		free(path);
	}
}

void profile_folded(const struct facts_profile *p, FILE *f)
{
	struct node *roots = fold_all(p);

	put_folded(p, roots, "", f);
	free_nodes(roots);
}

#define FLAME_WIDTH  1200.0
#define FLAME_ROW    20
#define FLAME_LETTER 7.2 /* of the font, at most */

struct flame {
	const struct facts_profile *profile;
	FILE *file;
	double scale; /* pixels an instruction */
	uint64_t pages;
	int bottom;
};

static int depth_of(const struct node *node)
{
	int depth = 0, below;

	for (; node; node = node->next) {
		below = 1 + depth_of(node->below);
		depth = below > depth ? below : depth;
	}
	return depth;
}

/* The module's own functions apart from the kernel's, each name always in the same shade. */
static void put_color(const struct profile_function *f, FILE *out)
{
	unsigned int hash = 5381;

	for (const char *c = f->name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	fprintf(out, "hsl(%u,%u%%,%u%%)", *f->module ? 205 + hash % 20 : 20 + hash % 30, 70u,
		62 + hash / 64 % 14);
}

static void put_box(const struct flame *flame, const struct node *node, double x, int row)
{
	const struct profile_function *f = &flame->profile->functions[node->function];
	const double width = (double)node->all * flame->scale;
	const int y = flame->bottom - row * FLAME_ROW, room = (int)((width - 6) / FLAME_LETTER);

	fprintf(flame->file, "<g><title>%s: %" PRIu64 " instructions", f->name, node->all);
	if (flame->pages)
		fprintf(flame->file, ", %.2f a page", (double)node->all / (double)flame->pages);
	fprintf(flame->file,
		", %" PRIu64 " of its own</title><rect x=\"%.2f\" y=\"%d\" "
		"width=\"%.2f\" height=\"%d\" fill=\"",
		node->self, x, y, width, FLAME_ROW - 1);
	put_color(f, flame->file);
	fputs("\"/>", flame->file);
	if (room >= 3)
		fprintf(flame->file, "<text x=\"%.2f\" y=\"%d\">%.*s%s</text>", x + 3, y + 14,
			(int)strlen(f->name) > room ? room - 1 : room, f->name,
			(int)strlen(f->name) > room ? "\u2026" : "");
	fputs("</g>\n", flame->file);
}

static void put_boxes(const struct flame *flame, const struct node *node, double x, int row)
{
	for (; node; node = node->next) {
		put_box(flame, node, x, row);
		put_boxes(flame, node->below, x, row + 1);
		x += (double)node->all * flame->scale;
	}
}

void profile_flame(const struct facts_profile *p, uint64_t pages, FILE *f)
{
	struct node *roots = fold_all(p);
	const uint64_t all = p->facts.events[FACT_INSTRUCTIONS];
	const int height = depth_of(roots) * FLAME_ROW + 44;
	const struct flame flame = {
		.profile = p,
		.file = f,
		.scale = all ? FLAME_WIDTH / (double)all : 0,
		.pages = pages,
		.bottom = height - FLAME_ROW - 4,
	};

	fprintf(f,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" "
		"font-family=\"monospace\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text x=\"6\" y=\"18\" font-size=\"14\">%s: %" PRIu64 " instructions a call",
		FLAME_WIDTH, height, p->series, all);
	if (pages)
		fprintf(f, ", %.2f a page", (double)all / (double)pages);
	fputs("</text>\n", f);
	put_boxes(&flame, roots, 0, 0);
	fputs("</svg>\n", f);
	free_nodes(roots);
}
