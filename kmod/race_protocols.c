// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's protocol as it should be, and wrong ones that show that a race finds them. Each
 * differs from the first in what its `wrong` says, and in nothing else.
 */
#include "race.h"

static bool race_lock(struct race_driver *driver, const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range))
		return mutex_trylock(&driver->lock);
	mutex_lock(&driver->lock);
	return true;
}

static bool right_invalidate(struct race_driver *driver, const struct mmu_notifier_range *range,
			     unsigned long seq)
{
	if (!race_lock(driver, range))
		return false;
	mmu_interval_set_seq(&driver->notifier, seq);
	race_clear(driver, range);
	mutex_unlock(&driver->lock);
	return true;
}

static bool race_changed(struct race_driver *driver)
{
	return mmu_interval_read_retry(&driver->notifier, driver->range->notifier_seq);
}

/* Lock, test, fill, look, release: 0, or -EBUSY where the range has changed. */
static int right_commit(struct race_driver *driver)
{
	int ret = -EBUSY;

	mutex_lock(&driver->lock);
	if (!race_changed(driver)) {
		race_point(driver, RACE_TESTED);
		race_fill(driver);
		race_touch(driver);
		ret = 0;
	}
	mutex_unlock(&driver->lock);
	race_point(driver, RACE_UNLOCKED);
	return ret;
}

static int no_retry_commit(struct race_driver *driver)
{
	mutex_lock(&driver->lock);
	race_fill(driver);
	race_touch(driver);
	mutex_unlock(&driver->lock);
	race_point(driver, RACE_UNLOCKED);
	return 0;
}

static int retry_unlocked_commit(struct race_driver *driver)
{
	if (race_changed(driver))
		return -EBUSY;
	race_point(driver, RACE_TESTED); /* between test and lock */
	return no_retry_commit(driver);
}

static int touch_unlocked_commit(struct race_driver *driver)
{
	int ret = -EBUSY;

	mutex_lock(&driver->lock);
	if (!race_changed(driver)) {
		race_point(driver, RACE_TESTED);
		race_fill(driver);
		ret = 0;
	}
	mutex_unlock(&driver->lock);
	race_point(driver, RACE_UNLOCKED);
	if (!ret)
		race_touch(driver);
	return ret;
}

static void race_begin(struct race_driver *driver)
{
	driver->range->notifier_seq = mmu_interval_read_begin(&driver->notifier);
}

static int race_pass(struct race_driver *driver, int (*commit)(struct race_driver *driver))
{
	int ret = race_walk(driver);

	race_point(driver, RACE_WALKED);
	return ret ? ret : commit(driver);
}

static int race_map(struct race_driver *driver, int (*commit)(struct race_driver *driver))
{
	int ret;

	do {
		race_begin(driver);
		ret = race_pass(driver, commit);
	} while (ret == -EBUSY && race_again(driver));
	return ret;
}

static int right_map(struct race_driver *driver)
{
	return race_map(driver, right_commit);
}

static int no_retry_map(struct race_driver *driver)
{
	return race_map(driver, no_retry_commit);
}

static int retry_unlocked_map(struct race_driver *driver)
{
	return race_map(driver, retry_unlocked_commit);
}

static int touch_unlocked_map(struct race_driver *driver)
{
	return race_map(driver, touch_unlocked_commit);
}

static int sequence_once_map(struct race_driver *driver)
{
	int ret;

	race_begin(driver);
	do {
		ret = race_pass(driver, right_commit);
	} while (ret == -EBUSY && race_again(driver));
	return ret;
}

static bool invalidate_unlocked_invalidate(struct race_driver *driver,
					   const struct mmu_notifier_range *range,
					   unsigned long seq)
{
	mmu_interval_set_seq(&driver->notifier, seq);
	race_clear(driver, range);
	return true;
}

/* What these have of the right one. */
#define no_retry_invalidate right_invalidate
#define retry_unlocked_invalidate right_invalidate
#define invalidate_unlocked_map right_map
#define sequence_once_invalidate right_invalidate
#define touch_unlocked_invalidate right_invalidate

#define X(name_, wrong_)								\
static const struct race_protocol name_ = {						\
	.name = #name_,									\
	.wrong = wrong_,								\
	.map = name_##_map,								\
	.invalidate = name_##_invalidate,						\
};
PTWALK_PROTOCOLS(X)
#undef X

static const struct race_protocol *const race_protocols[] = {
#define X(name, wrong) &name,
	PTWALK_PROTOCOLS(X)
#undef X
	&race_protocol_own,
};

const struct race_protocol *race_protocol_at(u32 index)
{
	return index < ARRAY_SIZE(race_protocols) ? race_protocols[index] : NULL;
}

/* Read from data: code that names a symbol which may not be there takes what arm64's loader refuses. */
bool race_protocol_is_own(const struct race_protocol *protocol)
{
	unsigned int own = ARRAY_SIZE(race_protocols) - 1;

	OPTIMIZER_HIDE_VAR(own);
	return protocol == race_protocols[own];
}
