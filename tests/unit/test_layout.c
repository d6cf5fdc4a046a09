// SPDX-License-Identifier: GPL-2.0-only
/* vm/layout and vm/qemu: regions that do not touch, data that is aligned, one command line. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "vm/layout.h"

static const struct vm_dax three[] = { { GIB, PAGE }, { 64 * MIB, 2 * MIB }, { 2 * GIB, GIB } };

TEST(regions_are_aligned_and_apart)
{
	const struct vm_config config = { .dax = three, .nr_dax = 3 };
	struct vm_layout l;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.low, 3 * GIB);
	assert_int_equal(l.nodes[0].ram_end, 4 * GIB);
	for (size_t i = 0; i < 3; i++) {
		uint64_t before = i ? l.dax[i - 1].data + l.dax[i - 1].size : l.nodes[0].ram_end;

		assert_true(l.dax[i].start >= before + 2 * MIB);
		assert_int_equal(l.dax[i].data % GIB, 0);
		/* Folios count from the region's start: it is aligned as leaves are. */
		assert_int_equal(l.dax[i].start % three[i].align, 0);
		assert_int_equal(l.dax[i].size, three[i].size);
		assert_true(l.dax[i].data >= l.dax[i].start + 2 * MIB);
	}
	assert_int_equal(l.end, l.dax[2].data + l.dax[2].size);
	assert_int_equal(l.total, l.low + l.end - 4 * GIB);
}

/* RAM of all nodes in one piece, devices behind it, and no words for the kernel. */
TEST(nvdimms_are_behind_all_ram)
{
	static const struct vm_dax two[] = { { GIB, 16 * KIB, 0 }, { 2 * GIB, 2 * MIB, 1 } };
	struct vm_config config = {
		.arch = &arch_arm64,
		.nodes = 2,
		.ram_mib = 1024,
		.dax = two,
		.nr_dax = 2,
	};
	_cleanup_free_ char *words = NULL;
	struct vm_layout l;
	struct err err;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.nodes[0].start, GIB);
	assert_int_equal(l.nodes[1].end, 3 * GIB);
	assert_int_equal(l.total, 2 * GIB);
	assert_int_equal(l.dimms, 2);
	assert_true(l.dax[0].start >= 3 * GIB);
	assert_int_equal(l.dax[0].data % GIB, 0);
	assert_true(l.dax[1].start >= l.dax[0].data + GIB);
	words = layout_words(&l);
	assert_string_equal(words, "");
	config.spare[VM_SPARE_LOW] = GIB;
	assert_int_equal(layout_init(&l, &config, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "arm64 has no memory"));
	config = (struct vm_config){ .arch = &arch_arm64,
				     .dax = &(struct vm_dax){ GIB, GIB },
				     .nr_dax = 1 };
	assert_int_equal(layout_init(&l, &config, &err), -EINVAL);
	assert_non_null(strstr(err.text, "1G is not one of 4K, 16K, 64K, 2M, 32M, 512M"));
}

TEST(ram_beyond_3_gib_is_above_4)
{
	const struct vm_config config = { .ram_mib = 5 * 1024, .dax = three, .nr_dax = 1 };
	struct vm_layout l;
	char *words;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.low, 3 * GIB);
	assert_int_equal(l.nodes[0].ram_end, 6 * GIB);
	words = layout_words(&l);
	assert_string_equal(words, "memmap=2G$6G memmap=1026M!7166M");
	free(words);
}

TEST(without_dax_nothing_is_reserved)
{
	const struct vm_config config = { .ram_mib = 1024 };
	struct vm_layout l;
	char *words;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.total, GIB);
	words = layout_words(&l);
	assert_string_equal(words, "");
	free(words);
}

TEST(a_block_device_is_a_region_like_others)
{
	const struct vm_dax pmem = { .size = 66 * MIB };
	const struct vm_config config = { .dax = &pmem, .nr_dax = 1 };
	struct vm_layout l;
	char *words;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.dax[0].align, 0);
	words = layout_words(&l);
	assert_non_null(strstr(words, "memmap=68M!5118M"));
	free(words);
}

