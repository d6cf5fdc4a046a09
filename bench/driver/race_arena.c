// SPDX-License-Identifier: GPL-2.0-only
/* What is raced for, and what takes it away. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/driver/race.h"
#include "bench/op/invalidate.h"
#include "kmod/uapi/memory.h"
#include "workloads/workload.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* Milliseconds that a drain may take; pages are held for less than a tenth of a second. */
#define PATIENCE 5000

static int open_module(struct err *err)
{
	int fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? err_errno(err, "cannot open %s", PTWALK_DEVICE) : fd;
}

/* Every page is there, and dirty; or those of one half alone, so that faults have work. */
static void populate(struct arena *a)
{
	a->random = a->random * 6364136223846793005 + 1442695040888963407;
	for (size_t at = 0; at < RACE_LEN >> (a->random >> 63); at += PAGE)
		*(volatile char *)(a->addr + at) = 1;
}

static int unprotect(struct arena *a, struct err *err)
{
	return mprotect(a->addr, RACE_LEN, PROT_READ | PROT_WRITE) ? err_errno(err, "mprotect") : 0;
}

/* At the same place each time: drivers mirror addresses. Nobody faults in before it is to be huge. */
static int map(struct arena *a, struct err *err)
{
	const int flags = MAP_FIXED | (a->fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
	const int prot = a->fd < 0 ? PROT_NONE : PROT_READ | PROT_WRITE;
	void *got = mmap(WORKLOAD_BASE, RACE_LEN, prot, flags, a->fd, 0);

	if (got == MAP_FAILED)
		return err_errno(err, "cannot map %s", race_memories[a->memory]);
	a->addr = got;
	if (a->memory == RACE_KMEM)
		return kmem_settle(a, err);
	if (a->fd >= 0)
		return 0;
	(void)!madvise(got, RACE_LEN, MADV_HUGEPAGE);
	return unprotect(a, err);
}

int arena_map(struct arena *a, struct err *err)
{
	int ret = map(a, err);

	if (!ret)
		populate(a);
	return ret;
}

static int open_pagemaps(struct arena *a, struct err *err)
{
	const struct workload_spare *spare = &a->options->site.spare[WORKLOAD_LOW];
	struct ptwalk_pagemaps ask = {
		.start = spare->start,
		.piece = RACE_LEN,
		.leaf = PAGE,
		.grain = PAGE,
		.nr = 1,
	};

	if (spare->size < RACE_LEN)
		return err_set(err, ENODEV, "no spare memory was given for pagemaps");
	a->fd = open_module(err);
	if (a->fd < 0)
		return a->fd;
	if (!ioctl(a->fd, PTWALK_IOC_PAGEMAPS, &ask))
		return 0;
	if (errno == EOPNOTSUPP)
		return err_set(err, ENODEV, "the module can make none here, as from 6.18 on");
	return err_errno(err, "cannot register a pagemap");
}

static int open_dax(struct arena *a, struct err *err)
{
	const char *path;

	if (!dax_device(a, err))
		return -ENODEV;
	path = a->options->site.dax[0].path;
	a->fd = open(path, O_RDWR | O_CLOEXEC);
	return a->fd < 0 ? err_errno(err, "cannot open %s", path) : 0;
}

int arena_open(struct arena *a, const struct options *options, enum race_memory memory,
	       struct err *err)
{
	int ret = 0;

	*a = (struct arena){ .options = options, .memory = memory, .control = -1, .fd = -1 };
	a->control = open_module(err);
	if (a->control < 0)
		return a->control;
	if (memory == RACE_PAGEMAPS)
		ret = open_pagemaps(a, err);
	else if (memory == RACE_DAX)
		ret = open_dax(a, err);
	else if (memory == RACE_KMEM)
		ret = kmem_open(a, err);
	/* A child has its own. */
	if (!ret && memory != RACE_CHILD)
		ret = arena_map(a, err);
	if (ret)
		arena_close(a);
	return ret;
}

void arena_close(struct arena *a)
{
	if (a->addr)
		munmap(a->addr, RACE_LEN);
	if (a->memory == RACE_KMEM)
		kmem_close(a);
	closep(&a->fd);
	closep(&a->control);
}

int arena_mark(struct arena *a, int file, const struct race_act *act, unsigned int which,
	       struct err *err)
{
	struct ptwalk_race_mark m = { .phase = act->first, .mark = which };

	if (ioctl(file, PTWALK_IOC_RACE_MARK, &m))
		return err_errno(err, "cannot mark the phase %s", act->name);
	a->stale += m.stale;
	return 0;
}

static int impossible(struct err *err, const char *what)
{
	return err_set(err, EOPNOTSUPP, "%s: %s", what, strerror(errno));
}

static int teardown(struct arena *a, struct err *err)
{
	struct ptwalk_race_teardown ask = {
		.delay = a->options->race.delay,
		.patience = PATIENCE,
		.seed = a->random + a->round,
	};

	if (ioctl(a->fd, PTWALK_IOC_RACE_TEARDOWN, &ask))
		return err_errno(err, "cannot tear the pagemaps down");
	a->stale += ask.stale;
	a->gained += ask.gained;
	a->undead += ask.undead;
	a->held += ask.held;
	return 0;
}

static int unmap(struct arena *a, struct err *err)
{
	return munmap(a->addr, RACE_LEN) ? err_errno(err, "munmap") : 0;
}

static int unbind(struct arena *a, struct err *err)
{
	return dax_tell("device_dax", "unbind", dax_device(a, err), err);
}

/*
 * What was mapped before is gone for good. Neither file nor mapping of it may be left: the driver
 * makes its character device anew in the place of the old one, whose last file takes the new along.
 */
static int bind_again(struct arena *a, struct err *err)
{
	int ret = unmap(a, err);

	closep(&a->fd);
	a->fd = -1;
	if (!ret)
		ret = dax_tell("device_dax", "bind", dax_device(a, err), err);
	if (!ret)
		ret = open_dax(a, err);
	return ret ? ret : map(a, err);
}

static int protect(struct arena *a, struct err *err)
{
	return mprotect(a->addr, RACE_LEN, PROT_READ) ? err_errno(err, "mprotect") : 0;
}

static int drop(struct arena *a, struct err *err)
{
	return madvise(a->addr, RACE_LEN, MADV_DONTNEED) ? impossible(err, "madvise") : 0;
}

static int migrate(struct arena *a, struct err *err)
{
	const struct invalidation *how;
	int ret = invalidation_find("migrate", &how, err);

	if (ret)
		return ret;
	ret = how->change(a->addr + a->round * ARENA_MOVED % RACE_LEN, ARENA_MOVED, a->round);
	/* Of a page that does not move at the moment another may. */
	if (ret != -ENODEV && ret != -ENOSYS && ret != -EPERM)
		return 0;
	errno = -ret;
	return impossible(err, "pages do not move to another node");
}

/* One page of it goes: the entry that maps the huge page has to be split. */
static int split(struct arena *a, struct err *err)
{
	return madvise(a->addr + RACE_LEN / 2, PAGE, MADV_DONTNEED) ? impossible(err, "madvise")
								    : 0;
}

/* What is one huge page already is not collapsed. */
static int scatter(struct arena *a, struct err *err)
{
	int ret = split(a, err);

	if (!ret)
		populate(a);
	return ret;
}

static int collapse(struct arena *a, struct err *err)
{
	if (!madvise(a->addr, RACE_LEN, MADV_COLLAPSE) || errno == EAGAIN || errno == EBUSY ||
	    errno == ENOMEM)
		return 0;
	return impossible(err, "MADV_COLLAPSE");
}

static int share(struct arena *a, struct err *err)
{
	pid_t pid = fork();

	(void)a;
	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) < 0)
		return err_errno(err, "cannot fork");
	return 0;
}

