// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

struct ptwalk_migrate device_moving(const void *addr, uint64_t len, uint32_t to)
{
	return (struct ptwalk_migrate){ .addr = (uintptr_t)addr, .len = len, .to = to };
}

int device_migrate_by(int fd, const void *addr, uint64_t len, uint32_t to, uint64_t *moved)
{
	struct ptwalk_migrate migrate = device_moving(addr, len, to);
	int ret;

	abi_fd = fd;
	ret = abi_ioctl(PTWALK_IOC_MIGRATE, &migrate);
	*moved = migrate.moved;
	return ret;
}

bool device_move(const char *name, const void *addr, uint64_t len, uint32_t to)
{
	uint64_t moved;
	int ret = device_migrate_by(abi_fd, addr, len, to, &moved);

	abi_case(name, !ret && moved == len / PAGE, "%d (%s), %llu of %llu pages", ret,
		 strerror(-ret), (unsigned long long)moved, (unsigned long long)len / PAGE);
	return !ret && moved == len / PAGE;
}

void device_write(char *p, unsigned int seed)
{
	for (size_t i = 0; i < DEVICE_PAGES; i++)
		memset(p + i * PAGE, (int)(i * 7 + seed), PAGE);
}

size_t device_wrong_pages(const char *p, unsigned int seed)
{
	size_t wrong = 0;

	for (size_t i = 0; i < DEVICE_PAGES; i++)
		for (size_t at = 0; at < PAGE; at += 511)
			if (p[i * PAGE + at] != (char)(i * 7 + seed)) {
				wrong++;
				break;
			}
	return wrong;
}

void device_expect_written(const char *name, const char *p, unsigned int seed)
{
	size_t wrong = device_wrong_pages(p, seed);

	abi_case(name, !wrong, "%zu pages are wrong", wrong);
}

void device_expect_pages(const char *name, const void *p, uint64_t own, uint64_t private)
{
	struct ptwalk_inspect met;

	if (abi_inspect(name, p, DEVICE_LEN, &met))
		abi_case(name,
			 met.device_own_pages == own && met.device_private_pages == private &&
				 met.nonpresent_pages == private,
			 "%llu own, %llu private, %llu not present", met.device_own_pages,
			 met.device_private_pages, met.nonpresent_pages);
}

size_t device_regions(void)
{
	char *text = fs_read("/proc/iomem", NULL, NULL), *at = text;
	size_t n = 0;

	while (at && (at = strstr(at, ": ptwalk"))) {
		at++;
		n++;
	}
	free(text);
	return n;
}
