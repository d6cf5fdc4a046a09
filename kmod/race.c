// SPDX-License-Identifier: GPL-2.0-only
/* Drivers, from the ioctl that makes one to the end of its file. */
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat/gup.h"
#include "file.h"
#include "memory.h"
#include "op.h"
#include "own/own.h"
#include "race.h"

/* All there are. Taken before the mmap lock, and before a driver's. */
static LIST_HEAD(race_all);
static DEFINE_MUTEX(race_lock);

static bool race_invalidate(struct mmu_interval_notifier *notifier,
			    const struct mmu_notifier_range *range, unsigned long seq)
{
	struct race *race = container_of(notifier, struct race, driver.notifier);
	bool done = race->protocol->invalidate(&race->driver, range, seq);

	if (done)
		atomic_long_inc(&race->invalidations);
	return done;
}

static const struct mmu_interval_notifier_ops race_notifier_ops = {
	.invalidate = race_invalidate,
};

u32 race_phase_begin(struct mm_struct *mm, u32 phase)
{
	struct race *race;
	u32 drivers = 0;

	mutex_lock(&race_lock);
	list_for_each_entry(race, &race_all, list) {
		if (race->mm != mm)
			continue;
		race_phase_begin_one(race, phase);
		drivers++;
	}
	mutex_unlock(&race_lock);
	return drivers;
}

u64 race_phase_end(struct mm_struct *mm, u32 phase)
{
	struct race *race;
	u64 stale = 0;

	mutex_lock(&race_lock);
	list_for_each_entry(race, &race_all, list)
		if (race->mm == mm)
			stale += race_phase_end_one(race, phase);
	mutex_unlock(&race_lock);
	return stale;
}

/* How it walks; @race is zeroed but for what was asked. */
static int race_choose(struct race *race)
{
	const struct ptwalk_race_driver *asked = &race->asked;
	const struct op *op = op_find(asked->op);
	const struct own *own = asked->own ? own_at(asked->own - 1) : NULL;

	race->protocol = race_protocol_at(asked->protocol);
	if (!op || !race->protocol || (asked->own && (!own || own->op != asked->op)))
		return -EINVAL;
	if (asked->op == PTWALK_OP_GUP_FAST || asked->op == PTWALK_OP_PIN_FAST)
		race->holds = asked->op;
	else if (asked->op != PTWALK_OP_HMM)
		return -EINVAL;
	if (!op_runnable(op, NULL, 0))
		return -EOPNOTSUPP;
	race->walk = own ? own->window : op->windows[0];
	race->unlocked = op->unlocked;
	return 0;
}

static int race_check_asked(const struct ptwalk_race_driver *asked)
{
	if (asked->flags || memchr_inv(asked->reserved, 0, sizeof(asked->reserved)))
		return -EINVAL;
	if (asked->req & ~(PTWALK_REQ_FAULT | PTWALK_REQ_WRITE) ||
	    asked->req == PTWALK_REQ_WRITE || !asked->chunk || !asked->budget)
		return -EINVAL;
	if (asked->budget > PTWALK_MAX_BUDGET || asked->delay > PTWALK_RACE_MAX_DELAY)
		return -E2BIG;
	return memory_check(asked->addr, asked->len);
}

static void race_set_window(struct race *race)
{
	struct window *window = &race->window;

	window->mm = race->mm;
	window->range.notifier = &race->driver.notifier;
	window->range.start = race->start;
	window->range.end = race->end;
	window->range.dev_private_owner = device_owner(PTWALK_MEMORY_OWN);
	if (race->asked.req & PTWALK_REQ_FAULT)
		window->range.default_flags |= HMM_PFN_REQ_FAULT;
	else
		window->gup_flags |= COMPAT_FOLL_NOFAULT;
	if (race->asked.req & PTWALK_REQ_WRITE) {
		window->range.default_flags |= HMM_PFN_REQ_WRITE;
		window->gup_flags |= FOLL_WRITE;
	}
	race->driver.range = &window->range;
}

static int race_allocate(struct race *race)
{
	unsigned long nr_pages = (race->end - race->start) >> PAGE_SHIFT;

	race->table = memory_array(nr_pages, sizeof(*race->table));
	race->held = memory_array(nr_pages, sizeof(*race->held));
	race->truth = memory_array(nr_pages, sizeof(*race->truth));
	race->window.range.hmm_pfns = memory_array(nr_pages, sizeof(unsigned long));
	return race->table && race->held && race->truth && race->window.range.hmm_pfns ? 0 :
											 -ENOMEM;
}

