// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>

#include "arch.h"
#include "compat/compat.h"
#include "file.h"
#include "op.h"
#include "teardown.h"

#if IS_ENABLED(CONFIG_PREEMPT_NOTIFIERS)
static void teardown_sched_out(struct preempt_notifier *notifier, struct task_struct *next)
{
	container_of(notifier, struct teardown, sleeper)->out = arch_ticks();
}

static void teardown_sched_in(struct preempt_notifier *notifier, int cpu)
{
	struct teardown *teardown = container_of(notifier, struct teardown, sleeper);

	teardown->slept += arch_ticks() - teardown->out;
}

static struct preempt_ops teardown_preempt_ops = {
	.sched_in = teardown_sched_in,
	.sched_out = teardown_sched_out,
};

void teardown_count_sleep(struct window *window)
{
	struct teardown *teardown = window->private;

	teardown->slept = 0;
	preempt_disable();
	preempt_notifier_register(&teardown->sleeper);
	preempt_enable();
}

u64 teardown_slept(struct window *window)
{
	struct teardown *teardown = window->private;

	preempt_disable();
	preempt_notifier_unregister(&teardown->sleeper);
	preempt_enable();
	return teardown->slept;
}

static void teardown_sleeper_init(struct teardown *teardown)
{
	preempt_notifier_inc();
	preempt_notifier_init(&teardown->sleeper, &teardown_preempt_ops);
}

static void teardown_sleeper_release(void)
{
	preempt_notifier_dec();
}
#else
void teardown_count_sleep(struct window *window)
{
}

u64 teardown_slept(struct window *window)
{
	return 0;
}

static void teardown_sleeper_init(struct teardown *teardown)
{
}

static void teardown_sleeper_release(void)
{
}
#endif

static enum hrtimer_restart teardown_put(struct hrtimer *timer)
{
	struct teardown *teardown = container_of(timer, struct teardown, timer);
	struct dev_pagemap *held = teardown->held;

	/* Who waits for the last reference may free it from here on. */
	WRITE_ONCE(teardown->held, NULL);
	put_dev_pagemap(held);
	return HRTIMER_NORESTART;
}

int teardown_hold(struct window *window, u64 ns)
{
	struct teardown *teardown = window->private;
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;

	teardown->held = compat_get_dev_pagemap(PHYS_PFN(own->maps.start), NULL);
	if (!teardown->held)
		return -ENXIO;
	hrtimer_start(&teardown->timer, ns_to_ktime(ns), HRTIMER_MODE_REL);
	return 0;
}

int teardown_now(struct window *window)
{
	struct teardown *teardown = window->private;
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;

	memunmap_pages(own->maps.maps);
	own->maps.nr = 0;
	return READ_ONCE(teardown->held) ? -EIO : 0;
}

/* Instead of what the file has, one pagemap of the range's length, at the same place. */
static int teardown_replace(struct window *window)
{
	struct teardown *teardown = window->private;
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;
	int ret = 0;

	if (pagemaps_registered(&own->maps)) {
		ret = pagemaps_file_unmap(teardown->file);
		if (ret)
			return ret;
		pagemaps_unregister(&own->maps);
	}
	return pagemaps_file_register(own, (u64)window->nr_pages << PAGE_SHIFT, 1);
}

static int teardown_lock(struct teardown *teardown)
{
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;

	return down_write_killable(&own->lock);
}

static void teardown_unlock(struct teardown *teardown)
{
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;

	up_write(&own->lock);
}

int teardown_prepare(struct window *window)
{
	struct teardown *teardown = window->private;
	int ret = teardown_lock(teardown);

	if (ret)
		return ret;
	ret = teardown_replace(window);
	if (ret)
		teardown_unlock(teardown);
	return ret;
}

/* Fault every page in, and walk them as `hmm` does. */
static int teardown_walk(struct teardown *teardown)
{
	struct hmm_range *range = &teardown->walk.range;
	int ret;

	range->notifier_seq = mmu_interval_read_begin(range->notifier);
	ret = mmap_read_lock_killable(teardown->walk.mm);
	if (ret)
		return ret;
	ret = hmm_range_fault(range);
	mmap_read_unlock(teardown->walk.mm);
	return ret;
}

