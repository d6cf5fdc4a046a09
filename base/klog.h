/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel's log says of the kernel itself: warnings, oopses, stalls, sanitizers, lockdep. */
#ifndef PTWALK_BASE_KLOG_H
#define PTWALK_BASE_KLOG_H

#include <stdbool.h>

#include "base/str.h"

/*
 * The line of a record of /dev/kmsg ("4,1024,663002,-;WARNING: ..."), which lives as long; NULL
 * where the kernel did not write it: a program did.
 */
const char *klog_line(const char *record);

/*
 * Does this line say that the kernel misbehaves? A data race that KCSAN finds between two functions
 * of which none is the module's does not: stock kernels have such.
 */
bool klog_is_bad(const char *line);

/* What these are in a text of many lines, each once: "data-race in a / b". */
void klog_races_of_others(const char *text, struct strv *races);

/**
 * klog_told - the first such line of a text of many, and where it was
 * @at_end:	(out) false: more may come that says in which function; may be NULL
 *
 * Times in front are left out; where the line names no function, that of the next RIP is added:
 * "BUG: kernel NULL pointer dereference, address: 0000000000000000 in hmm_range_fault+0x1b/0x90".
 * Returns: the line, owned by the caller, or NULL.
 */
char *klog_told(const char *text, bool *at_end);

#endif