static void race_free(struct race *race)
{
	kvfree(race->table);
	kvfree(race->held);
	kvfree(race->truth);
	kvfree(race->window.range.hmm_pfns);
	if (race->mm)
		mmdrop(race->mm);
	kfree(race);
}

static int race_start(struct race *race)
{
	int ret;

	mutex_init(&race->driver.lock);
	mutex_init(&race->walking);
	race->random = race->asked.seed ? race->asked.seed : 1;
	race->start = race->asked.addr;
	race->end = race->asked.addr + race->asked.len;
	race->mm = current->mm;
	mmgrab(race->mm);
	race_set_window(race);
	ret = race_allocate(race);
	if (ret)
		return ret;
	ret = race->protocol->open ? race->protocol->open(&race->driver) : 0;
	if (ret)
		return ret;
	ret = mmu_interval_notifier_insert(&race->driver.notifier, race->mm, race->start,
					   race->asked.len, &race_notifier_ops);
	if (ret && race->protocol->close)
		race->protocol->close(&race->driver);
	return ret;
}

static struct race *race_new(const void __user *arg)
{
	struct race *race = kzalloc(sizeof(*race), GFP_KERNEL);
	int ret = 0;

	if (!race)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(&race->asked, arg, sizeof(race->asked)))
		ret = -EFAULT;
	if (!ret)
		ret = race_check_asked(&race->asked);
	if (!ret)
		ret = race_choose(race);
	if (!ret)
		ret = race_start(race);
	if (!ret)
		return race;
	race_free(race);
	return ERR_PTR(ret);
}

void race_end(struct race *race)
{
	if (!race)
		return;
	mutex_lock(&race_lock);
	list_del(&race->list);
	mutex_unlock(&race_lock);
	mmu_interval_notifier_remove(&race->driver.notifier);
	if (race->protocol->close)
		race->protocol->close(&race->driver);
	race_free(race);
}

long race_ioctl_driver(struct file *file, const void __user *arg)
{
	struct ptwalk_file *own = file_of(file);
	struct race *race = race_new(arg);
	bool added;

	if (IS_ERR(race))
		return PTR_ERR(race);
	mutex_lock(&race_lock);
	list_add_tail(&race->list, &race_all);
	added = !cmpxchg(&own->race, NULL, race);
	mutex_unlock(&race_lock);
	if (added)
		return 0;
	race_end(race);
	return -EBUSY;
}

/* One of the user's may lack what it must have. */
static bool race_protocol_is_whole(const struct race_protocol *protocol)
{
	return protocol->name && *protocol->name && protocol->map && protocol->invalidate;
}

long race_ioctl_protocol(void __user *arg)
{
	const struct race_protocol *protocol;
	struct ptwalk_protocol ask;

	if (copy_from_user(&ask, arg, sizeof(ask)))
		return -EFAULT;
	protocol = race_protocol_at(ask.index);
	if (!protocol || ask.flags || memchr_inv(ask.reserved, 0, sizeof(ask.reserved)))
		return -EINVAL;
	if (!race_protocol_is_whole(protocol))
		return -ENOEXEC;
	ask = (struct ptwalk_protocol){
		.index = ask.index,
		.flags = race_protocol_is_own(protocol) ? PTWALK_PROTOCOL_OWN : 0,
	};
	strscpy(ask.name, protocol->name, sizeof(ask.name));
	if (protocol->wrong)
		strscpy(ask.wrong, protocol->wrong, sizeof(ask.wrong));
	return copy_to_user(arg, &ask, sizeof(ask)) ? -EFAULT : 0;
}

long race_ioctl_tell(struct file *file, void __user *arg)
{
	const struct race *race = READ_ONCE(file_of(file)->race);

	if (!race)
		return -EINVAL;
	return copy_to_user(arg, &race->told, sizeof(race->told)) ? -EFAULT : 0;
}

long race_ioctl_mark(struct file *file, void __user *arg)
{
	const struct race *race = READ_ONCE(file_of(file)->race);
	struct mm_struct *mm = race ? race->mm : current->mm;
	struct ptwalk_race_mark mark;

	if (copy_from_user(&mark, arg, sizeof(mark)))
		return -EFAULT;
	if (mark.phase < PTWALK_PHASE_OWN || mark.phase >= PTWALK_NR_PHASES ||
	    mark.mark > PTWALK_MARK_END || memchr_inv(mark.reserved, 0, sizeof(mark.reserved)))
		return -EINVAL;
	if (mark.mark == PTWALK_MARK_BEGIN)
		mark.drivers = race_phase_begin(mm, mark.phase);
	else
		mark.stale = race_phase_end(mm, mark.phase);
	return copy_to_user(arg, &mark, sizeof(mark)) ? -EFAULT : 0;
}
