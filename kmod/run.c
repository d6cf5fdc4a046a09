// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/numa.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cold.h"
#include "compat/compat.h"
#include "compat/gup.h"
#include "counts.h"
#include "device.h"
#include "memory.h"
#include "op.h"
#include "own/own.h"
#include "quiet.h"
#include "references.h"
#include "result.h"
#include "run.h"
#include "stages.h"

#define RUN_MAX_RETRIES 1000

/* All that the sample loop needs; nothing of it is allocated or chosen in there. */
struct run {
	const struct ptwalk_run *asked;
	const struct op *op;
	int (*timed)(struct window *window);
	struct window window;
	struct events events;
	struct references references;
	struct pagemap_references pagemaps;
	struct result result;
	struct cold cold;
	struct quiet quiet; /* for an op in chunks, which reads sequences in its window */
	struct ptwalk_sample *samples;
	struct ptwalk_stages *stages; /* NULL: not asked for */
	bool keep; /* the array as the window before left it */
};

/* @ret, having said where, unless who failed has said so itself. */
static int run_at(struct run *run, u32 at, int ret)
{
	if (ret && !run->window.at)
		run->window.at = at;
	return ret;
}

/* The window, and what can be said of it only while interrupts are as they were within. */
static int run_window(struct run *run, struct disturb *before, struct disturb *after)
{
	int ret;

	disturb_read(before);
	ret = run->timed(&run->window);
	disturb_read(after);
	return run_at(run, PTWALK_AT_WINDOW | PTWALK_AT_KERNEL, ret);
}

/* A look by the same walk, in a window of its own. */
static int run_check_present(struct run *run)
{
	if (run->asked->flags & PTWALK_RUN_TELL)
		tell_check();
	return result_check_present(&run->window, run->timed);
}

/*
 * With preemption off as well, cond_resched() does nothing. Where that is not counted, it does more
 * while another task should have the CPU, so that whoever does has it before.
 */
static unsigned long run_begin_quiet(bool populated)
{
	unsigned long irqs;

	for (;;) {
		if (populated)
			preempt_disable();
		local_irq_save(irqs);
		if (!need_resched())
			return irqs;
		local_irq_restore(irqs);
		if (populated)
			preempt_enable();
		schedule();
	}
}

static int run_window_quiet(struct run *run, struct disturb *before, struct disturb *after)
{
	bool populated = run->asked->flags & PTWALK_RUN_POPULATED;
	unsigned long irqs = run_begin_quiet(populated);
	int ret = 0;

	if (run->op->flags & PTWALK_OPF_CHUNKS)
		ret = quiet_look(&run->quiet, &run->window);
	if (!ret && run->op->check)
		ret = run->op->check(&run->window);
	else if (!ret && populated)
		ret = run_check_present(run);
	run_at(run, PTWALK_AT_LOOK, ret);
	if (!ret)
		ret = run_window(run, before, after);
	local_irq_restore(irqs);
	if (populated)
		preempt_enable();
	return ret;
}

/* The window, and the mmap lock around it where the op wants that. */
static int run_locked(struct run *run, struct disturb *before, struct disturb *after)
{
	bool quiet = run->asked->flags & PTWALK_RUN_IRQS_OFF;
	int ret = run->op->unlocked ? 0 : mmap_read_lock_killable(run->window.mm);

	if (ret)
		return ret;
	if (!run->op->unlocked)
		compat_vma_remember(run->window.mm, run->window.range.start);
	ret = quiet ? run_window_quiet(run, before, after) : run_window(run, before, after);
	if (!run->op->unlocked)
		mmap_read_unlock(run->window.mm);
	return ret;
}

