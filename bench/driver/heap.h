/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver's malloc(), so that what is counted does not depend on what else the driver has done.
 * The kernel keeps mappings in a tree, and how long it looks for that of a range depends on what was
 * mapped and unmapped before; and fork() copies page tables, of what malloc() has handed out, too.
 */
#ifndef PTWALK_DRIVER_HEAP_H
#define PTWALK_DRIVER_HEAP_H

/* First of all: malloc() maps nothing from here on, and has its heap at once. */
void heap_settle(void);

/* A child that is forked from here on has no heap, until heap_share(): it may ask for it. */
void heap_withhold(void);
void heap_share(void);

/* In such a child, which lives on what is on the stack until then: its parent's, as it is now. 0, -errno. */
int heap_fetch(void);

#endif
