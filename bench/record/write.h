/* SPDX-License-Identifier: GPL-2.0-only */
/* Single values of a record, into JSON. New references, never NULL. */
#ifndef PTWALK_RECORD_WRITE_H
#define PTWALK_RECORD_WRITE_H

#include <jansson.h>
#include <stdint.h>

/* An integer, or "0x..." where it is past 2^63 - 1. */
json_t *write_count(uint64_t n);

/* Whatever a kernel or a user put in: bytes that no reader takes become '?'. NULL is "". */
json_t *write_string(const char *s);

#endif
