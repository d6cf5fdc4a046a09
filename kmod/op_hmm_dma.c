// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own way from the entries of a walk to a device's addresses. */
#include <linux/slab.h>

#include "compat/hmm_dma.h"
#include "dma.h"
#include "op.h"
#include "pages.h"

#if COMPAT_HAS_HMM_DMA_MAP && IS_ENABLED(CONFIG_HMM_MIRROR)
#define HMM_DMA_LACKS NULL

static noinline int hmm_dma_all(struct window *window)
{
	struct pci_p2pdma_map_state p2pdma = { 0 };
	struct hmm_dma_map *map = window->private;
	struct device *device = dma_device();
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++)
		if (hmm_dma_map_pfn(device, map, i, &p2pdma) == DMA_MAPPING_ERROR)
			break;
	window->got = i;
	return i == window->nr_pages ? 0 : -EIO;
}

static int hmm_dma_prepare(struct window *window)
{
	struct hmm_dma_map *map;
	int ret = dma_find(window);

	if (ret)
		return ret;
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	ret = hmm_dma_map_alloc(dma_device(), map, window->nr_pages, PAGE_SIZE);
	if (ret) {
		kfree(map);
		return ret;
	}
	/* It marks its entries; the result stays what the walk found. */
	memcpy(map->pfn_list, window->range.hmm_pfns,
	       window->nr_pages * sizeof(*map->pfn_list));
	window->private = map;
	return 0;
}

static int hmm_dma_finish(struct window *window)
{
	struct hmm_dma_map *map = window->private;
	long i;

	for (i = 0; i < window->got; i++)
		hmm_dma_unmap_pfn(dma_device(), map, i);
	hmm_dma_map_free(dma_device(), map);
	kfree(map);
	window->private = NULL;
	return 0;
}
#else
#define HMM_DMA_LACKS "needs a kernel with hmm_dma_map_pfn() (6.16 or later)"
#define hmm_dma_all(window)  (-EOPNOTSUPP)
#define hmm_dma_prepare	     NULL
#define hmm_dma_finish	     NULL
#endif

DEFINE_WINDOW(window_hmm_dma, hmm_dma_all(window))

const struct op op_hmm_dma_map = {
	.name = "hmm_dma_map",
	.id = PTWALK_OP_HMM_DMA_MAP,
	.flags = PTWALK_OPF_PFNS | PTWALK_OPF_ENTRIES,
	.lacks = HMM_DMA_LACKS,
	.unlocked = true,
	.prepare = hmm_dma_prepare,
	.finish = hmm_dma_finish,
	.windows = { window_hmm_dma },
};
