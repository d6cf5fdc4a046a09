// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own way from the entries of a walk to a device's addresses. */
#include <linux/slab.h>

#include "compat/hmm_dma.h"
#include "dma.h"
#include "op.h"
#include "pages.h"

#if COMPAT_HAS_HMM_DMA_MAP && IS_ENABLED(CONFIG_HMM_MIRROR)
#define HMM_DMA_LACKS NULL

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