TEST(spare_memory_is_low_or_high)
{
	struct vm_config config = { .dax = three, .nr_dax = 1, .spare = { GIB, 2 * GIB } };
	struct layout_spare *low, *high;
	struct vm_layout l;
	char *words;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	low = &l.spare[VM_SPARE_LOW];
	high = &l.spare[VM_SPARE_HIGH];
	assert_int_equal(low->start, l.nodes[0].ram_end);
	assert_int_equal(low->size, GIB);
	assert_true(l.dax[0].start >= low->start + low->size);
	assert_int_equal(high->start + high->size, arch_x86.memory.end - LAYOUT_ROOM);
	assert_int_equal(high->size, 2 * GIB);
	assert_int_equal(l.end, arch_x86.memory.end - LAYOUT_ROOM);
	assert_int_equal(l.total, l.low + l.end - 4 * GIB);
	words = layout_words(&l);
	assert_string_equal(words, "memmap=998G$4G memmap=1026M!6142M");
	free(words);
	words = layout_spare_word(&l, VM_SPARE_LOW, false);
	assert_string_equal(words, "--spare=low:0x100000000:0x40000000");
	free(words);
	words = layout_spare_word(&l, VM_SPARE_LOW, true);
	assert_string_equal(words, "PTWALK_SPARE_LOW=0x100000000:0x40000000");
	free(words);
	words = layout_spare_word(&l, VM_SPARE_HIGH, false);
	assert_string_equal(words, "--spare=high:0xfa00000000:0x80000000");
	free(words);
	config.spare[VM_SPARE_HIGH] = 0;
	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_null(layout_spare_word(&l, VM_SPARE_HIGH, false));
}

TEST(bad_spare_memory_is_refused)
{
	struct vm_config config = { .spare = { GIB, GIB + 2 * MIB } };
	struct vm_layout l;
	struct err err;

	assert_int_equal(layout_init(&l, &config, &err), -EINVAL);
	assert_non_null(strstr(err.text, "1026M is not a multiple of 1G"));
	config.spare[VM_SPARE_HIGH] = arch_x86.memory.end - LAYOUT_ROOM - 5 * GIB;
	assert_int_equal(layout_init(&l, &config, &err), 0);
	config.spare[VM_SPARE_HIGH] += GIB;
	assert_int_equal(layout_init(&l, &config, &err), -EFBIG);
	config.spare[VM_SPARE_HIGH] = arch_x86.memory.end + GIB;
	assert_int_equal(layout_init(&l, &config, &err), -EFBIG);
	assert_non_null(strstr(err.text, "addresses hold"));
}

TEST(bad_devices_are_refused)
{
	static const struct vm_dax bad[] = {
		{ GIB, 8192 }, { MIB, 0 }, { 0, PAGE }, { MIB, PAGE }, { GIB + 2 * MIB, GIB },
	};
	struct vm_layout l;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct vm_config config = { .dax = &bad[i], .nr_dax = 1 };

		assert_int_equal(layout_init(&l, &config, &err), -EINVAL);
		assert_non_null(strstr(err.text, "device-dax"));
	}
}

TEST(what_is_large_lies_higher)
{
	static const struct vm_dax fits = { 1000 * GIB, GIB }, large = { TIB, GIB };
	struct vm_config config = { .ram_mib = 7 * 1024, .dax = &fits, .nr_dax = 1 };
	struct vm_layout l;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_false(l.wide);
	assert_int_equal(l.nodes[0].ram_end, 8 * GIB);
	config.dax = &large;
	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_true(l.wide);
	assert_int_equal(l.nodes[0].ram_end, TIB + 4 * GIB);
	assert_true(l.dax[0].start > l.nodes[0].ram_end);
	assert_int_equal(l.total, l.low + l.end - TIB);
}

TEST(what_does_not_fit_is_refused)
{
	static const struct vm_dax large = { 4 * TIB, GIB };
	const struct vm_config config = { .dax = &large, .nr_dax = 1 };
	struct vm_layout l;
	struct err err;

	assert_int_equal(layout_init(&l, &config, &err), -EFBIG);
	assert_non_null(strstr(err.text, "addresses hold 4096G"));
}

