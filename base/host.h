/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine this process runs on: its clock and its CPU. */
#ifndef PTWALK_BASE_HOST_H
#define PTWALK_BASE_HOST_H

/* Seconds of the monotonic clock. */
double host_seconds(void);

/* "model name" of the first CPU in /proc/cpuinfo, or "". Owned by the caller. */
char *host_cpu_model(void);

#endif
