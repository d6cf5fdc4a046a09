// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/kernel_stat.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "counts.h"

void disturb_read(struct disturb *now)
{
	now->cpu = raw_smp_processor_id();
	/* Device interrupts, and what the architecture counts apart: timer, IPIs, NMIs. */
	now->interrupts = kstat_cpu_irqs_sum(now->cpu) + arch_irqs(now->cpu);
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

/* What of the encoding lies beside the run's own struct. */
static int events_configs(const struct ptwalk_run *run, struct ptwalk_event_config *configs)
{
	unsigned int i;

	memset(configs, 0, PTWALK_MAX_EVENTS * sizeof(*configs));
	if (!run->event_configs)
		return 0;
	if (copy_from_user(configs, u64_to_user_ptr(run->event_configs),
			   run->nr_events * sizeof(*configs)))
		return -EFAULT;
	for (i = 0; i < run->nr_events; i++)
		if (memchr_inv(configs[i].reserved, 0, sizeof(configs[i].reserved)))
			return -EINVAL;
	return 0;
}

int events_open(struct events *events, const struct ptwalk_run *run)
{
	struct ptwalk_event_config configs[PTWALK_MAX_EVENTS];
	struct perf_event *event;
	unsigned int i;
	int ret;

	events->nr = 0;
	ret = events_configs(run, configs);
	if (ret)
		return ret;
	for (i = 0; i < run->nr_events; i++) {
		struct perf_event_attr attr = {
			.type = run->events[i].type,
			.size = sizeof(attr),
			.config = run->events[i].config,
			.config1 = configs[i].config1,
			.config2 = configs[i].config2,
			.disabled = 1,
		};

		event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
		if (IS_ERR(event)) {
			events_close(events);
			return PTR_ERR(event);
		}
		events->event[i] = event;
		events->count[i] = 0;
		events->enabled_ns[i] = 0;
		events->running_ns[i] = 0;
		events->nr = i + 1;
	}
	return 0;
}

void events_close(struct events *events)
{
	while (events->nr)
		perf_event_release_kernel(events->event[--events->nr]);
}

void events_start(struct events *events)
{
	unsigned int i;

	for (i = 0; i < events->nr; i++)
		perf_event_enable(events->event[i]);
}

void events_stop(struct events *events)
{
	unsigned int i;

	for (i = events->nr; i--;)
		perf_event_disable(events->event[i]);
}

void events_read(struct events *events, struct ptwalk_sample *sample)
{
	u64 count, enabled, running;
	unsigned int i;

	for (i = 0; i < events->nr; i++) {
		count = perf_event_read_value(events->event[i], &enabled, &running);
		sample->events[i] = count - events->count[i];
		sample->enabled_ns[i] = enabled - events->enabled_ns[i];
		sample->running_ns[i] = running - events->running_ns[i];
		events->count[i] = count;
		events->enabled_ns[i] = enabled;
		events->running_ns[i] = running;
	}
}
