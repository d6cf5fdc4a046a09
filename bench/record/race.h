/* SPDX-License-Identifier: GPL-2.0-only */
/* What a race says of itself: a JSON object a line, as it happens. docs/race.md is the prose. */
#ifndef PTWALK_RECORD_RACE_H
#define PTWALK_RECORD_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The names of all kinds begin so, and no other record's. */
#define RACE_KINDS "race"

enum race_kind {
	RACE_PHASE,    /* one walker in one phase */
	RACE_WALKER,   /* one walker, over all phases */
	RACE_VERDICT,  /* one protocol over one memory */
	RACE_MISSING,  /* what was asked for and is not possible here */
	RACE_UNSOUGHT, /* a wrong protocol that nothing which was asked for can show */
	RACE_NR_KINDS,
};

/* X(member, kinds): each is of some kinds, and not there in records of others. Strings, then counts. */
#define RACE_STRINGS(X)                                                                  \
	X(memory, ALL)                                                                   \
	X(protocol, IN(PHASE) | IN(WALKER) | IN(VERDICT) | IN(UNSOUGHT))                 \
	X(walker, IN(PHASE) | IN(WALKER) | IN(MISSING))                                  \
	X(phase, IN(PHASE) | IN(MISSING))                                                \
	X(wrong, IN(VERDICT) | IN(UNSOUGHT)) /* with it; "": nothing is known to be */   \
	X(walkers, IN(VERDICT))		     /* all of them, with commas */              \
	X(fewest, IN(VERDICT)) /* those that still show a failure; "": there was none */ \
	X(reason, IN(MISSING) | IN(UNSOUGHT))                                            \
	X(never, IN(VERDICT)) /* the phase that did not end; "": all have */

#define RACE_COUNTS(X)                                                              \
	X(rounds, IN(PHASE) | IN(VERDICT))                                          \
	X(overlaps, IN(PHASE))                                                      \
	X(checks, IN(PHASE))                                                        \
	X(stale, IN(PHASE) | IN(VERDICT))                                           \
	X(retries, IN(PHASE) | IN(WALKER))                                          \
	X(pass_ns, IN(PHASE))                                                       \
	X(took_ns, IN(PHASE))                                                       \
	X(chunks, IN(WALKER))                                                       \
	X(mapped, IN(WALKER))                                                       \
	X(futile, IN(WALKER))                                                       \
	X(stuck, IN(WALKER) | IN(VERDICT))                                          \
	X(gave_up, IN(WALKER))                                                      \
	X(late, IN(WALKER) | IN(VERDICT))                                           \
	X(errors, IN(WALKER))                                                       \
	X(ns, IN(WALKER) | IN(VERDICT))                                             \
	X(seed, IN(VERDICT))                                                        \
	X(gained, IN(VERDICT))	 /* page references got after the invalidation */   \
	X(undead, IN(VERDICT))	 /* pagemaps that were found when they were gone */ \
	X(held, IN(VERDICT))	 /* drains that did not end in their time */        \
	X(first_ns, IN(VERDICT)) /* until the first failure; 0: there was none */

struct race_record {
	enum race_kind kind;
#define X(member, kinds) char *member;
	RACE_STRINGS(X)
#undef X
#define X(member, kinds) uint64_t member;
	RACE_COUNTS(X)
#undef X
};

/* Did it fail? Of a verdict. */
bool race_failed(const struct race_record *);

/* One line, newline included. Owned by the caller. */
char *race_line(const struct race_record *);

/* To be ended with race_record_release(), on success only. -EBADMSG as record_parse(). */
int race_parse(const char *line, size_t len, struct race_record *record, struct err *err);
void race_record_release(struct race_record *);

#endif
