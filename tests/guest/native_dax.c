// SPDX-License-Identifier: GPL-2.0-only
/* Devices that the user names: used where they are empty, left alone where they are not. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/size.h"
#include "bench/record/record.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

/* Of a device of 1 GiB by 2 MiB. */
static char *map(const char *dax)
{
	int fd = open(dax, O_RDWR | O_CLOEXEC);
	char *p = fd < 0 ? MAP_FAILED : mmap(NULL, GIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED) {
		abi_case("the device can be mapped", false, "it cannot");
		exit(1);
	}
	close(fd);
	return p;
}

void native_fill(const char *dax)
{
	uint64_t *words = (uint64_t *)map(dax);

	for (uint64_t i = 0; i < GIB / 8; i++)
		words[i] = i * 0x9e3779b97f4a7c15ULL + 1;
	munmap(words, GIB);
}

uint64_t native_digest(const char *dax, bool whole)
{
	const uint64_t *words = (const uint64_t *)map(dax);
	uint64_t sum = 0xcbf29ce484222325ULL;

	for (uint64_t at = 0; at < GIB; at += PAGE) {
		if (!whole && at >= MIB && at % (2 * MIB))
			continue;
		for (uint64_t i = at / 8; i < (at + PAGE) / 8; i++)
			sum = (sum ^ words[i]) * 0x100000001b3ULL;
	}
	munmap((void *)words, GIB);
	return sum;
}

static const char *words[16];

/* "run" over the device, with one word more or none. */
static const char *const *on(const char *dax, const char *more)
{
	static char *named;
	size_t n = 0;

	free(named);
	named = xasprintf("--dax=%s", dax);
	words[n++] = "--module=/ptwalk.ko";
	words[n++] = "-q";
	words[n++] = "-wdevdax-pmd,anon-pte";
	words[n++] = "-s2M,64M";
	words[n++] = "-ohmm,hmm_fault";
	words[n++] = "-n4";
	words[n++] = "--out=/tmp/dax";
	words[n++] = named;
	words[n++] = more;
	words[n] = NULL;
	fs_remove("/tmp/dax", NULL);
	return words;
}

static void an_empty_one_is_used(const char *dax)
{
	uint64_t before = native_digest(dax, true);
	struct records records;
	struct err err = { "" };

	native_ends("a device that is empty is used", on(dax, NULL), 0, "devdax-pmd");
	abi_case("its content is as it was", before == native_digest(dax, true), "it is not");
	if (records_read("/tmp/dax/records.jsonl", &records, &err)) {
		abi_case("its records", false, "%s", err.text);
		return;
	}
	abi_case("no series is missing", !records.nr_missing && records.nr_series == 8, "%zu, %zu",
		 records.nr_missing, records.nr_series);
	for (size_t i = 0; i < records.nr_series; i++)
		if (!strcmp(records.series[i].workload, "devdax-pmd"))
			abi_case(records.series[i].name,
				 records.series[i].proof.zone_device_pages ==
					 records.series[i].size / PAGE,
				 "not all is ZONE_DEVICE");
	records_release(&records);
	native_all_as_before("all is as before a run on a device");
}

/* A single byte, where it is looked for: near the beginning, in between, at the end. */
static void a_byte_is_data(const char *dax)
{
	static const uint64_t at[] = { 0, 12345, 64 * MIB - 1, 512 * MIB + 4095, GIB - 1 };
	char *p = map(dax);

	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		uint64_t digest;

		p[at[i]] = 1;
		digest = native_digest(dax, true);
		munmap(p, GIB);
		native_ends("a device with data is refused", on(dax, NULL), 2,
			    "leave it alone, or say --overwrite /dev/dax");
		abi_case("its data is as it was", digest == native_digest(dax, true), "it is not");
		abi_case("nothing was loaded", !native_has_module("ptwalk"), "it was");
		p = map(dax);
		p[at[i]] = 0;
	}
	munmap(p, GIB);
	native_ends("empty again, it is used again", on(dax, NULL), 0, "devdax-pmd");
}

static void one_that_is_named_twice_is_used(const char *dax, const char *other)
{
	char *name = xasprintf("--overwrite=%s", dax), *wrong = xasprintf("--overwrite=%s", other);
	uint64_t digest;

	native_fill(dax);
	digest = native_digest(dax, true);
	native_ends("the name of another does not count", on(dax, wrong), 2, "is not among --dax");
	native_ends("full, it is refused", on(dax, NULL), 2, "has data, at 0");
	abi_case("it is as it was", digest == native_digest(dax, true), "it is not");
	native_ends("full and named, it is used", on(dax, name), 0, "devdax-pmd");
	abi_case("walking it writes nothing", digest == native_digest(dax, true), "it does");
	free(wrong);
	free(name);
}

static void one_in_use_is_refused(const char *dax)
{
	char *name = xasprintf("--overwrite=%s", dax), *p = map(dax);

	native_ends("one that is mapped elsewhere is refused", on(dax, name), 2,
		    "is in use by process ");
	munmap(p, GIB);
	free(name);
}

static void what_is_none_is_refused(void)
{
	native_ends("one that is not there", on("/dev/dax9.9", NULL), 2,
		    "/dev/dax9.9 is not a device-dax device; there are: /dev/dax0.0 (1G, by 4K), "
		    "/dev/dax1.0 (1G, by 2M)");
	mknod("/dev/dax7.7", S_IFCHR | 0600, makedev(1, 5));
	native_ends("/dev/zero by such a name", on("/dev/dax7.7", NULL), 2,
		    "/dev/dax7.7 is not a device-dax device");
	unlink("/dev/dax7.7");
}

/* A night on a device: refused in one line where it has data, stored where it has none. */
static void a_night_is_asked_the_same(const char *dax)
{
	char *named = xasprintf("--dax=%s", dax), *p = map(dax), *said;
	const char *const night[] = { "/ptwalk",
				      "nightly",
				      "-q",
				      "--machine",
				      "native",
				      "--module=/ptwalk.ko",
				      "-wdevdax-pmd",
				      "-s2M",
				      "-ohmm",
				      "-n4",
				      "--store=/tmp/night.db",
				      "--results=/tmp/nights",
				      "--events=cycles,task-clock",
				      named,
				      NULL };
	int status;

	p[12345] = 1;
	munmap(p, GIB);
	status = native_ptwalk(night);
	said = native_said();
	abi_case("a night on a device with data is refused in one line",
		 status == 2 && strstr(said, "leave it alone, or say --overwrite /dev/dax") &&
			 strchr(said, '\n') == said + strlen(said) - 1,
		 "status %d: %s", status, said);
	free(said);
	p = map(dax);
	p[12345] = 0;
	munmap(p, GIB);
	status = native_ptwalk(night);
	said = native_said();
	abi_case("on an empty one it is stored",
		 !status && strstr(said, "1 first night of 1 series"), "status %d: %s", status,
		 said);
	free(said);
	native_all_as_before("all is as before a night");
	free(named);
}

void native_test_dax(void)
{
	an_empty_one_is_used(native_dax[1]);
	a_night_is_asked_the_same(native_dax[1]);
	a_byte_is_data(native_dax[1]);
	one_in_use_is_refused(native_dax[1]);
	what_is_none_is_refused();
	one_that_is_named_twice_is_used(native_dax[1], native_dax[0]);
}
