/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the native machine share; they run in the guest, as root. */
#ifndef PTWALK_TESTS_GUEST_NATIVE_H
#define PTWALK_TESTS_GUEST_NATIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

#define NATIVE_MAX_DAX 4

/* Devices that the machine made. */
extern const char *native_dax[NATIVE_MAX_DAX];

/*
 * Start ptwalk with "run --machine native" and @words, NULL-terminated; what it prints goes
 * to /tmp/said, from its beginning.
 */
pid_t native_start(const char *const *words);

/*
 * Wait for it; its status as wait() gives it. One that takes over @seconds is killed: -1. A
 * guest's clock may run ten times too fast where its host is busy as it boots.
 */
int native_wait(pid_t pid, unsigned int seconds);

/* Both: its exit status, or 128 and the signal. */
int native_run(const char *const *words);

/* The same of any command; argv[0] is "/ptwalk". */
int native_ptwalk(const char *const *argv);

/* All that the last one printed. Owned by the caller. */
char *native_said(void);

/* Case: it ended with @status, and said @text. */
void native_ends(const char *name, const char *const *words, int status, const char *text);

/* Case: doctor says @text of the native machine. */
void native_doctor_says(const char *name, const char *text);

/* Wait until the driver is a child of @pid and has /dev/ptwalk open; its id, or 0. */
pid_t native_driver_of(pid_t pid);

/* Is there a module of that name? */
bool native_has_module(const char *name);

/* All of it is as it was, or what is not. Owned by the caller; NULL where all is. */
char *native_changed(void);

/* Case: all of it is as it was. */
void native_all_as_before(const char *name);

/* Fill a device of 1 GiB by 2 MiB with words of which no two are alike. */
void native_fill(const char *dax);

/* A digest of all of it, or of its first 1 MiB and a page of each 2 MiB. */
uint64_t native_digest(const char *dax, bool whole);

/* One mode each. */
void native_test_whole(void);
void native_test_dax(void);
void native_test_perf(void);
void native_test_build(void);
void native_test_quiet(void);
void native_test_locked(void);
void native_test_signed(void);
void native_test_kills(unsigned int count, unsigned int seed);

#endif
