// SPDX-License-Identifier: GPL-2.0-only
/* vm/pins: which CPUs and nodes of a host a guest's are bound to, and that they are. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "vm/pins.h"

/* Plan on a host of hwloc's description @synthetic; lists as "0-3", NULL being all or none. */
static int plan(const char *synthetic, const char *usable, const char *preferred,
		const char *cpu_nodes, unsigned int cpus, unsigned int nodes, struct vm_pins *pins,
		struct err *err)
{
	struct pins_choice from = {
		.usable = hwloc_bitmap_alloc_full(),
		.preferred = hwloc_bitmap_alloc(),
		.cpu_nodes = hwloc_bitmap_alloc_full(),
	};
	int ret;

	assert_int_equal(hwloc_topology_init(&from.topology), 0);
	assert_int_equal(hwloc_topology_set_synthetic(from.topology, synthetic), 0);
	assert_int_equal(hwloc_topology_load(from.topology), 0);
	if (usable)
		assert_int_equal(hwloc_bitmap_list_sscanf(from.usable, usable), 0);
	if (preferred)
		assert_int_equal(hwloc_bitmap_list_sscanf(from.preferred, preferred), 0);
	if (cpu_nodes)
		assert_int_equal(hwloc_bitmap_list_sscanf(from.cpu_nodes, cpu_nodes), 0);
	ret = pins_plan(&from, cpus, nodes, pins, err);
	hwloc_bitmap_free(from.usable);
	hwloc_bitmap_free(from.preferred);
	hwloc_bitmap_free(from.cpu_nodes);
	hwloc_topology_destroy(from.topology);
	return ret;
}

TEST(a_core_each_and_cpu_0_last)
{
	struct vm_pins pins;

	/* Of core k the CPUs are 2k and 2k + 1. */
	assert_int_equal(plan("numa:1 core:4 pu:2", NULL, NULL, NULL, 3, 1, &pins, NULL), 0);
	assert_int_equal(pins.cpus[0], 2);
	assert_int_equal(pins.cpus[1], 4);
	assert_int_equal(pins.cpus[2], 6);
	assert_false(pins.shared_cores);
	assert_false(pins.bind_memory);
	assert_int_equal(plan("numa:1 core:4 pu:2", NULL, NULL, NULL, 5, 1, &pins, NULL), 0);
	assert_int_equal(pins.cpus[3], 0);
	assert_int_equal(pins.cpus[4], 3);
	assert_true(pins.shared_cores);
}

TEST(what_may_not_be_taken_is_not)
{
	struct vm_pins pins;
	struct err err;

	/* A core of whose CPUs one may be taken is a core. */
	assert_int_equal(plan("numa:1 core:4 pu:2", "0,3,5", NULL, NULL, 2, 1, &pins, NULL), 0);
	assert_int_equal(pins.cpus[0], 3);
	assert_int_equal(pins.cpus[1], 5);
	assert_false(pins.shared_cores);
	assert_int_equal(plan("numa:1 core:4 pu:2", "0,3,5", NULL, NULL, 4, 1, &pins, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "4 CPUs of the guest"));
	assert_non_null(strstr(err.text, "it has 3"));
}

TEST(isolated_ones_come_first)
{
	struct vm_pins pins;

	assert_int_equal(plan("numa:2 core:4 pu:1", NULL, "6,7", NULL, 2, 1, &pins, NULL), 0);
	assert_int_equal(pins.nodes[0], 1);
	assert_int_equal(pins.cpus[0], 6);
	assert_int_equal(pins.cpus[1], 7);
	assert_int_equal(plan("numa:2 core:4 pu:1", NULL, "6,7", NULL, 3, 1, &pins, NULL), 0);
	assert_int_equal(pins.cpus[2], 4);
}

TEST(nodes_have_nodes_of_their_own)
{
	struct vm_pins pins;
	struct err err;

	assert_int_equal(plan("numa:2 core:2 pu:2", NULL, NULL, NULL, 4, 2, &pins, NULL), 0);
	assert_true(pins.bind_memory);
	assert_int_equal(pins.nodes[0], 0);
	assert_int_equal(pins.nodes[1], 1);
	assert_int_equal(pins.cpus[0], 2);
	assert_int_equal(pins.cpus[1], 0);
	assert_int_equal(pins.cpus[2], 4);
	assert_int_equal(pins.cpus[3], 6);
	assert_int_equal(plan("numa:2 core:2 pu:2", NULL, NULL, NULL, 1, 3, &pins, &err), -EINVAL);
	assert_non_null(strstr(err.text, "a remote page would be a local one"));
	/* CPUs enough in all, and too few on a node. */
	assert_int_equal(plan("numa:2 core:2 pu:1", "0,1,2", NULL, NULL, 3, 1, &pins, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "node 0 of the host has 2"));
}