/* Pages are where they have moved to: others are taken. */
static int plug_again(struct arena *a, struct err *err)
{
	int ret = kmem_back(a, err);

	return ret ? ret : map(a, err);
}

static int nothing(struct arena *a, struct err *err)
{
	(void)a;
	(void)err;
	return 0;
}

/* What each needs before its phase, does in it, and how that is undone. */
static const struct {
	const char *name;
	int (*ready)(struct arena *a, struct err *err);
	int (*take)(struct arena *a, struct err *err);
	int (*back)(struct arena *a, struct err *err);
} takes[] = {
	{ "unbind", nothing, unbind, bind_again },	 { "munmap", nothing, unmap, map },
	{ "mprotect", nothing, protect, unprotect },	 { "madvise", nothing, drop, nothing },
	{ "migrate", nothing, migrate, nothing },	 { "split", arena_map, split, nothing },
	{ "collapse", scatter, collapse, nothing },	 { "fork", nothing, share, nothing },
	{ "hotremove", nothing, kmem_take, plug_again },
};

int arena_act(struct arena *a, const struct race_act *act, struct err *err)
{
	size_t i = 0;
	int ret;

	a->round++;
	if (act->nr_phases > 1) {
		ret = teardown(a, err);
		if (!ret)
			populate(a);
		return ret;
	}
	while (i < ARRAY_SIZE(takes) && strcmp(takes[i].name, act->name) != 0)
		i++;
	if (i == ARRAY_SIZE(takes))
		return err_set(err, EOPNOTSUPP, "not known how");
	ret = takes[i].ready(a, err);
	if (!ret)
		ret = arena_mark(a, a->control, act, PTWALK_MARK_BEGIN, err);
	if (!ret)
		ret = takes[i].take(a, err);
	if (!ret)
		ret = arena_mark(a, a->control, act, PTWALK_MARK_END, err);
	if (!ret)
		ret = takes[i].back(a, err);
	if (!ret)
		populate(a);
	return ret;
}
