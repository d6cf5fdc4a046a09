/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A workload is a memory layout with a name: it lays out user memory for the
 * walk, and says what the page tables must then hold. One const struct each, in the
 * file of its family, and a line in list.h. The host reads names and needs; the
 * driver does the rest.
 */
#ifndef PTWALK_WORKLOADS_WORKLOAD_H
#define PTWALK_WORKLOADS_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/settings.h"
#include "kmod/uapi/ptwalk.h"
#include "workloads/place.h"
#include "workloads/units.h"

/* Where every workload maps its memory: user ASLR moves counts by some instructions. */
#define WORKLOAD_BASE ((void *)0x200000000000UL)

/* A device-dax device that the workload may use, whole. */
struct workload_dax {
	const char *path; /* "/dev/dax0.0" */
	uint64_t size;	  /* bytes */
	uint64_t align;	  /* bytes: its mapping granularity */
	int node;	  /* NUMA node of its memory; -1 unknown */
};

/* Physical memory that the kernel under test leaves alone, and that may be used, whole. */
struct workload_spare {
	uint64_t start; /* physical address */
	uint64_t size;	/* bytes; 0: there is none */
};

/* Where it lies, and which of it a workload needs. */
enum workload_height {
	WORKLOAD_NOWHERE,
	WORKLOAD_LOW,
	WORKLOAD_HIGH,
	WORKLOAD_NR_HEIGHTS
};

/* What the machine gives to workloads; never looked for, always told. */
struct workload_site {
	const struct workload_dax *dax;
	size_t nr_dax;
	const char *pmem; /* a block device that may be formatted, "/dev/pmem0", or NULL */
	struct workload_place place;
	struct workload_spare spare[WORKLOAD_NR_HEIGHTS]; /* [WORKLOAD_NOWHERE] is none */
	const char *journal; /* of settings.h, for what is changed of the kernel; or NULL */
};

struct workload;

/* Laid-out memory. */
struct layout {
	const struct workload *workload;
	const struct workload_site *site; /* while it is being laid out */
	void *addr;			  /* WORKLOAD_BASE */
	uint64_t len; /* bytes mapped and populated, a multiple of the workload's granule */
	int fd;	      /* what is mapped, or -1 */
	struct workload_place place;
	struct settings *settings; /* of the kernel: changed for as long as this is laid out */
};

/* What a run takes where it has this workload alone and is not told otherwise. */
struct workload_alone {
	const char *sizes;    /* as --size has them; those larger than its device are left out */
	uint64_t dax_size;    /* bytes of its device */
	unsigned int ram_mib; /* of the guest, beside the device */
	unsigned int iterations;
	unsigned int limit_seconds; /* for a boot, and for a guest that says nothing */
};

/* Several pagemaps over one range: how many, and how they take turns. All are of one size. */
struct pagemaps_shape {
	unsigned int nr;
	uint64_t grain; /* bytes until the next one's turn; 0: each has but one, all its pages */
};

/* Entries that are of blocks, which a CPU may keep as one. */
enum workload_blocks {
	WORKLOAD_NO_BLOCKS,
	WORKLOAD_FOLIO_BLOCKS,	/* all, where the kernel makes blocks of folios of the granule */
	WORKLOAD_HUGETLB_BLOCKS /* all, where the granule takes several entries */
};

/* How memory is faulted in. */
#define WORKLOAD_READ	1U
#define WORKLOAD_WRITE	2U
#define WORKLOAD_EITHER (WORKLOAD_READ | WORKLOAD_WRITE)

/* A list of names, as needs and modules are. */
#define NAMES(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

struct workload {
	const char *name;
	const char *summary;
	uint64_t variant;   /* which of its family it is: what this means, its file says */
	bool by_default;    /* measured where nothing is named; else by name or "all" */
	unsigned int level; /* PTWALK_LEVEL_*: of its entries; of several, the finest. Where
			     * @granule says what they are, that of 4 KiB pages */
	unsigned int whole; /* of several, the coarsest: it is laid out in whole ones of that */
	uint64_t granule;   /* bytes that are one page or one folio, on any kernel; 0: an entry */
	enum workload_blocks blocks; /* which of its entries are of blocks */
	bool zone_device;	     /* its pages are ZONE_DEVICE */
	bool pool;     /* its pages are of a pool that has no other: there are none to copy to */
	bool readonly; /* it is mapped, and faulted in, to be read alone */
	unsigned int
		no_refault; /* WORKLOAD_READ, _WRITE: emptied and faulted in so, it is another */
	bool dax;	    /* it needs a device-dax device, of workload_dax_align() */
	uint64_t dax_least; /* bytes that this device has at the least */
	bool pmem;	    /* it needs a pmem block device */
	bool p2pdma;	    /* it needs a PCI device with memory for peer-to-peer DMA */
	enum workload_height spare;	       /* it needs spare memory there */
	const struct pagemaps_shape *pagemaps; /* of the module's own, that it makes of it */
	const struct workload_alone *alone;    /* or NULL: nothing special */
	const char *program;	    /* of the host, to be taken into a guest; absolute, or NULL */
	const char *const *needs;   /* kernel options, "CONFIG_X"; NULL-terminated; or NULL */
	const char *const *modules; /* kernel modules of these options; the same */

