/* SPDX-License-Identifier: GPL-2.0-only */
/* What a renderer of bench/report prints of a run. */
#ifndef PTWALK_TESTS_PRINTED_H
#define PTWALK_TESTS_PRINTED_H

#include "bench/report/format.h"
#include "bench/report/report.h"

/* Its text. Owned by the caller. */
char *printed(const struct records *records, void (*render)(const struct summary *, FILE *));

/* That of report_text(), without colours. Owned by the caller. */
char *printed_text(const struct records *records);

/* In JSON. Owned by the caller. */
char *printed_json(const struct records *records);

#endif
