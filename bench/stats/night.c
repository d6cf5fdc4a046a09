// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/night.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/stats/levels.h"
#include "bench/stats/sample.h"
#include "bench/stats/verdict.h"

/* Of the MAD against the standard deviation, normal values. */
static const double efficiency = 0.37;

/* Of the t that bounds a segment of @h values. */
static double freedom(size_t h)
{
	return fmax(1, efficiency * ((double)h - 1));
}

int predict_bound(const double *segment, size_t h, const struct predict_rule *rule,
		  struct prediction *prediction, struct err *err)
{
	struct spread spread;
	double reach;
	int ret = sample_check(segment, h, 2, err);

	if (!ret && !(rule->alpha > 0 && rule->alpha < 1 && rule->floor >= 0))
		ret = err_set(err, EDOM, "no bound at alpha %g with floor %g", rule->alpha,
			      rule->floor);
	if (!ret)
		ret = median_spread(segment, h, &spread, err);
	if (ret)
		return ret;
	prediction->centre = spread.median;
	prediction->sigma = fmax(MEDIAN_SIGMA * spread.mad, rule->floor);
	reach = student_upper_quantile(rule->alpha / 2, freedom(h)) * prediction->sigma *
		sqrt(1 + 1 / (double)h);
	prediction->low = spread.median - reach;
	prediction->high = spread.median + reach;
	return 0;
}

/*
 * How often a value of the segment is at least as far from its centre, to either
 * side: predict_bound() backwards. 1 in the centre; where sigma is 0, 0 elsewhere.
 */
static double predict_p(const struct prediction *prediction, size_t h, double value)
{
	double distance = fabs(value - prediction->centre);

	if (!(distance > 0))
		return 1;
	if (!(prediction->sigma > 0))
		return 0;
	return 2 *
	       student_upper(distance / (prediction->sigma * sqrt(1 + 1 / (double)h)), freedom(h));
}

const struct night_rule night_usual = {
	.alpha = 0.05,
	.confirm = 0.05,
	.floor = 0.005,
	.window = 180,
	.least = 5,
	.lately = 14,
};

/* The logs of the last nights, with room for tonight and a second value. */
struct past {
	double *logs;
	size_t n;
	double noise; /* sigma of a night, never 0 */
};

static int past_init(struct past *past, const double *history, size_t n,
		     const struct night_rule *rule, struct err *err)
{
	int ret = n ? sample_check_positive(history, n, 1, err) : 0;
	double noise = 0;

	if (ret)
		return ret;
	if (n > rule->window) {
		history += n - rule->window;
		n = rule->window;
	}
	*past = (struct past){ .logs = calloc(n + 2, sizeof(*past->logs)), .n = n };
	if (!past->logs)
		return err_set(err, ENOMEM, "no memory for a history of %zu values", n);
	for (size_t i = 0; i < n; i++)
		past->logs[i] = log(history[i]);
	if (n)
		ret = potts_noise(past->logs, n, &noise, err);
	/* A history that never moved: what the floor forgives is its noise. */
	past->noise = fmax(noise, rule->floor / POTTS_STRENGTH);
	if (ret)
		free(past->logs);
	return ret;
}

/* The last segment, and the one before it: count 0 where there is none. */
struct tail {
	struct segment before, last;
};

/* Of the first @n logs. */
static int split(const struct past *past, size_t n, struct tail *tail, struct err *err)
{
	struct potts potts;
	int ret = potts_segments(past->logs, n, POTTS_STRENGTH * past->noise, &potts, err);

	*tail = (struct tail){ 0 };
	if (ret)
		return ret;
	tail->last = potts.segments[potts.nr_segments - 1];
	if (potts.nr_segments > 1)
		tail->before = potts.segments[potts.nr_segments - 2];
	potts_release(&potts);
	return 0;
}

static int bound_of(const struct past *past, const struct segment *segment,
		    const struct night_rule *rule, struct prediction *prediction, struct err *err)
{
	const struct predict_rule bound = { .alpha = rule->confirm,
					    .floor = rule->floor / POTTS_STRENGTH };

	return predict_bound(past->logs + segment->first, segment->count, &bound, prediction, err);
}

/* What the look says against a segment: that of @prediction. */
static void look_from(struct night_look *look, const struct prediction *prediction, double change,
		      double p)
{
	look->learning = false;
	look->expected = exp(prediction->centre);
	look->low = exp(prediction->low);
	look->high = exp(prediction->high);
	look->change = expm1(change);
	look->p = p;
}

