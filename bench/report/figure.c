// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/figure.h"

#include <math.h>
#include <stdio.h>

struct report_cost report_cost(double value)
{
	struct report_cost cost;

	snprintf(cost.text, sizeof(cost.text),
		 fabs(value) >= 1000 ? "%.0f"
		 : fabs(value) >= 1  ? "%.2f"
				     : "%.4g",
		 value);
	return cost;
}

void report_figure(struct sheet *sheet, const struct figure *figure)
{
	sheet_cost(sheet, figure->known ? figure->value : (double)NAN, figure->reason);
}

const char *report_unit(const struct record_run *run)
{
	if (run->exact)
		return REPORT_NOT_TIME;
	if (record_functional(run))
		return RECORD_FUNCTIONAL;
	return report_ticks(run);
}

const char *report_ticks(const struct record_run *run)
{
	return *run->unit ? run->unit : "ticks";
}

struct figure_text figure_compact(double value)
{
	const double size = fabs(value);
	struct figure_text out;

	if (value > 0 && value < 0.005)
		snprintf(out.text, sizeof(out.text), "<0.01");
	else if (size < 9.995)
		snprintf(out.text, sizeof(out.text), "%.2f", value);
	else if (size < 99.95)
		snprintf(out.text, sizeof(out.text), "%.1f", value);
	else if (size < 9999.5)
		snprintf(out.text, sizeof(out.text), "%.0f", value);
	else if (size < 9999.5e3)
		snprintf(out.text, sizeof(out.text), "%.0fk", value / 1e3);
	else
		snprintf(out.text, sizeof(out.text), "%.3g", value);
	return out;
}
