// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/sampling.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bench/record/series.h"
#include "bench/stats/sample.h"

#define SEED_MAX  4294967295UL
#define WIDTH_MAX 100.0 /* per cent */

enum key {
	KEY_SEED = 4096,
	KEY_WIDTH,
	KEY_METHOD_EVIDENCE,
	KEY_QUIET_SYSTEM,
};

static const struct argp_option argp_options[] = {
	{ "seed", KEY_SEED, "N", 0,
	  "Of the random order of boots, on noisy machines (default: drawn, and recorded)", 2 },
	{ "width", KEY_WIDTH, "PERCENT", 0,
	  "Of noisy figures: no interval may be wider than +- this where boots end early", 2 },
	{ "quiet-system", KEY_QUIET_SYSTEM, NULL, 0,
	  "Of machines with noisy figures: set governor, turbo, watchdog, interrupts and the driver's "
	  "ASLR meanwhile, and put them back",
	  2 },
	{ "method-evidence", KEY_METHOD_EVIDENCE, NULL, 0,
	  "Let a machine whose figures mean nothing show what the method does; never a kernel's "
	  "performance, and marked so",
	  2 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case KEY_SEED:
		plan->seed_text = arg;
		return 0;
	case KEY_WIDTH:
		plan->width_text = arg;
		return 0;
	case KEY_QUIET_SYSTEM:
		plan->quiet_system = true;
		return 0;
	case KEY_METHOD_EVIDENCE:
		plan->method_evidence = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp sampling_argp = { .options = argp_options, .parser = parse_one };

static int resolve_seed(struct plan *plan, struct err *err)
{
	unsigned long n = 0;
	uint32_t drawn;
	int ret = 0;

	if (plan->seed_text)
		ret = parse_count(plan->seed_text, 0, SEED_MAX, "a seed", &n, err);
	else if (getrandom(&drawn, sizeof(drawn), 0) == (ssize_t)sizeof(drawn))
		n = drawn;
	plan->seed = n;
	return ret;
}

static int resolve_width(struct plan *plan, struct err *err)
{
	char *end;

	if (!plan->width_text)
		return 0;
	plan->width = strtod(plan->width_text, &end) / 100;
	if (end == plan->width_text || *end || !(plan->width > 0) || plan->width > WIDTH_MAX / 100)
		return err_set(err, EINVAL, "'%s' is not a width in per cent (above 0, to %g)",
			       plan->width_text, WIDTH_MAX);
	return 0;
}

static int check_exact(const struct plan *plan, struct err *err)
{
	const char *option = plan->seed_text	     ? "--seed"
			     : plan->width_text	     ? "--width"
			     : plan->quiet_system    ? "--quiet-system"
			     : plan->method_evidence ? "--method-evidence"
						     : NULL;

	if (option)
		return err_set(err, EINVAL,
			       "%s is for machines with noisy figures; %s counts are exact", option,
			       plan->machine->name);
	return 0;
}

int sampling_resolve(struct plan *plan, struct err *err)
{
	int ret;

	if (plan->machine->exact)
		return check_exact(plan, err);
	if (plan->quiet_system && plan->machine->functional)
		return err_set(err, EINVAL,
			       "--quiet-system is for machines whose figures mean something; those "
			       "of %s do not",
			       plan->machine->name);
	if (plan->method_evidence && !plan->machine->functional)
		return err_set(err, EINVAL,
			       "--method-evidence is for machines whose figures mean nothing; "
			       "those of %s do",
			       plan->machine->name);
	if (plan->looks.n > 1 && plan->machine->functional && !plan->method_evidence)
		return err_set(err, EOPNOTSUPP,
			       "figures of the %s machine are functional only: there is nothing to "
			       "look at; --boots takes one number",
			       plan->machine->name);
	ret = resolve_seed(plan, err);
	return ret ? ret : resolve_width(plan, err);
}

char *sampling_looks(const struct looks *looks)
{
	struct strv units = { 0 };
	char *text;

	for (size_t i = 0; i < looks->n; i++)
		strv_addf(&units, "%zu", looks->units[i]);
	text = strv_join(&units, ",");
	strv_release(&units);
	return text;
}

int sampling_narrow(const struct records *r, double width, double alpha, size_t *wide,
		    struct err *err)
{
	struct median_interval interval;
	int ret = 0;

	*wide = 0;
	for (size_t i = 0; !ret && i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];
		const struct series_key key = series_key_of(s);
		double *boots;
		size_t n;

		/* The window's own cost is no figure of its own. */
		if (s->boot != r->boots[0].boot || record_op_calibrates(s->op))
			continue;
		boots = series_values(r, &key, &n);
		ret = median_interval(boots, n, alpha, &interval, err);
		free(boots);
		*wide += !ret && (!interval.bounded ||
				  interval.high - interval.low > 2 * width * interval.median);
	}
	return ret;
}
