// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver does with the entries of a walk where its device has no page tables
 * of the CPU's kind: dma_map_page() for each, and the way back; and the kernel's own
 * way from entries to a device's addresses. The device is one that there is not.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/memremap.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat/device.h"
#include "memory.h"
#include "op.h"
#include "pages.h"

static struct platform_device *platform;

int dma_init(void)
{
	static const struct platform_device_info info = {
		.name = "ptwalk-dma",
		.id = PLATFORM_DEVID_NONE,
		.dma_mask = DMA_BIT_MASK(64),
	};

	int ret;

	platform = platform_device_register_full(&info);
	if (IS_ERR(platform))
		return PTR_ERR(platform);
	/* Only this settles whether its buffers need syncing, which hmm_dma_map_alloc() asks. */
	ret = dma_set_mask_and_coherent(&platform->dev, DMA_BIT_MASK(64));
	if (ret)
		platform_device_unregister(platform);
	return ret;
}

void dma_exit(void)
{
	platform_device_unregister(platform);
}

/* It reaches all of memory (a mask of 64 bits). A call in the windows, as it always was. */
static noinline struct device *dma_device(void)
{
	return &platform->dev;
}

static struct page *dma_page(const struct window *window, unsigned long i)
{
	return hmm_pfn_to_page(window->range.hmm_pfns[i]);
}

static int dma_reaches(struct window *window, struct page *page)
{
	return is_device_private_page(page) || is_pci_p2pdma_page(page) ? -ENXIO : 0;
}

/*
 * For op.prepare: the array holds hmm_range_fault()'s entries, and nothing is
 * mapped yet. -EFAULT: not all are valid; -ENXIO: one is a page of another
 * device, which this one cannot read, or not in this way.
 */
static int dma_find(struct window *window)
{
	int ret = pages_find(window);

	window->got = 0;
	return ret ? ret : pages_each(window, dma_reaches);
}

static noinline int dma_map_all(struct window *window)
{
	struct device *device = dma_device();
	dma_addr_t *mapped = window->private;
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++) {
		struct page *page = hmm_pfn_to_page(window->range.hmm_pfns[i]);

		mapped[i] = dma_map_page(device, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		if (dma_mapping_error(device, mapped[i]))
			break;
	}
	window->got = i;
	return i == window->nr_pages ? 0 : -EIO;
}

static noinline int dma_unmap_all(struct window *window)
{
	struct device *device = dma_device();
	const dma_addr_t *mapped = window->private;
	long i;

	for (i = 0; i < window->got; i++)
		dma_unmap_page(device, mapped[i], PAGE_SIZE, DMA_BIDIRECTIONAL);
	window->got = 0;
	return 0;
}

static int dma_prepare_map(struct window *window)
{
	int ret = dma_find(window);

	if (ret)
		return ret;
	window->private = memory_array(window->nr_pages, sizeof(dma_addr_t));
	return window->private ? 0 : -ENOMEM;
}

static int dma_finish(struct window *window)
{
	dma_unmap_all(window);
	kvfree(window->private);
	window->private = NULL;
	return 0;
}

static int dma_prepare_unmap(struct window *window)
{
	int ret = dma_prepare_map(window);

	if (ret)
		return ret;
	ret = dma_map_all(window);
	if (ret)
		dma_finish(window);
	return ret;
}

DEFINE_WINDOW(window_dma_map, dma_map_all(window))
DEFINE_WINDOW(window_dma_unmap, dma_unmap_all(window))

const struct op op_dma_map = {
	OP(DMA_MAP),
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.prepare = dma_prepare_map,
	.finish = dma_finish,
	.windows = { window_dma_map },
};

const struct op op_dma_unmap = {
	OP(DMA_UNMAP),
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.prepare = dma_prepare_unmap,
	.finish = dma_finish,
	.windows = { window_dma_unmap },
};

#if COMPAT_HAS_HMM_DMA_MAP && IS_ENABLED(CONFIG_HMM_MIRROR)
#define HMM_DMA_LACKS NULL

static bool dma_owns(struct pci_dev *pci, phys_addr_t phys)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		if (pci_resource_len(pci, bar) && phys >= pci_resource_start(pci, bar) &&
		    phys <= pci_resource_end(pci, bar))
			return true;
	return false;
}

