// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that perf itself has for the kernel's generic events (the numbers are the ABI of
 * linux/perf_event.h), and the manufacturer's, as libpfm4 knows them for this machine's CPU.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/event/event.h"

#define HW(name, id, what)                                         \
	{                                                          \
		name, PERF_TYPE_HARDWARE, PERF_COUNT_HW_##id, what \
	}
#define SW(name, id, what)                                         \
	{                                                          \
		name, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##id, what \
	}

static const struct generic {
	const char *name;
	uint32_t type;
	uint64_t config;
	const char *what;
} generics[] = {
	HW("cycles", CPU_CYCLES, "core cycles, at whatever frequency"),
	HW("cpu-cycles", CPU_CYCLES, "the same as cycles"),
	HW("ref-cycles", REF_CPU_CYCLES, "cycles at the reference frequency"),
	HW("bus-cycles", BUS_CYCLES, "bus cycles"),
	HW("instructions", INSTRUCTIONS, "retired instructions"),
	HW("branches", BRANCH_INSTRUCTIONS, "retired branches"),
	HW("branch-instructions", BRANCH_INSTRUCTIONS, "the same as branches"),
	HW("branch-misses", BRANCH_MISSES, "mispredicted branches"),
	HW("cache-references", CACHE_REFERENCES, "accesses to the last-level cache"),
	HW("cache-misses", CACHE_MISSES, "misses of the last-level cache"),
	HW("stalled-cycles-frontend", STALLED_CYCLES_FRONTEND, "cycles without an instruction"),
	HW("stalled-cycles-backend", STALLED_CYCLES_BACKEND, "cycles without a free resource"),
	SW("cpu-clock", CPU_CLOCK, "ns of the CPU's clock"),
	SW("task-clock", TASK_CLOCK, "ns that the task ran"),
	SW("page-faults", PAGE_FAULTS, "page faults of the task"),
	SW("faults", PAGE_FAULTS, "the same as page-faults"),
	SW("minor-faults", PAGE_FAULTS_MIN, "those that needed no I/O"),
	SW("major-faults", PAGE_FAULTS_MAJ, "those that did"),
	SW("context-switches", CONTEXT_SWITCHES, "switches to another task"),
	SW("cs", CONTEXT_SWITCHES, "the same as context-switches"),
	SW("cpu-migrations", CPU_MIGRATIONS, "moves of the task to another CPU"),
	SW("migrations", CPU_MIGRATIONS, "the same as cpu-migrations"),
	SW("alignment-faults", ALIGNMENT_FAULTS, "unaligned accesses that the kernel mends"),
	SW("emulation-faults", EMULATION_FAULTS, "instructions that the kernel emulates"),
};

#define LOAD	 (1U << PERF_COUNT_HW_CACHE_OP_READ)
#define STORE	 (1U << PERF_COUNT_HW_CACHE_OP_WRITE)
#define PREFETCH (1U << PERF_COUNT_HW_CACHE_OP_PREFETCH)

static const struct cache {
	const char *name;
	uint64_t id;
	unsigned ops; /* that have a meaning for it */
} caches[] = {
	{ "L1-dcache", PERF_COUNT_HW_CACHE_L1D, LOAD | STORE | PREFETCH },
	{ "L1-icache", PERF_COUNT_HW_CACHE_L1I, LOAD | PREFETCH },
	{ "LLC", PERF_COUNT_HW_CACHE_LL, LOAD | STORE | PREFETCH },
	{ "dTLB", PERF_COUNT_HW_CACHE_DTLB, LOAD | STORE | PREFETCH },
	{ "iTLB", PERF_COUNT_HW_CACHE_ITLB, LOAD },
	{ "branch", PERF_COUNT_HW_CACHE_BPU, LOAD },
	{ "node", PERF_COUNT_HW_CACHE_NODE, LOAD | STORE | PREFETCH },
};

/* By PERF_COUNT_HW_CACHE_OP_*: of all accesses, and of those that missed. */
static const char *const cache_ops[][2] = {
	{ "loads", "load-misses" },
	{ "stores", "store-misses" },
	{ "prefetches", "prefetch-misses" },
};

/* Tell of every one until @tell says that it has what it looked for. */
static bool each_generic(bool (*tell)(void *arg, const struct generic *), void *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(generics); i++)
		if (tell(arg, &generics[i]))
			return true;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(cache_ops) * ARRAY_SIZE(caches); i++) {
		const struct cache *cache = &caches[i / (2 * ARRAY_SIZE(cache_ops))];
		size_t op = i / 2 % ARRAY_SIZE(cache_ops), result = i % 2;
		char name[40];
		struct generic g = { name, PERF_TYPE_HW_CACHE,
				     cache->id | op << 8 | (uint64_t)result << 16,
				     result ? "of those, that missed" : "" };

		snprintf(name, sizeof(name), "%s-%s", cache->name, cache_ops[op][result]);
		if (cache->ops >> op & 1 && tell(arg, &g))
			return true;
	}
	return false;
}

static bool is_it(void *arg, const struct generic *g)
{
	struct event *event = arg;

	if (strcasecmp(event->name, g->name) != 0)
		return false;
	event->type = g->type;
	event->config = g->config;
	return true;
}

static int resolve_name(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	(void)name;
	(void)sysfs;
	(void)err;
	return each_generic(is_it, event) ? 0 : -ENOENT;
}

struct telling {
	event_tell_fn *tell;
	void *arg;
};

static bool pass_on(void *arg, const struct generic *g)
{
	const struct telling *telling = arg;

	telling->tell(telling->arg, g->name, g->what);
	return false;
}

static void each_name(const char *sysfs, event_tell_fn *tell, void *arg)
{
	struct telling telling = { tell, arg };

	(void)sysfs;
	each_generic(pass_on, &telling);
}

