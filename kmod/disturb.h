/* SPDX-License-Identifier: GPL-2.0-only */
/* What may come between the two ends of a window. */
#ifndef PTWALK_DISTURB_H
#define PTWALK_DISTURB_H

#include <linux/types.h>

#include "compat/symbols.h"
#include "uapi/ptwalk.h"

#define DISTURB_NEEDS COMPAT_NEEDS(arch_irq_stat_cpu)

/* Running totals. */
struct disturb {
	u64 interrupts; /* of this CPU */
	u64 switches;	/* of this task, as is the next */
	u64 faults;
	u32 cpu;
};

void disturb_read(struct disturb *now);

/* Fill in @sample's counts, CPU and PTWALK_SAMPLE_DISTURBED; its retries are set. */
void disturb_report(const struct disturb *before, const struct disturb *after,
		    struct ptwalk_sample *sample);

#endif
