/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records: what a run leaves behind, one JSON object a line. docs/records.md
 * is the schema; this is the one place that writes and reads it.
 *
 * A run's file holds one `run`, then for each boot one `boot`, its `series`
 * and `missing` in the order they were measured, and one `end`. A file whose
 * last boot has no `end` is of a run that did not finish.
 */
#ifndef PTWALK_RECORD_RECORD_H
#define PTWALK_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "facts/fact.h"
#include "kmod/uapi/ptwalk.h"

#define RECORD_SCHEMA 6 /* what is written; those before it are read as well */

/* Strings are owned by the record, and never NULL once read or filled in ("" is unknown). */

/*
 * How the boots (or processes) of a run came to be measured: in turn with those of
 * another run, as many as were needed. All empty where a run was measured by itself.
 */
struct record_sampling {
	char *session; /* the same for all runs that were measured in turn */
	char *arm;     /* its letter in @order: "A" is the base, "B" the new one */
	uint64_t seed; /* of @order */
	char *order;   /* as they were made: "ABBAAB" */
	char *looks;   /* boots an arm at which the figures were looked at: "8,16,32" */
	char *stop;    /* why there are no more: "look 2 of 3: every series is settled" */
};

/* Of a run that was measured by itself. Its strings are the caller's. */
struct record_sampling record_sampling_none(void);

/* One run: one kernel on one machine. Written by the CLI. */
struct record_run {
	unsigned
		schema; /* of the file it was read from; RECORD_SCHEMA is written whatever it says */
	char *id;	/* "20261121T094500Z-6.1.0-56-amd64-exact" */
	char *started;	/* ISO 8601, UTC */
	char *ptwalk;	/* version of the suite */
	char *command;	/* the command line that asked for it */
	char *machine;	/* "exact" */
	char *unit;	/* of ticks: "instructions" */
	bool exact;	/* ticks are exact counts */
	bool functional;    /* ticks mean nothing: what ran is what it shows */
	char *replicate;    /* what noisy figures are replicated by: "boot", "round" (a process) */
	char *arch;	    /* of the kernel: "x86" */
	uint64_t page_size; /* of the kernel, in bytes: what "a page" is */
	unsigned boots;	    /* boots asked for */
	bool mitigations;
	struct {
		char *spec, *release, *version, *image_sha256, *config_sha256, *compiler;
	} kernel;
	char *qemu; /* its version, "" where there is none */
	char *host; /* the host's CPU model */
	char *quiet; /* what --quiet-system had set: "governor, turbo"; "" where it was not asked for */
	struct record_sampling sampling;
	bool method_evidence; /* made to show what the method does: no figure of it is of a kernel */
};

/* One boot of the kernel under test, as the driver in it saw it. */
struct record_boot {
	unsigned boot;	   /* 1, 2, ... */
	char *release;	   /* uname -r */
	char *build;	   /* uname -v */
	char *cmdline;	   /* /proc/cmdline */
	char *cpu;	   /* CPU model name */
	char *mitigations; /* what /sys/devices/system/cpu/vulnerabilities say, in one line */
	char *module_compiler;
	char *topology;	  /* hwloc: "1 package, 1 core, 1 PU, 1 node" */
	uint64_t tsc_khz; /* as the kernel measured it: ticks are time by that */
	uint64_t tsc_cpuid_khz, tsc_hypervisor_khz; /* as CPU and hypervisor say; RECORD_NO_TICKS:
						     * nothing, as of the next */
	uint64_t tsc_measured_hz;		    /* against CLOCK_MONOTONIC_RAW */
	uint64_t overhead;			    /* ticks of an empty window */
	unsigned iterations;			    /* samples a series */
	struct strv warnings; /* what the kernel said of itself before the first window */
};

/* The placement of a run that asked for none. */
#define RECORD_LOCAL "local"

/* NUMA nodes that were asked for; the proof tells those that were had. */
struct record_placement {
	char *name;			/* "local", "remote-pt", ... */
	int cpu, tables, pages, result; /* -1: no node was asked for */
};

/* That of @name with no node asked for. */
#define RECORD_PLACEMENT(name_)     \
	((struct record_placement){ \
		.name = (name_),    \
		.cpu = -1,          \
		.tables = -1,       \
		.pages = -1,        \
		.result = -1,       \
	})

/* Of a stage that did not happen in a sample, and of any count that is not known: null. */
#define RECORD_NO_TICKS UINT64_MAX

/* A part of the timed window that is timed by itself. */
struct record_stage {
	char *name;	 /* "lock"; no two of a series are alike */
	uint64_t *ticks; /* one for each sample of the series, or RECORD_NO_TICKS */
	char *note;	 /* "" where there is nothing to say */
};

