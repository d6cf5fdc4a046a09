/* SPDX-License-Identifier: GPL-2.0-only */
/* What the plugin left in its file: for each series the last window, to the instruction. */
#ifndef PTWALK_FACTS_PROFILE_H
#define PTWALK_FACTS_PROFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "facts/fact.h"

#define PROFILE_INSN_BYTES 15

struct profile_function {
	uint64_t address;
	char *name;   /* "?" where the guest has no symbol */
	char *module; /* that it is in: "ptwalk"; "" of the kernel itself */
	uint64_t self[FACT_NR_EVENTS], inclusive[FACT_NR_EVENTS];
};

struct profile_insn {
	uint64_t address;
	size_t function; /* index */
	uint8_t size;
	uint8_t bytes[PROFILE_INSN_BYTES];
	uint64_t events[FACT_NR_EVENTS];
};

/* A call, or a jump to a function, from one place to another. */
struct profile_call {
	uint64_t site, callee, calls;
	size_t caller, function; /* indexes: whose the site is, and what is called */
	uint64_t inclusive
		[FACT_NR_EVENTS]; /* of all these calls, each counted once in a recursion */
};

struct facts_profile {
	char *series;
	unsigned int windows; /* its samples, whose ticks are the plugin's counts */
	bool same;	      /* all windows had the same facts, but for the first of the series */
	struct facts facts;
	struct profile_function *functions; /* by address */
	size_t nr_functions;
	struct profile_insn *insns; /* by address */
	size_t nr_insns;
	struct profile_call *calls; /* by site, then callee */
	size_t nr_calls;
	/* What was modelled, and is no fact; of runs that were made with --model. */
	bool modelled;
	uint64_t misses[2]; /* of the L1d and L2 that fact.h says */
	uint64_t *trace;    /* addresses of the last instructions, in the order in which they ran */
	size_t nr_trace;
};

struct profiles {
	struct facts_profile *v; /* in the order in which they were measured */
	size_t n;
};

/**
 * profiles_read - read a file of the plugin
 * @profiles:	(out) to be ended with profiles_release(), on success only
 *
 * Series that could not be measured are not among them.
 *
 * Returns: 0; -ENOENT; -EBADMSG where it is no such file or is not whole, with its line in @err;
 * -EBADE where the plugin's counts are not the window's ticks, with the series.
 */
int profiles_read(const char *path, struct profiles *profiles, struct err *err);
void profiles_release(struct profiles *);

/* The same series by series, while QEMU runs: each is whole once the driver has told its samples. */
struct profile_reader {
	FILE *file;
	char *path, *line;
	size_t room, number; /* of the line */
};

/* To be ended with profile_reader_close() in either case. */
int profile_reader_open(struct profile_reader *, const char *path, struct err *err);
void profile_reader_close(struct profile_reader *);

/**
 * profile_next - read the next series
 * @profile:	(out) to be ended with facts_profile_release(), on success only; one that could not be
 *		measured has no windows
 *
 * Returns: 0; -ENODATA at the end of a whole file; -EBADMSG, -EBADE as profiles_read().
 */
int profile_next(struct profile_reader *, struct facts_profile *profile, struct err *err);
void facts_profile_release(struct facts_profile *);

/**
 * profile_symbols - are the functions' names those of the kernel that ran?
 *
 * What is called begins a function, but for a few tricks of calls into the middle of one: with
 * symbols of another boot nearly none does.
 *
 * Returns: 0; -EPERM where the guest told no symbols, -ESTALE where they do not fit.
 */
int profile_symbols(const struct facts_profile *, struct err *err);

/* NULL where there is none of that name. */
const struct facts_profile *profiles_find(const struct profiles *, const char *series);

/* The names of events and kinds, as tables and files have them. */
const char *fact_event_name(enum fact_event);
const char *fact_kind_name(enum fact_kind);

/* Distinct lines, lines written and pages of all kinds. */
struct fact_memory facts_memory(const struct facts *);

/* What a record keeps of a window. */
void facts_totals(const struct facts *, uint64_t totals[FACT_NR_TOTALS]);

/* A place in a source. */
struct profile_line {
	const char *file;
	unsigned int line;	   /* 0: not known */
	const char *unit, *folder; /* what was compiled, and where: "kmod/own/hmm_entry.c" */
};

/* What knows them. @find leaves @line as it is where it knows nothing of @address. */
struct profile_lines {
	void (*find)(void *arg, uint64_t address, struct profile_line *line);
	void *arg;
};

/*
 * In callgrind's format, `positions: instr line`: for callgrind_annotate and kcachegrind. Its
 * totals are those of the window. @lines may be NULL.
 */
void profile_callgrind(const struct facts_profile *, const struct profile_lines *lines, FILE *);

/*
 * A line a stack, "window_hmm;hmm_range_fault;walk_page_range 1234": instructions by call path,
 * for flame graphs. A function that several call has its cost shared out among their paths by the
 * inclusive cost of each call, in whole instructions that sum up to the window's.
 */
void profile_folded(const struct facts_profile *, FILE *);

/* The same as a picture, with a tooltip each: an SVG of its own. @pages: of the range, or 0. */
void profile_flame(const struct facts_profile *, uint64_t pages, FILE *);

/* Where in the sources an address of the guest is: by the DWARF of a module, or of the kernel. */

struct dwarf;

/**
 * dwarf_open - for the addresses of @profile that are in module @module, or in the kernel
 * @path:	its .ko, or a vmlinux with debug information: its own type tells; may be packed (gzip, xz)
 *
 * Returns: to be ended with dwarf_close(); NULL with @err set where it has no line information,
 * none of its functions is in @profile, or they lie otherwise: it is of another build.
 */
struct dwarf *dwarf_open(const char *path, const char *module, const struct facts_profile *profile,
			 struct err *err);
void dwarf_close(struct dwarf *);
DEFINE_CLEANUP(struct dwarf *, dwarf_close);

/* For profile_callgrind() and the like. */
struct profile_lines dwarf_lines(struct dwarf *);

/* What is written where an instruction comes from. */

struct sources;

/**
 * sources_new - where sources are looked for, in this order
 * @kept:	a folder with own code as it was compiled, UNIT_POLICY.c each, or NULL
 * @asked:	a folder that the user names, which is believed, or NULL
 * @built:	the file with the lines: what was written to since then, where it was compiled, is no source of it
 *
 * Returns: to be ended with sources_free().
 */
struct sources *sources_new(const char *kept, const char *asked, const char *built);
void sources_free(struct sources *);
DEFINE_CLEANUP(struct sources *, sources_free);

/* That line as it is written, but for its indent; NULL where it is not at hand. Owned by the caller. */
char *sources_text(struct sources *, const struct profile_line *);

#endif
