/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Single values of a record, from JSON into a struct's member at @p. A value of
 * the wrong type or out of its range is -EBADMSG, with @name in @err.
 */
#ifndef PTWALK_RECORD_VALUES_H
#define PTWALK_RECORD_VALUES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

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

#endif
