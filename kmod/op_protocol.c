// SPDX-License-Identifier: GPL-2.0-only
/* What walks as a driver does, chunk by chunk, taking the mmap lock itself. */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/spinlock.h>
#include <linux/timex.h>

#include "clock.h"
#include "compat/compat.h"
#include "memory.h"
#include "op.h"
#include "result.h"
#include "stages.h"

static int protocol_snapshot(struct window *window)
{
#if IS_ENABLED(CONFIG_HMM_MIRROR)
	return hmm_range_fault(&window->range);
#else
	return -EOPNOTSUPP;
#endif
}

/*
 * op.check: would the windows sleep? 0, -EBUSY (who has the mmap lock must be let run
 * first), or -EFAULT: with PTWALK_REQ_*, a page is not there as it asks. With
 * interrupts off and no other CPU, that stands until the window is closed.
 */
static int protocol_check(struct window *window)
{
	int ret;

	if (!mmap_read_trylock(window->mm))
		return -EBUSY;
	compat_vma_remember(window->mm, window->range.start);
	ret = window->range.default_flags ? result_check_present(window, protocol_snapshot) : 0;
	mmap_read_unlock(window->mm);
	return ret;
}

/* The chunk at @start: where to walk, and its part of the result array. */
static __always_inline void protocol_chunk(const struct window *window, unsigned long start,
					   struct hmm_range *range)
{
	const struct hmm_range *whole = &window->range;
	unsigned long len = (unsigned long)window->asked->chunk << PAGE_SHIFT;

	*range = *whole;
	range->start = start;
	range->end = start + min(len, whole->end - start);
	range->hmm_pfns += (start - whole->start) >> PAGE_SHIFT;
}

static __always_inline int protocol_walk(struct window *window, struct hmm_range *range)
{
	int ret = -EOPNOTSUPP;

#if IS_ENABLED(CONFIG_HMM_MIRROR)
	mmap_read_lock(window->mm);
	ret = hmm_range_fault(range);
	mmap_read_unlock(window->mm);
#endif
	return ret;
}

/*
 * hmm_range_fault() over the range in chunks. Each has an interval notifier of
 * its own, inserted before it and removed after it, as a driver has that mirrors
 * what its device happens to touch.
 */
static __always_inline int chunks_one(struct window *window, struct hmm_range *range)
{
	struct mmu_interval_notifier *notifier = range->notifier;
	int ret;

	ret = mmu_interval_notifier_insert(notifier, window->mm, range->start,
					   range->end - range->start, &result_notifier_ops);
	if (ret)
		return ret;
	stages_mark(window, PTWALK_STAGE_INSERT);
	range->notifier_seq = mmu_interval_read_begin(notifier);
	stages_mark(window, PTWALK_STAGE_BEGIN);
	ret = protocol_walk(window, range);
	stages_mark(window, PTWALK_STAGE_WALK);
	if (!ret && mmu_interval_read_retry(notifier, range->notifier_seq))
		ret = -EBUSY;
	stages_mark(window, PTWALK_STAGE_TEST);
	mmu_interval_notifier_remove(notifier);
	stages_mark(window, PTWALK_STAGE_REMOVE);
	return ret;
}

static noinline int chunks_all(struct window *window)
{
	struct mmu_interval_notifier notifier;
	unsigned long start = window->range.start;
	struct hmm_range range;
	int ret = 0;

	for (; start < window->range.end && !ret; start = range.end) {
		protocol_chunk(window, start, &range);
		range.notifier = &notifier;
		window->stages.chunks++;
		ret = chunks_one(window, &range);
	}
	return ret;
}

DEFINE_STAGED_WINDOW(window_hmm_chunks, chunks_all(window), PTWALK_STAGE_REMOVE)

const struct op op_hmm_chunks = {
	OP(HMM_CHUNKS),
	.lacks = STAGES_LACKS,
	.unlocked = true,
	.warm_ups = 1, /* up to 6.0 the first finds no VMA in the task's cache */
	.check = protocol_check,
	.windows = { window_hmm_chunks },
};

/*
 * A driver's protocol, end to end and chunk by chunk: read the notifier's
 * sequence, walk, take the driver's lock, test whether the range changed
 * meanwhile, fill the device page table, release; again where it changed.
 *
 * One variant reads the sequence again for each pass. The other reads it once,
 * before the passes of a chunk: after a collision no pass can succeed.
 */
#define MIRROR_PRESENT BIT(0)
#define MIRROR_WRITE   BIT(1)

