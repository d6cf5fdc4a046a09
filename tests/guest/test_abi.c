// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad input to /dev/ptwalk is refused with the error that the ABI names, and
 * good input answered as it promises: test_abi [--dax=/dev/daxN.0]...
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"

#define TOP (1ULL << 47)

static char *memory;
static struct ptwalk_sample samples[4];

static struct ptwalk_run good(void)
{
	return abi_run(PTWALK_OP_HMM, memory, 4 * PAGE, samples, 4);
}

/* One field of a run, or of an inspect, is wrong. */
#define REFUSED(name, error, ...)                                                                  \
	do {                                                                                       \
		struct ptwalk_run run = good();                                                    \
		__VA_ARGS__;                                                                       \
		abi_answers("run refuses " name, PTWALK_IOC_RUN, &run, error);                     \
		abi_case("run refuses " name ": nothing done", !run.done, "done is %u", run.done); \
	} while (0)

static void test_commands(void)
{
	struct ptwalk_run run = good();

	abi_answers("unknown command", _IOWR(PTWALK_IOC_MAGIC, 4, struct ptwalk_run), &run,
		    -ENOTTY);
	abi_answers("command of another size", _IOWR(PTWALK_IOC_MAGIC, 3, uint64_t), &run, -ENOTTY);
	abi_answers("command of another magic", TIOCGWINSZ, &run, -ENOTTY);
}

static void test_bad_pointers(void)
{
	static const unsigned long commands[] = { PTWALK_IOC_QUERY, PTWALK_IOC_QUERY_OP,
						  PTWALK_IOC_INSPECT, PTWALK_IOC_RUN,
						  PTWALK_IOC_QUERY_OWN };
	struct ptwalk_query *query = (void *)abi_map(PAGE, PROT_READ | PROT_WRITE);
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "command %zu: null argument", i);
		abi_answers(name, commands[i], NULL, -EFAULT);
		snprintf(name, sizeof(name), "command %zu: argument in the kernel", i);
		abi_answers(name, commands[i], (void *)0xffff888000000000UL, -EFAULT);
	}
	query->abi = PTWALK_ABI;
	mprotect(query, PAGE, PROT_READ);
	abi_answers("argument that cannot be written", PTWALK_IOC_QUERY, query, -EFAULT);
	munmap(query, PAGE);

	REFUSED("null samples", -EFAULT, run.samples = 0);
	REFUSED("samples in the kernel", -EFAULT, run.samples = 0xffff888000000000ULL);
}

static void test_query(void)
{
	struct ptwalk_query query = { .abi = PTWALK_ABI };

	abi_answers("query", PTWALK_IOC_QUERY, &query, 0);
	abi_case("query: figures",
		 query.abi == PTWALK_ABI && query.nr_ops == PTWALK_NR_OPS && query.tsc_khz &&
			 query.max_pages == PTWALK_MAX_PAGES && query.nr_nodes &&
			 query.max_iterations == PTWALK_MAX_ITERATIONS &&
			 query.max_events == PTWALK_MAX_EVENTS,
		 "abi %u, %u ops, %llu kHz, %u nodes", query.abi, query.nr_ops, query.tsc_khz,
		 query.nr_nodes);
	abi_case("query: features",
		 query.features ==
			 (PTWALK_FEATURE_EVENT_CONFIGS | PTWALK_FEATURE_TSC_LEAVES |
			  PTWALK_FEATURE_KEEP | PTWALK_FEATURE_COLD | PTWALK_FEATURE_OWN |
			  PTWALK_FEATURE_TELL | PTWALK_FEATURE_HASH | PTWALK_FEATURE_VMAS |
			  PTWALK_FEATURE_BUDGET_NS | PTWALK_FEATURE_PAGES | PTWALK_FEATURE_RACE),
		 "%x", query.features);
	abi_case("query: pages",
		 query.page_size == (uint64_t)sysconf(_SC_PAGESIZE) &&
			 query.block_ptes < query.page_size / 8,
		 "%u bytes, blocks of %u", query.page_size, query.block_ptes);
	abi_case("query: strings", query.release[0] && query.compiler[0], "empty");

	query = (struct ptwalk_query){ .abi = PTWALK_ABI + 1 };
	abi_answers("query: newer caller", PTWALK_IOC_QUERY, &query, -EPROTONOSUPPORT);
	abi_case("query: newer caller is told", query.abi == PTWALK_ABI, "abi %u", query.abi);
	query = (struct ptwalk_query){ .abi = 0 };
	abi_answers("query: no ABI", PTWALK_IOC_QUERY, &query, -EINVAL);
	query = (struct ptwalk_query){ .abi = PTWALK_ABI, .features = 1 };
	abi_answers("query: features are not asked for", PTWALK_IOC_QUERY, &query, -EINVAL);
	query = (struct ptwalk_query){ .abi = PTWALK_ABI, .page_size = PAGE };
	abi_answers("query: the page size is not asked for", PTWALK_IOC_QUERY, &query, -EINVAL);
	query = (struct ptwalk_query){ .abi = PTWALK_ABI, .reserved[4] = 1 };
	abi_answers("query: reserved", PTWALK_IOC_QUERY, &query, -EINVAL);
}

