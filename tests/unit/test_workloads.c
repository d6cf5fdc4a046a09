// SPDX-License-Identifier: GPL-2.0-only
/* Workloads: the table is sane, and the proof refuses what the label does not say. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/size.h"
#include "base/str.h"
#include "workloads/memory.h"
#include "workloads/workload.h"

static struct ptwalk_inspect right(const struct workload *w, uint64_t size)
{
	struct ptwalk_inspect met;

	workload_expect(w, size / PAGE, &met);
	return met;
}

TEST(every_workload_is_whole)
{
	for (size_t i = 0; i < nr_workloads; i++) {
		const struct workload *w = workloads[i];

		assert_ptr_equal(workload_find(w->name), w);
		assert_true(w->level < PTWALK_NR_LEVELS);
		assert_int_equal(workload_granule(w) % PAGE, 0);
		assert_true(w->summary && w->lay_out);
		assert_int_equal((uintptr_t)WORKLOAD_BASE % workload_granule(w), 0);
		assert_int_equal(workload_span(w, 1), workload_granule(w));
		assert_int_equal(workload_span(w, workload_granule(w)), workload_granule(w));
	}
}

TEST(the_right_mapping_is_proved)
{
	for (size_t i = 0; i < nr_workloads; i++) {
		struct ptwalk_inspect met = right(workloads[i], GIB);

		assert_int_equal(workload_prove(workloads[i], &met, NULL), 0);
	}
}

/* One page counted in a wrong place is refused. */
static void refuse_moved(const struct workload *w, __u64 *from, __u64 *to,
			 const struct ptwalk_inspect *met)
{
	struct err err = { 0 };

	if (!*from)
		return;
	--*from;
	++*to;
	assert_int_equal(workload_prove(w, met, &err), -EBADE);
	assert_non_null(strstr(err.text, w->name));
	assert_null(strchr(err.text, '\n'));
	++*from;
	--*to;
}

TEST(a_wrong_mapping_is_refused)
{
	for (size_t i = 0; i < nr_workloads; i++) {
		const struct workload *w = workloads[i];
		struct ptwalk_inspect met = right(w, GIB);
		__u64 *const places[] = { &met.leaf_pages[0], &met.leaf_pages[1],
					  &met.leaf_pages[2], &met.hole_pages,
					  &met.nonpresent_pages };

		for (size_t from = 0; from < ARRAY_SIZE(places); from++)
			for (size_t to = 0; to < ARRAY_SIZE(places); to++)
				if (from != to)
					refuse_moved(w, places[from], places[to], &met);
		assert_int_equal(workload_prove(w, &met, NULL), 0);
		met.zone_device_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.zone_device_pages ^= 1;
		met.zero_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.zero_pages ^= 1;
		met.device_private_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.device_private_pages ^= 1;
		met.device_own_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.device_own_pages ^= 1;
		met.device_coherent_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.device_coherent_pages ^= 1;
		met.error_pages ^= 1;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		met.error_pages ^= 1;
		met.vmas++;
		assert_int_equal(workload_prove(w, &met, NULL), -EBADE);
		/* What an older module does not tell is not proved. */
		met.vmas = 0;
		assert_int_equal(workload_prove(w, &met, NULL), 0);
	}
}

TEST(a_refusal_says_what_is_there)
{
	const struct workload *w = workload_find("anon-thp");
	struct ptwalk_inspect met = { .len = 4 * MIB, .leaf_pages = { 512, 512 } };
	struct err err;

	assert_int_equal(workload_prove(w, &met, &err), -EBADE);
	assert_string_equal(err.text, "not what anon-thp is: of 1024 pages are 512 pte, 512 pmd; "
				      "should be 0 pte, 1024 pmd");
}

struct share {
	const char *name;
	uint64_t size, pte, pmd, holes, nonpresent, zero;
	unsigned int vmas, gaps; /* 1 mapping, and no page of none, where they are not told */
};