/* A perf event counted in the window, or asked for and not counted. */
struct record_event {
	char *name;    /* as it was asked for: "dTLB-load-misses"; "" is unknown */
	unsigned type; /* as in perf_event_attr, as are the next */
	uint64_t config, config1, config2;
	uint64_t overhead; /* that an empty window counts: in the counts of each sample;
			    * RECORD_NO_TICKS where it is not known */
	char *reason;	   /* why it is not counted: no sample has it; "": it is */
};

/* One series: one op and policy over one size of one workload, all its samples. */
struct record_series {
	unsigned boot;
	char *name;	/* "hmm/entry/devdax-pte/1G" */
	char *op;	/* "hmm" */
	char *policy;	/* "entry"; "" where the op takes none */
	char *workload; /* "devdax-pte" */
	char *level;	/* "pte" */
	uint64_t size;	/* bytes walked */
	struct record_placement placement;
	unsigned threads;   /* walkers at once, from 1 */
	unsigned mms;	    /* address spaces that they walk, from 1 to @threads */
	char *cache;	    /* "warm"; "cold": tables and results are evicted before each window */
	const char *arch;   /* its run's, whose string it is: set by records_add() */
	uint64_t page;	    /* its run's page_size, as @arch is */
	char *varies;	    /* ""; else what its counts depend on beside the walk: op_varies() */
	uint64_t overhead;  /* ticks of an empty window: in ticks of each sample */
	uint64_t run_ticks; /* ticks of the whole ioctl, windows and all else */
	int result_node;    /* NUMA node of the result array; -1 unknown */
	uint64_t valid_pages, error_pages, pfn_sum, entry_sum; /* as in struct ptwalk_run: sums
								* are what @proof.flags say */
	bool has_pfns;		     /* the op fills a PFN array: the first three mean something */
	bool has_entries;	     /* of hmm_range_fault()'s entries: entry_sum does too */
	struct ptwalk_inspect proof; /* what the kernel met over this range */
	struct ptwalk_blocks blocks; /* and what of it is of blocks; its pages and entries alone */
	struct ptwalk_sample *samples;
	size_t nr_samples;
	unsigned
		warm_up; /* samples, from the first on, that are not like the others: on noisy machines */
	struct record_event events[PTWALK_MAX_EVENTS]; /* what samples[].events count */
	size_t nr_events;
	struct record_stage *stages; /* of ops that time stages within a sample */
	size_t nr_stages;
	struct strv notes; /* findings on the series, in plain words */
	bool has_facts;
	uint64_t facts[FACT_NR_TOTALS]; /* of its last window, whose instructions are its ticks */
	bool beside; /* in no file: not asked for, it is there for what others are held against */
};

/* "loads", "lines_written", by enum fact_total. */
extern const char *const record_fact_names[FACT_NR_TOTALS];

/* The fact of that name; -1 where there is none. */
int record_fact(const char *name);

/* The note of a series of another tool's that may be worse where it is less. */
#define RECORD_NO_DIRECTION "its file does not say whether less is better"

/* A series that was asked for and could not be measured. */
struct record_missing {
	unsigned boot;
	char *name, *op, *policy, *workload;
	uint64_t size;	 /* bytes */
	char *placement; /* its name */
	unsigned threads, mms;
	const char *arch; /* as in struct record_series, as is the next */
	uint64_t page;
	char *reason;
	bool wrong; /* it was measured, and what was done in its windows is wrong, as @reason says */
};

/* The end of one boot: it was whole. Written by the CLI. */
struct record_end {
	unsigned boot;
	unsigned series, missing;    /* how many there are of this boot */
	double program_seconds;	     /* wall time from starting the machine to the driver */
	double first_window_seconds; /* ... to the first window */
	double total_seconds;	     /* ... to its end */
	double window_seconds;	     /* wall time spent inside windows */
	uint64_t peak_rss_kib;	     /* of the machine's process */
};

enum record_kind {
	RECORD_RUN,
	RECORD_BOOT,
	RECORD_SERIES,
	RECORD_MISSING,
	RECORD_END,
};

struct record {
	enum record_kind kind;
	union {
		struct record_run run;
		struct record_boot boot;
		struct record_series series;
		struct record_missing missing;
		struct record_end end;
	};
};

/*
 * The record as one line of JSON, newline included. Owned by the caller. In
 * strings, control characters and what is not UTF-8 become '?'.
 */
char *record_line(const struct record *);