int teardown_prepare_walked(struct window *window)
{
	struct teardown *teardown = window->private;
	const struct pagemaps *maps = &file_of(teardown->file)->pagemaps->maps;
	int ret = teardown_prepare(window);

	if (ret)
		return ret;
	/* Pages are mapped under the lock. */
	teardown_unlock(teardown);
	ret = teardown_walk(teardown);
	if (!ret)
		ret = teardown_lock(teardown);
	if (ret)
		return ret;
	/* Another thread may have dropped it meanwhile. */
	ret = pagemaps_registered(maps) ? pagemaps_file_unmap(teardown->file) : -ENXIO;
	if (ret)
		teardown_unlock(teardown);
	return ret;
}

int teardown_finish(struct window *window)
{
	struct teardown *teardown = window->private;
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;

	hrtimer_cancel(&teardown->timer);
	pagemaps_unregister(&own->maps);
	own->len = 0;
	teardown_unlock(teardown);
	return 0;
}

/* It waits for its turn without the mmap lock, and before that takes all that needs it. */
static int teardown_begin(struct teardown *teardown, struct window *window)
{
	struct ptwalk_run out = { .result_want = 0 };
	int ret;

	teardown->file = pagemaps_file_find(window->mm, window->range.start, window->range.end,
					    &teardown->at);
	if (IS_ERR(teardown->file))
		return PTR_ERR(teardown->file);
	teardown->walk.mm = window->mm;
	teardown->walk.nr_pages = window->nr_pages;
	teardown->walk.range.start = window->range.start;
	teardown->walk.range.end = window->range.end;
	teardown->walk.range.default_flags = HMM_PFN_REQ_FAULT | HMM_PFN_REQ_WRITE;
	teardown->walk.asked = window->asked;
	ret = result_init(&teardown->result, &teardown->walk, &op_hmm, &out);
	if (ret)
		goto put_file;
	ret = pagemaps_file_take(file_of(teardown->file)->pagemaps, &teardown->piece,
				 &teardown->nr);
	if (!ret)
		return 0;
	result_release(&teardown->result, &teardown->walk);
put_file:
	fput(teardown->file);
	return ret;
}

int teardown_open(struct window *window)
{
	u64 len = (u64)window->nr_pages << PAGE_SHIFT;
	struct teardown *teardown;
	int ret;

	if (len % PAGEMAPS_GRAIN)
		return -EINVAL;
	teardown = kzalloc(sizeof(*teardown), GFP_KERNEL);
	if (!teardown)
		return -ENOMEM;
	ret = teardown_begin(teardown, window);
	if (ret) {
		kfree(teardown);
		return ret;
	}
	compat_hrtimer_setup(&teardown->timer, teardown_put, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	teardown_sleeper_init(teardown);
	window->private = teardown;
	return 0;
}

/* What was registered is so again, and mapped as far as the mapping goes. */
static void teardown_restore(struct teardown *teardown, struct mm_struct *mm)
{
	struct pagemaps_file *own = file_of(teardown->file)->pagemaps;
	u64 at;
	int ret = 0;

	pagemaps_file_give(teardown->file, teardown->piece, teardown->nr);
	for (at = 0; at < READ_ONCE(own->len) && !ret; at += own->leaf) {
		ret = mmap_read_lock_killable(mm);
		if (ret)
			return;
		/* The mapping may end before the pagemaps. */
		ret = fixup_user_fault(mm, teardown->at + at, FAULT_FLAG_WRITE, NULL);
		mmap_read_unlock(mm);
		cond_resched();
	}
}

void teardown_close(struct window *window)
{
	struct teardown *teardown = window->private;

	teardown_restore(teardown, window->mm);
	teardown_sleeper_release();
	result_release(&teardown->result, &teardown->walk);
	fput(teardown->file);
	kfree(teardown);
}
