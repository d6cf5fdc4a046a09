// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/klog.h"
#include "base/str.h"
#include "bench/driver/client.h"
#include "workloads/units.h"

/* The function that an op calls in its window. */
#define X(number, constant, name, flags, call, ...) [number] = (call),
static const char *const in_window[PTWALK_NR_OP_NUMBERS] = { PTWALK_OPS(X) };
#undef X

/* That which looks before the window for what it needs. */
static const char *before_window(uint32_t op, bool look)
{
	switch (op) {
	case PTWALK_OP_GUP_FAST:
	case PTWALK_OP_GUP:
	case PTWALK_OP_PIN_FAST:
	case PTWALK_OP_PIN:
	case PTWALK_OP_PIN_LONGTERM:
		return look ? "get_user_pages_fast_only()" : "hmm_range_fault()";
	case PTWALK_OP_PUT:
		return "get_user_pages_fast()";
	case PTWALK_OP_UNPIN:
		return "pin_user_pages_fast()";
	default:
		return "hmm_range_fault()";
	}
}

static char *function_of(const struct ptwalk_run *run, uint32_t at)
{
	const char *name = at == PTWALK_AT_WINDOW ? in_window[run->op]
						  : before_window(run->op, at == PTWALK_AT_LOOK);

	return at == PTWALK_AT_WINDOW && run->own ? xasprintf("own code's %s", name)
						  : xstrdup(name);
}

static char *place_of(const struct ptwalk_run *run, uint32_t at)
{
	static const char *const places[] = {
		[PTWALK_AT_PREPARE] = "before window",
		[PTWALK_AT_LOOK] = "interrupts off, right before window",
		[PTWALK_AT_WINDOW] = "in window",
		[PTWALK_AT_FINISH] = "after window",
	};

	if (at == PTWALK_AT_COUNTS)
		return xstrdup("reading the pages' reference counts");
	if (at >= ARRAY_SIZE(places) || !places[at])
		return xstrdup("before the first window");
	return xasprintf("%s %u of %u", places[at], run->done + 1, run->iterations);
}

/* What the module found, where no function of the kernel's answered it. */
static char *found(const struct ptwalk_run *run, uint32_t at, int error)
{
	if (error == EBUSY && at == PTWALK_AT_WINDOW)
		return xstrdup("the range changed again and again while it was walked");
	if (error == ENODATA)
		return xstrdup("all of it can be had: nothing is refused here");
	if (error == EUCLEAN)
		return xstrdup("the reference count of a page is 0: no reference can be taken");
	if (error == ENXIO && at == PTWALK_AT_PREPARE)
		return xstrdup("a page is not of the memory that the op needs");
	if (run->told && at == PTWALK_AT_LOOK)
		return xasprintf("%u of %" PRIu64 " pages are not as the op asks for them, and it "
				 "would sleep",
				 run->told, (uint64_t)run->len / units_page());
	if (run->told)
		return xasprintf("%u of %" PRIu64 " pages are not there", run->told,
				 (uint64_t)run->len / units_page());
	return xstrdup(strerror(error));
}

static int wrong(const struct ptwalk_run *run, uint32_t at, struct err *err)
{
	switch (at) {
	case PTWALK_AT_TABLE:
		return err_set(err, CLIENT_WRONG,
			       "%u entries of the device page table are not what the walk found",
			       run->told);
	case PTWALK_AT_ARRAY:
		return err_set(err, CLIENT_WRONG,
			       "%u of %" PRIu64 " entries of the array were never written",
			       run->told, (uint64_t)run->len / units_page());
	case PTWALK_AT_PAGES:
		return err_set(err, CLIENT_WRONG,
			       "page reference counts are not back where they were");
	default:
		return err_set(err, CLIENT_WRONG,
			       "%u references to a dev_pagemap are lost, or put too often%s",
			       run->told, run->own ? " (the module has put them right)" : "");
	}
}

char *failure_refused(const struct ptwalk_run *run)
{
	const char *name = strerrorname_np((int)run->told);

	if (!run->told)
		return xasprintf("%s gave a part of the pages, and no errno", in_window[run->op]);
	return xasprintf("%s answered -%s (%s)", in_window[run->op], name ? name : "?",
			 strerror((int)run->told));
}

int failure_said(const struct ptwalk_run *run, int error, struct err *err)
{
	const uint32_t at = run->at & ~PTWALK_AT_KERNEL;
	_cleanup_free_ char *place = place_of(run, at), *function = function_of(run, at);
	_cleanup_free_ char *what = NULL;
	const char *name = strerrorname_np(error);

	if (at >= PTWALK_AT_TABLE)
		return wrong(run, at, err);
	if (!(run->at & PTWALK_AT_KERNEL)) {
		what = found(run, at, error);
		return err_set(err, error, "%s: %s (ptwalk found it: -%s)", place, what,
			       name ? name : "?");
	}
	if (run->told)
		return err_set(err, error, "%s: %s gave %" PRIu64 " of %" PRIu64 " pages", place,
			       function, (uint64_t)run->len / units_page() - run->told,
			       (uint64_t)run->len / units_page());
	return err_set(err, error, "%s: %s answered -%s (%s)", place, function, name ? name : "?",
		       strerror(error));
}

#define TAINTED	    "/proc/sys/kernel/tainted"
#define MOST_BEFORE 16

/* What is there to be read now, a line each, without what stands before the text. */
static char *read_new(const struct klog *klog)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	const char *line;
	char record[8192];
	ssize_t n;

	if (klog->fd < 0)
		return xstrdup("");
	/* EPIPE: the ring was faster, and what is left of it comes next. */
	while ((n = read(klog->fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0';
		line = klog_line(record);
		if (line)
			strv_add(&lines, line);
	}
	return strv_join(&lines, "\n");
}

void klog_open(struct klog *klog)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_free_ char *text = NULL;

	*klog = (struct klog){
		.fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC),
		.taint = fs_read_line(TAINTED),
	};
	text = read_new(klog);
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n && klog->before.n < MOST_BEFORE; i++)
		if (klog_is_bad(lines.v[i]))
			strv_add(&klog->before, lines.v[i]);
}

void klog_close(struct klog *klog)
{
	if (klog->fd >= 0)
		close(klog->fd);
	free(klog->taint);
	strv_release(&klog->before);
}

void klog_check(struct klog *klog, const char *doing)
{
	_cleanup_free_ char *text = read_new(klog), *told = klog_told(text, NULL);
	_cleanup_free_ char *taint = fs_read_line(TAINTED);

	/* What came first is what is told. */
	if (klog_bad(klog))
		return;
	if (told)
		err_set(&klog->err, EIO, "the kernel under test misbehaves: %s (in %s)", told,
			doing);
	else if (taint && klog->taint && strcmp(taint, klog->taint) != 0)
		err_set(&klog->err, EIO,
			"the kernel under test tainted itself: %s became %s in " TAINTED " (in %s)",
			klog->taint, taint, doing);
}
