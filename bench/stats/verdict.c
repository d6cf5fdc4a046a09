// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/verdict.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/stats/design.h"

enum verdict verdict_judge(const struct verdict_case *verdict_case, const struct verdict_rule *rule)
{
	const struct hodges *change = verdict_case->change;
	const bool higher = change->low > 1, lower = change->high < 1;

	if (change->bounded && change->low * (1 + rule->delta) >= 1 &&
	    change->high <= 1 + rule->delta)
		return VERDICT_SAME;
	if (verdict_case->p_adjusted <= rule->alpha && change->bounded && (higher || lower))
		return higher ? VERDICT_WORSE : VERDICT_BETTER;
	if (verdict_case->smallest_p > rule->alpha)
		return VERDICT_UNDERPOWERED;
	return VERDICT_INCONCLUSIVE;
}

struct p_place {
	double p;
	size_t index;
};

static int by_p(const void *left, const void *right)
{
	const struct p_place *a = left, *b = right;

	return (a->p > b->p) - (a->p < b->p);
}

/* The p in ascending order, to be freed; NULL: what is wrong is in @ret and @err. */
static struct p_place *in_order(const double *p, size_t n, int *ret, struct err *err)
{
	struct p_place *places;

	*ret = 0;
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			*ret = err_set(err, EDOM, "p of series %zu is %g: not 0 to 1", i, p[i]);
	if (*ret)
		return NULL;
	places = calloc(n ? n : 1, sizeof(*places));
	if (!places) {
		*ret = err_set(err, ENOMEM, "no memory for %zu series", n);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		places[i] = (struct p_place){ p[i], i };
	qsort(places, n, sizeof(*places), by_p);
	return places;
}

int adjust_holm(const double *p, size_t n, double *adjusted, struct err *err)
{
	int ret;
	_cleanup_free_ struct p_place *places = in_order(p, n, &ret, err);
	double most = 0;

	if (!places)
		return ret;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, (double)(n - i) * places[i].p));
		adjusted[places[i].index] = most;
	}
	return 0;
}

int adjust_bh(const double *p, size_t n, double *adjusted, struct err *err)
{
	int ret;
	_cleanup_free_ struct p_place *places = in_order(p, n, &ret, err);
	double least = 1;

	if (!places)
		return ret;
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, (double)n / ((double)i + 1) * places[i].p);
		adjusted[places[i].index] = least;
	}
	return 0;
}

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
	_cleanup_free_ double *p = calloc(n ? n : 1, sizeof(*p));
	int ret;

	if (!p)
		return err_set(err, ENOMEM, "no memory for %zu series", n);
	for (size_t i = 0; i < n; i++)
		p[i] = judgements[i].test.p;
	ret = rule->adjust(p, n, p, err);
	for (size_t i = 0; i < n; i++)
		judgements[i].p_adjusted = p[i];
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
