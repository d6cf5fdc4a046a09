// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole run on the exact machine: counts repeat bit for bit, in a boot,
 * across boots and under load, and stand to each other as they must.
 *
 *	test_run PTWALK SPEC --size=SIZES
 */
#include "tests/guest/ptwalk_run.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/op/selection.h"
#include "bench/record/record.h"
#include "tests/unit/find.h"

/* "Within a few instructions": range against batch, a page. */
#define FEW 5.0

MEASURED(first, "--boots=2");

static const struct record_series *find(const struct record_series *like, const char *op,
					const char *policy)
{
	const struct record_series *series =
		find_series(&first, like->boot, op, policy, like->workload, like->size);

	assert_non_null(series);
	return series;
}

TEST(every_series_is_measured)
{
	const struct placement_map one_node = { .memory = 1, .cpus = 1, .hint = "" };
	struct selection s = { 0 };

	strv_split(&s.size_names, run_more("--size="), ',');
	assert_int_equal(selection_resolve(&s, NULL), 0);
	assert_int_equal(selection_place(&s, &one_node, NULL), 0);
	assert_int_equal(first.nr_missing, 0);
	assert_int_equal(first.nr_ends, 2);
	assert_int_equal(first.nr_series, 2 * selection_series(&s));
	selection_release(&s);
}

TEST(samples_are_undisturbed)
{
	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *series = &first.series[i];

		assert_true(series->nr_samples >= 2);
		for (size_t j = 0; j < series->nr_samples; j++) {
			const struct ptwalk_sample *sample = &series->samples[j];

			assert_int_equal(sample->flags, PTWALK_SAMPLE_IRQS_OFF);
			assert_int_equal(sample->interrupts, 0);
			assert_int_equal(sample->switches, 0);
			assert_int_equal(sample->retries, 0);
			assert_int_equal(sample->faults, 0);
		}
	}
}

TEST(samples_repeat)
{
	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *series = &first.series[i];
		const struct record_series *other =
			find_series(&first, 3 - series->boot, series->op, series->policy,
				    series->workload, series->size);

		assert_non_null(other);
		for (size_t j = 0; j < series->nr_samples; j++) {
			assert_int_equal(series->samples[j].ticks, series->samples[0].ticks);
			assert_int_equal(series->samples[j].ticks, other->samples[j].ticks);
		}
	}
}

TEST(the_window_costs_the_same_everywhere)
{
	assert_true(first.boots[0].overhead > 0);
	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *series = &first.series[i];

		assert_int_equal(series->overhead, first.boots[0].overhead);
		if (record_op_calibrates(series->op))
			assert_int_equal(series->samples[0].ticks, series->overhead);
	}
}

/*
 * What range and batch differ by where nothing is looked up: how the compiler laid the two out,
 * on anonymous memory of the same level.
 */
static double grain(const struct record_series *like)
{
	const char *anon = !strcmp(like->level, "pte") ? "anon-pte" : "anon-thp";
	const struct record_series *range =
		find_series(&first, like->boot, "hmm", "range", anon, like->size);
	const struct record_series *batch =
		find_series(&first, like->boot, "hmm", "batch", anon, like->size);

	if (!strcmp(like->level, "pud"))
		return 0;
	assert_true(range && batch);
	return find_page(range) - find_page(batch);
}

TEST(policies_cost_what_they_must)
{
	size_t compared = 0;

	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *entry = &first.series[i];
		double none, range, batch;

		if (strcmp(entry->policy, "entry") || !entry->proof.zone_device_pages ||
		    entry->size < 2 * MIB)
			continue;
		none = find_page(find(entry, "hmm", "none"));
		range = find_page(find(entry, "hmm", "range"));
		batch = find_page(find(entry, "hmm", "batch"));
		assert_true(find_page(entry) > range);
		assert_true(find_page(entry) > batch);
		assert_true(fabs(range - batch - grain(entry)) < FEW);
		assert_true(none < range && none < batch);
		compared++;
	}
	assert_true(compared >= 6);
}

/* Is the module, and so own code, compiled by what compiled the kernel, to the version? */
static bool is_of_one_compiler(void)
{
	const char *kernel = strstr(first.run.kernel.compiler, ") ");
	const char *module = strchr(first.boots[0].module_compiler, ' ');

	return kernel && module && str_starts(kernel + 2, module + 1);
}

TEST(own_code_counts_what_is_built_in)
{
	size_t compared = 0;

	assert_true(is_of_one_compiler());
	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *none = &first.series[i];
		double hmm;

		if (strcmp(none->policy, "none"))
			continue;
		hmm = find_count(find(none, "hmm", ""));
		assert_true(find_count(none) == hmm);
		assert_true(find_count(find(none, "bare", "")) < hmm);
		compared++;
	}
	assert_true(compared >= 10);
}

TEST(all_arrays_are_what_is_mapped)
{
	size_t compared = 0;

	for (size_t i = 0; i < first.nr_series; i++) {
		const struct record_series *series = &first.series[i];

		if (!series->has_pfns)
			continue;
		assert_int_equal(series->valid_pages, series->size / PAGE);
		assert_int_equal(series->error_pages, 0);
		assert_int_equal(series->pfn_sum, series->proof.pfn_sum);
		assert_int_equal(series->entry_sum, find(series, "hmm", "")->entry_sum);
		compared++;
	}
	assert_int_equal(compared, first.nr_series / 7 * 5);
}

