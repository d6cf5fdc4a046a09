// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/cost.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_positive(double x)
{
	return isfinite(x) && x > 0;
}

static int check_line(const double *pages, const double *cost, size_t n, struct err *err)
{
	bool differ = false;

	if (n < 2)
		return err_set(err, EINVAL, "a line needs two sizes, there %s",
			       n ? "is one" : "are none");
	for (size_t i = 0; i < n; i++) {
		if (!is_positive(pages[i]))
			return err_set(err, EDOM, "%g pages: not above 0", pages[i]);
		if (!is_positive(cost[i]))
			return err_set(err, EDOM, "a cost of %g at %g pages: not above 0", cost[i],
				       pages[i]);
		differ |= pages[i] < pages[0] || pages[i] > pages[0];
	}
	return differ ? 0
		      : err_set(err, EINVAL, "a line needs two sizes, all are %g pages", pages[0]);
}

/* Of any @y over the pages, each weighing 1 / cost^2; the residual is in parts of the cost. */
static void least_squares(const double *pages, const double *y, const double *cost, size_t n,
			  struct fit *fit)
{
	double weights = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0;

	for (size_t i = 0; i < n; i++) {
		double w = 1 / (cost[i] * cost[i]);

		weights += w;
		mean_x += w * pages[i];
		mean_y += w * y[i];
	}
	mean_x /= weights;
	mean_y /= weights;
	for (size_t i = 0; i < n; i++) {
		double w = 1 / (cost[i] * cost[i]), dx = pages[i] - mean_x;

		xx += w * dx * dx;
		xy += w * dx * (y[i] - mean_y);
	}
	fit->page = xy / xx;
	fit->call = mean_y - fit->page * mean_x;
	fit->residual = 0;
	for (size_t i = 0; i < n; i++)
		fit->residual = fmax(fit->residual,
				     fabs(y[i] - fit->call - fit->page * pages[i]) / cost[i]);
}

int fit_line(const double *pages, const double *cost, size_t n, struct fit *fit, struct err *err)
{
	int ret = check_line(pages, cost, n, err);

	if (!ret)
		least_squares(pages, cost, cost, n, fit);
	return ret;
}

static int check_differences(const double *pages, const double *difference, const double *cost,
			     size_t n, struct err *err)
{
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(cost[i]) || cost[i] <= 0)
			return err_set(err, EDOM, "a cost of %g: not above 0", cost[i]);
		if (!(pages[i] > 0 && pages[i] <= DIFFERENCE_MAX) ||
		    !(fabs(difference[i]) <= DIFFERENCE_MAX))
			return err_set(err, EDOM, "%g at %g pages: no counts", difference[i],
				       pages[i]);
		differ |= pages[i] < pages[0] || pages[i] > pages[0];
	}
	return differ ? 0 : err_set(err, EINVAL, "a line needs two sizes");
}

/* A size that is not the first one's. */
static size_t other_size(const double *pages)
{
	size_t i = 1;

	while (!(pages[i] < pages[0] || pages[i] > pages[0]))
		i++;
	return i;
}

/* Integers all the way: no rounding decides what is exact. */
static bool on_one_line(const double *pages, const double *difference, size_t n)
{
	size_t other = other_size(pages);
	__int128 run = (int64_t)(pages[other] - pages[0]);
	__int128 rise = (int64_t)(difference[other] - difference[0]);

	for (size_t i = 1; i < n; i++)
		if ((int64_t)(difference[i] - difference[0]) * run !=
		    rise * (int64_t)(pages[i] - pages[0]))
			return false;
	return true;
}

int difference_line(const double *pages, const double *difference, const double *cost, size_t n,
		    struct difference *out, struct err *err)
{
	int ret = check_differences(pages, difference, cost, n, err);
	struct fit fit;

	if (ret)
		return ret;
	out->exact = on_one_line(pages, difference, n);
	if (out->exact) {
		size_t other = other_size(pages);

		out->page = (difference[other] - difference[0]) / (pages[other] - pages[0]);
		out->call = difference[0] - out->page * pages[0];
		return 0;
	}
	least_squares(pages, difference, cost, n, &fit);
	out->page = fit.page;
	out->call = fit.call;
	return 0;
}

int threshold_parse(const char *text, struct threshold *t, struct err *err)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || (*end && strcmp(end, "%") != 0) || !isfinite(value) || value < 0)
		return err_set(err, EINVAL,
			       "'%s' is not a threshold: 0.5 (a page) or 2%% (of the base)", text);
	*t = *end ? (struct threshold){ .percent = value } : (struct threshold){ .page = value };
	return 0;
}

bool threshold_worse(const struct threshold *t, double base, double cost, double pages)
{
	if (isinf(cost))
		return !isinf(base);
	return cost - base > t->page * pages + t->percent / 100 * base;
}

struct threshold threshold_half(double good, double bad)
{
	return (struct threshold){ .page = bad > good ? (bad - good) / 2 : 0 };
}

/* Terms beside the call's, which is gone once a size is taken off the others. */
enum {
	PMD,
	PAGE_,
	THIRD, /* PUD entries, or mappings */
	NR,
	COUNT = NR,
};

typedef __int128 wide;

struct equations {
	wide rows[NR][NR + 1];
	bool vmas; /* the third term is of mappings */
};

static uint64_t steps(uint64_t addr, uint64_t len, uint64_t step)
{
	return (addr + len - 1) / step - addr / step + 1;
}

