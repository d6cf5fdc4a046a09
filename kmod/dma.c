// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/memremap.h>
#include <linux/pci.h>
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

static struct page *dma_page(const struct window *window, unsigned long i)
{
	return hmm_pfn_to_page(window->range.hmm_pfns[i]);
}

int dma_find(struct window *window)
{
	unsigned long i;
	int ret = pages_find(window);

	for (i = 0; i < window->nr_pages && !ret; i++) {
		struct page *page = dma_page(window, i);

		if (is_device_private_page(page) || is_pci_p2pdma_page(page))
			ret = -ENXIO;
	}
	window->got = 0;
	return ret;
}

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

int dma_find_peers(struct window *window, struct device **device)
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
