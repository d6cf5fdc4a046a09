// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/memremap.h>
#include <linux/platform_device.h>

#include "dma.h"
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

struct device *dma_device(void)
{
	return &platform->dev;
}

int dma_find(struct window *window)
{
	unsigned long i;
	int ret = pages_find(window);

	for (i = 0; i < window->nr_pages && !ret; i++) {
		struct page *page = hmm_pfn_to_page(window->range.hmm_pfns[i]);

		if (is_device_private_page(page) || is_pci_p2pdma_page(page))
			ret = -ENXIO;
	}
	window->got = 0;
	return ret;
}