static pid_t spin(void)
{
	volatile unsigned long n = 0;
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		n++;
}

TEST(load_on_the_host_changes_nothing)
{
	static const char *const more[] = { "--size=2M", NULL };
	struct records loaded = { 0 };
	pid_t spinners[3];
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(spinners); i++)
		spinners[i] = spin();
	ret = run_as("loaded", more, &loaded);
	for (size_t i = 0; i < ARRAY_SIZE(spinners); i++) {
		kill(spinners[i], SIGKILL);
		waitpid(spinners[i], NULL, 0);
	}
	assert_int_equal(ret, 0);
	assert_true(loaded.nr_series > 0 && !loaded.nr_missing);
	for (size_t i = 0; i < loaded.nr_series; i++) {
		const struct record_series *series = &loaded.series[i];
		const struct record_series *quiet = find(series, series->op, series->policy);

		for (size_t j = 0; j < series->nr_samples; j++)
			assert_int_equal(series->samples[j].ticks, quiet->samples[j].ticks);
	}
	records_release(&loaded);
}

static double cost(const struct records *records, const char *op, const char *workload)
{
	const struct record_series *series = find_series(records, 1, op, "", workload, 2 * MIB);

	assert_non_null(series);
	return find_page(series);
}

/* All but those that need pagemaps of the module's own. */
static char *ops_of_any_device(void)
{
	struct strv names = { 0 };
	char *list, *option;

	for (size_t i = 0; i < nr_ops; i++)
		if (!op_is(&ops[i], PTWALK_OPF_PAGEMAPS))
			strv_add(&names, ops[i].name);
	list = strv_join(&names, ",");
	option = xasprintf("--op=%s", list);
	free(list);
	strv_release(&names);
	return option;
}

/* Ops that some kernel or layout does not offer, and what is said then. */
static bool is_known_to_lack(const struct record_missing *missing)
{
	static const struct {
		const char *op, *reason;
	} known[] = {
		{ "pgmap_cached", "takes no reference" },
		{ "owner_one", "needs " },
		{ "owner_two", "needs " },
		{ "hmm_dma_map", "needs a kernel with hmm_dma_map_pfn()" },
		/* Of these two layouts, which are mapped whole, and shared with a child. */
		{ "mirror_once_rare", "never all mapped" },
		{ "mirror_once_constant", "never all mapped" },
		{ "hmm_refused", "nothing is refused here" },
		{ "hmm_refused_write", "nothing is refused here" },
		{ "gup_refused", "nothing is refused here" },
		{ "gup_refused_write", "nothing is refused here" },
		{ "hmm_populate_half", "2M is one leaf" },
		{ "hmm_populate_half_write", "2M is one leaf" },
		{ "mirror_cow", "to write it copies nothing" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].op, missing->op) && strstr(missing->reason, known[i].reason))
			return true;
	fprintf(stderr, "%s: %s\n", missing->name, missing->reason);
	return false;
}

/* What is timed only when asked for: all of it repeats, is proved, and is ordered. */
TEST(other_ops_cost_what_they_must)
{
	static const char *const layouts[] = { "devdax-pte", "devdax-pmd" };
	char *op = ops_of_any_device();
	const char *const more[] = { op, "--workload=devdax-pte,devdax-pmd", "--size=2M", NULL };
	struct records others;

	assert_int_equal(run_as("others", more, &others), 0);
	free(op);
	/* What the kernel or the layout does not offer, and nothing else. */
	for (size_t i = 0; i < others.nr_missing; i++)
		assert_true(is_known_to_lack(&others.missing[i]));
	for (size_t i = 0; i < others.nr_series; i++) {
		const struct record_series *series = &others.series[i];
		bool open =
			*series->varies; /* test_protocol_run.c and test_calls_run.c have those */

		for (size_t j = 0; j < series->nr_samples && !open; j++) {
			assert_int_equal(series->samples[j].ticks, series->samples[0].ticks);
			assert_int_equal(series->samples[j].flags, PTWALK_SAMPLE_IRQS_OFF);
		}
		if (series->has_pfns)
			assert_int_equal(series->pfn_sum, series->proof.pfn_sum);
	}
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		const char *w = layouts[i];

		assert_true(cost(&others, "hmm", w) < cost(&others, "hmm_fault", w));
		/* Which of the two requests is checked first is the compiler's choice. */
		assert_true(cost(&others, "hmm", w) < cost(&others, "hmm_write", w));
		assert_true(cost(&others, "hmm_fault", w) < cost(&others, "hmm_write", w) + FEW);
		assert_true(cost(&others, "gup_fast", w) < cost(&others, "pin_fast", w));
		assert_true(cost(&others, "gup_fast", w) < cost(&others, "gup", w));
		assert_true(cost(&others, "put", w) > 1 && cost(&others, "unpin", w) > 1);
		if (strcmp(run_of.spec, "debian:7.2") != 0)
			assert_true(cost(&others, "pgmap_cached", w) <
				    cost(&others, "pgmap_miss", w));
		assert_true(cost(&others, "pgmap_miss", w) < cost(&others, "pgmap_hit", w));
	}
	records_release(&others);
}
