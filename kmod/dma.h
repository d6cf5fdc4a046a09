/* SPDX-License-Identifier: GPL-2.0-only */
/* A device that there is not, for pages to be mapped for. */
#ifndef PTWALK_DMA_H
#define PTWALK_DMA_H

/* Register it: 0, or what the driver core answers. */
int dma_init(void);
void dma_exit(void);

#endif
