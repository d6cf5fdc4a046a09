// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each workload is laid out, proved, spoiled and refused; proved as another it
 * is refused, too; and nothing of it is left behind, whole or half laid out:
 *
 *	test_proofs [--dax=/dev/daxN.0] [--pmem=/dev/pmemN] [--spare=low|high:START:SIZE]
 *
 * (a device with an alignment of 4 KiB, one that may be formatted, and 1 GiB of
 * memory that may be used)
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "abi.h"
#include "kmod/uapi/memory.h"
#include "workloads/memory.h"
#include "workloads/workload.h"

/* Two turns of the mixed workload. */
#define SIZE (12 * MIB)

static struct workload_dax dax = { .align = PAGE, .size = GIB };
static struct workload_site site = { .dax = &dax };

/* The ways of spoiling a lay-out; each returns 0, or a negative errno. */
static int done(int ret)
{
	return ret ? -errno : 0;
}

static int drop_last_page(const struct layout *layout)
{
	return done(madvise((char *)layout->addr + SIZE - PAGE, PAGE, MADV_DONTNEED));
}

static int unmap_last_leaf(const struct layout *layout)
{
	uint64_t granule = workload_granule(layout->workload);

	return done(munmap((char *)layout->addr + layout->len - granule, granule));
}

/* A mapping entry cannot be half read-only: it is split. */
static int split(const struct layout *layout)
{
	return done(mprotect((char *)layout->addr + PAGE, PAGE, PROT_READ));
}

static int write_second_page(const struct layout *layout)
{
	((volatile char *)layout->addr)[PAGE] = 1;
	return 0;
}

static int write_last_page(const struct layout *layout)
{
	((volatile char *)layout->addr)[SIZE - PAGE] = 1;
	return 0;
}

static int read_first_page(const struct layout *layout)
{
	(void)((volatile char *)layout->addr)[0];
	return 0;
}

static int make_writable(const struct layout *layout)
{
	return done(mprotect(layout->addr, PAGE, PROT_READ | PROT_WRITE));
}

/* The first page may be written again. */
static int protect_less(const struct layout *layout)
{
	struct uffdio_writeprotect page = { .range = { (uintptr_t)layout->addr, PAGE } };

	return done(ioctl(layout->fd, UFFDIO_WRITEPROTECT, &page));
}

static int read_last_page_anew(const struct layout *layout)
{
	int ret = drop_last_page(layout);

	(void)((volatile char *)layout->addr)[SIZE - PAGE];
	return ret;
}

/* One mapping more, of the same pages. */
static int split_mapping(const struct layout *layout)
{
	return done(madvise((char *)layout->addr + PAGE, PAGE, MADV_DONTDUMP));
}

/* A mapping where there must be none; it has no page. */
static int close_gap(const struct layout *layout)
{
	void *addr = (char *)layout->addr + layout->workload->variant * PAGE;

	return done(mmap(addr, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			 -1, 0) == MAP_FAILED);
}

/* What is there is no driver's any more. */
static int map_anonymous(const struct layout *layout)
{
	void *addr = (char *)layout->addr + SIZE - PAGE;

	if (mmap(addr, PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0) == MAP_FAILED)
		return -errno;
	return 0;
}

/* The same entries as before, over sixteen pages of their own. */
static int replace_folio(const struct layout *layout)
{
	int ret = done(madvise(layout->addr, 64 * KIB, MADV_DONTNEED));

	for (uint64_t at = 0; at < 64 * KIB && !ret; at += PAGE)
		((volatile char *)layout->addr)[at] = 1;
	return ret;
}

/* The same entries over a page cache of single pages. */
static int write_small(const struct layout *layout)
{
	int ret = done(
		fallocate(layout->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 64 * KIB));

	for (uint64_t at = 0; at < 64 * KIB && !ret; at += PAGE) {
		ret = done(pwrite(layout->fd, "", 1, (off_t)at) != 1);
		((volatile char *)layout->addr)[at] = 1;
	}
	return ret;
}

