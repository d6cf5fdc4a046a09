/* SPDX-License-Identifier: GPL-2.0-only */
/* Records taken apart for the store's columns, and put together again. Strings are the caller's. */
#ifndef PTWALK_STORE_PARTS_H
#define PTWALK_STORE_PARTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/record/record.h"

#define PARTS_DIGEST_SIZE 65

/* Of all of a run's records, samples included: two runs with the same one are the same. */
void parts_digest(const struct records *, char digest[PARTS_DIGEST_SIZE]);

/* What must match for runs to be comparable, as a JSON object. */
char *parts_environment(const struct records *);

/* A whole record as JSON, its seconds with all their digits. */
char *parts_record(const struct record *);

/*
 * As JSON: the proof of a series, the ticks of its stages (NULL where it has none),
 * and what else has no column of its own.
 */
void parts_split(const struct record_series *, char **proof, char **stages, char **rest);

/* The events of a sample of that series as JSON; NULL where none was asked for. */
char *parts_events(const struct record_series *, const struct ptwalk_sample *);

/* FNV-1a, 64 bits: to look a text up by. */
uint64_t parts_hash(const char *text);

/* The columns of one series in one boot, to be put together. Strings are borrowed. */
struct parts_series {
	const char *name, *op, *policy, *workload, *level, *proof, *stages, *rest;
	int64_t boot, run_ticks, size;
	json_t *samples; /* from parts_sample(); parts_join() ends it */
};

/* Returns: 0, or -EBADMSG. @schema: of the records when they were stored. */
int parts_join(const struct parts_series *, unsigned schema, struct record_series *series,
	       struct err *err);

/* One record of kind @kind. Returns: 0, or -EBADMSG. */
int parts_parse(const char *text, enum record_kind kind, unsigned schema, struct record *record,
		struct err *err);

#define PARTS_SAMPLE_COLUMNS 7

/* A sample as records write it: its columns, then its events as parts_events() wrote them, or NULL. */
json_t *parts_sample(const int64_t columns[PARTS_SAMPLE_COLUMNS], const char *events);

#endif
