// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver does with the entries of a walk where its device has no page
 * tables of the CPU's kind: dma_map_page() for each, and the way back.
 */
#include <linux/dma-mapping.h>

#include "dma.h"
#include "memory.h"
#include "op.h"
#include "pages.h"

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