/* The same pages by the same entries, of pagemaps one after another instead of by turns. */
static int map_in_a_row(const struct layout *layout)
{
	const struct pagemaps_shape *shape = layout->workload->pagemaps;
	uint64_t piece = pagemaps_piece(shape, layout->len);
	const struct ptwalk_pagemaps none = { 0 };
	const struct ptwalk_pagemaps row = {
		.start = site.spare[layout->workload->spare].start,
		.piece = piece,
		.leaf = workload_granule(layout->workload),
		.grain = piece,
		.nr = shape->nr,
	};

	if (munmap(layout->addr, layout->len) || ioctl(layout->fd, PTWALK_IOC_PAGEMAPS, &none) ||
	    ioctl(layout->fd, PTWALK_IOC_PAGEMAPS, &row) ||
	    mmap(layout->addr, layout->len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 layout->fd, 0) == MAP_FAILED)
		return -errno;
	return memory_populate(layout, NULL);
}

static const struct {
	const char *workload;
	int (*spoil)(const struct layout *);
} spoilers[] = {
	{ "devdax-pte", unmap_last_leaf },
	{ "anon-pte", drop_last_page },
	{ "anon-thp", split },
	{ "anon-mthp-16k", replace_folio },
	{ "anon-mthp-64k", replace_folio },
	{ "anon-mthp-1m", replace_folio },
	{ "anon-mthp-64k-broken", replace_folio },
	{ "shmem-mthp-64k", unmap_last_leaf },
	{ "file-mthp-64k", write_small },
	{ "hugetlb-2m", unmap_last_leaf },
	{ "hugetlb-1g", unmap_last_leaf },
	{ "shmem-pte", drop_last_page },
	{ "shmem-thp", split },
	{ "fsdax-pte", drop_last_page },
	{ "fsdax-pmd", split },
	{ "file-pte", drop_last_page },
	{ "file-private-ro", make_writable },
	{ "file-private-rw", write_last_page },
	{ "file-private-cow", read_last_page_anew },
	{ "holes-50", write_second_page },
	{ "holes-99", write_second_page },
	{ "vmas-64k", split_mapping },
	{ "vmas-1m", split_mapping },
	{ "vmas-gaps", close_gap },
	{ "pfnmap", map_anonymous },
	{ "mixedmap", map_anonymous },
	{ "readonly", make_writable },
	{ "uffd-wp", protect_less },
	{ "uffd-wp-thp", split },
	{ "zero-page", write_last_page },
	{ "mixed", write_last_page },
	{ "swapped", read_first_page },
	{ "devdax-multi-2-pmd", map_in_a_row },
	{ "devdax-multi-2-pte", map_in_a_row },
	{ "devdax-multi-2-page", map_in_a_row },
	{ "pgmaps-1-low", unmap_last_leaf },
	{ "pgmaps-16-high", unmap_last_leaf },
	{ "device-private-own", read_first_page },
	{ "device-private-foreign", read_first_page },
	{ "device-coherent", drop_last_page },
};

