// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings that a driver makes: of frames alone (VM_PFNMAP, and VM_IO with it), which a walk
 * must not follow, and of pages one by one (VM_MIXEDMAP), which it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "workloads/memory.h"
#include "workloads/units.h"

/* Bytes of the first @len in mappings with all of @flags, as VmFlags of /proc/self/smaps has them. */
static int count_flagged(const struct layout *layout, uint64_t len, const char *const *flags,
			 uint64_t *sum, struct err *err)
{
	const uint64_t from = (uintptr_t)layout->addr, to = from + len;
	_cleanup_fclose_ FILE *f = fopen("/proc/self/smaps", "re");
	uint64_t start, end, at = 0, bytes = 0;
	char line[512];

	if (!f)
		return err_set(err, errno, "cannot read /proc/self/smaps: %s", strerror(errno));
	*sum = 0;
	while (fgets(line, sizeof(line), f)) {
		bool all = !strncmp(line, "VmFlags:", 8);

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) == 2) {
			at = start > from ? start : from;
			bytes = end < to ? end : to;
			bytes = bytes > at ? bytes - at : 0;
		}
		for (size_t i = 0; all && flags[i]; i++)
			all = strstr(line, flags[i]);
		*sum += all ? bytes : 0;
	}
	return 0;
}

static int verify_flags(const struct layout *layout, uint64_t len, const char *const *flags,
			const char *names, struct err *err)
{
	uint64_t flagged = 0;
	int ret = count_flagged(layout, len, flags, &flagged, err);

	if (ret || flagged == len)
		return ret;
	return err_set(err, EBADE,
		       "not what %s is: %" PRIu64 " of %" PRIu64 " pages are in mappings with %s",
		       layout->workload->name, (uint64_t)(flagged / units_page()),
		       (uint64_t)(len / units_page()), names);
}

#define MEMORY "/dev/mem"

static int supported_pfnmap(const struct workload *workload, const struct workload_site *site,
			    uint64_t size, struct err *err)
{
	(void)workload;
	(void)site;
	(void)size;
	if (access(MEMORY, R_OK | W_OK))
		return err_set(err, EOPNOTSUPP, "cannot open %s: %s", MEMORY, strerror(errno));
	return 0;
}

/* Spare memory, which is no RAM to the kernel, and so may be mapped by who may open /dev/mem. */
static int lay_out_pfnmap(struct layout *layout, struct err *err)
{
	layout->fd = open(MEMORY, O_RDWR | O_CLOEXEC);
	if (layout->fd < 0)
		return err_set(err, errno, "cannot open %s: %s", MEMORY, strerror(errno));
	return memory_map(layout, MAP_SHARED, layout->fd,
			  layout->site->spare[layout->workload->spare].start, err);
}

static void expect_pfnmap(const struct workload *workload, uint64_t pages,
			  struct ptwalk_inspect *want)
{
	want->leaf_pages[workload->level] = pages;
	want->error_pages = (__u32)pages;
}

static int verify_pfnmap(const struct layout *layout, uint64_t len, struct err *err)
{
	static const char *const flags[] = { " io", " pf", NULL };

	return verify_flags(layout, len, flags, "VM_IO and VM_PFNMAP", err);
}

const struct workload workload_pfnmap = {
	.name = "pfnmap",
	.summary = "frames that a driver mapped (VM_PFNMAP and VM_IO), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.no_refault = WORKLOAD_EITHER,
	.spare = WORKLOAD_LOW,
	.needs = NAMES("CONFIG_DEVMEM"),
	.supported = supported_pfnmap,
	.lay_out = lay_out_pfnmap,
	.expect = expect_pfnmap,
	.verify = verify_pfnmap,
};

/* The ring of a packet socket that hears nothing: pages, each mapped by vm_insert_page(). */
static int lay_out_mixedmap(struct layout *layout, struct err *err)
{
	const struct tpacket_req ring = {
		.tp_block_size = (unsigned int)units_page(),
		.tp_block_nr = (unsigned int)(layout->len / units_page()),
		.tp_frame_size = (unsigned int)units_page(),
		.tp_frame_nr = (unsigned int)(layout->len / units_page()),
	};

	layout->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (layout->fd < 0)
		return err_set(err, errno == EAFNOSUPPORT ? EOPNOTSUPP : errno,
			       "cannot make a packet socket: %s", strerror(errno));
	if (setsockopt(layout->fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		return err_set(err, errno, "cannot make a ring of %s: %s",
			       size_name(layout->len).text, strerror(errno));
	return memory_map(layout, MAP_SHARED, layout->fd, 0, err);
}

static int verify_mixedmap(const struct layout *layout, uint64_t len, struct err *err)
{
	static const char *const flags[] = { " mm", NULL };

	return verify_flags(layout, len, flags, "VM_MIXEDMAP", err);
}

const struct workload workload_mixedmap = {
	.name = "mixedmap",
	.summary = "pages that a driver mapped one by one (VM_MIXEDMAP), every leaf entry a PTE",
	.level = PTWALK_LEVEL_PTE,
	.no_refault = WORKLOAD_EITHER,
	.needs = NAMES("CONFIG_PACKET"),
	.lay_out = lay_out_mixedmap,
	.verify = verify_mixedmap,
};
