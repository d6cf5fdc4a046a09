// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/size.h"
#include "base/str.h"

const char *workload_level_name(unsigned int level)
{
	static const char *const names[PTWALK_NR_LEVELS] = { "pte", "pmd", "pud" };

	return level < PTWALK_NR_LEVELS ? names[level] : "?";
}

uint64_t workload_granule(const struct workload *workload)
{
	if (workload->granule)
		return workload->granule;
	return units_leaf(workload->whole > workload->level ? workload->whole : workload->level);
}

unsigned int workload_level(const struct workload *workload)
{
	unsigned int level = workload->level;

	if (!workload->granule)
		return level;
	for (level = PTWALK_NR_LEVELS - 1; level && units_leaf(level) > workload->granule;)
		level--;
	return level;
}

uint64_t workload_dax_align(const struct workload *workload, uint64_t page)
{
	return workload->dax ? units_leaf_of(workload->level, page) : 0;
}

uint64_t workload_span(const struct workload *workload, uint64_t size)
{
	const uint64_t granule = workload_granule(workload);

	return (size + granule - 1) / granule * granule;
}

int workload_memory_supported(const struct workload *workload, const struct workload_site *site,
			      uint64_t size, struct err *err)
{
	uint64_t have = site->place.topology ? place_available(&site->place) : host_available();

	(void)workload;
	if (have && size > have - have / 16)
		return err_set(err, ENOMEM, "%s is more memory than the %s to give (%llu MiB)",
			       size_name(size).text,
			       site->place.topology ? "NUMA node has" : "machine has",
			       (unsigned long long)(have / MIB));
	return 0;
}

static const char *const height_names[WORKLOAD_NR_HEIGHTS] = { "no", "low", "high" };

/* It is where it is: nothing can place it. */
static int spare_supported(const struct workload *workload, const struct workload_site *site,
			   uint64_t size, struct err *err)
{
	const struct workload_spare *spare = &site->spare[workload->spare];

	if (site->place.topology)
		return err_set(
			err, EOPNOTSUPP,
			"spare memory is not placed on NUMA nodes: run it without --placement");
	if (!spare->size)
		return err_set(err, ENODEV, "no spare memory at %s addresses was given",
			       height_names[workload->spare]);
	if (size > spare->size && !workload->pagemaps) /* which take more of it */
		return err_set(err, EFBIG, "%s is larger than the spare memory (%s)",
			       size_name(size).text, size_name(spare->size).text);
	return 0;
}

int workload_supported(const struct workload *workload, const struct workload_site *site,
		       uint64_t size, struct err *err)
{
	int ret = workload->spare ? spare_supported(workload, site, size, err) : 0;

	if (ret)
		return ret;
	return (workload->supported ? workload->supported
				    : workload_memory_supported)(workload, site, size, err);
}

int workload_lay_out(const struct workload *workload, const struct workload_site *site,
		     uint64_t size, struct layout *layout, struct err *err)
{
	int ret = workload_supported(workload, site, size, err);

	if (ret)
		return ret;
	*layout = (struct layout){
		.workload = workload,
		.site = site,
		.len = workload_span(workload, size),
		.fd = -1,
		.place = site->place,
	};
	/* What the pages are behind the mapping (a page cache, a pool) comes before it. */
	ret = place_thread(&layout->place, layout->place.pages, err);
	if (!ret)
		ret = settings_join(&layout->settings, site->journal, err);
	if (ret)
		return ret;
	ret = workload->lay_out(layout, err);
	if (ret)
		place_thread(&layout->place, layout->place.home, NULL);
	else
		ret = place_thread(&layout->place, layout->place.home, err);
	layout->site = NULL;
	if (ret)
		workload_tear_down(layout);
	return ret;
}

void workload_tear_down(struct layout *layout)
{
	struct err err;

	if (layout->addr)
		munmap(layout->addr, layout->len);
	if (layout->fd >= 0)
		close(layout->fd);
	layout->addr = NULL;
	layout->fd = -1;
	if (settings_close(layout->settings, &err))
		fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	layout->settings = NULL;
}

static void expect_all(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	*want = (struct ptwalk_inspect){ .len = pages * units_page(), .vmas = 1 };
	want->leaf_pages[workload_level(workload)] = pages;
	want->zone_device_pages = workload->zone_device ? pages : 0;
}

void workload_expect(const struct workload *workload, uint64_t pages, struct ptwalk_inspect *want)
{
	*want = (struct ptwalk_inspect){ .len = pages * units_page(), .vmas = 1 };
	if (workload->expect)
		workload->expect(workload, pages, want);
	else
		expect_all(workload, pages, want);
}