/* One window. -EBUSY: the range changed meanwhile, and it must be begun again. */
static int run_once(struct run *run, struct ptwalk_sample *sample)
{
	struct hmm_range *range = &run->window.range;
	struct disturb before, after;
	int ret = 0, finished;

	run->window.at = 0;
	run->window.told = 0;
	if (!run->keep)
		result_poison(&run->window);
	stages_clear(&run->window);
	if (run->result.nr_pages)
		range->notifier_seq = mmu_interval_read_begin(range->notifier);
	if (run->op->flags & PTWALK_OPF_CHUNKS)
		ret = quiet_begin(&run->quiet, &run->window);
	if (!ret && run->op->prepare)
		ret = run->op->prepare(&run->window);
	if (ret)
		return run_at(run, PTWALK_AT_PREPARE, ret);
	/* What this does itself is not to be counted. */
	cold_evict(&run->cold, &run->window);
	events_start(&run->events);
	ret = run_locked(run, &before, &after);
	events_stop(&run->events);
	events_read(&run->events, sample);
	quiet_end(&run->quiet);
	finished = run->op->finish ? run->op->finish(&run->window) : 0;
	run_at(run, PTWALK_AT_FINISH, finished);
	if (ret || finished)
		return ret ? ret : finished;
	if (run->result.nr_pages && !run->op->retries &&
	    mmu_interval_read_retry(range->notifier, range->notifier_seq))
		return -EBUSY;

	if (run->op->flags & PTWALK_OPF_STAGES)
		stages_settle(&run->window, run->asked->mark_ticks);
	sample->ticks = run->window.ticks;
	if (run->asked->flags & PTWALK_RUN_IRQS_OFF)
		sample->flags |= PTWALK_SAMPLE_IRQS_OFF;
	disturb_report(&before, &after, sample);
	sample->retries += run->window.retries;
	return 0;
}

static int run_sample(struct run *run, struct ptwalk_sample *sample)
{
	int ret;

	for (;;) {
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = run_once(run, sample);
		if (ret != -EBUSY || sample->retries == RUN_MAX_RETRIES)
			return ret;
		sample->retries++;
	}
}

static void run_set_window(struct run *run, const struct ptwalk_run *out)
{
	struct window *window = &run->window;

	window->mm = current->mm;
	window->asked = out;
	window->range.start = out->addr;
	window->range.end = out->addr + out->len;
	window->range.dev_private_owner = device_owner(PTWALK_MEMORY_OWN);
	window->nr_pages = out->len >> PAGE_SHIFT;
	if (out->req & PTWALK_REQ_FAULT)
		window->range.default_flags |= HMM_PFN_REQ_FAULT;
	else
		window->gup_flags |= COMPAT_FOLL_NOFAULT;
	if (out->req & PTWALK_REQ_WRITE) {
		window->range.default_flags |= HMM_PFN_REQ_WRITE;
		window->gup_flags |= FOLL_WRITE;
	}
}

static int run_warm_up(struct run *run)
{
	struct ptwalk_sample sample = { 0 };
	unsigned int i;
	int ret = 0;

	if (run->asked->flags & PTWALK_RUN_POPULATED)
		for (i = 0; i < run->op->warm_ups && !ret; i++)
			ret = run_sample(run, &sample);
	return ret;
}

/* Are they with the caller? */
static int run_copy(const struct run *run, const struct ptwalk_run *out, u32 done)
{
	if (copy_to_user(u64_to_user_ptr(out->samples), run->samples,
			 done * sizeof(*run->samples)))
		return -EFAULT;
	if (run->stages && copy_to_user(u64_to_user_ptr(out->stages), run->stages,
					done * sizeof(*run->stages)))
		return -EFAULT;
	return 0;
}

/* What the windows left behind. */
static int run_prove(struct run *run, struct ptwalk_run *out)
{
	int ret = result_sum(&run->result, &run->window, run->op, out);

	return ret ? ret : references_end(&run->references, &run->window);
}

