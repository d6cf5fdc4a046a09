/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run as other tools read it: one file a format, one const struct at its
 * end, one line in EXPORT_LIST. docs/exchange.md tells what each carries.
 */
#ifndef PTWALK_REPORT_EXPORT_H
#define PTWALK_REPORT_EXPORT_H

#include <stdio.h>

#include "bench/record/record.h"

struct export
{
	const char *name;
	const char *summary;
	void (*write)(const struct records *, FILE *);
};

#define EXPORT_LIST(X) \
	X(records)     \
	X(gbench)      \
	X(benchfmt)    \
	X(csv)         \
	X(lkp)         \
	X(kcidb)

extern const struct export *const exports[];
extern const size_t nr_exports;

/* NULL where there is none of that name. */
const struct export *export_find(const char *name);

/* The kernel in a word or two: its version, else its release, else its spec. */
const char *export_kernel(const struct record_run *);

#endif