/* The PCI device whose memory all pages are; its reference is taken. */
static struct device *dma_provider(const struct window *window)
{
	struct pci_dev *pci = NULL;
	unsigned long i;

	for_each_pci_dev(pci) if (dma_owns(pci, page_to_phys(dma_page(window, 0)))) break;
	for (i = 0; pci && i < window->nr_pages; i++) {
		struct page *page = dma_page(window, i);

		if (!is_pci_p2pdma_page(page) || !dma_owns(pci, page_to_phys(page))) {
			pci_dev_put(pci);
			return NULL;
		}
	}
	return pci ? &pci->dev : NULL;
}

/*
 * The same where pages may also be memory of one PCI device, for DMA between
 * devices (P2PDMA), and nothing else.
 * @device:	(out) who is to reach the pages: for those of a PCI device itself,
 *		the one client there is in any machine. Ended by put_device().
 */
static int dma_find_peers(struct window *window, struct device **device)
{
	int ret = pages_find(window);

	if (ret)
		return ret;
	if (!is_pci_p2pdma_page(dma_page(window, 0))) {
		*device = get_device(dma_device());
		ret = dma_find(window);
	} else {
		*device = dma_provider(window);
		window->got = 0;
	}
	if (!*device)
		return -ENXIO;
	if (ret)
		put_device(*device);
	return ret;
}

struct hmm_dma {
	struct hmm_dma_map map;
	struct device *device;
};

static noinline int hmm_dma_all(struct window *window)
{
	struct pci_p2pdma_map_state p2pdma = { 0 };
	struct hmm_dma *dma = window->private;
	struct device *device = dma->device;
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++)
		if (hmm_dma_map_pfn(device, &dma->map, i, &p2pdma) == DMA_MAPPING_ERROR)
			break;
	window->got = i;
	return i == window->nr_pages ? 0 : -EIO;
}

/* Which way a PCI device is reached is found out once in a boot: not in a window. */
static void hmm_dma_look(struct hmm_dma *dma)
{
	struct pci_p2pdma_map_state p2pdma = { 0 };
	unsigned long entry = dma->map.pfn_list[0];

	if (hmm_dma_map_pfn(dma->device, &dma->map, 0, &p2pdma) != DMA_MAPPING_ERROR)
		hmm_dma_unmap_pfn(dma->device, &dma->map, 0);
	dma->map.pfn_list[0] = entry;
}

static int hmm_dma_prepare(struct window *window)
{
	struct hmm_dma *dma = kzalloc(sizeof(*dma), GFP_KERNEL);
	int ret;

	if (!dma)
		return -ENOMEM;
	ret = dma_find_peers(window, &dma->device);
	if (ret)
		goto out;
	ret = hmm_dma_map_alloc(dma->device, &dma->map, window->nr_pages, PAGE_SIZE);
	if (ret) {
		put_device(dma->device);
		goto out;
	}
	/* It marks its entries; the result stays what the walk found. */
	memcpy(dma->map.pfn_list, window->range.hmm_pfns,
	       window->nr_pages * sizeof(*dma->map.pfn_list));
	hmm_dma_look(dma);
	window->private = dma;
	return 0;
out:
	kfree(dma);
	return ret;
}

static int hmm_dma_finish(struct window *window)
{
	struct hmm_dma *dma = window->private;
	long i;

	for (i = 0; i < window->got; i++)
		hmm_dma_unmap_pfn(dma->device, &dma->map, i);
	hmm_dma_map_free(dma->device, &dma->map);
	put_device(dma->device);
	kfree(dma);
	window->private = NULL;
	return 0;
}
#else
#define HMM_DMA_LACKS	    "needs a kernel with hmm_dma_map_pfn() (6.16 or later)"
#define hmm_dma_all(window) (-EOPNOTSUPP)
#define hmm_dma_prepare	    NULL
#define hmm_dma_finish	    NULL
#endif

DEFINE_WINDOW(window_hmm_dma, hmm_dma_all(window))

const struct op op_hmm_dma_map = {
	OP(HMM_DMA_MAP),
	.lacks = HMM_DMA_LACKS,
	.unlocked = true,
	.prepare = hmm_dma_prepare,
	.finish = hmm_dma_finish,
	.windows = { window_hmm_dma },
};
