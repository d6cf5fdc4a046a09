/* SPDX-License-Identifier: GPL-2.0-only */
/* A field of RFC 4180. */
#ifndef PTWALK_REPORT_CSV_H
#define PTWALK_REPORT_CSV_H

#include <stdio.h>

/* In quotes where it needs them. */
void csv_text(FILE *, const char *text);

#endif
