/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that calls are about, and what takes it, or the module, away from under all threads. */
#ifndef PTWALK_TESTS_FUZZ_DISTURB_H
#define PTWALK_TESTS_FUZZ_DISTURB_H

#include "tests/fuzz/device/perform.h"

/* Map an area anew, and make its pages. Returns: 0, or a negative errno. */
long area_map(enum area);

/*
 * What must not be while a device goes: a file of it that is open when it is bound again puts
 * references, at its end, of what is there then (the kernel's device-dax, 6.12). False: not now.
 */
bool disturb_begin(void);
void disturb_end(void);

/*
 * A thread is to hold pages of a device. False: not now, one is being unbound. Else disturb_let_go() is
 * to follow, soon where disturb_unbinds().
 */
bool disturb_hold(void);
void disturb_let_go(void);
bool disturb_unbinds(void);

/* Unbind a device-dax device, bind it again, and map it. -EBUSY: another thread is at it. */
long disturb_unbind(unsigned int which);

/*
 * Have all threads close their files, unload the module while they try to open it, and load it
 * again. -EBUSY: another thread is at it. Where it does not go, or leaves something, that is
 * printed, and the outcome is failed.
 */
long disturb_reload(struct performer *);

/* Between programs: where the module is to be unloaded, close all files until it is back. */
void disturb_stand_down(struct performer *);

#endif
