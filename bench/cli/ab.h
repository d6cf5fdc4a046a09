/* SPDX-License-Identifier: GPL-2.0-only */
/* Two sides measured and compared, as `ab` does; and those of a series, a row a patch. */
#ifndef PTWALK_CLI_AB_H
#define PTWALK_CLI_AB_H

#include "base/err.h"
#include "base/str.h"
#include "bench/cli/options.h"
#include "bench/cli/verdict.h"
#include "bench/measure/measure.h"

/*
 * The short way of `ab`: where two sides differ in files that can be own code alone, no kernel
 * is built. Both are compiled as own code, and measured in one boot, beside what is built in,
 * which counts as the base does: or it is not believed.
 */

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

struct ab_options {
	struct tree_options tree;
	struct plan plan;
	struct verdict_options verdict;
	const char *base, *new, *rev;
	struct strv patches;
	const char *mbox, *series; /* a file of mails, "A..B"; or NULL */
	char *results;
	bool fresh, quiet, long_way, watch, refused;
	bool default_ops; /* none is named */
};

/* What is built for either side; where kernels are named, @o->base and @o->new are these. */
struct ab_sides {
	struct build_request base, new;
};

/* As the options say it. */
struct ab_sides ab_sides(const struct ab_options *o);

/* Both sides, measured. */
struct ab_pair {
	struct arm arms[2];
	bool is_short;		  /* by the short way */
	struct ab_short s;	  /* which that was, or why not */
	struct strv notes;	  /* for the table */
	double started, measured; /* host_seconds() */
};

/**
 * ab_measure - measure two sides, the short way where that can be
 * @pair:	(out) to be ended with ab_pair_release(), whatever is returned
 *
 * Returns: -1, with the records in @pair->arms; or the exit status that it failed with, said on
 * stderr.
 */
int ab_measure(struct ab_options *, const struct ab_sides *, const char *command,
	       struct ab_pair *pair);
void ab_pair_release(struct ab_pair *);

/* Measure the sides, print the table. Returns the exit status. */
int ab(struct ab_options *, const char *command);

/* The states of a source one after another: before the first of a series, and with each more. */
struct ab_states {
	char *folder;	      /* with the patches of an mbox, to be removed; or NULL */
	struct strv files;    /* its patches; or none: */
	struct strv commits;  /* the base, then one a patch */
	struct strv subjects; /* of each patch */
};

/**
 * ab_states_find - the patches of --mbox, or the commits of --series
 * @states:	(out) to be ended with ab_states_release(), whatever is returned
 *
 * Returns: 0; -EINVAL where there are none, or too many for a table; or another negative errno.
 */
int ab_states_find(const struct ab_options *, struct ab_states *states, struct err *err);
void ab_states_release(struct ab_states *);

/* Measure each state against the first, print a row a patch. Returns the exit status. */
int ab_series(struct ab_options *, const struct ab_states *, const char *command);

/* Sources that are saved, for --watch. */
struct watch {
	int fd;
	struct strv names; /* of files that count, without folders; empty: all *.c and *.h */
};

#define WATCH_NONE ((struct watch){ .fd = -1 })

/*
 * Begin to watch: these files, or all sources of a folder of @tree. What is saved from now on
 * is not missed. -ENOENT where there is no such thing. End it with watch_release() in any case.
 */
int watch_files(struct watch *, const struct strv *files, struct err *err);
int watch_folder(struct watch *, const char *tree, const char *folder, struct err *err);

/* Until one of them is saved, or moved to its place, as editors do; -EINTR. */
int watch_wait(struct watch *, struct err *err);
void watch_release(struct watch *);

#endif
