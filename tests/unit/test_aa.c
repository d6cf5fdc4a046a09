// SPDX-License-Identifier: GPL-2.0-only
/* bench/report/aa: the noise it was given is the noise it finds, and what is no A/A is refused. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/format.h"
#include "bench/stats/design.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/near.h"

static const struct aa_options usual = { .change = 0.01, .power = 0.8 };

static void make(struct records *r, unsigned boots, uint64_t seed, double sigma, double slower)
{
	const struct fake_noise noise = { boots, seed, sigma, slower };

	fake_noisy(r, &noise);
}

static void build(const struct records *a, const struct records *b, struct aa *aa)
{
	struct err err;

	if (aa_build(a, b, &usual, aa, &err))
		fail_msg("%s", err.text);
}

TEST(the_noise_is_that_of_the_boots)
{
	static const double sigmas[] = { 0.002, 0.01, 0.05 };

	for (size_t i = 0; i < ARRAY_SIZE(sigmas); i++) {
		struct records r;
		struct aa aa;
		double mean = 0;

		make(&r, 64, 3, sigmas[i], 0);
		build(&r, NULL, &aa);
		assert_int_equal(aa.nr_told, aa.nr_rows);
		for (size_t k = 0; k < aa.nr_rows; k++) {
			const struct power_goal goal = { 0.01, 0.05, 0.8, 1 };
			size_t boots;

			mean += aa.rows[k].noise / (double)aa.nr_rows;
			assert_int_equal(aa.rows[k].boots[0], 32);
			assert_int_equal(power_boots(aa.rows[k].noise, &goal, &boots, NULL), 0);
			assert_int_equal(aa.rows[k].needed, boots);
			assert_true(aa.rows[k].together >= aa.rows[k].needed);
		}
		assert_near(mean, sigmas[i], 0.1);
		assert_int_equal(aa.nr_differ, 0);
		assert_true(aa.largest >= aa.median);
		aa_release(&aa);
		records_release(&r);
	}
}

static const struct aa_row *row(const struct aa *aa, const char *name)
{
	for (size_t i = 0; i < aa->nr_rows; i++)
		if (!strcmp(aa->rows[i].name, name))
			return &aa->rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* A level that moved between two runs is no noise of a boot, and is told. */
TEST(two_runs_that_differ_are_told)
{
	struct records a, b;
	struct aa aa;

	make(&a, 16, 1, 0.01, 0);
	make(&b, 16, 2, 0.01, 0.1);
	build(&a, &b, &aa);
	assert_int_equal(row(&aa, "hmm/devdax-pte/1G")->boots[1], 16);
	assert_near(row(&aa, "hmm/devdax-pte/1G")->change.ratio, 1.1, 0.02);
	assert_true(row(&aa, "hmm/devdax-pte/1G")->p_adjusted <= 0.05);
	assert_true(row(&aa, "hmm/devdax-pte/1G")->noise < 0.02);
	assert_true(row(&aa, "bare/devdax-pte/1G")->p_adjusted > 0.05);
	assert_int_equal(aa.nr_differ, 5);
	aa_release(&aa);
	records_release(&a);
	records_release(&b);
}

TEST(few_boots_tell_nothing)
{
	struct records r;
	struct aa aa;

	make(&r, 3, 1, 0.01, 0);
	build(&r, NULL, &aa);
	assert_int_equal(aa.nr_told, 0);
	assert_true(isnan(aa.median) && isnan(aa.largest));
	for (size_t i = 0; i < aa.nr_rows; i++) {
		assert_true(isnan(aa.rows[i].value));
		assert_string_equal(aa.rows[i].reason, "fewer than two boots an arm");
	}
	aa_release(&aa);
	records_release(&r);
}

/* Noise past all boots: too many, not a number that is none. */
TEST(too_many_is_said)
{
	const struct aa_options tiny = { .change = 1e-6, .power = 0.8 };
	char *text = NULL;
	struct records r;
	struct aa aa;
	size_t len;
	FILE *f;

	make(&r, 8, 1, 0.05, 0);
	assert_int_equal(aa_build(&r, NULL, &tiny, &aa, NULL), 0);
	assert_true(aa.rows[0].too_many);
	f = open_memstream(&text, &len);
	format_self(&format_terminal, &aa, f, false);
	fclose(f);
	assert_non_null(strstr(text, "more than a million"));
	free(text);
	aa_release(&aa);
	records_release(&r);
}

TEST(what_is_no_aa_is_refused)
{
	struct records a, b;
	struct err err;
	struct aa aa;

	make(&a, 8, 1, 0.01, 0);
	make(&b, 8, 2, 0.01, 0);
	free(b.run.kernel.image_sha256);
	b.run.kernel.image_sha256 = xstrdup("other");
	assert_int_equal(aa_build(&a, &b, &usual, &aa, &err), -EXDEV);
	assert_non_null(strstr(err.text, "different kernels"));
	free(b.run.kernel.image_sha256);
	b.run.kernel.image_sha256 = xstrdup(a.run.kernel.image_sha256);
	b.run.mitigations = !a.run.mitigations;
	assert_int_equal(aa_build(&a, &b, &usual, &aa, &err), -EXDEV);
	assert_non_null(strstr(err.text, "mitigations differs"));
	b.run.mitigations = a.run.mitigations;
	a.run.exact = true;
	assert_int_equal(aa_build(&a, NULL, &usual, &aa, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "one boot is enough"));
	a.run.exact = false;
	b.run.method_evidence = true;
	assert_int_equal(aa_build(&a, &b, &usual, &aa, &err), -EOPNOTSUPP);
	records_release(&a);
	records_release(&b);
}

TEST(json_has_null_for_what_is_not_known)
{
	char *text = NULL;
	struct records r;
	struct aa aa;
	size_t len;
	json_t *json;
	FILE *f;

	make(&r, 2, 1, 0.01, 0);
	build(&r, NULL, &aa);
	f = open_memstream(&text, &len);
	format_self(&format_json, &aa, f, false);
	fclose(f);
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	assert_true(json_is_null(json_object_get(json_object_get(json, "floor"), "median")));
	assert_true(json_is_null(
		json_object_get(json_array_get(json_object_get(json, "series"), 0), "value")));
	json_decref(json);
	free(text);
	aa_release(&aa);
	records_release(&r);
}
