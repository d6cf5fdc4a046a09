// SPDX-License-Identifier: GPL-2.0-only
/* The manufacturer's names, as libpfm4 knows them for the CPU of this machine. */
#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/event/event.h"

/* What the library knows beside CPUs: the kernel's own names, which perf.c has. */
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
	char *plain = xstrndup(name, strcspn(name, ":")), *list;
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
	free(plain);
	return list;
}

static int refuse(const char *name, int why, struct err *err)
{
	_cleanup_free_ char *list = umasks(name);

	err_set(err, EINVAL, "event %.60s: %s%s%s", name, pfm_strerror(why),
		*list ? "; it has: " : "", list);
	return -EINVAL;
}

static int resolve(const char *name, const char *sysfs, struct event *event, struct err *err)
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

static void each(const char *sysfs, event_tell_fn *tell, void *arg)
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
	.resolve = resolve,
	.each = each,
};
