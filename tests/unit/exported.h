/* SPDX-License-Identifier: GPL-2.0-only */
/* A run as an export writes it, and what an import makes of that. */
#ifndef PTWALK_TESTS_EXPORTED_H
#define PTWALK_TESTS_EXPORTED_H

#include "bench/record/record.h"

/* Its text. Owned by the caller. */
char *exported(const char *format, const struct records *records);

/* By the importer that knows it; fails the test where none takes it. */
void read_back(const char *text, struct records *records);

#endif
