/* SPDX-License-Identifier: GPL-2.0-only */
/* What came of a race: tables, and plain words. */
#ifndef PTWALK_REPORT_RACE_H
#define PTWALK_REPORT_RACE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/record/race.h"
#include "bench/report/sheet.h"

enum race_outcome {
	RACE_CLEAN,    /* what should be clean is, what is wrong was found, all of it was tested */
	RACE_FAILED,   /* a protocol that is not known to be wrong failed */
	RACE_UNTESTED, /* some walker met no phase of a kind, or a wrong protocol was not found */
};

enum race_outcome race_outcome(const struct race_record *, size_t n);

/* @pairs: a row for each walker in each phase; else one for each phase, and one for each walker. */
void race_report(const struct race_record *, size_t n, bool pairs, struct sheets *to);

#endif
