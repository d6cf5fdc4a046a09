/* SPDX-License-Identifier: GPL-2.0-only */
/* Configs of kernels that were measured, kept in the cache by digest: in what do two differ? */
#ifndef PTWALK_KERNELS_CONFIGS_H
#define PTWALK_KERNELS_CONFIGS_H

#include <stdbool.h>

#include "base/str.h"
#include "kernels/kernel.h"

/* Keep the config of a kernel that is measured. What fails costs names alone: it is not said. */
void configs_keep(const struct kernel *);

/**
 * configs_changes - the options in which two kernels' configs differ
 * @base:	digests, as struct kernel and records have them
 * @changes:	(out) "PREEMPT_RCU: n -> y", without CONFIG_; those of memory management and
 *		of how code is compiled first, else by name. An option that is not set is n.
 *
 * Returns: false where the cache lacks either config.
 */
bool configs_changes(const char *base, const char *new, struct strv *changes);

/* "812 options differ: ...": as many as make a line of a screen or two. NULL: the same, or unknown. */
char *configs_told(const char *base, const char *new);

#endif