/**
 * struct mirror - a device's view of the range
 * @notifier:	over the whole range, for the whole run
 * @lock:	the driver's: held to fill @table, and to empty it
 * @table:	the device page table: an entry for each page, 0 where it has none
 * @window:	whose range it is
 * @budget_ticks: how long a chunk may take, of get_cycles(); of limited windows
 */
struct mirror {
	struct mmu_interval_notifier notifier;
	spinlock_t lock;
	u64 *table;
	const struct window *window;
	u64 budget_ticks;
};

static bool mirror_invalidate(struct mmu_interval_notifier *notifier,
			      const struct mmu_notifier_range *range, unsigned long seq)
{
	struct mirror *mirror = container_of(notifier, struct mirror, notifier);
	const struct hmm_range *whole = &mirror->window->range;
	unsigned long start = max(range->start, whole->start);
	unsigned long end = min(range->end, whole->end);

	spin_lock(&mirror->lock);
	mmu_interval_set_seq(notifier, seq);
	memset(&mirror->table[(start - whole->start) >> PAGE_SHIFT], 0,
	       ((end - start) >> PAGE_SHIFT) * sizeof(*mirror->table));
	spin_unlock(&mirror->lock);
	return true;
}

static const struct mmu_interval_notifier_ops mirror_notifier_ops = {
	.invalidate = mirror_invalidate,
};

static u64 mirror_entry(unsigned long pfn)
{
	if (!(pfn & HMM_PFN_VALID))
		return 0;
	return (u64)(pfn & ~HMM_PFN_FLAGS) << PAGE_SHIFT | MIRROR_PRESENT |
	       (pfn & HMM_PFN_WRITE ? MIRROR_WRITE : 0);
}

static __always_inline void mirror_fill(struct mirror *mirror, const struct hmm_range *range)
{
	u64 *entry = &mirror->table[(range->start - mirror->window->range.start) >> PAGE_SHIFT];
	unsigned long i, nr_pages = (range->end - range->start) >> PAGE_SHIFT;

	for (i = 0; i < nr_pages; i++)
		entry[i] = mirror_entry(range->hmm_pfns[i]);
}

/* A walk that went well: 0 where the table has it, -EBUSY where it is out of date. */
static __always_inline int mirror_commit(struct window *window, struct mirror *mirror,
					 const struct hmm_range *range)
{
	int ret = 0;

	spin_lock(&mirror->lock);
	if (mmu_interval_read_retry(&mirror->notifier, range->notifier_seq))
		ret = -EBUSY;
	stages_mark(window, PTWALK_STAGE_TEST);
	if (!ret) {
		mirror_fill(mirror, range);
		stages_mark(window, PTWALK_STAGE_FILL);
	}
	spin_unlock(&mirror->lock);
	stages_mark(window, PTWALK_STAGE_RELEASE);
	return ret;
}

static __always_inline void mirror_inject(struct window *window, const struct hmm_range *range)
{
	if (!compat_invalidate(window->mm, range->start, range->start + PAGE_SIZE))
		window->stages.injected++;
	stages_mark(window, PTWALK_STAGE_INJECT);
}

static __always_inline int mirror_pass(struct window *window, struct mirror *mirror,
				       struct hmm_range *range, bool collide)
{
	int ret = protocol_walk(window, range);

	stages_mark(window, PTWALK_STAGE_WALK);
	if (ret)
		return ret;
	if (collide)
		mirror_inject(window, range);
	return mirror_commit(window, mirror, range);
}

/* How a mirror goes on after a collision: what its window is made for. */
#define MIRROR_ONCE    BIT(0) /* with the sequence that was read before the first pass */
#define MIRROR_LIMITED BIT(1) /* for so long, too, and not only so often */

/* Passes until one succeeds, or the budget is spent: that is no error, and is told. */
static __always_inline int mirror_chunk(struct window *window, struct mirror *mirror,
					struct hmm_range *range, bool collide, const unsigned int how)
{
	const u64 began = how & MIRROR_LIMITED ? get_cycles() : 0;
	unsigned long failed;
	u32 again = 0;
	int ret;

	range->notifier_seq = mmu_interval_read_begin(&mirror->notifier);
	for (;;) {
		stages_mark(window, PTWALK_STAGE_BEGIN);
		ret = mirror_pass(window, mirror, range, collide && !again);
		if (likely(ret != -EBUSY))
			return ret;
		window->stages.collided += !again;
		if (again++ == window->asked->budget)
			break;
		if (how & MIRROR_LIMITED && get_cycles() - began >= mirror->budget_ticks)
			break;
		failed = range->notifier_seq;
		if (!(how & MIRROR_ONCE))
			range->notifier_seq = mmu_interval_read_begin(&mirror->notifier);
		window->retries++;
		window->stages.futile += range->notifier_seq == failed;
	}
	window->stages.stuck++;
	return 0;
}

