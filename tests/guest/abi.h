/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks of /dev/ptwalk share. They run as root in a guest, print one
 * line a case, and count what failed.
 */
#ifndef PTWALK_TESTS_GUEST_ABI_H
#define PTWALK_TESTS_GUEST_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/size.h"
#include "kmod/uapi/ptwalk.h"

/* The device, open. */
extern int abi_fd;

/* Print "ok NAME", or "not ok NAME: " and why. */
__attribute__((format(printf, 3, 4))) void abi_case(const char *name, bool ok, const char *why,
						    ...);

/* Open the device; ends the program where that fails. */
void abi_begin(void);

/* Say how many cases were not ok. Returns: a program's exit status. */
int abi_end(void);

/* 0, or a negative errno. */
int abi_ioctl(unsigned long command, void *arg);

/* The ioctl answers just this (0 or a negative errno). */
void abi_answers(const char *name, unsigned long command, void *arg, int expected);

/* A run of @op that is right in all its fields, over @samples of the caller. */
struct ptwalk_run abi_run(uint32_t op, const void *addr, uint64_t len,
			  struct ptwalk_sample *samples, uint32_t iterations);

/* The same with interrupts off in its windows. */
struct ptwalk_run abi_quiet(uint32_t op, const void *addr, uint64_t len,
			    struct ptwalk_sample *samples, uint32_t iterations);

/* Measure it; a case of that name where not all of its samples came. */
bool abi_measure(const char *name, struct ptwalk_run *run);

/* Inspect; a case of that name where it is refused. */
bool abi_inspect(const char *name, const void *addr, uint64_t len, struct ptwalk_inspect *met);

/* Case: hmm and inspect tell the same of this range. */
void abi_agree(const char *what, const void *addr, uint64_t len);

/* Is the kernel this one, or a later one? */
bool abi_kernel_since(unsigned int major, unsigned int minor);

/* Private anonymous memory at no matter where; ends the program where there is none. */
char *abi_map(size_t len, int prot);

/* Case: no warning is in the kernel's log; the console, which is quiet, has none. */
void abi_test_kernel_log(void);

/* What a run must do that is right. */
void abi_test_runs(void);

/* The same of memory that is not plain: unreadable, absent, huge, no memory at all. */
void abi_test_memory(void);

/* The same on a device-dax device of 1 GiB or more. */
void abi_test_dax(const char *path);

/* Pagemaps of the module's own over 1 GiB of spare memory, "low:START:SIZE". */
void abi_test_pagemaps(const char *spare);

/* Ops that take page references or look dev_pagemaps up; and on device-dax memory. */
void abi_test_pages(void);
void abi_test_pages_dax(const char *path, const void *addr, unsigned int level);

/* Drivers that are raced. */
void abi_test_race(void);

/* Windows with interrupts off beside a thread that invalidates. */
void abi_test_invalidated(void);

/* Windows with cold caches. */
void abi_test_cold(void);

/* Ops that walk as a driver does, in chunks and with collisions; and on device-dax memory. */
void abi_test_protocol(void);
void abi_test_protocol_dax(const char *path, const void *addr, unsigned int level);

#endif
