// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/kconfig.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "memory.h"
#include "own/own.h"
#include "run.h"

#define RUN_FLAGS	(PTWALK_RUN_IRQS_OFF | PTWALK_RUN_POPULATED | PTWALK_RUN_COLD | \
			 PTWALK_RUN_KEEP | PTWALK_RUN_TELL | PTWALK_RUN_HASH)
#define RUN_REQS	(PTWALK_REQ_FAULT | PTWALK_REQ_WRITE)

static int run_check_events(const struct ptwalk_run *run)
{
	static const struct ptwalk_event unused;
	u32 i;

	if (run->nr_events > PTWALK_MAX_EVENTS)
		return -EINVAL;
	if (run->event_configs && !run->nr_events)
		return -EINVAL;
	for (i = 0; i < PTWALK_MAX_EVENTS; i++) {
		if (run->events[i].reserved0)
			return -EINVAL;
		if (i >= run->nr_events && memcmp(&run->events[i], &unused, sizeof(unused)))
			return -EINVAL;
	}
	return 0;
}

/* What is put out of the caches must be what the window walks: there before it, and as it was. */
static int run_check_cold(const struct ptwalk_run *run, const struct op *op)
{
	if (!(run->flags & PTWALK_RUN_COLD))
		return 0;
	if (run->req || run->flags & PTWALK_RUN_POPULATED ||
	    op->flags & (PTWALK_OPF_WAITS | PTWALK_OPF_COLLISIONS))
		return -EINVAL;
	return 0;
}

/*
 * Interrupts may be off where nothing sleeps. That what could sleep does not can
 * be known only where no other CPU can change it between the look and the window,
 * and a kernel that watches for sleepers would complain all the same.
 */
static int run_check_irqs(const struct ptwalk_run *run, const struct op *op)
{
	bool sleeps = run->req || op->flags & PTWALK_OPF_SLEEPS;

	if (op->flags & PTWALK_OPF_WAITS && run->flags & ~PTWALK_RUN_HASH)
		return -EINVAL;
	if (!(run->flags & PTWALK_RUN_POPULATED))
		return sleeps && run->flags & PTWALK_RUN_IRQS_OFF ? -EINVAL : 0;
	if (!sleeps || !(run->flags & PTWALK_RUN_IRQS_OFF))
		return -EINVAL;
	if (num_online_cpus() > 1 || IS_ENABLED(CONFIG_PREEMPT_RT) ||
	    IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP))
		return -EOPNOTSUPP;
	return 0;
}

static int run_check_op(const struct ptwalk_run *run, const struct op *op)
{
	int ret;

	if (!op || run->policy >= PTWALK_NR_POLICIES)
		return -EINVAL;
	if (run->policy != PTWALK_POLICY_NONE && !(op->flags & PTWALK_OPF_POLICIES))
		return -EINVAL;
	if (run->own && (!own_at(run->own - 1) || own_at(run->own - 1)->op != run->op))
		return -EINVAL;
	if (run->req && !(op->flags & PTWALK_OPF_FAULTS))
		return -EINVAL;
	if (!run->chunk != !(op->flags & PTWALK_OPF_CHUNKS))
		return -EINVAL;
	if (!run->budget != !(op->flags & PTWALK_OPF_COLLISIONS))
		return -EINVAL;
	if ((run->collide || run->budget_ns) && !(op->flags & PTWALK_OPF_COLLISIONS))
		return -EINVAL;
	if (run->stages && !(op->flags & PTWALK_OPF_STAGES))
		return -EINVAL;
	if (run->budget > PTWALK_MAX_BUDGET || run->budget_ns > PTWALK_MAX_BUDGET_NS)
		return -E2BIG;
	if (!op_runnable(op, NULL, 0))
		return -EOPNOTSUPP;
	ret = run_check_cold(run, op);
	return ret ? ret : run_check_irqs(run, op);
}

int run_check(const struct ptwalk_run *run, const struct op *op)
{
	int ret;

	if (run->flags & ~RUN_FLAGS || run->req & ~RUN_REQS)
		return -EINVAL;
	if (run->req && !(run->req & PTWALK_REQ_FAULT))
		return -EINVAL;
	if (!run->iterations)
		return -EINVAL;
	if (run->iterations > PTWALK_MAX_ITERATIONS)
		return -E2BIG;
	ret = memory_check(run->addr, run->len);
	if (!ret)
		ret = memory_check_node(run->result_want);
	if (ret)
		return ret;
	ret = run_check_events(run);
	if (ret)
		return ret;
	ret = run_check_op(run, op);
	if (ret)
		return ret;
	if (!access_ok(u64_to_user_ptr(run->samples),
		       run->iterations * sizeof(struct ptwalk_sample)))
		return -EFAULT;
	if (!access_ok(u64_to_user_ptr(run->stages),
		       run->stages ? run->iterations * sizeof(struct ptwalk_stages) : 0))
		return -EFAULT;
	return 0;
}
