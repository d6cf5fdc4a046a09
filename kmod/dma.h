/* SPDX-License-Identifier: GPL-2.0-only */
/* A device that there is not, for pages to be mapped for. */
#ifndef PTWALK_DMA_H
#define PTWALK_DMA_H

#include <linux/device.h>

#include "window.h"

/* Register it: 0, or what the driver core answers. */
int dma_init(void);
void dma_exit(void);

/* It reaches all of memory (a mask of 64 bits). */
struct device *dma_device(void);

/*
 * For op.prepare: the array holds hmm_range_fault()'s entries, and nothing is
 * mapped yet. -EFAULT: not all are valid; -ENXIO: one is a page of another
 * device, which this one cannot read, or not in this way.
 */
int dma_find(struct window *window);

/*
 * The same where pages may also be memory of one PCI device, for DMA between
 * devices (P2PDMA), and nothing else.
 * @device:	(out) who is to reach the pages: for those of a PCI device itself,
 *		the one client there is in any machine. Ended by put_device().
 */
int dma_find_peers(struct window *window, struct device **device);

#endif