/* Is tonight's value outside of what the history's last segment leads to expect? */
static int look_outside(const struct past *past, double value, const struct night_rule *rule,
			struct night_look *look, struct err *err)
{
	struct prediction prediction;
	struct tail tail;
	int ret = split(past, past->n, &tail, err);

	look->nights = tail.last.count;
	if (ret || tail.last.count < rule->least)
		return ret;
	ret = bound_of(past, &tail.last, rule, &prediction, err);
	if (!ret)
		look_from(look, &prediction, value - prediction.centre,
			  predict_p(&prediction, tail.last.count, value));
	return ret;
}

/*
 * Has there lately begun a level, among the first @n logs, that the one before it
 * would not have shown by chance? As a value that is the median of so many.
 */
static int look_for_change(const struct past *past, size_t n, const struct night_rule *rule,
			   struct night_look *look, struct err *err)
{
	struct prediction prediction;
	struct tail tail;
	double h, k, p, change;
	int ret = split(past, n, &tail, err);

	if (ret || tail.before.count < rule->least || tail.last.count > rule->lately)
		return ret;
	ret = bound_of(past, &tail.before, rule, &prediction, err);
	if (ret)
		return ret;
	h = (double)tail.before.count;
	k = (double)tail.last.count;
	/* A median of few is less sure than their mean. */
	prediction.sigma *= sqrt((1 / k + 1 / h) / (1 + 1 / h) * (k > 2 ? M_PI_2 : 1));
	p = predict_p(&prediction, tail.before.count, tail.last.level);
	change = tail.last.level - tail.before.level;
	if (p > look->p || fabs(expm1(change)) < rule->floor)
		return 0;
	look_from(look, &prediction, change, p);
	look->changed = true;
	look->nights = tail.last.count;
	return 0;
}

int night_look(const double *history, size_t n, double tonight, const struct night_rule *rule,
	       struct night_look *look, struct err *err)
{
	struct past past;
	int ret = sample_check_positive(&tonight, 1, 1, err);

	*look = (struct night_look){ .learning = true, .p = 1 };
	if (!ret)
		ret = past_init(&past, history, n, rule, err);
	if (ret)
		return ret;
	if (past.n) {
		past.logs[past.n] = log(tonight);
		ret = look_outside(&past, past.logs[past.n], rule, look, err);
		if (!ret)
			ret = look_for_change(&past, past.n + 1, rule, look, err);
	}
	free(past.logs);
	return ret;
}

int night_suspects(const struct night_look *looks, size_t n, const struct night_rule *rule,
		   bool *suspect, struct err *err)
{
	_cleanup_free_ double *p = calloc(n + 1, sizeof(*p));
	int ret;

	if (!p)
		return err_set(err, ENOMEM, "no memory for %zu series", n);
	for (size_t i = 0; i < n; i++)
		p[i] = looks[i].p;
	ret = adjust_bh(p, n, p, err);
	for (size_t i = 0; i < n && !ret; i++)
		suspect[i] = !looks[i].learning && fabs(looks[i].change) >= rule->floor &&
			     p[i] <= rule->alpha;
	return ret;
}

/* Nearer to the new level than to the old, and with it the change still shows. */
static int confirm_change(struct past *past, double second, const struct night_look *look,
			  const struct night_rule *rule, bool *confirmed, struct err *err)
{
	struct night_look again = { .p = 1 };
	int ret;

	if ((log(second / look->expected) - log1p(look->change) / 2) * look->change <= 0)
		return 0;
	past->logs[past->n + 1] = log(second);
	ret = look_for_change(past, past->n + 2, rule, &again, err);
	*confirmed = !ret && again.changed && again.change * look->change > 0;
	return ret;
}

int night_confirm(const double *history, size_t n, double tonight, const struct night_look *look,
		  double second, const struct night_rule *rule, bool *confirmed, struct err *err)
{
	struct past past;
	int ret = sample_check_positive(&second, 1, 1, err);

	*confirmed = false;
	if (look->learning || ret)
		return ret;
	if (second < look->low || second > look->high)
		*confirmed = (second - look->expected) * look->change > 0;
	if (*confirmed || !look->changed)
		return 0;
	ret = past_init(&past, history, n, rule, err);
	if (ret)
		return ret;
	past.logs[past.n] = log(tonight);
	ret = confirm_change(&past, second, look, rule, confirmed, err);
	free(past.logs);
	return ret;
}
