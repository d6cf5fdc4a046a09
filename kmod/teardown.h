/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pagemap as large as the range, in place of those that are mapped there, to be
 * torn down once a window; what was there comes back in the end.
 */
#ifndef PTWALK_TEARDOWN_H
#define PTWALK_TEARDOWN_H

#include <linux/hrtimer.h>
#include <linux/kconfig.h>
#include <linux/preempt.h>

#include "pagemaps.h"
#include "result.h"
#include "window.h"

#if IS_ENABLED(CONFIG_PREEMPT_NOTIFIERS)
#define TEARDOWN_LACKS PAGEMAPS_LACKS
#else
#define TEARDOWN_LACKS "needs a kernel with CONFIG_PREEMPT_NOTIFIERS"
#endif

/**
 * struct teardown - window->private of these ops
 * @file:	that is mapped at the range
 * @at:		first address of the mapping
 * @piece:	of the file's pagemaps, as they were
 * @nr:		of the same
 * @walk:	the range, and an array for a walk over it
 * @result:	which guards the array
 * @held:	the pagemap that is referenced, until @timer puts it
 * @timer:	started right before the window
 * @sleeper:	told when the caller goes to sleep, and when it wakes
 * @slept:	ticks that the caller slept since it was last zeroed
 * @out:	when it went to sleep
 */
struct teardown {
	struct file *file;
	unsigned long at;
	u64 piece;
	unsigned int nr;
	struct window walk;
	struct result result;
	struct dev_pagemap *held;
	struct hrtimer timer;
#if IS_ENABLED(CONFIG_PREEMPT_NOTIFIERS)
	struct preempt_notifier sleeper;
#endif
	u64 slept;
	u64 out;
};

/* op.open and op.close. -ENXIO: no pagemaps of a file are mapped there. */
int teardown_open(struct window *window);
void teardown_close(struct window *window);

/*
 * op.prepare: the range's pagemap is registered, its pages are not mapped; with
 * _walked they were, and were walked with a reference got and put for each page.
 * The file is locked until op.finish.
 */
int teardown_prepare(struct window *window);
int teardown_prepare_walked(struct window *window);
int teardown_finish(struct window *window);

/* memunmap_pages() of it. -EIO: it came back while the reference was held. */
int teardown_now(struct window *window);

/* Right before a window: hold a reference, and put it after @ns from now. */
int teardown_hold(struct window *window, u64 ns);

/* Between these two, in the same task, @slept grows. */
void teardown_count_sleep(struct window *window);
u64 teardown_slept(struct window *window);

#endif
