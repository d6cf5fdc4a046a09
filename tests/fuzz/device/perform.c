// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/device/perform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fuzz/device/disturb.h"

#define PAGE 4096UL

struct outcomes *outcomes;

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 0, or a negative errno. */
static long answer(long ret)
{
	return ret < 0 ? -errno : 0;
}

static long perform_raw(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;

	return answer(ioctl(me->files[call->file], c->how, c->addr));
}

static long perform_map(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;
	const uint64_t start = area_start(AREA_OWN);

	/* No place but that one: else it would lie over what nobody could put back. */
	if (c->addr < start || c->len > area_bytes[AREA_OWN] ||
	    c->addr - start > area_bytes[AREA_OWN] - c->len)
		return -ERANGE;
	return answer(mmap((void *)c->addr, c->len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			   me->files[call->file], (off_t)c->how) == MAP_FAILED
			      ? -1
			      : 0);
}

/* Is it within what is walked? Nothing else is unmapped, or protected. */
static bool is_walked(const struct system_call *c)
{
	const uint64_t n = c->addr / AREA_STEP, at = c->addr % AREA_STEP;

	return n >= 1 && n <= NR_AREAS_WALKED && c->len <= area_bytes[n - 1] &&
	       at <= area_bytes[n - 1] - c->len;
}

/* hugetlb is split by nobody: 6.1.192 does so without the lock that it says it needs. */
static bool is_whole(const struct system_call *c)
{
	return is_walked(c) &&
	       (c->addr / AREA_STEP != AREA_HUGETLB + 1 || c->len == area_bytes[AREA_HUGETLB]);
}

static long perform_unmap(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;

	(void)me;
	return is_whole(c) ? answer(munmap((void *)c->addr, c->len)) : -ERANGE;
}

static long perform_protect(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;

	(void)me;
	return is_whole(c) ? answer(mprotect((void *)c->addr, c->len, (int)(c->how & 7))) : -ERANGE;
}

static long perform_advise(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;

	(void)me;
	/* The kernel's own words on 2M of device-dax, "bad pmd", are no fault of the module's. */
	if (!is_whole(c) || c->addr / AREA_STEP == AREA_DAX_2M + 1)
		return -ERANGE;
	return answer(madvise((void *)c->addr, c->len, (int)c->how));
}

static long perform_renew(struct performer *me, const struct call *call)
{
	const uint64_t n = call->system.addr / AREA_STEP;
	long ret;

	if (n < 1 || n > NR_AREAS_WALKED)
		return -ERANGE;
	if (!me->child && !disturb_begin())
		return -EBUSY;
	ret = area_map((enum area)(n - 1));
	if (!me->child)
		disturb_end();
	return ret;
}

/* Through the kernel, which answers where a signal would come. */
static long perform_touch(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;
	const uint64_t step = c->len / 64 > PAGE ? c->len / 64 & ~(PAGE - 1) : PAGE;
	char byte = 1;
	struct iovec local = { &byte, 1 };
	long ret = 0;

	(void)me;
	if (!is_walked(c))
		return -ERANGE;
	if (c->how > 1)
		return answer(madvise((void *)c->addr, c->len,
				      c->how & 1 ? 23 /* MADV_POPULATE_WRITE */
						 : 22 /* MADV_POPULATE_READ */));
	for (uint64_t at = 0; at < c->len; at += step) {
		struct iovec remote = { (void *)(c->addr + at), 1 };
		ssize_t n = c->how ? process_vm_writev(getpid(), &local, 1, &remote, 1, 0)
				   : process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

		if (n < 0)
			ret = -errno;
	}
	return ret;
}

/* 6.1 unbinds one whose pages pipes hold, and warns when those let go of them. */
static bool is_device(const struct system_call *c)
{
	const uint64_t n = c->addr / AREA_STEP;

	return n == AREA_DAX_4K + 1 || n == AREA_DAX_2M + 1;
}

static void let_go(struct performer *me)
{
	char bytes[4096];

	while (me->holds && read(me->pipe[0], bytes, sizeof(bytes)) > 0)
		;
	if (me->holds_device)
		disturb_let_go();
	me->holds = me->holds_device = false;
}

static long perform_hold(struct performer *me, const struct call *call)
{
	const struct system_call *c = &call->system;
	struct iovec pages = { (void *)c->addr, c->len };

	if (!c->how) {
		let_go(me);
		return 0;
	}
	/* A child is alone with the devices. */
	if (is_device(c) && !me->child && !me->holds_device) {
		if (!disturb_hold())
			return -EBUSY;
		me->holds_device = true;
	}
	me->holds = true;
	return answer(vmsplice(me->pipe[1], &pages, 1, SPLICE_F_NONBLOCK));
}

static void reopen(struct performer *me, unsigned int file)
{
	if (me->files[file] >= 0)
		close(me->files[file]);
	me->files[file] = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
}