/* By hand, not by the rule that the lay-out follows. */
TEST(sparse_layouts_are_as_told)
{
	static const struct share shares[] = {
		{ "holes-50", PAGE, 1, 0, 0, 0, 0 },
		{ "holes-50", 64 * KIB, 8, 0, 8, 0, 0 },
		{ "holes-50", 2 * MIB, 256, 0, 256, 0, 0 },
		{ "holes-99", 64 * KIB, 1, 0, 15, 0, 0 },
		{ "holes-99", 2 * MIB, 6, 0, 506, 0, 0 },
		{ "holes-99", 400 * PAGE, 4, 0, 396, 0, 0 },
		{ "mixed", 6 * MIB, 512, 512, 512, 0, 0 },
		{ "mixed", 9 * MIB, 768, 1024, 512, 0, 0 },
		{ "mixed", 64 * MIB, 5632, 5632, 5120, 0, 0 },
		{ "swapped", 2 * MIB, 0, 0, 0, 512, 0 },
		{ "zero-page", 2 * MIB, 512, 0, 0, 0, 512 },
		{ "vmas-64k", 64 * KIB, 16, 0, 0, 0, 0, 1 },
		{ "vmas-64k", 68 * KIB, 17, 0, 0, 0, 0, 2 },
		{ "vmas-1m", 64 * MIB, 16384, 0, 0, 0, 0, 64 },
		{ "vmas-gaps", 64 * KIB, 16, 0, 0, 0, 0, 1 },
		{ "vmas-gaps", 100 * KIB, 16, 0, 9, 0, 0, 1, 9 },
		{ "vmas-gaps", 2 * MIB, 256, 0, 256, 0, 0, 16, 256 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		const struct share *s = &shares[i];
		const struct workload *w = workload_find(s->name);
		const struct ptwalk_inspect met = {
			.len = s->size,
			.leaf_pages = { s->pte, s->pmd },
			.hole_pages = s->holes,
			.nonpresent_pages = s->nonpresent,
			.zero_pages = s->zero,
			.vmas = s->vmas ? s->vmas : 1,
			.error_pages = s->gaps,
		};
		struct err err = { 0 };

		assert_non_null(w);
		if (workload_prove(w, &met, &err))
			fail_msg("%s", err.text);
	}
}

TEST(every_page_is_expected_once)
{
	static const uint64_t some[] = { 1, 16, 511, 512, 513, 1024, 1025, 1536, 4096, 100001 };

	for (size_t i = 0; i < nr_workloads; i++)
		for (size_t j = 0; j < ARRAY_SIZE(some); j++) {
			struct ptwalk_inspect want;

			workload_expect(workloads[i], some[j], &want);
			assert_int_equal(want.len, some[j] * PAGE);
			assert_int_equal(want.leaf_pages[0] + want.leaf_pages[1] +
						 want.leaf_pages[2] + want.hole_pages +
						 want.nonpresent_pages,
					 some[j]);
		}
}

TEST(readonly_memory_is_verified)
{
	const struct workload *w = workload_find("readonly");
	const struct workload_site site = { 0 };
	struct layout layout;
	struct err err;

	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &layout, &err), 0);
	assert_int_equal(workload_verify(&layout, 64 * KIB, &err), 0);
	assert_int_equal(mprotect((char *)layout.addr + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(workload_verify(&layout, PAGE, &err), 0);
	assert_int_equal(workload_verify(&layout, 64 * KIB, &err), -EBADE);
	assert_non_null(strstr(err.text, "15 of 16 pages are mapped read-only"));
	workload_tear_down(&layout);
}

/* What needs no right but to map memory is laid out and torn down here, too. */
TEST(plain_memory_is_laid_out_and_torn_down)
{
	static const char *const names[] = { "shmem-pte", "holes-50", "holes-99", "readonly",
					     "zero-page", "vmas-64k", "vmas-1m",  "vmas-gaps" };
	const struct workload_site site = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct layout layout;
		struct err err = { 0 };

		if (workload_lay_out(workload_find(names[i]), &site, 2 * MIB, &layout, &err))
			fail_msg("%s: %s", names[i], err.text);
		assert_int_equal(layout.len, 2 * MIB);
		workload_tear_down(&layout);
		assert_int_equal(msync(WORKLOAD_BASE, PAGE, MS_ASYNC), -1);
	}
}