static __always_inline int mirror_all(struct window *window, const unsigned int how)
{
	struct mirror *mirror = window->private;
	unsigned long start = window->range.start;
	u32 collide = window->asked->collide, chunks = 0;
	struct hmm_range range;
	int ret = 0;

	for (; start < window->range.end && !ret; start = range.end) {
		protocol_chunk(window, start, &range);
		range.notifier = &mirror->notifier;
		ret = mirror_chunk(window, mirror, &range, collide && !(chunks % collide), how);
		chunks++;
	}
	window->stages.chunks = chunks;
	return ret;
}

static noinline int mirror_right(struct window *window)
{
	return mirror_all(window, 0);
}

static noinline int mirror_once(struct window *window)
{
	return mirror_all(window, MIRROR_ONCE);
}

static noinline int mirror_right_limited(struct window *window)
{
	return mirror_all(window, MIRROR_LIMITED);
}

static noinline int mirror_once_limited(struct window *window)
{
	return mirror_all(window, MIRROR_ONCE | MIRROR_LIMITED);
}

DEFINE_STAGED_WINDOW(window_mirror, mirror_right(window), PTWALK_STAGE_RELEASE)
DEFINE_STAGED_WINDOW(window_mirror_once, mirror_once(window), PTWALK_STAGE_RELEASE)
DEFINE_STAGED_WINDOW(window_mirror_limited, mirror_right_limited(window), PTWALK_STAGE_RELEASE)
DEFINE_STAGED_WINDOW(window_mirror_once_limited, mirror_once_limited(window), PTWALK_STAGE_RELEASE)

static int mirror_open(struct window *window)
{
	struct mirror *mirror = kzalloc(sizeof(*mirror), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!mirror)
		return -ENOMEM;
	spin_lock_init(&mirror->lock);
	mirror->window = window;
	mirror->budget_ticks = div_u64(window->asked->budget_ns * clock_khz(), 1000000);
	mirror->table = memory_array(window->nr_pages, sizeof(*mirror->table));
	if (mirror->table)
		ret = mmu_interval_notifier_insert(&mirror->notifier, window->mm,
						   window->range.start,
						   window->range.end - window->range.start,
						   &mirror_notifier_ops);
	if (ret) {
		kvfree(mirror->table);
		kfree(mirror);
		return ret;
	}
	window->private = mirror;
	return 0;
}

static void mirror_close(struct window *window)
{
	struct mirror *mirror = window->private;

	mmu_interval_notifier_remove(&mirror->notifier);
	kvfree(mirror->table);
	kfree(mirror);
}

static int mirror_prepare(struct window *window)
{
	struct mirror *mirror = window->private;

	spin_lock(&mirror->lock);
	memset(mirror->table, 0, window->nr_pages * sizeof(*mirror->table));
	spin_unlock(&mirror->lock);
	return 0;
}

/* What the device has must be what the walk found: nothing else, and nothing out of date. */
static int mirror_finish(struct window *window)
{
	struct mirror *mirror = window->private;
	unsigned long i, mapped = 0, wrong = 0;

	for (i = 0; i < window->nr_pages; i++) {
		u64 entry = READ_ONCE(mirror->table[i]);

		if (entry && entry != mirror_entry(window->range.hmm_pfns[i]))
			wrong++;
		mapped += entry != 0;
	}
	window->stages.mapped = mapped;
	return wrong ? window_fails(window, PTWALK_AT_TABLE, wrong, -EBADE) : 0;
}

const struct op op_mirror = {
	OP(MIRROR),
	.needs = COMPAT_NEEDS_INVALIDATE,
	.lacks = STAGES_LACKS,
	.unlocked = true,
	.warm_ups = 1, /* up to 6.0 the first finds no VMA in the task's cache */
	.retries = true,
	.open = mirror_open,
	.close = mirror_close,
	.prepare = mirror_prepare,
	.check = protocol_check,
	.finish = mirror_finish,
	.windows = { window_mirror },
	.limited = window_mirror_limited,
};

const struct op op_mirror_once = {
	OP(MIRROR_ONCE),
	.needs = COMPAT_NEEDS_INVALIDATE,
	.lacks = STAGES_LACKS,
	.unlocked = true,
	.warm_ups = 1, /* up to 6.0 the first finds no VMA in the task's cache */
	.retries = true,
	.open = mirror_open,
	.close = mirror_close,
	.prepare = mirror_prepare,
	.check = protocol_check,
	.finish = mirror_finish,
	.windows = { window_mirror_once },
	.limited = window_mirror_once_limited,
};