static void test_query_op(void)
{
	static const struct ptwalk_query_op listed[] = {
#define X(number, constant, name_, flags_, ...) \
	{ .op = (number), .flags = (flags_), .name = #name_ },
		PTWALK_OPS(X)
#undef X
	};
	struct ptwalk_query_own own;
	struct ptwalk_query_op query;
	unsigned int seen = 0, i;
	char name[64];

	for (i = 0; i < PTWALK_NR_OPS; i++) {
		query = (struct ptwalk_query_op){ .index = i };
		if (abi_ioctl(PTWALK_IOC_QUERY_OP, &query) || !query.name[0])
			break;
		seen |= 1U << query.op;
		snprintf(name, sizeof(name), "query op: %s is runnable or has a reason",
			 query.name);
		abi_case(name, !!(query.flags & PTWALK_OPF_RUNNABLE) == !query.reason[0],
			 "%s: flags %x, reason \"%s\"", query.name, query.flags, query.reason);
		snprintf(name, sizeof(name), "query op: %s is what the list says", listed[i].name);
		abi_case(name,
			 query.op == listed[i].op && !strcmp(query.name, listed[i].name) &&
				 (query.flags & ~PTWALK_OPFS_BY_KERNEL) == listed[i].flags,
			 "%s: op %u, flags %x", query.name, query.op, query.flags);
	}
#define X(number, name) | 1U << (number)
	abi_case("query op: every op once, none that is gone",
		 seen == (((1U << PTWALK_NR_OP_NUMBERS) - 1) & ~(0 PTWALK_OPS_GONE(X))), "seen %x",
		 seen);
#undef X

	query = (struct ptwalk_query_op){ .index = PTWALK_NR_OPS };
	abi_answers("query op: index past the end", PTWALK_IOC_QUERY_OP, &query, -EINVAL);
	query = (struct ptwalk_query_op){ .reserved0 = 1 };
	abi_answers("query op: reserved0", PTWALK_IOC_QUERY_OP, &query, -EINVAL);
	query = (struct ptwalk_query_op){ .reserved[1] = 1 };
	abi_answers("query op: reserved", PTWALK_IOC_QUERY_OP, &query, -EINVAL);
	own = (struct ptwalk_query_own){ .index = UINT_MAX };
	abi_answers("query own: index past the end", PTWALK_IOC_QUERY_OWN, &own, -EINVAL);
	own = (struct ptwalk_query_own){ .reserved[1] = 1 };
	abi_answers("query own: reserved", PTWALK_IOC_QUERY_OWN, &own, -EINVAL);
}

static void test_ranges(void)
{
	static const struct {
		const char *name;
		uint64_t addr, len;
	} bad[] = {
		{ "an unaligned address", 0x10008, PAGE },
		{ "an unaligned length", 0x10000, PAGE + 8 },
		{ "no length", 0x10000, 0 },
		{ "a length that overflows", 0x10000, ~(PAGE - 1) },
		{ "an end past 2^64", ~(PAGE - 1), 2 * PAGE },
		{ "an end past user space", TOP - PAGE, 2 * PAGE },
		{ "the kernel's half", 0xffff888000000000ULL, PAGE },
		{ "more pages than allowed", 0, (PTWALK_MAX_PAGES + 1) * PAGE },
	};
	struct ptwalk_inspect inspect;
	char name[96];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ptwalk_run run = good();

		run.addr = bad[i].addr;
		run.len = bad[i].len;
		snprintf(name, sizeof(name), "run refuses %s", bad[i].name);
		abi_answers(name, PTWALK_IOC_RUN, &run, -EINVAL);
		inspect = (struct ptwalk_inspect){ .addr = bad[i].addr, .len = bad[i].len };
		snprintf(name, sizeof(name), "inspect refuses %s", bad[i].name);
		abi_answers(name, PTWALK_IOC_INSPECT, &inspect, -EINVAL);
	}
	inspect = (struct ptwalk_inspect){ .addr = 0x10000, .len = PAGE, .flags = 2 };
	abi_answers("inspect refuses flags", PTWALK_IOC_INSPECT, &inspect, -EINVAL);
	inspect = (struct ptwalk_inspect){ .addr = 0x10000, .len = PAGE, .error_pages = 1 };
	abi_answers("inspect refuses a field that it fills", PTWALK_IOC_INSPECT, &inspect, -EINVAL);
}

