// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel_stat.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "disturb.h"

void disturb_read(struct disturb *now)
{
	now->cpu = raw_smp_processor_id();
	/* Device interrupts, and what the architecture counts apart: timer, IPIs, NMIs. */
	now->interrupts = kstat_cpu_irqs_sum(now->cpu) + compat_call(arch_irq_stat_cpu)(now->cpu);
	now->switches = current->nvcsw + current->nivcsw;
	now->faults = current->min_flt + current->maj_flt;
}

static u32 difference(u64 before, u64 after)
{
	return min_t(u64, after - before, U32_MAX);
}

void disturb_report(const struct disturb *before, const struct disturb *after,
		    struct ptwalk_sample *sample)
{
	bool moved = before->cpu != after->cpu;

	sample->cpu = after->cpu;
	/* The totals of two CPUs have nothing to do with each other. */
	sample->interrupts = moved ? 0 : difference(before->interrupts, after->interrupts);
	sample->switches = difference(before->switches, after->switches);
	sample->faults = difference(before->faults, after->faults);
	if (moved || sample->interrupts || sample->switches || sample->faults || sample->retries)
		sample->flags |= PTWALK_SAMPLE_DISTURBED;
}