struct terms_size terms_size(uint64_t addr, uint64_t len, uint64_t page, uint64_t vmas,
			     int64_t count)
{
	const uint64_t entries = page / 8, pmd = entries * page, pud = entries * pmd;

	return (struct terms_size){
		.pages = steps(addr, len, page),
		.pmds = steps(addr, len, pmd),
		.puds = steps(addr, len, pud),
		.vmas = vmas,
		.count = count,
	};
}

static wide third(const struct equations *e, const struct terms_size *s)
{
	return e->vmas ? (wide)s->vmas : (wide)s->puds;
}

static void put_row(struct equations *e, int to, const struct terms_size *s,
		    const struct terms_size *first)
{
	wide *row = e->rows[to];

	row[PMD] = (wide)s->pmds - first->pmds;
	row[PAGE_] = (wide)s->pages - first->pages;
	row[THIRD] = third(e, s) - third(e, first);
	row[COUNT] = (wide)s->count - first->count;
}

/* With the counts in place of column @with; NR: as they are. */
static wide determinant(const struct equations *e, int with)
{
	wide m[NR][NR];

	for (int r = 0; r < NR; r++)
		for (int c = 0; c < NR; c++)
			m[r][c] = e->rows[r][c == with ? COUNT : c];
	return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
	       m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
	       m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/* Sizes that determine the terms. Without the third the last equation says that it is 0. */
static bool find_equations(const struct terms_size *s, size_t n, bool has_third,
			   struct equations *e)
{
	*e = (struct equations){ .rows[NR - 1][THIRD] = 1 };
	for (size_t i = 1; i < n; i++)
		e->vmas |= s[i].vmas != s[0].vmas;
	for (size_t i = 1; i < n; i++) {
		put_row(e, 0, &s[i], &s[0]);
		for (size_t j = i + 1; j < n; j++) {
			put_row(e, 1, &s[j], &s[0]);
			if (!has_third && determinant(e, NR))
				return true;
			for (size_t k = j + 1; has_third && k < n; k++) {
				put_row(e, 2, &s[k], &s[0]);
				if (determinant(e, NR))
					return true;
			}
		}
	}
	return false;
}

static wide nearest(wide a, wide b)
{
	wide rest = a % b, whole = a / b;
	wide twice = rest < 0 ? -2 * rest : 2 * rest;

	if (twice < (b < 0 ? -b : b))
		return whole;
	return whole + ((a < 0) == (b < 0) ? 1 : -1);
}

/* A count is below 2^53, and so is a term that can be one of its parts. */
static bool fits(wide x)
{
	return x >= -TERMS_MAX_COUNT && x <= TERMS_MAX_COUNT;
}

/*
 * The equations have one solution. Where that is not of integers, the nearest ones leave a
 * residual: so what leaves none is the solution.
 */
static int solve(const struct terms_size *s, size_t n, const struct equations *e, bool has_third,
		 struct terms *out, struct err *err)
{
	wide x[NR], call = s[0].count, most = 0, all = determinant(e, NR);

	for (int i = 0; i < NR; i++) {
		x[i] = nearest(determinant(e, i), all);
		if (!fits(x[i]))
			return err_set(err, EDOM, "a term past what counts can be");
	}
	call -= x[PMD] * s[0].pmds + x[PAGE_] * s[0].pages + x[THIRD] * third(e, &s[0]);
	for (size_t i = 0; i < n; i++) {
		wide rest = s[i].count - call - x[PMD] * s[i].pmds - x[PAGE_] * s[i].pages -
			    x[THIRD] * third(e, &s[i]);

		rest = rest < 0 ? -rest : rest;
		most = rest > most ? rest : most;
	}
	if (!fits(call) || !fits(most))
		return err_set(err, EDOM, "a term past what counts can be");
	*out = (struct terms){
		.solved = !most,
		.has_pud = has_third && !e->vmas,
		.has_vma = has_third && e->vmas,
		.call = (int64_t)call,
		.pmd = (int64_t)x[PMD],
		.pud = e->vmas ? 0 : (int64_t)x[THIRD],
		.vma = e->vmas ? (int64_t)x[THIRD] : 0,
		.page = (int64_t)x[PAGE_],
		.residual = (int64_t)most,
	};
	return 0;
}

static int check(const struct terms_size *s, size_t n, size_t *different, struct err *err)
{
	*different = 0;
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		if (!s[i].pages || s[i].pages > TERMS_MAX_PAGES || s[i].pmds > s[i].pages ||
		    s[i].puds > s[i].pages || s[i].vmas > s[i].pages ||
		    s[i].count > TERMS_MAX_COUNT || s[i].count < -TERMS_MAX_COUNT)
			return err_set(err, EDOM, "%" PRId64 " at %" PRIu64 " pages: no counts",
				       s[i].count, s[i].pages);
		while (s[j].pages != s[i].pages)
			j++;
		*different += j == i;
	}
	return 0;
}

int terms_solve(const struct terms_size *sizes, size_t n, struct terms *terms, struct err *err)
{
	struct equations e;
	size_t different;
	int ret = check(sizes, n, &different, err);

	if (ret)
		return ret;
	if (different < TERMS_LEAST_SIZES)
		return err_set(err, EINVAL, "too few sizes for integers: %zu, not %d", different,
			       TERMS_LEAST_SIZES);
	if (different > TERMS_LEAST_SIZES && find_equations(sizes, n, true, &e))
		return solve(sizes, n, &e, true, terms, err);
	if (find_equations(sizes, n, false, &e))
		return solve(sizes, n, &e, false, terms, err);
	return err_set(err, EINVAL,
		       "these sizes do not tell pages from PMD entries: one below "
		       "2 MiB does");
}