	/* As workload_supported(), of this one. NULL: workload_memory_supported(). */
	int (*supported)(const struct workload *, const struct workload_site *, uint64_t size,
			 struct err *err);

	/*
	 * Take what @bytes of it need in so large pieces that memory in use may have none, into a
	 * pool where layouts find it, for as long as @settings are changed. A guest begins with
	 * such a workload. NULL: it needs none.
	 */
	int (*hold)(const struct workload *, const struct workload_place *, uint64_t bytes,
		    struct settings *settings, struct err *err);

	/* Map and populate @layout->len bytes (set by workload_lay_out) at WORKLOAD_BASE. */
	int (*lay_out)(struct layout *, struct err *err);

	/*
	 * What inspect must find over the first @pages pages: the counts of pages in @want, which
	 * comes zeroed but for one mapping. NULL: all of them present at the level, ZONE_DEVICE as promised.
	 */
	void (*expect)(const struct workload *, uint64_t pages, struct ptwalk_inspect *want);

	/*
	 * Make the first @len bytes absent again, as they are laid out, for a window that faults
	 * them in: what then comes is present, whole. NULL: they are emptied (MADV_DONTNEED).
	 */
	int (*make_absent)(const struct layout *, uint64_t len, struct err *err);

	/* What inspect does not see, over the first @len bytes: as workload_verify(); or NULL. */
	int (*verify)(const struct layout *, uint64_t len, struct err *err);
};

extern const struct workload *const workloads[];
extern const size_t nr_workloads;

/* NULL where there is none of that name. */
const struct workload *workload_find(const char *name);

/* "pte", "pmd", "pud" */
const char *workload_level_name(unsigned int level);

/* Bytes that are laid out at once: a leaf, or a folio, or some of each kind. */
uint64_t workload_granule(const struct workload *);

/* PTWALK_LEVEL_* of its entries: of the finest. */
unsigned int workload_level(const struct workload *);

/* The alignment of the device-dax device that it needs on a kernel of such pages; 0: needs none. */
uint64_t workload_dax_align(const struct workload *, uint64_t page);

/* @size rounded up to the workload's granule, in bytes. */
uint64_t workload_span(const struct workload *, uint64_t size);

/*
 * Can @size bytes be laid out here and now? 0, or a negative errno with the reason in @err. The
 * first thing called.
 */
int workload_supported(const struct workload *, const struct workload_site *, uint64_t size,
		       struct err *err);

/* Is there memory for @size bytes and their page tables? -ENOMEM says how much there is. */
int workload_memory_supported(const struct workload *, const struct workload_site *, uint64_t size,
			      struct err *err);

/**
 * workload_lay_out - lay out at least @size bytes, rounded up to the granule
 * @layout:	(out) to be ended with workload_tear_down(), on success only
 */
int workload_lay_out(const struct workload *, const struct workload_site *, uint64_t size,
		     struct layout *layout, struct err *err);
void workload_tear_down(struct layout *);

/*
 * Take a pmem block device from its driver, until a workload needs it: its pagemap is one of
 * FS_DAX, and while there is such a one, whoever puts a page pays for it.
 */
int workload_idle_pmem(const char *device, struct err *err);

/* What inspect must find over the first @pages pages; all but the counts of pages is zero. */
void workload_expect(const struct workload *, uint64_t pages, struct ptwalk_inspect *want);

/**
 * workload_prove - is what the kernel met what the workload's name says?
 * @met:	what inspect found over the first @met->len bytes of the layout
 *
 * Every count of pages (by level, holes, not present, ZONE_DEVICE, zero pages)
 * must be as workload_expect() says.
 *
 * Returns: 0, or -EBADE with what was met and what should have been in @err.
 */
int workload_prove(const struct workload *, const struct ptwalk_inspect *met, struct err *err);

/**
 * workload_prove_populated - the same of what an op faulted in where all had been emptied
 * @write:	it was asked to; else anonymous memory is the zero page, unless it was swapped out
 *
 * Of a range smaller than a leaf no level is asked for: what can be there is smaller ones.
 */
int workload_prove_populated(const struct workload *, const struct ptwalk_inspect *met, bool write,
			     struct err *err);

/* The finest level at which it has pages; that of its label where it has none. */
unsigned int workload_level_of(const struct workload *, const struct ptwalk_inspect *met);

/*
 * Those of its entries that must be of blocks are, and no others: of @pages pages. What an older
 * module does not tell (no entries of a block) is 0 everywhere. -EBADE as above.
 */
int workload_prove_blocks(const struct workload *, uint64_t pages, const struct ptwalk_blocks *met,
			  struct err *err);

/* The rest of the proof, of which page tables hold nothing; -EBADE as above. */
int workload_verify(const struct layout *, uint64_t len, struct err *err);

#endif
