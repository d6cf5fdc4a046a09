/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel under test says of itself, while it is fuzzed and after. */
#ifndef PTWALK_TESTS_FUZZ_KERNEL_H
#define PTWALK_TESTS_FUZZ_KERNEL_H

#include <stdbool.h>

struct kernel_log {
	int fd;
	unsigned long bad;  /* lines that say that it misbehaves */
	unsigned long lost; /* times that lines were lost before they were read */
};

/* Of what is said, and lost, from now on. False where there is no log. */
bool kernel_log_open(struct kernel_log *);

/* Read what was said since; print it from the first bad line on, up to a hundred lines. */
void kernel_log_read(struct kernel_log *);

/* Print where in the kernel each task is. */
void kernel_show_stacks(void);

/* What kmemleak finds is printed. Returns: whether it found anything; false where there is none. */
bool kernel_leaks(void);

#endif
