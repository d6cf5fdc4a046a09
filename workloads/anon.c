// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/anon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/memory.h"

/* MemAvailable of /proc/meminfo in bytes, or 0 where it cannot be read. */
static uint64_t available(void)
{
	unsigned long long kib = 0;
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f) && sscanf(line, "MemAvailable: %llu kB", &kib) != 1)
		;
	fclose(f);
	return kib * KIB;
}

int anon_supported(const struct workload *workload, const struct workload_site *site, uint64_t size,
		   struct err *err)
{
	uint64_t have = site->place.topology ? place_available(&site->place) : available();

	(void)workload;
	if (have && size > have - have / 16)
		return err_set(err, ENOMEM, "%s is more memory than the %s to give (%llu MiB)",
			       size_name(size).text,
			       site->place.topology ? "NUMA node has" : "machine has",
			       (unsigned long long)(have / MIB));
	return 0;
}

int anon_advise(const struct layout *layout, int advice, struct err *err)
{
	/* A kernel without huge pages does not know the advice against them. */
	if (madvise(layout->addr, layout->len, advice) && advice != MADV_NOHUGEPAGE)
		return err_set(err, errno, "cannot advise huge pages: %s", strerror(errno));
	return 0;
}

int anon_map(struct layout *layout, int advice, struct err *err)
{
	int ret = memory_map(layout, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, err);

	return ret ? ret : anon_advise(layout, advice, err);
}

int anon_lay_out(struct layout *layout, int advice, struct err *err)
{
	int ret = anon_map(layout, advice, err);

	return ret ? ret : memory_populate(layout, err);
}
