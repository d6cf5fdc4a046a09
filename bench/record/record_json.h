/* SPDX-License-Identifier: GPL-2.0-only */
/* A record as a JSON value, for what keeps or carries it in parts. */
#ifndef PTWALK_RECORD_RECORD_JSON_H
#define PTWALK_RECORD_RECORD_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "bench/record/record.h"

/* The object that record_line() writes, to be ended with json_decref(). */
json_t *record_to_json(const struct record *);

/**
 * record_from_json - as record_parse(), from a value
 * @json:	loses its "kind" and "schema" on the way
 */
int record_from_json(json_t *json, unsigned schema, struct record *record, struct err *err);

#endif
