/* SPDX-License-Identifier: GPL-2.0-only */
/* What the checks of the module's devices share. Each "expect" is a case of that name. */
#ifndef PTWALK_TESTS_GUEST_DEVICE_H
#define PTWALK_TESTS_GUEST_DEVICE_H

#include "abi.h"
#include "kmod/uapi/memory.h"

#define DEVICE_PAGES 600UL /* more than one batch, and more than one table may hold */
#define DEVICE_LEN   (DEVICE_PAGES * PAGE)

/* A migration that is right in all its fields, but for coherent memory's address. */
struct ptwalk_migrate device_moving(const void *addr, uint64_t len, uint32_t to);

/* Carry it out on @fd, which is abi_fd from then on: 0 or a negative errno. */
int device_migrate_by(int fd, const void *addr, uint64_t len, uint32_t to, uint64_t *moved);

/* All of it goes there, by abi_fd: as a case. */
bool device_move(const char *name, const void *addr, uint64_t len, uint32_t to);

/* DEVICE_LEN bytes that differ by page and @seed, and how many pages are not as written. */
void device_write(char *p, unsigned int seed);
size_t device_wrong_pages(const char *p, unsigned int seed);
void device_expect_written(const char *name, const char *p, unsigned int seed);

/* Of DEVICE_LEN bytes, so many pages are the own device's, and any device's. */
void device_expect_pages(const char *name, const void *p, uint64_t own, uint64_t private);

/* How many pieces of physical memory the module has, as the kernel shows them. */
size_t device_regions(void);

/* On a kernel with CONFIG_DEVICE_PRIVATE. */
void device_test_private(void);

#endif