TEST(memory_alone_is_for_nodes_without_cpus)
{
	struct vm_pins pins;
	struct err err;

	/* hwloc says that node 1's CPUs are near to it; it has none. */
	assert_int_equal(plan("numa:2 core:2 pu:1", NULL, NULL, "0", 1, 2, &pins, NULL), 0);
	assert_int_equal(pins.nodes[0], 0);
	assert_int_equal(pins.nodes[1], 1);
	assert_int_equal(plan("numa:2 core:2 pu:1", NULL, NULL, "1", 1, 2, &pins, NULL), 0);
	assert_int_equal(pins.nodes[0], 1);
	assert_int_equal(pins.nodes[1], 0);
	assert_int_equal(plan("numa:2 core:2 pu:1", NULL, NULL, "1", 2, 2, &pins, &err), -EINVAL);
	assert_non_null(strstr(err.text, "2 nodes of the guest have CPUs; of the host's, 1 have"));
}

/* However many of each: no CPU is taken twice, and each is of its node. */
TEST(each_is_taken_once)
{
	for (unsigned int cpus = 1; cpus <= 16; cpus++)
		for (unsigned int nodes = 1; nodes <= 4; nodes++) {
			struct vm_pins pins;
			unsigned long taken = 0;
			struct err err;
			int ret = plan("numa:4 core:2 pu:2", NULL, NULL, NULL, cpus, nodes, &pins,
				       &err);

			assert_int_equal(ret, cpus <= 4 * nodes ? 0 : -EINVAL);
			for (unsigned int i = 0; !ret && i < cpus; i++) {
				unsigned int node = 0;

				while (vm_first_cpu(cpus, nodes, node + 1) <= i)
					node++;
				assert_int_equal(pins.cpus[i] / 4, pins.nodes[node]);
				assert_false(taken >> pins.cpus[i] & 1);
				taken |= 1UL << pins.cpus[i];
			}
		}
}

TEST(what_was_chosen_is_said)
{
	struct vm_pins pins;
	char *text;

	assert_int_equal(plan("numa:2 core:1 pu:2", NULL, NULL, NULL, 2, 1, &pins, NULL), 0);
	text = pins_text(&pins);
	assert_string_equal(text, "CPU 0 of the guest: CPU 0 of the host\n"
				  "CPU 1 of the guest: CPU 1 of the host\n"
				  "some of them share a core\n"
				  "memory of node 0 of the guest: node 0 of the host\n");
	free(text);
}

static pthread_barrier_t ready, done;

static void *wait_here(void *arg)
{
	*(pid_t *)arg = gettid();
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&done);
	return NULL;
}

/* Real threads: what the kernel says of them afterwards. */
TEST(threads_are_where_they_were_bound)
{
	struct vm_pins pins;
	pthread_t threads[2];
	pid_t tids[2];
	struct err err = { "" };
	unsigned int n = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
	cpu_set_t set;

	assert_int_equal(pins_host(n, 1, &pins, &err), 0);
	pthread_barrier_init(&ready, NULL, n + 1);
	pthread_barrier_init(&done, NULL, n + 1);
	for (unsigned int i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, wait_here, &tids[i]), 0);
	pthread_barrier_wait(&ready);
	assert_int_equal(pins_bind(&pins, 0, tids, &err), 0);
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(sched_getaffinity(tids[i], sizeof(set), &set), 0);
		assert_int_equal(CPU_COUNT(&set), 1);
		assert_true(CPU_ISSET(pins.cpus[i], &set));
	}
	/* One that is no thread is said. */
	tids[0] = 0x3fffffff;
	assert_true(pins_bind(&pins, 0, tids, &err) < 0);
	assert_non_null(strstr(err.text, "cannot bind a thread of QEMU to CPU"));
	pthread_barrier_wait(&done);
	for (unsigned int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

/* A process's other threads leave the CPUs that were taken. */
TEST(others_get_out_of_the_way)
{
	struct vm_pins pins;
	pthread_t thread;
	struct err err = { "" };
	cpu_set_t before, set;
	pid_t tid;

	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	if (CPU_COUNT(&before) < 2)
		skip();
	assert_int_equal(pins_host(1, 1, &pins, &err), 0);
	pthread_barrier_init(&ready, NULL, 2);
	pthread_barrier_init(&done, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, wait_here, &tid), 0);
	pthread_barrier_wait(&ready);
	assert_int_equal(pins_bind(&pins, getpid(), &tid, &err), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_false(CPU_ISSET(pins.cpus[0], &set));
	assert_true(CPU_COUNT(&set) > 0);
	assert_int_equal(sched_getaffinity(tid, sizeof(set), &set), 0);
	assert_true(CPU_ISSET(pins.cpus[0], &set));
	pthread_barrier_wait(&done);
	pthread_join(thread, NULL);
	sched_setaffinity(0, sizeof(before), &before);
}