static void add_file(struct strv *all, const char *path)
{
	char *text = fs_read(path, NULL, NULL);

	strv_addf(all, "%s: %s", path, text ? text : "-");
	free(text);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void add_names(struct strv *all, const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		strv_addf(all, "%s/%s", folder, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

/* All that a lay-out may change, as one text. */
static char *state_of_machine(void)
{
	static const char *const files[] = {
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
		"/sys/kernel/mm/transparent_hugepage/enabled",
		"/sys/kernel/mm/transparent_hugepage/shmem_enabled",
		"/sys/kernel/mm/transparent_hugepage/hugepages-16kB/enabled",
		"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
		"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/shmem_enabled",
		"/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled",
		"/proc/swaps",
		"/proc/mounts",
		"/proc/iomem",
	};
	struct strv all = { 0 };
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		add_file(&all, files[i]);
	add_names(&all, "/sys/block");
	add_names(&all, "/proc/self/fd");
	text = strv_join(&all, "\n");
	strv_release(&all);
	return text;
}

static int prove(const struct layout *layout, const struct workload *as, struct err *err)
{
	struct ptwalk_inspect met = { .addr = (uintptr_t)layout->addr,
				      .len = SIZE,
				      .flags = PTWALK_INSPECT_HASH };
	int ret = abi_ioctl(PTWALK_IOC_INSPECT, &met);

	if (!ret)
		ret = workload_prove(as, &met, err);
	return !ret && as == layout->workload ? workload_verify(layout, SIZE, err) : ret;
}

static bool expect_the_same(const struct workload *a, const struct workload *b)
{
	struct ptwalk_inspect want_a, want_b;

	workload_expect(a, SIZE / PAGE, &want_a);
	workload_expect(b, SIZE / PAGE, &want_b);
	return !memcmp(&want_a, &want_b, sizeof(want_a));
}

static void test_others(const struct layout *layout)
{
	struct err err = { 0 };

	for (size_t i = 0; i < nr_workloads; i++) {
		int ret = prove(layout, workloads[i], &err);
		char *name = xasprintf("%s is no %s", layout->workload->name, workloads[i]->name);

		if (!expect_the_same(layout->workload, workloads[i]))
			abi_case(name, ret == -EBADE, "%d %s", ret, err.text);
		free(name);
	}
}

static void test_spoiled(const struct layout *layout, size_t spoiler)
{
	struct err err = { 0 };
	int ret = spoilers[spoiler].spoil(layout);

	abi_case("it can be spoiled", !ret, "%s", strerror(-ret));
	ret = prove(layout, layout->workload, &err);
	abi_case("what is spoiled is refused", ret == -EBADE, "%d", ret);
	if (ret)
		printf("   %s\n", err.text);
}

static void test_left(const char *before)
{
	char *after = state_of_machine();

	abi_case("nothing is left behind", !strcmp(before, after), "before:\n%s\nafter:\n%s",
		 before, after);
	free(after);
}

/*
 * Something is in the way where the memory must go: the rest must be undone. A second page of
 * 1 GiB in a row is not always to be found: that is half-way, too.
 */
static void test_half(const struct workload *workload)
{
	void *way = mmap(WORKLOAD_BASE, PAGE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	char *before = state_of_machine();
	struct layout layout;
	struct err err;
	int ret = workload_lay_out(workload, &site, SIZE, &layout, &err);

	abi_case("it fails half-way", ret == -EEXIST || ret == -ENOMEM, "%p %d", way, ret);
	test_left(before);
	free(before);
	munmap(way, PAGE);
}

static void test_workload(size_t spoiler)
{
	const struct workload *workload = workload_find(spoilers[spoiler].workload);
	char *before = state_of_machine();
	struct layout layout;
	struct err err;
	int ret = workload_lay_out(workload, &site, SIZE, &layout, &err);

	printf("%s:%s%s\n", workload->name, ret ? " " : "", ret ? err.text : "");
	if (ret) {
		abi_case("it is not there, with a reason", ret == -EOPNOTSUPP && *err.text, "%d",
			 ret);
		free(before);
		return;
	}
	ret = prove(&layout, workload, &err);
	abi_case("it is proved", !ret, "%s", err.text);
	test_others(&layout);
	test_spoiled(&layout, spoiler);
	workload_tear_down(&layout);
	test_left(before);
	test_half(workload);
	free(before);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *path = strchr(argv[i], '=') + 1;

		if (str_starts(argv[i], "--spare=")) {
			struct workload_spare *spare =
				&site.spare[str_starts(path, "low") ? WORKLOAD_LOW : WORKLOAD_HIGH];

			spare->start = strtoull(strchr(path, ':') + 1, NULL, 0);
			spare->size = GIB;
		} else if (str_starts(argv[i], "--pmem=")) {
			site.pmem = path;
		} else {
			dax.path = path;
			site.nr_dax = 1;
		}
	}
	abi_begin();
	for (size_t i = 0; i < ARRAY_SIZE(spoilers); i++)
		test_workload(i);
	return abi_end();
}
