// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/device/disturb.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE	"/modules/ptwalk.ko"
#define DRIVER	"/sys/bus/dax/drivers/device_dax/"
#define RELEASE 120.0 /* seconds after which what is closed must be gone; hosts are slow */
#define LET_GO	1.0   /* seconds that an unbind waits for who holds pages of a device */

atomic_ulong module_text;
static const char *dax[2];
static long vmalloc_lines;
static atomic_bool standing_down, unbinding;
static atomic_uint holders; /* threads that hold pages of a device in their pipes */
static pthread_mutex_t disturbing = PTHREAD_MUTEX_INITIALIZER;

bool disturb_begin(void)
{
	return !pthread_mutex_trylock(&disturbing);
}

void disturb_end(void)
{
	pthread_mutex_unlock(&disturbing);
}

static void fails(const char *what, const char *why)
{
	outcomes->failed = true;
	printf("FOUND: %s: %s\n", what, why);
}

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* @devices: those that are a device's, from it; else from nowhere. */
static void *map_area(enum area area, bool devices)
{
	const size_t len = area_bytes[area];
	void *at = (void *)area_start(area), *p;
	const int prot = area == AREA_NONE || area == AREA_OWN ? PROT_NONE : PROT_READ | PROT_WRITE;
	int flags = MAP_FIXED | MAP_ANONYMOUS, fd = -1;

	flags |= area == AREA_SHARED ? MAP_SHARED : MAP_PRIVATE;
	if (area == AREA_SAMPLES)
		flags |= MAP_NORESERVE;
	if (area == AREA_HUGETLB)
		flags |= MAP_HUGETLB;
	if (devices && (area == AREA_DAX_4K || area == AREA_DAX_2M)) {
		const char *path = dax[area - AREA_DAX_4K];

		fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
		if (fd >= 0)
			flags = MAP_SHARED | MAP_FIXED;
	}
	p = mmap(at, len, prot, flags, fd, 0);
	if (fd >= 0)
		close(fd);
	return p;
}

long area_map(enum area area)
{
	void *p = map_area(area, true);

	if (p == MAP_FAILED)
		return -errno;
	if (area == AREA_PAGES || area == AREA_THP)
		madvise(p, area_bytes[area], area == AREA_THP ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	if (area != AREA_NONE && area != AREA_OWN && area != AREA_SAMPLES)
		(void)madvise(p, area_bytes[area], 23 /* MADV_POPULATE_WRITE */);
	return 0;
}

/* What the module has of memory that vmalloc() gave. -1: it is not told. */
static long vmalloc_of_module(void)
{
	FILE *f = fopen("/proc/vmallocinfo", "re");
	char line[512];
	long n = 0;

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		n += strstr(line, "[ptwalk]") != NULL;
	fclose(f);
	return n;
}

static unsigned long read_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	(void)!read(fd, text, sizeof(text) - 1);
	close(fd);
	return strtoul(text, NULL, 0);
}

static void module_found(void)
{
	module_text = read_number("/sys/module/ptwalk/sections/.text");
	vmalloc_lines = vmalloc_of_module();
}

/* Wait until nobody has the module open, with what is closed late; is anything left of its? */
static void look_for_rest(double deadline)
{
	long n;

	while (read_number("/sys/module/ptwalk/refcnt") && now() < deadline) {
		area_map(AREA_OWN);
		usleep(5000);
	}
	/* One that only tries to open it has it for a moment. */
	do
		n = vmalloc_of_module();
	while (n != vmalloc_lines && now() < deadline && !usleep(50000));
	if (n != vmalloc_lines)
		fails("memory of vmalloc() is left of closed files", PTWALK_DEVICE);
}

static int unload(void)
{
	const double deadline = now() + RELEASE;
	long ret;

	look_for_rest(deadline);
	do {
		/* Who was not asked to stand down yet may have mapped what holds it. */
		area_map(AREA_OWN);
		ret = syscall(SYS_delete_module, "ptwalk", O_NONBLOCK) ? -errno : 0;
	} while (ret == -EWOULDBLOCK && now() < deadline && !usleep(2000));
	if (ret)
		fails("the module does not go once all is closed", strerror((int)-ret));
	return (int)ret;
}

static int load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	if (ret)
		fails("the module cannot be loaded again", strerror(-ret));
	else
		module_found();
	return ret;
}

long disturb_reload(struct performer *me)
{
	int ret;

	if (!disturb_begin())
		return -EBUSY;
	standing_down = true;
	performer_close(me);
	ret = unload();
	if (!ret)
		ret = load();
	outcomes->reloads += !ret;
	standing_down = false;
	performer_open(me);
	disturb_end();
	return ret;
}

void disturb_stand_down(struct performer *me)
{
	int fd;

	if (!standing_down)
		return;
	performer_close(me);
	for (; standing_down; usleep(3000)) {
		fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
	}
	performer_open(me);
}

bool disturb_hold(void)
{
	holders++;
	if (!unbinding)
		return true;
	holders--;
	return false;
}

void disturb_let_go(void)
{
	holders--;
}

bool disturb_unbinds(void)
{
	return unbinding;
}

static long unbind(unsigned int which)
{
	const char *name = strrchr(dax[which], '/') + 1;
	int ret = write_to(DRIVER "unbind", name);

	map_area(AREA_DAX_4K + which, false);
	if (!ret)
		ret = write_to(DRIVER "bind", name);
	if (ret)
		fails("the device cannot be unbound and bound", strerror(-ret));
	outcomes->unbinds += !ret;
	area_map(AREA_DAX_4K + which);
	return ret;
}

long disturb_unbind(unsigned int which)
{
	const double deadline = now() + LET_GO;
	long ret = -EBUSY;

	if (!dax[which])
		return -ENODEV;
	if (!disturb_begin())
		return ret;
	unbinding = true;
	while (holders && now() < deadline)
		usleep(1000);
	if (!holders)
		ret = unbind(which);
	unbinding = false;
	disturb_end();
	return ret;
}

void perform_begin(void)
{
	dax[0] = getenv("PTWALK_DAX0");
	dax[1] = getenv("PTWALK_DAX1");
	write_to("/proc/sys/vm/nr_hugepages", "4");
	outcomes = mmap(NULL, sizeof(*outcomes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (outcomes == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	for (unsigned int i = 0; i < NR_AREAS; i++)
		if (area_map(i))
			printf("area %u: %s\n", i, strerror(errno));
	module_found();
}

void perform_end(void)
{
	unload();
}
