/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be the same for two runs to be comparable: machine, unit, CPU,
 * mitigations, kernel config, compilers; of exact figures, whether perf events were counted beside
 * them; on machines that are not exact the host, QEMU and what was quieted as well. Never a clock rate: that would split a history.
 */
#ifndef PTWALK_RECORD_ENVIRONMENT_H
#define PTWALK_RECORD_ENVIRONMENT_H

#include "bench/record/record.h"

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
 * "gcc-12 (Debian 12.2.0-14) 12.2.0" is "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0".
 */
bool environment_same(const char *field, const char *a, const char *b);

#endif
