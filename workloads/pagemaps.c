// SPDX-License-Identifier: GPL-2.0-only
/*
 * dev_pagemaps of the ptwalk module's own over spare physical memory, for what
 * takes more of them than one, or needs them in one place.
 */

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

static int supported(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct err *err)
{
	const struct workload_spare *spare = &site->spare[workload->spare];
	uint64_t need = pagemaps_piece(workload->pagemaps, workload_span(workload, size)) *
			workload->pagemaps->nr;

	if (need > spare->size)
		return err_set(
			err, EFBIG, "%s over %u pagemaps is larger than the spare memory (%s)",
			size_name(need).text, workload->pagemaps->nr, size_name(spare->size).text);
	return 0;
}

static int lay_out(struct layout *layout, struct err *err)
{
	const struct workload *workload = layout->workload;
	const struct pagemaps_shape *shape = workload->pagemaps;
	uint64_t piece = pagemaps_piece(shape, layout->len);
	struct ptwalk_pagemaps ask = {
		.start = layout->site->spare[workload->spare].start,
		.piece = piece,
		.leaf = workload_granule(workload),
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

static int verify(const struct layout *layout, uint64_t len, struct err *err)
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
		       layout->workload->name, len / units_page(), (uint64_t)met.pagemap_runs,
		       want);
}

#define PAGEMAPS(nr_, grain_, level_, spare_)                                          \
	.level = (level_), .zone_device = true, .spare = (spare_),                     \
	.pagemaps = &(const struct pagemaps_shape){ nr_, grain_ },                     \
	.needs = NAMES("CONFIG_ZONE_DEVICE", "CONFIG_FS_DAX"), .supported = supported, \
	.lay_out = lay_out, .verify = verify

/*
 * Several in one range, by turns: a reference that is cached over the walk is of no
 * use where the next turn begins. It begins at every PMD, at every table of PTEs (the
 * grain at which pagemaps can be registered), or at every page.
 */
#define MULTI(nr, how, what, level, grain)                           \
	const struct workload workload_devdax_multi_##nr##_##how = { \
		.name = "devdax-multi-" #nr "-" #how,                \
		.summary = "pagemaps by turns (" #nr "), " what,     \
		PAGEMAPS(nr, grain, level, WORKLOAD_LOW),            \
	}
#define MULTI_ALL(nr)                                                                 \
	MULTI(nr, pmd, "one PMD each", PTWALK_LEVEL_PMD, 2 * MIB);                    \
	MULTI(nr, pte, "2M each, every leaf entry a PTE", PTWALK_LEVEL_PTE, 2 * MIB); \
	MULTI(nr, page, "one PTE each", PTWALK_LEVEL_PTE, 4 * KIB)

MULTI_ALL(2);
MULTI_ALL(16);
MULTI_ALL(256);

/*
 * Side by side, one after another in the range: how many are registered, and at
 * which physical addresses, is what the lookup of one depends on.
 */
#define SIDE_BY_SIDE(nr, where, place)                                       \
	const struct workload workload_pgmaps_##nr##_##where = {             \
		.name = "pgmaps-" #nr "-" #where,                            \
		.summary = "pagemaps one after another (" #nr ") at " #where \
			   " addresses, every leaf entry a PTE",             \
		PAGEMAPS(nr, 0, PTWALK_LEVEL_PTE, place),                    \
	}

SIDE_BY_SIDE(1, low, WORKLOAD_LOW);
SIDE_BY_SIDE(16, low, WORKLOAD_LOW);
SIDE_BY_SIDE(256, low, WORKLOAD_LOW);
SIDE_BY_SIDE(1, high, WORKLOAD_HIGH);
SIDE_BY_SIDE(16, high, WORKLOAD_HIGH);
SIDE_BY_SIDE(256, high, WORKLOAD_HIGH);
