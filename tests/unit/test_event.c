// SPDX-License-Identifier: GPL-2.0-only
/* bench/event: names become the numbers of perf_event_attr, or one line says what is wrong. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/event/event.h"

/* A machine's sysfs with two PMUs. */
static char sysfs[] = "/tmp/ptwalk-event.XXXXXX";

static void put(const char *file, const char *text)
{
	char *path = xasprintf("%s/bus/event_source/devices/%s", sysfs, file);
	char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
	free(folder);
	free(path);
}

static int make_sysfs(void **state)
{
	(void)state;
	/* Whatever CPU this is. */
	setenv("LIBPFM_FORCE_PMU", "skl", 1);
	if (!mkdtemp(sysfs))
		return -1;
	put("cpu/type", "4\n");
	put("cpu/format/event", "config:0-7,32-35\n");
	put("cpu/format/umask", "config:8-15\n");
	put("cpu/format/ldlat", "config1:0-15\n");
	put("cpu/format/offcore", "config2:0-63\n");
	put("cpu/format/edge", "config:18\n");
	put("cpu/format/odd", "config:8-77\n");
	put("cpu/events/mem-loads", "event=0xcd,umask=0x1,ldlat=3\n");
	put("cpu/events/mem-loads.scale", "2\n");
	put("uncore_imc/type", "17\n");
	put("uncore_imc/format/event", "config:0-7\n");
	put("uncore_imc/events/data_reads", "event=0x1\n");
	return 0;
}

static int remove_sysfs(void **state)
{
	(void)state;
	return fs_remove(sysfs, NULL);
}

/* One event of that name, to be freed; fails the test where it cannot be named. */
static struct event resolved(const char *name)
{
	struct event_list list;
	struct event event;
	struct err err = { "" };

	if (event_list_resolve(name, sysfs, &list, &err))
		fail_msg("%s: %s", name, err.text);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0].name, name);
	event = list.v[0];
	event_list_release(&list);
	return event;
}

static void is(const char *name, uint32_t type, uint64_t config, uint64_t config1, uint64_t config2)
{
	struct event event = resolved(name);

	if (event.type != type || event.config != config || event.config1 != config1 ||
	    event.config2 != config2)
		fail_msg("%s is %u:%#lx:%#lx:%#lx", name, event.type, (unsigned long)event.config,
			 (unsigned long)event.config1, (unsigned long)event.config2);
}

static void refused(const char *names, int code, const char *says)
{
	struct event_list list;
	struct err err = { "" };

	if (event_list_resolve(names, sysfs, &list, &err) != code)
		fail_msg("%s: %s", names, *err.text ? err.text : "taken");
	event_list_release(&list);
	if (!strstr(err.text, says) || strchr(err.text, '\n'))
		fail_msg("%s: %s", names, err.text);
}

