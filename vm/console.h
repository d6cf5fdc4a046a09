/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guest's console says: read after the fact, for people. */
#ifndef PTWALK_VM_CONSOLE_H
#define PTWALK_VM_CONSOLE_H

#include <sys/types.h>

/* The file's size, or 0 while it is not there. */
off_t console_size(const char *path);

/* The reason of the kernel's panic, owned by the caller, or NULL where it did not panic. */
char *console_panic(const char *path);

/* The last line of a text file that says something, or NULL. Owned by the caller. */
char *console_last_line(const char *path);

#endif
