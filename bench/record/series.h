/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which series a series is, and what it says: one key and one value, for every table, plot,
 * comparison, history, judgement and export. docs/method.md, "The value of a series".
 */
#ifndef PTWALK_RECORD_SERIES_H
#define PTWALK_RECORD_SERIES_H

#include "bench/record/record.h"

/*
 * What sets a series apart from the others of a run. A part that is "" or 0 is left open:
 * the key of all sizes of an op (series_key_line()), or of all ops over one scene
 * (series_key_scene()). Owns nothing.
 */
struct series_key {
	const char *op, *policy; /* policy "" where the op takes none */
	const char *workload;
	uint64_t size; /* bytes walked */
	const char *placement;
	unsigned threads, mms;
	const char *cache; /* "warm", "cold" */
	const char *arch;  /* "x86" */
	uint64_t page;	   /* bytes of a page of its kernel */
};

struct series_key series_key_of(const struct record_series *);
struct series_key series_key_missing(const struct record_missing *);

/* Bytes of a page of its kernel's, and how many were walked. Of one that was never part of a run 4 KiB. */
uint64_t series_page(const struct record_series *);
double series_pages(const struct record_series *);

/* The same without its size. */
struct series_key series_key_line(struct series_key);

/* What is walked, from where, by how many: without op, policy and size. */
struct series_key series_key_scene(struct series_key);

/* How much of a key two series have in common. */
enum series_part {
	SERIES_SCENE, /* all but op, policy and size */
	SERIES_LINE,  /* all but the size */
	SERIES_WHOLE,
};

/* A total order of those parts, scene by scene, line by line and by size; 0: the same. */
int series_key_compare(const struct series_key *, const struct series_key *, enum series_part);
bool series_key_same(const struct series_key *, const struct series_key *);

/*
 * The name of a series: "hmm/entry/devdax-pte/1G@remote-pt/threads:4/mms:4/arch:arm64/page:16K/cache:cold".
 * What is as by default or left open is not named. Owned by the caller.
 */
char *series_key_name(const struct series_key *);

/*
 * What a table calls a scene: "devdax-pte", "devdax-pte@remote-pt", "devdax-pte x4 m2" (4
 * walkers, 2 address spaces), "devdax-pte cold". Owned by the caller.
 */
char *series_key_scene_name(const struct series_key *);

/*
 * Values are ticks a call with those of an empty window taken off, never below 0; NAN where
 * there is none.
 *
 * series_value_boot - the value of a boot
 * @exact:	as of its run: the count itself; where windows are open to interrupts, and counts
 *		differ, the least. Else the median of the samples after the warm-up that were not
 *		disturbed; where there are none, of all.
 */
double series_value_boot(bool exact, const struct record_series *);

/*
 * The value of a run, from its boots' values: the count that all have (of a run that does not
 * repeat the least), or their median. NAN where @n is 0.
 */
double series_value_of(bool exact, const double *boots, size_t n);

/* Do its counts depend on more than the walk and its layout (record_series.varies)? */
bool series_varies(const struct record_series *);

#endif