static void test_run_fields(void)
{
	REFUSED("an unknown op", -EINVAL, run.op = PTWALK_NR_OP_NUMBERS);
#define X(number, name) REFUSED("an op that is gone: " #name, -EINVAL, run.op = (number));
	PTWALK_OPS_GONE(X)
#undef X
	REFUSED("a wild op", -EINVAL, run.op = UINT_MAX);
	REFUSED("an unknown policy", -EINVAL, run.op = PTWALK_OP_TEARDOWN_HELD; run.policy = 4);
	REFUSED("a wild policy", -EINVAL, run.op = PTWALK_OP_TEARDOWN_HELD; run.policy = UINT_MAX);
	REFUSED("a policy for hmm", -EINVAL, run.policy = PTWALK_POLICY_ENTRY);
	REFUSED("own code that is not there", -EINVAL, run.own = 1000);
	REFUSED("own code that wraps", -EINVAL, run.own = UINT_MAX);
	REFUSED("own code of an op that has none", -EINVAL, run.op = PTWALK_OP_BARE; run.own = 1);
	REFUSED("no iterations", -EINVAL, run.iterations = 0);
	REFUSED("too many iterations", -E2BIG, run.iterations = PTWALK_MAX_ITERATIONS + 1);
	REFUSED("wildly many iterations", -E2BIG, run.iterations = UINT_MAX);
	REFUSED("unknown flags", -EINVAL, run.flags = PTWALK_RUN_HASH << 1);
	REFUSED("unknown requests", -EINVAL, run.req = 4);
	REFUSED("write without fault", -EINVAL, run.req = PTWALK_REQ_WRITE);
	REFUSED("faults with interrupts off", -EINVAL, run.flags = PTWALK_RUN_IRQS_OFF;
		run.req = PTWALK_REQ_FAULT);
	REFUSED("faults by bare", -EINVAL, run.op = PTWALK_OP_BARE; run.req = PTWALK_REQ_FAULT);
	REFUSED("faults by empty", -EINVAL, run.op = PTWALK_OP_EMPTY; run.req = PTWALK_REQ_FAULT);
	REFUSED("a budget of time for hmm", -EINVAL, run.budget_ns = 1);
	REFUSED("a result node past the last", -EINVAL, run.result_want = 1 + 2);
	REFUSED("a result node that no machine has", -EINVAL, run.result_want = 1 + 1024);
	REFUSED("a wild result node", -EINVAL, run.result_want = UINT_MAX);
}

