/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a run failed: which call, where, with which errno, and whether the kernel said so; its log
 * and taint, from the start of the driver on.
 */
#ifndef PTWALK_DRIVER_FAILURE_H
#define PTWALK_DRIVER_FAILURE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "kmod/uapi/ptwalk.h"

struct klog {
	int fd;		    /* /dev/kmsg; -1: it cannot be read */
	char *taint;	    /* as it was before the first window */
	struct strv before; /* what was said until then that is bad: at most a few lines */
	struct err err;	    /* what came later, empty: nothing */
};

/* Where there is no log to be read (no right to), nothing is ever found in it. */
void klog_open(struct klog *);
void klog_close(struct klog *);

/* Read what is new, which was said while @doing. */
void klog_check(struct klog *, const char *doing);

/* Has the kernel misbehaved since klog_open()? */
static inline bool klog_bad(const struct klog *klog)
{
	return *klog->err.text;
}

/* What the call of an op with PTWALK_OPF_REFUSED answered, in words. Owned by the caller. */
char *failure_refused(const struct ptwalk_run *run);

/* Of @run, which PTWALK_IOC_RUN answered with @error. Returns that, negative, or -CLIENT_WRONG. */
int failure_said(const struct ptwalk_run *run, int error, struct err *err);

#endif
