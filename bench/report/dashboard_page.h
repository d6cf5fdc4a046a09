/* SPDX-License-Identifier: GPL-2.0-only */
/* What the dashboard's pages are put together from. Internal to the dashboard. */
#ifndef PTWALK_REPORT_DASHBOARD_PAGE_H
#define PTWALK_REPORT_DASHBOARD_PAGE_H

#include <stdio.h>

#include "bench/report/dashboard.h"
#include "bench/report/sheet.h"

void page_begin(FILE *, const char *title);
void page_end(FILE *);

/* A machine, with what is to be said of its figures. */
void page_machine(struct sheet *, const struct store_series *);

/* A cell of digits; NAN is missing. */
void page_number(struct sheet *, const char *fmt, double value)
	__attribute__((format(printf, 2, 0)));

/* A cost a page in about five digits; NAN is missing. */
void page_cost(struct sheet *, double value);

/* A change that was found, marked as better or worse; of an exact series what a call has more, too: a page's share may be too small to show. */
void page_change_by(struct sheet *, const struct store_series *, double before, double after);

/* "+1.23 %" from a run to the next; of a count marked as better or worse: a time always moves. NAN: "none". */
void page_change(struct sheet *, const struct store_series *, double relative);

/* A cell that links to the page of a series. */
void page_series(struct sheet *, const struct store_series *);

/* `ptwalk store ack` of a change, for a shell. Owned by the caller. */
char *page_ack(const struct dashboard *, const struct store_change *);

/* A part of the index. */
void page_matrix(const struct dashboard *, FILE *);

#endif
