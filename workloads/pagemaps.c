// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/pagemaps.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "base/size.h"
#include "kmod/uapi/memory.h"
#include "workloads/memory.h"

/* A pagemap begins and ends on such a boundary: a subsection of sparse memory. */
#define SUBSECTION (2 * MIB)

const char *const pagemaps_needs[] = { "CONFIG_ZONE_DEVICE", "CONFIG_FS_DAX", NULL };
const char *const pagemaps_modules[] = { NULL };

static const char *const height_names[WORKLOAD_NR_HEIGHTS] = { "no", "low", "high" };

uint64_t pagemaps_piece(const struct pagemaps_shape *shape, uint64_t len)
{
	uint64_t all = SUBSECTION * shape->nr;

	return (len + all - 1) / all * SUBSECTION;
}

uint64_t pagemaps_runs(const struct pagemaps_shape *shape, uint64_t whole, uint64_t len)
{
	uint64_t run = shape->grain ? shape->grain : pagemaps_piece(shape, whole);

	return shape->nr == 1 ? 1 : (len + run - 1) / run;
}

int pagemaps_supported(const struct workload *workload, const struct workload_site *site,
		       uint64_t size, struct err *err)
{
	const struct workload_spare *spare = &site->spare[workload->spare];
	uint64_t need = pagemaps_piece(workload->pagemaps, workload_span(workload, size)) *
			workload->pagemaps->nr;

	/* It is where it is: nothing can place it. */
	if (site->place.topology)
		return err_set(
			err, EOPNOTSUPP,
			"spare memory is not placed on NUMA nodes: run it without --placement");
	if (!spare->size)
		return err_set(err, ENODEV, "no spare memory at %s addresses was given",
			       height_names[workload->spare]);
	if (need > spare->size)
		return err_set(
			err, EFBIG, "%s over %u pagemaps is larger than the spare memory (%s)",
			size_name(need).text, workload->pagemaps->nr, size_name(spare->size).text);
	return 0;
}

int pagemaps_lay_out(const struct workload_site *site, struct layout *layout, struct err *err)
{
	const struct workload *workload = layout->workload;
	const struct pagemaps_shape *shape = workload->pagemaps;
	uint64_t piece = pagemaps_piece(shape, layout->len);
	struct ptwalk_pagemaps ask = {
		.start = site->spare[workload->spare].start,
		.piece = piece,
		.leaf = workload->granule,
		.grain = shape->grain ? shape->grain : piece,
		.nr = shape->nr,
	};
	int ret;

	layout->fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", PTWALK_DEVICE, strerror(errno));
	ret = ioctl(layout->fd, PTWALK_IOC_PAGEMAPS, &ask) ? errno : 0;
	if (ret == EOPNOTSUPP)
		return err_set(err, ret, "the module registers no pagemaps on this kernel");
	if (ret)
		return err_set(err, ret, "cannot register %u pagemaps of %s at %#" PRIx64 ": %s",
			       shape->nr, size_name(piece).text, (uint64_t)ask.start,
			       strerror(ret));
	ret = memory_map(layout, MAP_SHARED, layout->fd, 0, err);
	return ret ? ret : memory_populate(layout, err);
}

int pagemaps_verify(const struct layout *layout, uint64_t len, struct err *err)
{
	uint64_t want = pagemaps_runs(layout->workload->pagemaps, layout->len, len);
	struct ptwalk_inspect met = { .addr = (uintptr_t)layout->addr, .len = len };

	if (ioctl(layout->fd, PTWALK_IOC_INSPECT, &met))
		return err_set(err, errno, "cannot inspect %s: %s", size_name(len).text,
			       strerror(errno));
	if (met.pagemap_runs == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: of %" PRIu64 " pages there are %" PRIu64
		       " runs with one pagemap; should be %" PRIu64,
		       layout->workload->name, (uint64_t)(len / PAGE), (uint64_t)met.pagemap_runs,
		       want);
}