const struct event_source event_source_perf = {
	.title = "perf's own names (a CPU need not have them all)",
	.resolve = resolve_name,
	.each = each_name,
};

/* Numbers: perf's rHEX for what the CPU's manual says, and the whole of an encoding. */

/* "r01c4": hexadecimal to its end. -ENOENT: it is no such thing. */
static int raw(const char *name, struct event *event, struct err *err)
{
	const char *digits = name + 1;

	if (*name != 'r' || !*digits || digits[strspn(digits, "0123456789abcdefABCDEF")])
		return -ENOENT;
	errno = 0;
	event->config = strtoull(digits, NULL, 16);
	event->type = PERF_TYPE_RAW;
	return errno ? err_set(err, EINVAL, "'%.60s' is not rHEX: it is past 64 bits", name) : 0;
}

/* One more number, and the colon before the next or the end after it. */
static bool next(const char **at, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*n = strtoull(*at, &end, 0);
	*at = *end == ':' ? end + 1 : end;
	return !errno && (!*end || (*end == ':' && end[1]));
}

static bool whole(const char *at, struct event *event)
{
	uint64_t type, *const rest[] = { &event->config, &event->config1, &event->config2 };

	if (!next(&at, &type) || type > UINT32_MAX || !*at)
		return false;
	event->type = (uint32_t)type;
	for (size_t n = 0; *at; n++)
		if (n == ARRAY_SIZE(rest) || !next(&at, rest[n]))
			return false;
	return true;
}

static int resolve_number(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	(void)sysfs;
	if (!isdigit((unsigned char)*name))
		return raw(name, event, err);
	return whole(name, event) ? 0
				  : err_set(err, EINVAL,
					    "'%.60s' is not TYPE:CONFIG[:CONFIG1[:CONFIG2]]", name);
}

const struct event_source event_source_number = {
	.title = "by number",
	.resolve = resolve_number,
	.form = "rHEX (raw, as in the CPU's manual), TYPE:CONFIG[:CONFIG1[:CONFIG2]] (as in "
		"perf_event_attr)",
};

/* What the library knows beside CPUs: the kernel's own names, which stand above. */
static bool is_cpu(const pfm_pmu_info_t *pmu)
{
	return pmu->is_present && pmu->pmu != PFM_PMU_PERF_EVENT &&
	       pmu->pmu != PFM_PMU_PERF_EVENT_RAW;
}

static bool ready(void)
{
	static int state = PFM_ERR_NOINIT;

	if (state == PFM_ERR_NOINIT)
		state = pfm_initialize();
	return state == PFM_SUCCESS;
}

/* The umasks of the event that @name begins with, with commas between them. Owned by the caller. */
static char *umasks(const char *name)
{
	_cleanup_free_ char *plain = xstrndup(name, strcspn(name, ":"));
	char *list;
	pfm_event_info_t info = { .size = sizeof(info) };
	_cleanup_(strv_release) struct strv names = { 0 };
	int at = pfm_find_event(plain);

	if (at < 0 || pfm_get_event_info(at, PFM_OS_PERF_EVENT, &info) != PFM_SUCCESS)
		info.nattrs = 0;
	for (int i = 0; i < info.nattrs; i++) {
		pfm_event_attr_info_t attr = { .size = sizeof(attr) };

		if (pfm_get_event_attr_info(at, i, PFM_OS_PERF_EVENT, &attr) == PFM_SUCCESS &&
		    attr.type == PFM_ATTR_UMASK)
			strv_add(&names, attr.name);
	}
	list = strv_join(&names, ", ");
	return list;
}

static int refuse(const char *name, int why, struct err *err)
{
	_cleanup_free_ char *list = umasks(name);

	err_set(err, EINVAL, "event %.60s: %s%s%s", name, pfm_strerror(why),
		*list ? "; it has: " : "", list);
	return -EINVAL;
}

static int resolve_pfm(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	pfm_perf_encode_arg_t arg = { .attr = &attr, .size = sizeof(arg) };
	int ret;

	(void)sysfs;
	if (!ready())
		return -ENOENT;
	ret = pfm_get_os_event_encoding(name, PFM_PLM0, PFM_OS_PERF_EVENT, &arg);
	if (ret == PFM_ERR_NOTFOUND || ret == PFM_ERR_INVAL)
		return -ENOENT;
	if (ret != PFM_SUCCESS)
		return refuse(name, ret, err);
	event->type = attr.type;
	event->config = attr.config;
	event->config1 = attr.config1;
	event->config2 = attr.config2;
	return 0;
}

static void each_of(const pfm_pmu_info_t *pmu, event_tell_fn *tell, void *arg)
{
	for (int i = pmu->first_event; i != -1; i = pfm_get_event_next(i)) {
		pfm_event_info_t info = { .size = sizeof(info) };

		if (pfm_get_event_info(i, PFM_OS_PERF_EVENT, &info) == PFM_SUCCESS)
			tell(arg, info.name, info.desc ? info.desc : "");
	}
}

static void each_pfm(const char *sysfs, event_tell_fn *tell, void *arg)
{
	(void)sysfs;
	for (int i = 0; ready() && i < PFM_PMU_MAX; i++) {
		pfm_pmu_info_t pmu = { .size = sizeof(pmu) };

		if (pfm_get_pmu_info((pfm_pmu_t)i, &pmu) == PFM_SUCCESS && is_cpu(&pmu))
			each_of(&pmu, tell, arg);
	}
}

const struct event_source event_source_pfm = {
	.title = "of this machine's CPU (libpfm4; umasks after colons: NAME:UMASK)",
	.resolve = resolve_pfm,
	.each = each_pfm,
};