static void test_events(void)
{
	const struct ptwalk_event clock = { PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_CPU_CLOCK };

	REFUSED("too many events", -EINVAL, run.nr_events = PTWALK_MAX_EVENTS + 1);
	REFUSED("an event's reserved field", -EINVAL, run.nr_events = 1; run.events[0] = clock;
		run.events[0].reserved0 = 1);
	REFUSED("an event past the count", -EINVAL, run.nr_events = 1; run.events[0] = clock;
		run.events[1] = clock);
	REFUSED("an unknown event type", -ENOENT, run.nr_events = 1;
		run.events[0].type = 0x7ffffff0);
	REFUSED("an unknown software event", -ENOENT, run.nr_events = 2; run.events[0] = clock;
		run.events[1] = (struct ptwalk_event){ PERF_TYPE_SOFTWARE, 0, 0x7ffffff0 });
}

static void test_event_configs(void)
{
	const struct ptwalk_event clock = { PERF_TYPE_SOFTWARE, 0, PERF_COUNT_SW_CPU_CLOCK };
	const struct ptwalk_event_config bad = { .reserved = { 0, 1 } };

	REFUSED("configs without events", -EINVAL, run.event_configs = (uintptr_t)&bad);
	REFUSED("configs in the kernel", -EFAULT, run.nr_events = 1; run.events[0] = clock;
		run.event_configs = 0xffff888000000000ULL);
	REFUSED("configs that are not there", -EFAULT, run.nr_events = 1; run.events[0] = clock;
		run.event_configs = PAGE);
	REFUSED("a config's reserved field", -EINVAL, run.nr_events = 1; run.events[0] = clock;
		run.event_configs = (uintptr_t)&bad);
}

/* In a child, which gives a capability up for good. */
static int open_without(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		if (syscall(SYS_capget, &header, data))
			_exit(255);
		data[capability / 32].effective &= ~(1U << capability % 32);
		data[capability / 32].permitted &= ~(1U << capability % 32);
		if (syscall(SYS_capset, &header, data))
			_exit(255);
		_exit(open(PTWALK_DEVICE, O_RDWR) < 0 ? errno : 0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static void test_permissions(void)
{
	struct stat st = { 0 };
	int ret;

	ret = stat(PTWALK_DEVICE, &st);
	abi_case("device mode is 0600", !ret && st.st_mode == (S_IFCHR | 0600), "mode %o",
		 st.st_mode);
	ret = open_without(CAP_SYS_ADMIN);
	abi_case("open without CAP_SYS_ADMIN", ret == -EPERM, "answered %d (%s)", ret,
		 strerror(-ret));
	ret = open_without(CAP_SYS_BOOT);
	abi_case("open without another capability", ret == 0, "answered %d (%s)", ret,
		 strerror(-ret));
}

static void test_unload(const char *name, int expected)
{
	int ret = syscall(SYS_delete_module, "ptwalk", O_NONBLOCK) ? -errno : 0;

	abi_case(name, ret == expected, "answered %d (%s)", ret, strerror(-ret));
}

int main(int argc, char **argv)
{
	int i;

	abi_begin();
	memory = abi_map(4 * PAGE, PROT_READ | PROT_WRITE);
	memset(memory, 1, 4 * PAGE);
	memset(samples, 0, sizeof(samples));

	test_commands();
	test_bad_pointers();
	test_query();
	test_query_op();
	test_ranges();
	test_run_fields();
	test_events();
	test_event_configs();
	test_permissions();
	test_unload("unload while open", -EWOULDBLOCK);
	abi_test_runs();
	abi_test_memory();
	abi_test_pages();
	abi_test_protocol();
	abi_test_invalidated();
	abi_test_cold();
	abi_test_race();
	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--dax=", strlen("--dax=")))
			abi_test_dax(argv[i] + strlen("--dax="));
		else if (!strncmp(argv[i], "--spare=", strlen("--spare=")))
			abi_test_pagemaps(argv[i] + strlen("--spare="));
	close(abi_fd);
	test_unload("unload once closed", 0);
	abi_test_kernel_log();
	return abi_end();
}
