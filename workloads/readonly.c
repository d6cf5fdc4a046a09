// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

static const char *const nothing[] = { NULL };

static int lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	int ret = anon_lay_out(layout, MADV_NOHUGEPAGE, err);

	(void)site;
	if (!ret && mprotect(layout->addr, layout->len, PROT_READ))
		ret = err_set(err, errno, "cannot make the memory read-only: %s", strerror(errno));
	return ret;
}

/* No entry of a mapping that may not be written is writable: ask what is mapped. */
static int verify(const struct layout *layout, uint64_t len, struct err *err)
{
	uint64_t start, end, from = (uintptr_t)layout->addr, readonly = 0;
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512], access[5];

	if (!f)
		return err_set(err, errno, "cannot read /proc/self/maps: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, access) != 3)
			continue;
		start = start > from ? start : from;
		end = end < from + len ? end : from + len;
		if (start < end && !strcmp(access, "r--p"))
			readonly += end - start;
	}
	fclose(f);
	if (readonly == len)
		return 0;
	return err_set(err, EBADE,
		       "not what readonly is: %" PRIu64 " of %" PRIu64
		       " pages are mapped read-only",
		       (uint64_t)(readonly / PAGE), (uint64_t)(len / PAGE));
}

const struct workload workload_readonly = {
	.name = "readonly",
	.summary = "private anonymous memory, written and then made read-only, in PTEs",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.needs = nothing,
	.modules = nothing,
	.supported = anon_supported,
	.lay_out = lay_out,
	.tear_down = memory_release,
	.verify = verify,
};