/* Each node has its RAM, then its devices; nothing of one lies in another. */
TEST(nodes_follow_each_other)
{
	static const struct vm_dax dax[] = {
		{ GIB, PAGE, 2 }, { 64 * MIB, 2 * MIB, 0 }, { GIB, GIB, 2 }, { 2 * MIB, 0, 1 }
	};
	const struct vm_config config = { .dax = dax, .nr_dax = 4, .nodes = 3, .ram_mib = 4100 };
	uint64_t total = 0;
	struct vm_layout l;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_int_equal(l.nr_nodes, 3);
	assert_int_equal(l.low, 3 * GIB);
	assert_int_equal(l.nodes[0].ram_end, 4 * GIB + 1028 * MIB);
	for (size_t n = 0; n < 3; n++) {
		assert_int_equal(l.nodes[n].start, n ? l.nodes[n - 1].end : 4 * GIB);
		assert_int_equal(l.nodes[n].start % (128 * MIB), 0);
		total += layout_node_bytes(&l, n);
		if (n)
			assert_int_equal(l.nodes[n].ram_end - l.nodes[n].start, 4100 * MIB);
	}
	assert_int_equal(total, l.total);
	for (size_t i = 0; i < 4; i++) {
		const struct layout_node *node = &l.nodes[dax[i].node];

		assert_true(l.dax[i].start >= node->ram_end);
		assert_true(l.dax[i].data + l.dax[i].size <= node->end);
	}
}

/* Low spare memory is node 0's, high the last node's; neither is what a node uses. */
TEST(nodes_leave_spare_memory_alone)
{
	static const struct vm_dax dax[] = { { GIB, PAGE, 0 }, { GIB, PAGE, 1 } };
	struct vm_config config = {
		.dax = dax, .nr_dax = 2, .nodes = 2, .spare = { GIB, 2 * GIB }
	};
	const struct layout_spare *low, *high;
	struct vm_layout l;
	char *words;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	low = &l.spare[VM_SPARE_LOW];
	high = &l.spare[VM_SPARE_HIGH];
	assert_true(low->start >= l.nodes[0].ram_end);
	assert_true(low->start + low->size <= l.dax[0].start);
	assert_true(l.dax[0].data + l.dax[0].size <= l.nodes[0].end);
	assert_true(l.dax[1].data + l.dax[1].size <= high->start);
	assert_int_equal(high->start + high->size, arch_x86.memory.end - LAYOUT_ROOM);
	assert_int_equal(l.nodes[1].end, arch_x86.memory.end - LAYOUT_ROOM);
	assert_int_equal(layout_node_bytes(&l, 0) + layout_node_bytes(&l, 1), l.total);
	words = layout_words(&l);
	assert_string_equal(words, "memmap=3G$4G memmap=992G$10G memmap=1026M!6142M "
				   "memmap=1026M!11262M");
	free(words);
	config.spare[VM_SPARE_HIGH] = arch_x86.memory.end - LAYOUT_ROOM - 11 * GIB;
	assert_int_equal(layout_init(&l, &config, NULL), -EFBIG);
}

TEST(a_large_layout_has_nodes_too)
{
	static const struct vm_dax dax = { TIB, GIB, 1 };
	const struct vm_config config = { .dax = &dax, .nr_dax = 1, .nodes = 2 };
	struct vm_layout l;

	assert_int_equal(layout_init(&l, &config, NULL), 0);
	assert_true(l.wide);
	assert_int_equal(l.nodes[0].start, TIB);
	assert_int_equal(l.nodes[1].start, l.nodes[0].end);
	assert_int_equal(layout_node_bytes(&l, 0) + layout_node_bytes(&l, 1), l.total);
}

TEST(a_node_that_is_not_there_has_no_device)
{
	static const struct vm_dax dax = { GIB, PAGE, 2 };
	struct vm_config config = { .dax = &dax, .nr_dax = 1, .nodes = 2 };
	struct vm_layout l;
	struct err err;

	assert_int_equal(layout_init(&l, &config, &err), -EINVAL);
	assert_non_null(strstr(err.text, "on node 2: the guest has nodes 0 to 1"));
	config.nodes = 3;
	assert_int_equal(layout_init(&l, &config, NULL), 0);
	config.nodes = VM_MAX_NODES + 1;
	assert_int_equal(layout_init(&l, &config, &err), -EINVAL);
	assert_non_null(strstr(err.text, "at most 8"));
}
