/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that are drivers: race_protocol.h is what their protocols see of them. */
#ifndef PTWALK_RACE_H
#define PTWALK_RACE_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/random.h>

#include "race_protocol.h"
#include "uapi/race.h"
#include "window.h"

/**
 * struct race - one driver, from PTWALK_IOC_RACE_DRIVER until its file is closed
 * @driver:	of it, what its protocol sees
 * @protocol:	which it follows
 * @list:	among all drivers
 * @mm:		whose range it mirrors
 * @window:	for its walks; the range in it is @driver.range
 * @walk:	one of them
 * @unlocked:	it takes the mmap lock itself
 * @holds:	it holds pages instead of having a table: PTWALK_OP_*; else 0
 * @holding:	how many it holds
 * @walking:	held by the thread that does
 * @start, @end: of the range
 * @table:	the device page table: an entry of hmm_range_fault()'s a page, or 0
 * @held:	a copy of it, for who checks it
 * @truth:	what the CPU maps, for the same
 * @asked:	as the caller made it
 * @random:	what is drawn from
 * @point:	where this pass sleeps
 * @again:	times that the chunk was begun again
 * @failed:	sequence of the pass before, of the same chunk
 * @futile:	passes of this chunk that could not succeed
 * @invalidations: that have returned
 * @walked:	how many there were when the last walk began
 * @phase:	the last that began
 * @ended:	chunks that had ended when it began
 * @begun_ns:	when it began
 * @done:	chunks that have ended
 * @told:	what the caller is told
 */
struct race {
	struct race_driver driver;
	const struct race_protocol *protocol;
	struct list_head list;
	struct mm_struct *mm;
	struct window window;
	int (*walk)(struct window *window);
	bool unlocked;
	u32 holds;
	atomic_long_t holding;
	struct mutex walking;
	unsigned long start;
	unsigned long end;
	unsigned long *table;
	unsigned long *held;
	unsigned long *truth;
	struct ptwalk_race_driver asked;
	u64 random;
	enum race_point point;
	u32 again;
	unsigned long failed;
	u64 futile;
	atomic_long_t invalidations;
	long walked;
	u32 phase;
	u64 ended;
	u64 begun_ns;
	u64 done;
	struct ptwalk_race_told told;
};

/* NULL behind the last, and where the module was built without the user's. */
const struct race_protocol *race_protocol_at(u32 index);

/* The next of what is drawn from *@random, which is not 0. */
u64 race_draw(u64 *random);

/* Sleep at most so many microseconds. */
void race_sleep(u64 *random, u32 most);

/* A phase of whatever takes memory of @mm away begins: its drivers are told. How many they are. */
u32 race_phase_begin(struct mm_struct *mm, u32 phase);

/* It has ended: they are checked. What was stale. */
u64 race_phase_end(struct mm_struct *mm, u32 phase);

/* The same of one driver. */
void race_phase_begin_one(struct race *race, u32 phase);
u64 race_phase_end_one(struct race *race, u32 phase);

/* What main.c asks for. */
long race_ioctl_protocol(void __user *arg);
long race_ioctl_driver(struct file *file, const void __user *arg);
long race_ioctl_walk(struct file *file, const void __user *arg);
long race_ioctl_tell(struct file *file, void __user *arg);
long race_ioctl_mark(struct file *file, void __user *arg);
long race_ioctl_teardown(struct file *file, void __user *arg);

/* The file is closed; NULL: it was none. */
void race_end(struct race *race);

#endif
