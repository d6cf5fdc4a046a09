/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a run failed: which call, where, with which errno, and whether the kernel said so. */
#ifndef PTWALK_DRIVER_FAILURE_H
#define PTWALK_DRIVER_FAILURE_H

#include "base/err.h"
#include "kmod/uapi/ptwalk.h"

/* Of @run, which PTWALK_IOC_RUN answered with @error. Returns that, negative, or -CLIENT_WRONG. */
int failure_said(const struct ptwalk_run *run, int error, struct err *err);

#endif
