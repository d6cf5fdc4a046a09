// SPDX-License-Identifier: GPL-2.0-only
/* Profiles as other tools read them. */
#include <inttypes.h>
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
