// SPDX-License-Identifier: GPL-2.0-only
/* The guest's memory devices: device-dax, and pmem block devices. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vm/guest.h"

/*
 * Devices over pmem, by sysfs alone (Documentation/ABI of libnvdimm and dax): a seed of the region
 * takes the whole namespace, and its driver makes the device. Of device-dax that is the dax seed,
 * with the alignment that is asked for, and dax_pmem.
 */

#define ND	"/sys/bus/nd/devices"
#define DRIVERS "/sys/bus/nd/drivers"

static int read_attr(char *text, size_t room, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int write_attr(const char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int read_attr(char *text, size_t room, const char *fmt, ...)
{
	char path[512];
	va_list args;
	ssize_t n;
	int fd;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, room - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

static int write_attr(const char *text, const char *fmt, ...)
{
	char path[512];
	va_list args;
	int fd, ret = 0;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static uint64_t read_number(const char *dir, const char *name, const char *attr)
{
	char text[64];

	if (read_attr(text, sizeof(text), "%s/%s/%s", dir, name, attr))
		return 0;
	return strtoull(text, NULL, 0);
}

/* The region that begins at @start: its number, or -1 while there is none. */
static int find_region(uint64_t start)
{
	DIR *dir = opendir(ND);
	struct dirent *e;
	int n = -1;

	if (!dir)
		return -1;
	while (n < 0 && (e = readdir(dir)))
		if (!strncmp(e->d_name, "region", 6) &&
		    read_number(ND, e->d_name, "resource") == start)
			n = atoi(e->d_name + 6);
	closedir(dir);
	return n;
}

/* Devices of libnvdimm appear some time after its modules are loaded. */
static void wait_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static bool has_driver(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), DRIVERS "/%s", name);
	return !access(path, F_OK);
}

/* Who takes a namespace for a device. */
struct claimant {
	const char *seed, *driver;
};

static const struct claimant of_dax = { "dax_seed", "dax_pmem" },
			     of_pmem = { "pfn_seed", "nd_pmem" };

static int wait_for_seed(uint64_t start, const struct claimant *c, char *seed, size_t room)
{
	for (int tries = 0; tries < 3000; tries++, wait_a_little()) {
		int region = find_region(start);

		if (region < 0 || read_attr(seed, room, ND "/region%d/%s", region, c->seed))
			continue;
		if (*seed && has_driver(c->driver))
			return region;
	}
	guest_fail("dax: the kernel shows no pmem region at %#llx", (unsigned long long)start);
}

static int wait_for_region(uint64_t start)
{
	for (int tries = 0; tries < 3000; tries++, wait_a_little()) {
		int region = find_region(start);

		if (region >= 0)
			return region;
	}
	guest_fail("dax: the kernel shows no pmem region at %#llx", (unsigned long long)start);
}

/* @align: 0: the kernel's choice. */
static void claim(const char *seed, const struct claimant *c, int region, uint64_t align)
{
	char space[64], number[32], uuid[64];
	int ret;

	snprintf(space, sizeof(space), "namespace%d.0", region);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)align);
	snprintf(uuid, sizeof(uuid), "70747761-6c6b-4000-8000-%012x", region + 1);
	/* Not bound where nd_pmem is not loaded, as it need not be. */
	write_attr(space, DRIVERS "/nd_pmem/unbind");
	if ((ret = write_attr("ram", ND "/%s/mode", seed)) ||
	    (align && (ret = write_attr(number, ND "/%s/align", seed))) ||
	    (ret = write_attr(uuid, ND "/%s/uuid", seed)) ||
	    (ret = write_attr(space, ND "/%s/namespace", seed)))
		guest_fail("dax: %s does not take %s with alignment %s: %s", seed, space, number,
			   strerror(-ret));
	ret = write_attr(seed, DRIVERS "/%s/bind", c->driver);
	if (ret)
		guest_fail("dax: cannot bind %s to %s: %s", seed, c->driver, strerror(-ret));
}

/* The device, once it is there with its node. */
static void wait_for_device(const struct guest_dax *d)
{
	for (int tries = 0; tries < 3000; tries++, wait_a_little())
		if (!access(d->path, F_OK))
			return;
	guest_fail("dax: %s did not appear", d->path);
}

/*
 * Of a region that firmware tells of, pmem has no struct pages, and no file system DAX, before
 * its pfn seed takes it. Legacy pmem has them anyway.
 */
static void make_pmem(struct guest_dax *d)
{
	const int region = wait_for_region(d->start);
	char provider[64] = "", seed[64];

	snprintf(d->path, sizeof(d->path), "/dev/pmem%d", region);
	read_attr(provider, sizeof(provider), ND "/ndbus0/provider");
	if (strcmp(provider, "e820") != 0) {
		wait_for_seed(d->start, &of_pmem, seed, sizeof(seed));
		claim(seed, &of_pmem, region, 0);
	}
	wait_for_device(d);
}

static void make_dax(struct guest_dax *d)
{
	unsigned long long size, align;
	char seed[64];
	int region = wait_for_seed(d->start, &of_dax, seed, sizeof(seed));

	snprintf(d->path, sizeof(d->path), "/dev/dax%d.0", region);
	claim(seed, &of_dax, region, d->align);
	wait_for_device(d);
	size = read_number("/sys/bus/dax/devices", d->path + 5, "size");
	align = read_number("/sys/bus/dax/devices", d->path + 5, "align");
	if (size != d->size || align != d->align)
		guest_fail("dax: %s has size %llu and alignment %llu instead of %llu and %llu",
			   d->path, size, align, (unsigned long long)d->size,
			   (unsigned long long)d->align);
}

void guest_make_device(struct guest_dax *d)
{
	if (d->align)
		make_dax(d);
	else
		make_pmem(d);
}