static long perform_open(struct performer *me, const struct call *call)
{
	reopen(me, call->file);
	return answer(me->files[call->file]);
}

void performer_open(struct performer *me)
{
	for (unsigned int i = 0; i < CALL_FILES; i++)
		reopen(me, i);
}

void performer_close(struct performer *me)
{
	let_go(me);
	for (unsigned int i = 0; i < CALL_FILES; i++) {
		if (me->files[i] >= 0)
			close(me->files[i]);
		me->files[i] = -1;
	}
}

static long perform_unbind(struct performer *me, const struct call *call)
{
	/* What it holds would never come back while it waits for that here. */
	let_go(me);
	return me->child ? -EPERM : disturb_unbind(call->system.how & 1);
}

static long perform_reload(struct performer *me, const struct call *call)
{
	(void)call;
	return me->child ? -EPERM : disturb_reload(me);
}

static long perform_ioctl(struct performer *me, const struct call *call)
{
	static _Thread_local struct call copy;
	long ret;

	copy = *call;
	ret = answer(ioctl(me->files[call->file], call_ioctls[call->kind], copy.words));
	if (call->kind == CALL_RUN && !ret && call->run.op < PTWALK_NR_OP_NUMBERS)
		outcomes->runs_ok[call->run.op]++;
	if (call->kind == CALL_RUN)
		me->found = ptwalk_hash(me->found, (uint64_t)call->run.op << 32 | copy.run.at);
	return ret;
}

static long (*const performs[NR_CALLS])(struct performer *, const struct call *) = {
	[CALL_QUERY] = perform_ioctl,	  [CALL_QUERY_OP] = perform_ioctl,
	[CALL_QUERY_OWN] = perform_ioctl, [CALL_INSPECT] = perform_ioctl,
	[CALL_BLOCKS] = perform_ioctl,	  [CALL_RUN] = perform_ioctl,
	[CALL_PAGEMAPS] = perform_ioctl,  [CALL_MIGRATE] = perform_ioctl,
	[CALL_PROTOCOL] = perform_ioctl,  [CALL_DRIVER] = perform_ioctl,
	[CALL_WALK] = perform_ioctl,	  [CALL_TELL] = perform_ioctl,
	[CALL_MARK] = perform_ioctl,	  [CALL_TEARDOWN] = perform_ioctl,
	[CALL_RAW] = perform_raw,	  [CALL_MAP] = perform_map,
	[CALL_UNMAP] = perform_unmap,	  [CALL_RENEW] = perform_renew,
	[CALL_TOUCH] = perform_touch,	  [CALL_ADVISE] = perform_advise,
	[CALL_PROTECT] = perform_protect, [CALL_HOLD] = perform_hold,
	[CALL_OPEN] = perform_open,	  [CALL_UNBIND] = perform_unbind,
	[CALL_RELOAD] = perform_reload,
};

static void perform_one(struct performer *me, size_t at)
{
	const struct call *call = &me->program.calls[at];
	long ret;

	me->at = at;
	me->since = now();
	if (me->holds_device && disturb_unbinds())
		let_go(me);
	me->found = call->kind;
	ret = performs[call->kind](me, call);
	outcomes->micros[call->kind] += (unsigned long)((now() - me->since) * 1e6);
	me->since = 0;
	outcomes->calls[call->kind]++;
	if (ret)
		outcomes->errors[-ret < MAX_ERRNO ? -ret : 0]++;
	else
		outcomes->ok[call->kind]++;
	if (me->note)
		me->note(me, ptwalk_hash(me->found, (uint64_t)-ret));
}

/* The calls that follow are a child's, and come to no end. */
static void perform_killed(struct performer *me, size_t at)
{
	const struct timespec wait = { .tv_nsec = (long)me->program.calls[at].system.how * 1000 };
	pid_t child;

	if (!disturb_begin())
		return;
	outcomes->calls[CALL_KILLED]++;
	me->at = at;
	me->since = now();
	child = fork();
	if (!child) {
		me->child = true;
		me->holds_device = false;
		me->note = NULL;
		for (size_t i = at + 1; i < me->program.n; i++)
			if (me->program.calls[i].kind != CALL_KILLED)
				perform_one(me, i);
		_exit(0);
	}
	if (child > 0) {
		nanosleep(&wait, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		outcomes->ok[CALL_KILLED]++;
	}
	/* The pipe was the child's as well. */
	me->holds = true;
	let_go(me);
	disturb_end();
	me->since = 0;
}

void perform(struct performer *me)
{
	size_t i = 0;

	disturb_stand_down(me);
	while (i < me->program.n && me->program.calls[i].kind != CALL_KILLED)
		perform_one(me, i++);
	if (i < me->program.n)
		perform_killed(me, i);
	let_go(me);
}
