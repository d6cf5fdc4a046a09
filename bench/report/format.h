/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Renderings of a comparison: one file a format, one const struct at its end,
 * one line in FORMAT_LIST. All say which direction is better and that exact
 * figures are instructions, not time.
 */
#ifndef PTWALK_REPORT_FORMAT_H
#define PTWALK_REPORT_FORMAT_H

#include <stdio.h>

#include "bench/report/compare.h"

struct format {
	const char *name;
	const char *summary;
	/* @colour: terminal escapes may be used. */
	void (*write)(const struct compare *, FILE *, bool colour);
};

#define FORMAT_LIST(X) \
	X(terminal)    \
	X(lkml)        \
	X(markdown)    \
	X(csv)         \
	X(json)

extern const struct format *const formats[];
extern const size_t nr_formats;

/* NULL where there is none of that name. */
const struct format *format_find(const char *name);

/* A run in a few words: "debian:6.1 6.1.192-2". Owned by the caller. */
char *format_run_name(const struct record_run *);

/* "DIFFERS: mitigations, kernel config" or "SAME". Owned by the caller. */
char *format_environment(const struct compare *);

/* One character: + better, ! worse, = same or within, x missing. */
char format_mark(enum compare_verdict);

#endif
