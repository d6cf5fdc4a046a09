// SPDX-License-Identifier: GPL-2.0-only
/* What checks of the hardware share: what they found is told, and they measure. */
#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/cli/selfcheck.h"
#include "bench/measure/measure.h"
#include "bench/record/series.h"

void selfcheck_say(struct selfcheck_result *r, enum selfcheck_verdict verdict, const char *fmt, ...)
{
	va_list ap;

	r->verdict = verdict;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
}

const char *selfcheck_word(enum selfcheck_verdict verdict)
{
	static const char *const words[] = {
		[SELFCHECK_PASS] = "pass",
		[SELFCHECK_FAIL] = "FAIL",
		[SELFCHECK_IMPOSSIBLE] = "not possible here",
	};

	return words[verdict];
}

void selfcheck_fact(struct selfcheck_result *r, const char *name, json_t *value)
{
	if (!r->facts)
		r->facts = json_object();
	json_object_set_new(r->facts, name, value);
}

static void split(struct strv *names, const char *list)
{
	if (list)
		strv_split(names, list, ',');
}

static int measure_series(const struct selfcheck *s, const char *path, struct plan *plan,
			  struct records *records, struct err *err)
{
	const struct measurement m = {
		.plan = plan,
		.results = s->folder,
		.command = "ptwalk selfcheck",
		.quiet = true,
	};
	_cleanup_(arm_release) struct arm arm = { .path = path };
	int ret = plan_resolve(plan, err);

	if (ret)
		return ret;
	arm.spec = xstrdup(plan->kernel);
	ret = measure(&m, &arm, 1, err);
	if (!ret)
		*records = TAKE_STRUCT(arm.run.records);
	return ret;
}

bool selfcheck_measure(struct selfcheck *s, const char *name, const struct machine *machine,
		       const struct selfcheck_series *of, struct records *records,
		       struct selfcheck_result *r)
{
	const bool here = machine->here;
	_cleanup_free_ char *path = xasprintf("%s/%s", s->folder, name);
	_cleanup_(plan_release) struct plan plan = {
		.machine_name = machine->name,
		.kernel = here ? NULL : s->kernel,
		.module = here ? s->module : NULL,
		.boots_text = of->boots,
		.events_text = of->events,
		.selection.iterations = of->iterations,
	};
	struct err err = { 0 };
	int ret;

	if (!strv_has(&s->runs, name))
		strv_add(&s->runs, name);
	split(&plan.selection.workload_names, of->workloads);
	split(&plan.selection.op_names, of->ops);
	split(&plan.selection.size_names, of->sizes);
	split(&plan.selection.placement_names, of->placements);
	ret = measure_series(s, path, &plan, records, &err);
	if (ret)
		selfcheck_say(r, SELFCHECK_FAIL, "%s",
			      interrupt_pending() ? "interrupted" : err.text);
	return !ret;
}

bool selfcheck_can(const struct selfcheck *s, const struct machine *machine,
		   struct selfcheck_result *r)
{
	const struct vm_config config = { .module = s->module };
	struct err err;

	if (!machine->supported(&config, &err))
		return true;
	selfcheck_say(r, SELFCHECK_IMPOSSIBLE, "%s", err.text);
	return false;
}

bool selfcheck_prove(const struct records *records, struct selfcheck_result *r)
{
	json_t *figures = json_object();
	bool well = !records->nr_missing && records->nr_series;

	if (records->nr_missing)
		selfcheck_say(r, SELFCHECK_FAIL, "%s is missing: %s", records->missing[0].name,
			      records->missing[0].reason);
	else if (!records->nr_series)
		selfcheck_say(r, SELFCHECK_FAIL, "nothing was measured");
	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *series = &records->series[i];
		_cleanup_free_ char *name = xasprintf("%s, boot %u", series->name, series->boot);

		json_object_set_new(figures, name,
				    json_real(series_value_boot(records->run.exact, series) /
					      series_pages(series)));
		if (!well || !series->has_pfns || series->pfn_sum == series->proof.pfn_sum)
			continue;
		selfcheck_say(r, SELFCHECK_FAIL, "%s: its PFN array is not what is mapped",
			      series->name);
		well = false;
	}
	selfcheck_fact(r, "ticks_a_page", figures);
	return well;
}
