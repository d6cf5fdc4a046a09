/* SPDX-License-Identifier: GPL-2.0-only */
/* What all JSON that is written here shares; what is not known is null. */
#ifndef PTWALK_REPORT_JSON_H
#define PTWALK_REPORT_JSON_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

/* null of NAN and infinity. */
json_t *json_number(double);

/* A whole number as an integer: exact counts stay exact. Also null of NAN. */
json_t *json_figure(double);
json_t *json_count(uint64_t);

/* null of NULL. */
json_t *json_words(const char *);
json_t *json_strings(const struct strv *);

/* Write it with a newline, and end it. @digits: significant ones of reals; 0: as many as they have. */
void json_write(json_t *, size_t digits, FILE *);

#endif
