/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records made of what another tool measured: one run of one boot, whose series
 * have a name and samples, and no proof of what was walked: it is all zero, and
 * their level is "". Their size is one page, so that a figure a page is one a call.
 */
#ifndef PTWALK_IMPORT_FOREIGN_H
#define PTWALK_IMPORT_FOREIGN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/record/record.h"

struct foreign_run {
	const char *tool; /* "gbench": the machine, and what the id begins with */
	const char *unit; /* of ticks */
	bool exact;
	int64_t seconds;		     /* when, since 1970 */
	const char *command, *host, *kernel; /* NULL: unknown */
};

/* Begin a run; its id is of the text, so that the same text is the same run. */
void foreign_begin(struct records *records, const struct foreign_run *run, const char *text,
		   size_t len);

/**
 * foreign_series - the series of that name, added where the last one has another
 * @threads:	that measured at once, from 1
 *
 * Series of one name are put together by foreign_end().
 *
 * Returns: NULL with @err set where the name is empty, longer than 1000 bytes or
 * holds a control character.
 */
struct record_series *foreign_series(struct records *records, const char *name, const char *op,
				     unsigned threads, struct err *err);

/* -E2BIG where a series has as many samples as a record takes. */
int foreign_sample(struct record_series *series, const struct ptwalk_sample *sample,
		   struct err *err);
/*
 * One more event of a series, of which no file says type and config; the rest as in struct
 * record_event. -EBADMSG for a name that no series could have.
 */
int foreign_event(struct record_series *series, const char *name, uint64_t overhead,
		  const char *reason, struct err *err);
int foreign_missing(struct records *records, const char *name, const char *op, const char *reason,
		    struct err *err);

/*
 * End a run: all samples of one name are its first series'; what is missing of a series that
 * is there becomes a note of it. On -EBADMSG (nothing at all) it is released.
 */
int foreign_end(struct records *records, struct err *err);

/* A number times @factor as a whole one. -EBADMSG: not a number, negative, or past 2^53. */
int foreign_count(double value, double factor, uint64_t *count, struct err *err);

/*
 * JSON as tools write it: a bare NaN, Infinity and the like, which JSON does not have, is the
 * string of that text, which foreign_no_number() knows. @flags as jansson's. NULL: not even so.
 */
json_t *foreign_json(const char *text, size_t len, size_t flags);
bool foreign_no_number(const json_t *json);

/* The first line that is neither empty nor a comment (#), as JSON, or NULL. */
json_t *foreign_first_line(const char *text, size_t len);

/* The string, control characters as '?'; @otherwise where it is none. Owned by the caller. */
char *foreign_string(const json_t *json, const char *otherwise);

#endif