/* As perf itself encodes them. */
TEST(perfs_own_names)
{
	is("cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 0);
	is("cpu-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 0);
	is("Instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0, 0);
	is("task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 0, 0);
	is("cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 0, 0);
	is("page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 0, 0);
	is("context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0, 0);
	is("dTLB-load-misses", PERF_TYPE_HW_CACHE, 0x10003, 0, 0);
	is("dTLB-loads", PERF_TYPE_HW_CACHE, 0x3, 0, 0);
	is("dTLB-store-misses", PERF_TYPE_HW_CACHE, 0x10103, 0, 0);
	is("LLC-load-misses", PERF_TYPE_HW_CACHE, 0x10002, 0, 0);
	is("L1-dcache-prefetches", PERF_TYPE_HW_CACHE, 0x200, 0, 0);
	is("node-loads", PERF_TYPE_HW_CACHE, 0x6, 0, 0);
	refused("iTLB-stores", -EINVAL, "unknown event 'iTLB-stores'");
}

TEST(numbers)
{
	is("r1c4", PERF_TYPE_RAW, 0x1c4, 0, 0);
	is("4:0x1c4", PERF_TYPE_RAW, 0x1c4, 0, 0);
	is("8:1:0x2:3", 8, 1, 2, 3);
	refused("1", -EINVAL, "'1' is not TYPE:CONFIG");
	refused("1:", -EINVAL, "'1:' is not TYPE:CONFIG");
	refused("1:2:3:4:5", -EINVAL, "is not TYPE:CONFIG[:CONFIG1[:CONFIG2]]");
	refused("1:-2", -EINVAL, "is not TYPE:CONFIG");
	refused("4294967296:1", -EINVAL, "is not TYPE:CONFIG");
	refused("1:0x1ffffffffffffffff", -EINVAL, "is not TYPE:CONFIG");
	refused("r1ffffffffffffffff", -EINVAL, "is not rHEX");
}

TEST(what_the_kernel_names)
{
	is("mem-loads", 4, 0x1cd, 3, 0);
	is("cpu/mem-loads/", 4, 0x1cd, 3, 0);
	is("cpu/event=0x1c4,umask=2,edge/", 4, 0x1000402c4, 0, 0);
	is("cpu/event=0xff,umask=2,offcore=0xffffffffffffffff/", 4, 0x2ff, 0, UINT64_MAX);
	is("cpu/config=0x12,config1=0x3/", 4, 0x12, 3, 0);
	is("uncore_imc/data_reads/", 17, 1, 0, 0);
	refused("cpu/event=0x1000/", -EINVAL, "0x1000 does not fit into term 'event'");
	refused("cpu/odd=1/", -EINVAL, "does not fit into term 'odd'");
	refused("cpu/nope=1/", -EINVAL, "PMU cpu has no term 'nope'");
	refused("cpu/event=x/", -EINVAL, "is not TERM=NUMBER");
	refused("cpu/event=/", -EINVAL, "is not TERM=NUMBER");
	refused("cpu/../events/", -EINVAL, "is not PMU/EVENT/");
	refused("cpu/..=1/", -EINVAL, "is not TERM=NUMBER");
	refused("cpu//", -EINVAL, "names no term");
	refused("cpu/event=1", -EINVAL, "is not PMU/EVENT/");
	refused("../cpu/event=1/", -EINVAL, "is not PMU/EVENT/");
	refused("nope/event=1/", -EINVAL, "this machine has no PMU 'nope'");
	/* By its name alone, an event of the CPU's PMU and no other. */
	refused("data_reads", -EINVAL, "near it: uncore_imc/data_reads/");
	refused("mem-loads.scale", -EINVAL, "unknown event");
}

/* Of the CPU that main() has libpfm4 take this one for. */
TEST(what_the_manufacturer_names)
{
	struct event event;

	event = resolved("DTLB_LOAD_MISSES:WALK_COMPLETED");
	assert_int_equal(event.type, PERF_TYPE_RAW);
	assert_int_equal(event.config & 0xff, 0x08);
	event = resolved("skl::INST_RETIRED");
	assert_int_equal(event.config & 0xff, 0xc0);
	refused("DTLB_LOAD_MISSES", -EINVAL, "it has: MISS_CAUSES_A_WALK");
	refused("DTLB_LOAD_MISSES:NOPE", -EINVAL, "it has: MISS_CAUSES_A_WALK");
}

TEST(lists)
{
	struct event_list list;
	struct err err = { "" };

	if (event_list_resolve("cycles,cpu/event=1,umask=2/,r3,1:0", sysfs, &list, &err))
		fail_msg("%s", err.text);
	assert_int_equal(list.n, 4);
	assert_string_equal(list.v[1].name, "cpu/event=1,umask=2/");
	assert_int_equal(list.v[2].config, 3);
	event_list_release(&list);
	refused("cycles,r1,r2,r3,r4", -E2BIG, "r4 is one event too many: the module counts 4");
	refused("", -EINVAL, "an empty name");
	refused("cycles,,r1", -EINVAL, "an empty name among the events 'cycles,,r1'");
	refused("cycles,", -EINVAL, "an empty name");
	refused("r1,cycles,r1", -EINVAL, "event r1 is named twice");
}

TEST(what_is_near_is_said)
{
	refused("cycels", -EINVAL, "near it: cycles");
	refused("dTLB-loads-misses", -EINVAL, "near it: dTLB-load-misses");
	refused("pagefaults", -EINVAL, "near it: page-faults");
	refused("LLC", -EINVAL, "near it: LLC-");
	refused("qwertyuiop", -EINVAL, "unknown event 'qwertyuiop'; --events help");
	refused("x", -EINVAL, "unknown event 'x'; --events help");
}

static void count(void *arg, const char *name, const char *what)
{
	assert_true(*name);
	assert_non_null(what);
	++*(size_t *)arg;
}

/* All that is listed can be named; a CPU's event may need a umask. */
TEST(whatever_is_listed_is_known)
{
	size_t n[4] = { 0 };

	assert_int_equal(nr_event_sources, ARRAY_SIZE(n));
	for (size_t i = 0; i < nr_event_sources; i++)
		if (event_sources[i]->each)
			event_sources[i]->each(sysfs, count, &n[i]);
	assert_true(n[0] > 40);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[2], 2);
	assert_true(n[3] > 50);
}

UNIT_GROUP(make_sysfs, remove_sysfs);
