// SPDX-License-Identifier: GPL-2.0-only
/* Workloads: the table is sane, and the proof refuses what the label does not say. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "workloads/workload.h"

static struct ptwalk_inspect right(const struct workload *w, uint64_t size)
{
	struct ptwalk_inspect met = { .len = size };

	met.leaf_pages[w->level] = size / PAGE;
	met.zone_device_pages = w->zone_device ? size / PAGE : 0;
	return met;
}

static void every_workload_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_workloads; i++) {
		const struct workload *w = workloads[i];

		assert_ptr_equal(workload_find(w->name), w);
		assert_true(w->level < PTWALK_NR_LEVELS);
		assert_int_equal(w->granule % PAGE, 0);
		assert_true(w->summary && w->needs && w->modules);
		assert_true(w->supported && w->lay_out && w->tear_down);
		assert_int_equal((uintptr_t)WORKLOAD_BASE % w->granule, 0);
		assert_int_equal(workload_span(w, 1), w->granule);
		assert_int_equal(workload_span(w, w->granule), w->granule);
	}
}

static void the_right_mapping_is_proved(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_workloads; i++) {
		struct ptwalk_inspect met = right(workloads[i], GIB);

		assert_int_equal(workload_prove(workloads[i], &met, NULL), 0);
	}
}

static void a_wrong_mapping_is_refused(void **state)
{
	struct err err;

	(void)state;
	for (size_t i = 0; i < nr_workloads; i++) {
		const struct workload *w = workloads[i];
		unsigned int other = (w->level + 1) % PTWALK_NR_LEVELS;
		struct ptwalk_inspect met = right(w, GIB);

		met.leaf_pages[w->level]--;
		met.leaf_pages[other]++;
		assert_int_equal(workload_prove(w, &met, &err), -EBADE);
		assert_non_null(strstr(err.text, workload_level_name(other)));

		met = right(w, GIB);
		met.leaf_pages[w->level]--;
		met.hole_pages++;
		assert_int_equal(workload_prove(w, &met, &err), -EBADE);
		assert_non_null(strstr(err.text, "1 holes"));

		met = right(w, GIB);
		met.zone_device_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, &err), -EBADE);
		assert_non_null(strstr(err.text, "ZONE_DEVICE"));

		met = right(w, GIB);
		met.zero_pages = 3;
		assert_int_equal(workload_prove(w, &met, &err), -EBADE);
	}
}

static void devdax_without_its_device_says_so(void **state)
{
	const struct workload_dax dax = { "/dev/dax9.0", 2 * MIB, 4096 };
	const struct workload_site none = { 0 }, small = { &dax, 1 };
	const struct workload *w = workload_find("devdax-pte");
	struct err err;

	(void)state;
	assert_int_equal(w->supported(w, &none, PAGE, &err), -ENODEV);
	assert_int_equal(w->supported(w, &small, 2 * MIB, &err), 0);
	assert_int_equal(w->supported(w, &small, 4 * MIB, &err), -EFBIG);
	assert_non_null(strstr(err.text, "4M is larger than the device /dev/dax9.0 (2M)"));
}

static void anon_is_laid_out_and_torn_down(void **state)
{
	const struct workload *w = workload_find("anon-pte");
	const struct workload_site site = { 0 };
	struct layout layout, second;
	struct err err;

	(void)state;
	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &layout, &err), 0);
	assert_ptr_equal(layout.addr, WORKLOAD_BASE);
	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &second, &err), -EEXIST);
	workload_tear_down(&layout);
	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &second, &err), 0);
	workload_tear_down(&second);
	assert_int_equal(workload_lay_out(w, &site, 1024 * TIB, &layout, &err), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_workload_is_whole),
		cmocka_unit_test(the_right_mapping_is_proved),
		cmocka_unit_test(a_wrong_mapping_is_refused),
		cmocka_unit_test(devdax_without_its_device_says_so),
		cmocka_unit_test(anon_is_laid_out_and_torn_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
