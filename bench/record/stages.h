/* SPDX-License-Identifier: GPL-2.0-only */
/* The stages of a series: an array of { name, samples, note }. */
#ifndef PTWALK_RECORD_STAGES_H
#define PTWALK_RECORD_STAGES_H

#include <jansson.h>

#include "bench/record/record.h"

/**
 * stages_read - from JSON into a series whose samples were read
 *
 * Returns: 0, or -EBADMSG: not such an array, a name that is empty or there
 * twice, or a stage that has not as many samples as the series.
 */
int stages_read(const json_t *json, struct record_series *series, struct err *err);
json_t *stages_write(const struct record_series *series);
void stages_release(struct record_series *series);

#endif