TEST(device_memory_says_what_it_needs)
{
	static const struct {
		const char *name, *says;
		int answer;
	} lacking[] = {
		{ "device-private-own", "cannot open /dev/ptwalk", -ENOENT },
		{ "device-private-foreign", "cannot open /dev/ptwalk", -ENOENT },
		{ "device-coherent", "no spare memory at low addresses was given", -ENODEV },
		{ "pfnmap", "no spare memory at low addresses was given", -ENODEV },
		{ "p2pdma", "no PCI device here provides P2PDMA memory", -ENODEV },
	};
	const struct workload_site site = { 0 };
	struct layout layout;

	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
		const struct workload *w = workload_find(lacking[i].name);
		struct err err;

		assert_int_equal(workload_lay_out(w, &site, PAGE, &layout, &err),
				 lacking[i].answer);
		assert_non_null(strstr(err.text, lacking[i].says));
		/* Nothing of it is left. */
		assert_int_equal(msync(WORKLOAD_BASE, PAGE, MS_ASYNC), -1);
	}
}

TEST(devdax_without_its_device_says_so)
{
	const struct workload_dax dax = { "/dev/dax9.0", 2 * MIB, 4096 };
	const struct workload_site none = { 0 }, small = { &dax, 1 };
	const struct workload *w = workload_find("devdax-pte");
	struct err err;

	assert_int_equal(workload_supported(w, &none, PAGE, &err), -ENODEV);
	assert_int_equal(workload_supported(w, &small, 2 * MIB, &err), 0);
	assert_int_equal(workload_supported(w, &small, 4 * MIB, &err), -EFBIG);
	assert_non_null(strstr(err.text, "4M is larger than the device /dev/dax9.0 (2M)"));
}

TEST(huge_devdax_needs_a_huge_device)
{
	const struct workload_dax dax[] = { { "/dev/dax0.0", GIB, GIB },
					    { "/dev/dax1.0", 512 * GIB, GIB } };
	const struct workload_site small = { dax, 1 }, large = { &dax[1], 1 };
	const struct workload *w = workload_find("devdax-huge");
	struct err err;

	assert_int_equal(workload_supported(w, &small, GIB, &err), -ENODEV);
	assert_non_null(strstr(err.text, "512G or more was given (--dax-size)"));
	assert_int_equal(workload_supported(w, &large, 512 * GIB, &err), 0);
	assert_int_equal(workload_supported(w, &large, 513 * GIB, &err), -EFBIG);
}

TEST(pagemaps_take_turns)
{
	static const struct {
		struct pagemaps_shape shape;
		uint64_t whole, len, piece, runs;
	} cases[] = {
		{ { 1, 0 }, GIB, GIB, GIB, 1 },
		{ { 1, 0 }, PAGE, PAGE, 2 * MIB, 1 },
		{ { 16, 0 }, GIB, GIB, 64 * MIB, 16 },
		{ { 16, 0 }, GIB, 65 * MIB, 64 * MIB, 2 },
		{ { 256, 0 }, 64 * KIB, 64 * KIB, 2 * MIB, 1 },
		{ { 2, 2 * MIB }, GIB, 2 * MIB, 512 * MIB, 1 },
		{ { 2, 2 * MIB }, GIB, 64 * MIB, 512 * MIB, 32 },
		{ { 256, 2 * MIB }, 512 * MIB, 512 * MIB, 2 * MIB, 256 },
		{ { 2, PAGE }, 6 * MIB, 64 * KIB, 4 * MIB, 16 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(pagemaps_piece(&cases[i].shape, cases[i].whole), cases[i].piece);
		assert_int_equal(pagemaps_runs(&cases[i].shape, cases[i].whole, cases[i].len),
				 cases[i].runs);
	}
}

TEST(pagemaps_without_their_memory_say_so)
{
	const struct workload_site none = { 0 };
	const struct workload_site low = { .spare[WORKLOAD_LOW] = { 4 * GIB, GIB } };
	const struct workload *w = workload_find("devdax-multi-256-pmd");
	struct err err;

	assert_int_equal(workload_supported(w, &none, PAGE, &err), -ENODEV);
	assert_non_null(strstr(err.text, "no spare memory at low addresses"));
	assert_int_equal(workload_supported(w, &low, GIB, &err), 0);
	/* One more page, and each of the pagemaps needs one more piece. */
	assert_int_equal(workload_supported(w, &low, GIB + PAGE, &err), -EFBIG);
	assert_non_null(strstr(err.text, "1536M over 256 pagemaps is larger than"));
	w = workload_find("pgmaps-16-high");
	assert_int_equal(workload_supported(w, &low, PAGE, &err), -ENODEV);
	assert_non_null(strstr(err.text, "no spare memory at high addresses"));
}

TEST(anon_is_laid_out_and_torn_down)
{
	const struct workload *w = workload_find("anon-pte");
	const struct workload_site site = { 0 };
	struct layout layout, second;
	struct err err;

	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &layout, &err), 0);
	assert_ptr_equal(layout.addr, WORKLOAD_BASE);
	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &second, &err), -EEXIST);
	workload_tear_down(&layout);
	assert_int_equal(workload_lay_out(w, &site, 64 * KIB, &second, &err), 0);
	workload_tear_down(&second);
	assert_int_equal(workload_lay_out(w, &site, 1024 * TIB, &layout, &err), -ENOMEM);
}

