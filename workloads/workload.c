// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "workloads/list.h"

#define DECLARE(name) extern const struct workload workload_##name;
WORKLOAD_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &workload_##name,
const struct workload *const workloads[] = { WORKLOAD_LIST(ENTRY) };
#undef ENTRY

const size_t nr_workloads = ARRAY_SIZE(workloads);

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < nr_workloads; i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	return NULL;
}

const char *workload_level_name(unsigned int level)
{
	static const char *const names[PTWALK_NR_LEVELS] = { "pte", "pmd", "pud" };

	return level < PTWALK_NR_LEVELS ? names[level] : "?";
}

uint64_t workload_span(const struct workload *workload, uint64_t size)
{
	return (size + workload->granule - 1) / workload->granule * workload->granule;
}

int workload_lay_out(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct layout *layout, struct err *err)
{
	int ret = workload->supported(workload, site, size, err);

	if (ret)
		return ret;
	*layout = (struct layout){
		.workload = workload,
		.len = workload_span(workload, size),
		.fd = -1,
	};
	ret = workload->lay_out(site, layout, err);
	if (ret)
		workload->tear_down(layout);
	return ret;
}

void workload_tear_down(struct layout *layout)
{
	layout->workload->tear_down(layout);
}

static int prove_levels(const struct workload *workload, const struct ptwalk_inspect *met,
			struct err *err)
{
	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		if (level != workload->level && met->leaf_pages[level])
			return err_set(err, EBADE,
				       "%" PRIu64 " of %" PRIu64 " pages are %s-mapped, not %s",
				       (uint64_t)met->leaf_pages[level],
				       (uint64_t)(met->len / PAGE), workload_level_name(level),
				       workload_level_name(workload->level));
	return 0;
}

int workload_prove(const struct workload *workload, const struct ptwalk_inspect *met,
		   struct err *err)
{
	uint64_t pages = met->len / PAGE;
	uint64_t want = workload->zone_device ? pages : 0;
	int ret = prove_levels(workload, met, err);

	if (ret)
		return ret;
	if (met->leaf_pages[workload->level] != pages)
		return err_set(err, EBADE,
			       "%" PRIu64 " of %" PRIu64 " pages are mapped (%" PRIu64
			       " holes, %" PRIu64 " not present)",
			       (uint64_t)met->leaf_pages[workload->level], pages,
			       (uint64_t)met->hole_pages, (uint64_t)met->nonpresent_pages);
	if (met->zone_device_pages != want)
		return err_set(err, EBADE,
			       "%" PRIu64 " of %" PRIu64 " pages are ZONE_DEVICE, not %" PRIu64,
			       (uint64_t)met->zone_device_pages, pages, want);
	if (met->zero_pages)
		return err_set(err, EBADE, "%" PRIu64 " pages are the zero page",
			       (uint64_t)met->zero_pages);
	return 0;
}