/* Every count of pages that is proved, and how it is called. */
static const struct {
	const char *name;
	size_t offset;
	bool narrow; /* 32 bits; told by newer modules */
} counts[] = {
	{ "pte", offsetof(struct ptwalk_inspect, leaf_pages[PTWALK_LEVEL_PTE]) },
	{ "pmd", offsetof(struct ptwalk_inspect, leaf_pages[PTWALK_LEVEL_PMD]) },
	{ "pud", offsetof(struct ptwalk_inspect, leaf_pages[PTWALK_LEVEL_PUD]) },
	{ "hole", offsetof(struct ptwalk_inspect, hole_pages) },
	{ "not present", offsetof(struct ptwalk_inspect, nonpresent_pages) },
	{ "ZONE_DEVICE", offsetof(struct ptwalk_inspect, zone_device_pages) },
	{ "zero page", offsetof(struct ptwalk_inspect, zero_pages) },
	{ "device-private", offsetof(struct ptwalk_inspect, device_private_pages) },
	{ "of the caller's device", offsetof(struct ptwalk_inspect, device_own_pages) },
	{ "device-coherent", offsetof(struct ptwalk_inspect, device_coherent_pages) },
	{ "not to be walked", offsetof(struct ptwalk_inspect, error_pages), true },
	{ "mappings", offsetof(struct ptwalk_inspect, vmas), true },
};

static uint64_t count_of(const struct ptwalk_inspect *inspect, size_t i)
{
	const char *at = (const char *)inspect + counts[i].offset;

	return counts[i].narrow ? *(const __u32 *)at : *(const __u64 *)at;
}

/* Are they told of both, and different? */
static bool differ(const struct ptwalk_inspect *a, const struct ptwalk_inspect *b, size_t i)
{
	if (counts[i].narrow && (!a->vmas || !b->vmas))
		return false;
	return count_of(a, i) != count_of(b, i);
}

/* "448 pte, 64 hole": the counts that are not 0 here, or not there. Owned by the caller. */
static char *describe(const struct ptwalk_inspect *inspect, const struct ptwalk_inspect *other)
{
	_cleanup_(strv_release) struct strv parts = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		if (counts[i].narrow ? differ(inspect, other, i)
				     : count_of(inspect, i) || count_of(other, i))
			strv_addf(&parts, "%" PRIu64 " %s", count_of(inspect, i), counts[i].name);
	return strv_join(&parts, ", ");
}

static int prove(const struct workload *workload, const struct ptwalk_inspect *met,
		 const struct ptwalk_inspect *want, struct err *err)
{
	_cleanup_free_ char *is = NULL, *ought = NULL;
	size_t i = 0;

	while (i < ARRAY_SIZE(counts) && !differ(met, want, i))
		i++;
	if (i == ARRAY_SIZE(counts))
		return 0;
	is = describe(met, want);
	ought = describe(want, met);
	return err_set(err, EBADE, "not what %s is: of %" PRIu64 " pages are %s; should be %s",
		       workload->name, (uint64_t)(met->len / units_page()), is, ought);
}

int workload_prove(const struct workload *workload, const struct ptwalk_inspect *met,
		   struct err *err)
{
	struct ptwalk_inspect want;

	workload_expect(workload, met->len / units_page(), &want);
	return prove(workload, met, &want, err);
}

unsigned int workload_level_of(const struct workload *workload, const struct ptwalk_inspect *met)
{
	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		if (met->leaf_pages[level])
			return level;
	return workload_level(workload);
}

int workload_prove_populated(const struct workload *workload, const struct ptwalk_inspect *met,
			     bool write, struct err *err)
{
	const uint64_t granule = workload_granule(workload);
	const unsigned int own = workload_level(workload);
	struct ptwalk_inspect like = *met, want;

	if (workload->make_absent)
		expect_all(workload, met->len / units_page(), &want);
	else
		workload_expect(workload, met->len / units_page(), &want);
	if (!write && !workload->make_absent)
		like.zero_pages = want.zero_pages;
	for (unsigned int level = 0; met->len < granule && level < own; level++) {
		like.leaf_pages[own] += like.leaf_pages[level];
		like.leaf_pages[level] = 0;
	}
	return prove(workload, &like, &want, err);
}

static bool has_blocks(const struct workload *workload)
{
	const uint64_t granule = workload_granule(workload), block = units_block_ptes();

	switch (workload->blocks) {
	case WORKLOAD_FOLIO_BLOCKS:
		return block && !(granule / units_page() % block);
	case WORKLOAD_HUGETLB_BLOCKS:
		return granule > units_leaf(workload_level(workload));
	default:
		return false;
	}
}

int workload_prove_blocks(const struct workload *workload, uint64_t pages,
			  const struct ptwalk_blocks *met, struct err *err)
{
	const uint64_t want = has_blocks(workload) ? pages : 0;
	uint64_t are = 0;

	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		are += met->pages[level];
	if (are == want)
		return 0;
	return err_set(err, EBADE,
		       "not what %s is: of %" PRIu64 " pages are %" PRIu64
		       " under entries of blocks; should be %" PRIu64,
		       workload->name, pages, are, want);
}

int workload_verify(const struct layout *layout, uint64_t len, struct err *err)
{
	return layout->workload->verify ? layout->workload->verify(layout, len, err) : 0;
}
