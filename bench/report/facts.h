/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts beside instructions, as people read them: docs/facts.md. */
#ifndef PTWALK_REPORT_FACTS_H
#define PTWALK_REPORT_FACTS_H

#include "arch/arch.h"
#include "base/err.h"
#include "bench/record/record.h"
#include "bench/report/sheet.h"
#include "facts/profile.h"

/*
 * What a page costs in each fact, of every series that has facts at the largest size of its
 * workload; and what each policy adds to none. Facts of an empty window are taken off, where there
 * is one. No sheet where no series has facts.
 */
void facts_sheets(const struct records *, struct sheets *);

/* The same in integers, of what all sizes determine (terms_solve()). */
void facts_terms(const struct records *, struct sheets *);

/*
 * The functions of one series, the most instructions of their own first, at most @top of them;
 * figures are a page of the range, or a call where @pages is 0.
 */
void profile_sheet(const struct facts_profile *, uint64_t pages, size_t top, struct sheets *);

/* What it read and wrote, by the kind of memory. */
void memory_sheet(const struct facts_profile *, uint64_t pages, struct sheets *);

/*
 * What is modelled of a window (facts/model.h), on @cpu ("": the arch says which); marked so. -ENODATA: the
 * run modelled nothing; or as model_ask(), with what is there of it in the sheets.
 */
int model_sheet(const struct facts_profile *, uint64_t pages, const struct arch *, const char *cpu,
		struct sheets *, struct err *err);

/* A window, and the ticks that its record has. */
struct facts_side {
	const struct facts_profile *profile;
	uint64_t ticks;
	const struct profile_lines *lines; /* of its sources, or NULL */
	struct sources *sources;	   /* and their text */
};

/**
 * profile_diff_sheet - which functions account for the difference of two windows
 *
 * @by_lines:	a function that is told by its source lines, which are the same by what is written there, or
 *		where that is not at hand by their number; NULL: none
 *
 * At most @top functions that changed, the most instructions first, and the sum of all, which is
 * what the windows and the records' counts differ by.
 *
 * Returns: 0; -EBADE where it is not.
 */
int profile_diff_sheet(const struct facts_side *base, const struct facts_side *new, uint64_t pages,
		       size_t top, const char *by_lines, struct sheets *, struct err *err);

/*
 * One function's instructions: their figures, and below which line of the source they are; @lines
 * may be NULL, @sources where nothing of it is at hand.
 */
void annotate_sheet(const struct facts_profile *, size_t function, uint64_t pages,
		    const struct arch *arch, const struct profile_lines *lines,
		    struct sources *sources, struct sheets *);

#endif