/* Read into being, anonymous memory is the zero page; less than a leaf of it is in smaller ones. */
TEST(what_is_faulted_in_again_is_proved)
{
	const struct workload *pte = workload_find("anon-pte"), *thp = workload_find("anon-thp");
	struct ptwalk_inspect met = right(pte, 64 * KIB);

	met.zero_pages = 16;
	assert_int_equal(workload_prove_populated(pte, &met, false, NULL), 0);
	assert_int_equal(workload_prove_populated(pte, &met, true, NULL), -EBADE);
	met.zero_pages = 0;
	assert_int_equal(workload_prove_populated(thp, &met, true, NULL), 0);
	assert_int_equal(workload_level_of(thp, &met), PTWALK_LEVEL_PTE);
	met.leaf_pages[PTWALK_LEVEL_PTE]--;
	met.hole_pages++;
	assert_int_equal(workload_prove_populated(thp, &met, true, NULL), -EBADE);
	met = right(pte, 4 * MIB);
	assert_int_equal(workload_prove_populated(thp, &met, true, NULL), -EBADE);
}

/* Fresh anonymous memory is what these are not. */
TEST(what_a_fault_does_not_bring_back_is_said)
{
	static const char *const names[] = { "holes-50",	"holes-99",	   "mixed",
					     "readonly",	"zero-page",	   "anon-mthp-64k",
					     "file-private-ro", "file-private-rw", "uffd-wp" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_true(workload_find(names[i])->no_refault & WORKLOAD_WRITE);
	assert_false(workload_find("zero-page")->no_refault & WORKLOAD_READ);
	assert_false(workload_find("anon-pte")->no_refault);
	assert_int_equal(workload_find("file-private-cow")->no_refault, WORKLOAD_READ);
}

/* What is swapped out comes back whole, and is no zero page, for whoever faults it in. */
TEST(what_is_swapped_in_is_proved)
{
	const struct workload *swapped = workload_find("swapped");
	struct ptwalk_inspect met = right(workload_find("anon-pte"), 64 * KIB);

	assert_int_equal(workload_prove_populated(swapped, &met, false, NULL), 0);
	assert_int_equal(workload_prove_populated(swapped, &met, true, NULL), 0);
	met.zero_pages = 1;
	assert_int_equal(workload_prove_populated(swapped, &met, false, NULL), -EBADE);
	met = right(swapped, 64 * KIB);
	assert_int_equal(workload_prove_populated(swapped, &met, false, NULL), -EBADE);
}

/* What is written to unbind is a pmem device's namespace, or nothing is. */
TEST(no_namespace_is_made_up)
{
	static const char *const others[] = { "/dev/dm-0", "/dev/mapper/lab2-pmem0", "/dev/pmem",
					      "/dev/pmem0s", "/dev/disk1/data" };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_int_equal(workload_idle_pmem(others[i], &err), -EINVAL);
		assert_non_null(strstr(err.text, "is no pmem block device"));
	}
	assert_int_equal(workload_idle_pmem("/nowhere2/pmem1.2", &err), 0);
}