/**
 * record_parse - read one line
 * @schema:	that its file is written in; of a `run` only RECORD_SCHEMA can be
 *		known before, and its own is in @record
 * @record:	(out) to be ended with record_release(), on success only
 *
 * What an older schema does not have takes the value that upgrade.h says.
 * Strict: an unknown kind, a missing field, a wrong type, a negative or
 * fractional count is -EBADMSG, with the field named in @err.
 */
int record_parse(const char *line, size_t len, unsigned schema, struct record *record,
		 struct err *err);
void record_release(struct record *);

/* A whole run in memory. */
struct records {
	struct record_run run;
	struct record_boot *boots;
	size_t nr_boots;
	struct record_series *series;
	size_t nr_series;
	struct record_missing *missing;
	size_t nr_missing;
	struct record_end *ends;
	size_t nr_ends;
};

/**
 * records_read - read a run's file
 * @records:	(out) to be ended with records_release(), on success only
 *
 * Returns: 0; -ENOENT; -EBADMSG with file and line number in @err, also for a
 * file with no `run`, two of them, a schema that is newer than this program,
 * a boot without its `end`, fewer boots than the run asked for, or a series
 * that is there twice in a boot.
 */
int records_read(const char *path, struct records *records, struct err *err);
void records_release(struct records *);

/*
 * Take one more, whatever is returned: the run first, then boot by boot. -EBADMSG where it is
 * out of place.
 */
int records_add(struct records *, struct record *, struct err *err);

/* The same from text in memory; of a part of a run: what there is, whole or not. */
int records_parse_part(const char *text, size_t len, struct records *records, struct err *err);
int records_parse(const char *text, size_t len, struct records *records, struct err *err);

/* What records_read() asks of a run as a whole. Returns: 0; -EBADMSG. */
int records_check(const struct records *, struct err *err);

/*
 * What must be the same for two runs to be comparable: machine, unit, CPU,
 * mitigations, kernel config, compilers; of exact figures, whether perf events were counted beside
 * them; on machines that are not exact the host, QEMU and what was quieted as well. Never a clock rate: that would split a history.
 */
#define ENVIRONMENT_FIELDS 16

struct environment {
	struct environment_field {
		const char *name, *value; /* "mitigations", "off" */
	} fields[ENVIRONMENT_FIELDS];
	size_t n;
};

/* Values point into the records; what is of a boot is that of the first, and left out where there is none. */
void environment_of(const struct records *, struct environment *);

/*
 * Is it told of where environments are kept and handed on? Those of former times did not name
 * the only arch there was, nor that no events were counted, and are no others for that.
 */
bool environment_field_told(const struct environment_field *);

/* The value of that name, or NULL. */
const char *environment_get(const struct environment *, const char *name);

/*
 * Are two values of that field one? A compiler is its version, whatever its program is called:
 * "gcc-12 (Debian 12.2.0-14) 12.2.0" is "aarch64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0".
 */
bool environment_same(const char *field, const char *a, const char *b);

/**
 * records_join - runs of the same as one: the boots of @from become more boots of @into
 * @from:	released, whatever is returned
 *
 * Returns: 0; -EINVAL where they differ in kernel or environment.
 */
int records_join(struct records *into, struct records *from, struct err *err);

/* The text of a run's file, boot by boot. Owned by the caller. */
char *records_text(const struct records *);

/* Is it the window's own cost, or the walk that does nothing? No answers of their own, either. */
bool record_op_calibrates(const char *op);
bool record_op_is_floor(const char *op);

/* Is it a function of the kernel that own code may run instead of? Its policies are own code. */
bool record_op_has_own(const char *op);

/* Is it hmm, gup or pin in whatever way it is asked: a function of the kernel that takes memory for its caller? */
bool record_op_is_built_in(const char *op);

/* The arch of a run that says none, what its figures are replicated by, and its page size. */
#define RECORD_ARCH	 "x86"
#define RECORD_REPLICATE "boot"
#define RECORD_PAGE	 4096

/* What "a page" is in a table of the run: "4 KiB page". */
struct record_page {
	char text[32];
};
struct record_page record_page(const struct record_run *);

/* What stands by figures that mean nothing, in every form that they take. */
#define RECORD_FUNCTIONAL "functional only: figures are never compared"

/* That, or "" of figures that mean something. */
const char *record_note(bool functional);

/* The kernel in a word or two: its version, else its release, else its spec. */
const char *record_kernel(const struct record_run *);

/* "on" or "off"; "" of a run that ptwalk did not make: nothing is known of it. */
const char *record_mitigations(const struct record_run *);

/*
 * 0, or -EOPNOTSUPP where figures of that run are never compared, and why. With
 * @method, runs that were made as evidence of the method are, and no others.
 */
int record_comparable(const struct record_run *, bool method, struct err *err);

#endif
