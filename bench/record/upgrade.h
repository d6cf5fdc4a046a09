/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of older schemas: what a later schema added takes the value that was
 * true of every run before it. Then they are read as strictly as any.
 */
#ifndef PTWALK_RECORD_UPGRADE_H
#define PTWALK_RECORD_UPGRADE_H

#include <jansson.h>

#include "bench/record/record.h"

/**
 * upgrade_record - an object of @schema made one of RECORD_SCHEMA
 *
 * Returns: 0, or -EBADMSG where it has a field that its schema did not have.
 */
int upgrade_record(enum record_kind kind, unsigned schema, json_t *json, struct err *err);

#endif
