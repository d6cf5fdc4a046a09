/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The short way of `ab`: where two sides differ in files that can be own code alone, no kernel
 * is built. Both are compiled as own code, and measured in one boot, beside what is built in,
 * which counts as the base does: or it is not believed.
 */
#ifndef PTWALK_CLI_AB_SHORT_H
#define PTWALK_CLI_AB_SHORT_H

#include "bench/measure/measure.h"

/* One comparison the short way. */
struct ab_short {
	const struct measurement *m;
	struct plan plan;   /* with the sides' columns */
	unsigned int units; /* that differ, a bit of enum own_unit each */
	bool same;	    /* they do not differ as compiled, and one is measured for both */
	struct strv notes;  /* for the table */
	char *reason;	    /* why it cannot be taken; NULL: it can */
	double source_seconds, boot_seconds;
	bool default_ops;
	char *more,
		*version; /* of the new side: "+x.patch" behind the base's version, or another */
};

/**
 * ab_short - measure both sides the short way, where that can be
 * @m:		as it would be measured the long way
 * @default_ops: none was asked for
 * @arms:	base and new, to be built; what comes of it is as of measure()
 *
 * Returns: 0, with the records of two runs in the arms, or with @s->reason set, and nothing in
 * the arms but what was built; or a negative errno, where the long way would fail as well.
 * End it with ab_short_release() in any case, after the arms are compared.
 */
int ab_short(struct ab_short *s, const struct measurement *m, bool default_ops, struct arm arms[2],
	     struct err *err);
void ab_short_release(struct ab_short *);

#endif
