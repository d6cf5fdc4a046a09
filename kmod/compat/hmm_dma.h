/* SPDX-License-Identifier: GPL-2.0-only */
/* hmm_dma_map_pfn() and what belongs to it, where the kernel has them. */
#ifndef PTWALK_COMPAT_HMM_DMA_H
#define PTWALK_COMPAT_HMM_DMA_H

#include "compat/version.h"

#if COMPAT_HAS_HMM_DMA_MAP
#include <linux/hmm-dma.h>
#include <linux/pci-p2pdma.h>
#endif

#endif
