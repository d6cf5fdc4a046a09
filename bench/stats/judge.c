// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/judge.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/stats/power.h"

static int measure(const struct judge_series *one, double alpha, struct judgement *judgement,
		   struct err *err)
{
	int ret = utest(one->base, one->nr_base, one->new, one->nr_new, &judgement->test, err);

	if (!ret)
		ret = hodges_ratio(one->base, one->nr_base, one->new, one->nr_new, alpha,
				   &judgement->change, err);
	return ret;
}

static int adjust(struct judgement *judgements, size_t n, const struct judge_rule *rule,
		  struct err *err)
{
	double *p = calloc(n ? n : 1, sizeof(*p));
	int ret;

	if (!p)
		return err_set(err, ENOMEM, "no memory for %zu series", n);
	for (size_t i = 0; i < n; i++)
		p[i] = judgements[i].test.p;
	ret = rule->adjust(p, n, p, err);
	for (size_t i = 0; i < n; i++)
		judgements[i].p_adjusted = p[i];
	free(p);
	return ret;
}

int judge_table(const struct judge_series *series, size_t n, const struct judge_rule *rule,
		struct judgement *judgements, struct err *err)
{
	int ret;

	for (size_t i = 0; i < n; i++) {
		ret = measure(&series[i], rule->verdict.alpha, &judgements[i], err);
		if (ret) {
			err_prefix(err, "series %zu", i);
			return ret;
		}
	}
	ret = adjust(judgements, n, rule, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < n; i++) {
		const struct verdict_case verdict_case = {
			.change = &judgements[i].change,
			.p_adjusted = judgements[i].p_adjusted,
			.smallest_p =
				(double)n * power_smallest_p(series[i].nr_base, series[i].nr_new),
		};

		judgements[i].verdict = verdict_judge(&verdict_case, &rule->verdict);
	}
	return 0;
}