static int run_all(struct run *run, struct ptwalk_run *out, u64 entered)
{
	bool counts = run->op->flags & PTWALK_OPF_REFERENCES;
	int ret = 0, lost = 0;
	u32 done;

	if (!(run->op->flags & (PTWALK_OPF_CALIBRATES | PTWALK_OPF_PAGEMAPS)))
		ret = pagemap_references_begin(&run->pagemaps, &run->window, entered);
	if (!ret && counts && !out->req)
		ret = run_at(run, PTWALK_AT_COUNTS,
			     references_begin(&run->references, &run->window));
	if (!ret)
		ret = run_warm_up(run);
	for (done = 0; done < out->iterations && !ret; done += !ret) {
		/* What is faulted in is there, and stays, after the first window. */
		if (counts && done)
			ret = run_at(run, PTWALK_AT_COUNTS,
				     references_begin(&run->references, &run->window));
		run->keep = out->flags & PTWALK_RUN_KEEP && done + 1 < out->iterations;
		if (!ret)
			ret = run_sample(run, &run->samples[done]);
		if (!ret && run->stages)
			run->stages[done] = run->window.stages;
	}
	if (!ret)
		ret = run_prove(run, out);
	if (run->pagemaps.held)
		lost = pagemap_references_end(&run->pagemaps, &run->window);
	if (run_copy(run, out, done))
		return -EFAULT;
	out->done = done;
	return lost ? lost : ret;
}

/* Everything that is not chosen for one op alone. */
static int run_arrays(struct run *run, const struct ptwalk_run *out)
{
	run->samples = memory_array(out->iterations, sizeof(*run->samples));
	if (out->stages)
		run->stages = memory_array(out->iterations, sizeof(*run->stages));
	return run->samples && (run->stages || !out->stages) ? 0 : -ENOMEM;
}

/* With the array made. */
static int run_opened(struct run *run, struct ptwalk_run *out)
{
	/* Before any is read: who comes later is told by that. */
	const u64 entered = pagemap_takers_enter();
	int ret = run->op->open ? run->op->open(&run->window) : 0;

	if (ret) {
		pagemap_takers_leave();
		return ret;
	}
	if (run->op->flags & PTWALK_OPF_STAGES)
		out->mark_ticks = stages_mark_ticks(&run->window);
	ret = run_all(run, out, entered);
	if (run->op->close)
		run->op->close(&run->window);
	pagemap_takers_leave();
	out->at = ret ? run->window.at : 0;
	out->told = ret || run->op->flags & PTWALK_OPF_REFUSED ? run->window.told : 0;
	return ret;
}

int run_samples(struct ptwalk_run *out, struct devices *devices)
{
	const struct op *op = op_find(out->op);
	struct run *run;
	int ret;

	out->done = 0;
	out->result_node = NUMA_NO_NODE;
	out->valid_pages = 0;
	out->error_pages = 0;
	out->pfn_sum = 0;
	out->entry_sum = 0;
	out->at = 0;
	out->told = 0;
	out->mark_ticks = 0;
	out->cold_bytes = 0;
	ret = run_check(out, op);
	if (ret)
		return ret;

	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run)
		return -ENOMEM;
	run->asked = out;
	run->op = op;
	run->timed = out->own	    ? own_at(out->own - 1)->window :
		     out->budget_ns ? op->limited :
				      op->windows[out->policy];
	run->window.devices = devices;
	run_set_window(run, out);
	ret = run_arrays(run, out);
	if (ret)
		goto free_arrays;
	ret = events_open(&run->events, out);
	if (ret)
		goto free_arrays;
	ret = result_init(&run->result, &run->window, op, out);
	if (ret)
		goto close_events;
	ret = cold_open(&run->cold, out);
	out->cold_bytes = cold_bytes(&run->cold, &run->window);
	if (!ret && out->flags & PTWALK_RUN_TELL)
		tell_memory(&run->cold, &run->window);
	if (!ret)
		ret = run_opened(run, out);
	cold_close(&run->cold);
	result_release(&run->result, &run->window);
close_events:
	events_close(&run->events);
free_arrays:
	kvfree(run->stages);
	kvfree(run->samples);
	kfree(run);
	return ret;
}
