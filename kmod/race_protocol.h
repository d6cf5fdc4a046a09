/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver's protocol is written against: copy `right` of race_protocols.c, put your own
 * driver's steps in its place, name the struct race_protocol_own, and have `ptwalk race
 * --protocol FILE.c` compile it into the module and race it.
 *
 * A protocol is two functions. map() brings one chunk, driver->range->start to ->end, into the
 * device page table: it reads the notifier's sequence, walks, and decides whether what it found
 * still holds. invalidate() is that of struct mmu_interval_notifier_ops: when it returns, the
 * device must not use what is in the range any more. driver->lock is a mutex, so that a delay can
 * be slept while it is held; whether a driver of yours spins instead changes no step.
 *
 * Delays are injected where race_point() is called: put one wherever your driver may be
 * interrupted. Of the points of one pass a single one sleeps, since one that shows an error may
 * hide another.
 */
#ifndef PTWALK_RACE_PROTOCOL_H
#define PTWALK_RACE_PROTOCOL_H

#include <linux/hmm.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>

/* Where a pass may sleep. */
enum race_point {
	RACE_NOWHERE,
	RACE_WALKED, /* behind the walk, before the lock is taken */
	RACE_TESTED, /* behind a test for retry, before what follows it */
	RACE_UNLOCKED, /* behind the lock's release */
	RACE_NR_POINTS,
};

/**
 * struct race_driver - what a protocol may use of a driver
 * @notifier:	over the whole range that it mirrors
 * @lock:	the driver's: who checks the table takes it
 * @range:	the chunk, and the array for what a walk finds
 * @private:	the protocol's own
 */
struct race_driver {
	struct mmu_interval_notifier notifier;
	struct mutex lock;
	struct hmm_range *range;
	void *private;
};

/**
 * struct race_protocol
 * @name:	what it is called
 * @wrong:	what is wrong with it; NULL or empty: it must never fail
 * @open:	before all else; may sleep; 0 or a negative errno; may be NULL
 * @close:	after all else, where @open succeeded; may be NULL
 * @map:	bring driver->range into the table; 0, -EBUSY (given up), or what the walk answers
 * @invalidate:	as that of struct mmu_interval_notifier_ops
 */
struct race_protocol {
	const char *name;
	const char *wrong;
	int (*open)(struct race_driver *driver);
	void (*close)(struct race_driver *driver);
	int (*map)(struct race_driver *driver);
	bool (*invalidate)(struct race_driver *driver, const struct mmu_notifier_range *range,
			   unsigned long seq);
};

/* The user's, where the module was built with one. */
extern const struct race_protocol race_protocol_own __weak;

/* Is it that? Never NULL. */
bool race_protocol_is_own(const struct race_protocol *protocol);

/*
 * Walk the chunk, by whatever the driver was told to walk with; the mmap lock is taken inside.
 * 0, -EBUSY (the range changed), or what the walk answers.
 */
int race_walk(struct race_driver *driver);

/* May the chunk be begun again? Says no when the budget is spent; to be asked once a pass that failed. */
bool race_again(struct race_driver *driver);

/* Enter what the walk found into the device page table. */
void race_fill(struct race_driver *driver);

/* Look at page->pgmap of each page that was entered. */
void race_touch(struct race_driver *driver);

/* Take what lies in @range out of the device page table. */
void race_clear(struct race_driver *driver, const struct mmu_notifier_range *range);

/* Sleep, if this is where the pass is to. */
void race_point(struct race_driver *driver, enum race_point point);

#endif
