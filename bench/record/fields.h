/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields of each kind of record, in the order they are written: one table
 * that writing, reading and releasing all walk. docs/records.md is the prose.
 */
#ifndef PTWALK_RECORD_FIELDS_H
#define PTWALK_RECORD_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/record/record.h"

enum field_type {
	FIELD_END,     /* closes a table */
	FIELD_STRING,  /* char *; JSON string with no control characters */
	FIELD_BOOL,    /* bool; JSON boolean */
	FIELD_UINT,    /* unsigned; JSON integer */
	FIELD_COUNT,   /* 64 bits; JSON integer, "0x..." where it is past 2^63 - 1 */
	FIELD_MAYBE,   /* the same, and null for RECORD_NO_TICKS */
	FIELD_HEX,     /* 64 bits; "0x...": sums, addresses and frame numbers */
	FIELD_SECONDS, /* double; JSON number, 0 or more */
	FIELD_NODE,    /* int; JSON integer, null for -1 */
	FIELD_LEVELS,  /* __u64[PTWALK_NR_LEVELS]; object with "pte", "pmd", "pud" */
	FIELD_NODES,   /* __u64[PTWALK_MAX_NODES]; object with the nodes that have some */
	FIELD_OBJECT,  /* a struct within; object of @fields */
	FIELD_ENTRIES, /* uint64_t; as FIELD_HEX, null without has_entries */
	FIELD_PART,    /* the same, and null without the bool at @has */
	FIELD_EVENTS,  /* record_series' events; array of objects of event_fields */
	FIELD_SAMPLES, /* record_series' samples; array of arrays in the order of sample_fields */
	FIELD_STAGES,  /* record_series' stages; array of objects (stages.h) */
	FIELD_STRINGS, /* struct strv; array of strings */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;		    /* into the struct that holds it */
	const struct field *fields; /* of FIELD_OBJECT and FIELD_PART */
	size_t has;		    /* of FIELD_PART, as @offset */
};

/* One kind of record. */
struct kind {
	const char *name;
	const struct field *fields; /* offsets are into the member of the union */
};

/* By enum record_kind. */
extern const struct kind record_kinds[];
extern const size_t nr_record_kinds;

extern const struct field event_fields[];  /* of struct record_event */
extern const struct field sample_fields[]; /* of struct ptwalk_sample, without its events */

/* "pte", "pmd", "pud", by PTWALK_LEVEL_* */
extern const char *const field_levels[PTWALK_NR_LEVELS];

/* Counts of one event in one sample, in their order: count, enabled_ns, running_ns. */
#define FIELD_EVENT_COLUMNS 3
extern const char *const field_event_columns[FIELD_EVENT_COLUMNS];

/* The member of the union that @record's kind says; all begin at one place. */
void *field_base(struct record *record);

/* Where column @column of event @event is within a sample. */
__u64 *field_event(struct ptwalk_sample *sample, size_t event, size_t column);

/*
 * Single values of a record, from JSON into a struct's member at @p. A value of
 * the wrong type or out of its range is -EBADMSG, with @name in @err.
 */

/* -EBADMSG with "NAME: WHAT"; a long name is cut. */
int value_bad(struct err *err, const char *name, const char *what);

/* Strings end on terminals: nothing in them may move a cursor. */
bool value_has_control(const char *s);

int value_string(const char *name, const json_t *json, void *p, struct err *err);
int value_bool(const char *name, const json_t *json, void *p, struct err *err);
int value_uint(const char *name, const json_t *json, void *p, struct err *err);
int value_count(const char *name, const json_t *json, void *p, struct err *err);
/* null is RECORD_NO_TICKS. */
int value_maybe(const char *name, const json_t *json, void *p, struct err *err);
int value_hex(const char *name, const json_t *json, void *p, struct err *err);
int value_seconds(const char *name, const json_t *json, void *p, struct err *err);
/* @strings: (out) to be released whatever is returned. */
int value_strings(const char *name, const json_t *json, struct strv *strings, struct err *err);
int value_node(const char *name, const json_t *json, void *p, struct err *err);

/* Of a record that was read, what no table says. -EBADMSG, with the field named in @err. */
int record_check(const struct record *record, struct err *err);

/* Single values of a record, into JSON. New references, never NULL. */

json_t *write_hex(uint64_t n);

/* An integer, or "0x..." where it is past 2^63 - 1. */
json_t *write_count(uint64_t n);

/* Whatever a kernel or a user put in: bytes that no reader takes become '?'. NULL is "". */
json_t *write_string(const char *s);

/* The stages of a series: an array of { name, samples, note }. */

/**
 * stages_read - from JSON into a series whose samples were read
 *
 * Returns: 0, or -EBADMSG: not such an array, a name that is empty or there
 * twice, or a stage that has not as many samples as the series.
 */
int stages_read(const json_t *json, struct record_series *series, struct err *err);
json_t *stages_write(const struct record_series *series);
void stages_release(struct record_series *series);

/*
 * Records of older schemas: what a later schema added takes the value that was
 * true of every run before it. Then they are read as strictly as any.
 */

/**
 * upgrade_record - an object of @schema made one of RECORD_SCHEMA
 *
 * Returns: 0, or -EBADMSG where it has a field that its schema did not have.
 */
int upgrade_record(enum record_kind kind, unsigned schema, json_t *json, struct err *err);

#endif
