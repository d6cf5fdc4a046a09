// SPDX-License-Identifier: GPL-2.0-only
/* Races: what is refused; one driver that walks, is checked, and goes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"
#include "kmod/uapi/race.h"

#define LEN   (64 * PAGE)
#define PHASE PTWALK_PHASE_OWN

static struct ptwalk_race_driver good(const char *addr)
{
	return (struct ptwalk_race_driver){
		.addr = (uintptr_t)addr,
		.len = LEN,
		.op = PTWALK_OP_HMM,
		.chunk = LEN / PAGE,
		.budget = 8,
		.seed = 1,
	};
}

static void answers(const char *name, int fd, unsigned long command, void *arg, int expected)
{
	int ret = ioctl(fd, command, arg) ? -errno : 0;

	abi_case(name, ret == expected, "answered %d (%s), not %d (%s)", ret, strerror(-ret),
		 expected, strerror(-expected));
}

/* A driver that is wrong in one thing is none. */
#define REFUSED(name, expected, ...)                                                      \
	do {                                                                              \
		struct ptwalk_race_driver driver = good(addr);                            \
		driver.__VA_ARGS__;                                                       \
		answers("a driver " name, fd, PTWALK_IOC_RACE_DRIVER, &driver, expected); \
	} while (0)

static void refuses_drivers(int fd, const char *addr)
{
	REFUSED("of no range", -EINVAL, len = 0);
	REFUSED("of half a page", -EINVAL, addr += 1);
	REFUSED("beyond user memory", -EINVAL, addr = UINT64_MAX << 12);
	REFUSED("by an op that does not walk", -EINVAL, op = PTWALK_OP_PUT);
	REFUSED("by no op", -EINVAL, op = 1000);
	REFUSED("by own code that is not there", -EINVAL, own = 1000);
	REFUSED("that writes and does not fault", -EINVAL, req = PTWALK_REQ_WRITE);
	REFUSED("that asks for what is not known", -EINVAL, req = 1U << 31);
	REFUSED("of no protocol", -EINVAL, protocol = 1000);
	REFUSED("of empty chunks", -EINVAL, chunk = 0);
	REFUSED("of no passes", -EINVAL, budget = 0);
	REFUSED("of too many passes", -E2BIG, budget = PTWALK_MAX_BUDGET + 1);
	REFUSED("that sleeps too long", -E2BIG, delay = PTWALK_RACE_MAX_DELAY + 1);
	REFUSED("with flags", -EINVAL, flags = 1);
	REFUSED("with reserved words", -EINVAL, reserved[3] = 1);
}

static void refuses_the_rest(int fd)
{
	struct ptwalk_protocol protocol = { .index = 1000 };
	struct ptwalk_race_teardown teardown = { .patience = 1 };
	struct ptwalk_race_mark mark = { .phase = PTWALK_PHASE_DRAIN };
	struct ptwalk_race_told told;
	__u32 ms = 1;

	answers("a protocol behind the last", fd, PTWALK_IOC_QUERY_PROTOCOL, &protocol, -EINVAL);
	answers("who is no driver walks", fd, PTWALK_IOC_RACE_WALK, &ms, -EINVAL);
	answers("who is no driver tells", fd, PTWALK_IOC_RACE_TELL, &told, -EINVAL);
	answers("a phase of the module's is marked", fd, PTWALK_IOC_RACE_MARK, &mark, -EINVAL);
	mark.phase = PTWALK_NR_PHASES;
	answers("a phase behind the last is marked", fd, PTWALK_IOC_RACE_MARK, &mark, -EINVAL);
	mark = (struct ptwalk_race_mark){ .phase = PHASE, .mark = 2 };
	answers("a phase is marked otherwise", fd, PTWALK_IOC_RACE_MARK, &mark, -EINVAL);
	answers("no pagemaps are torn down", fd, PTWALK_IOC_RACE_TEARDOWN, &teardown,
		abi_kernel_since(6, 18) ? -EOPNOTSUPP : -ENXIO);
	teardown.patience = 0;
	answers("a teardown without patience", fd, PTWALK_IOC_RACE_TEARDOWN, &teardown, -EINVAL);
	teardown.patience = PTWALK_RACE_MAX_PATIENCE + 1;
	answers("a teardown with too much of it", fd, PTWALK_IOC_RACE_TEARDOWN, &teardown, -EINVAL);
	teardown = (struct ptwalk_race_teardown){ .patience = 1, .held = 1 };
	answers("a teardown with what it tells", fd, PTWALK_IOC_RACE_TEARDOWN, &teardown, -EINVAL);
}

static uint64_t marked(int fd, unsigned int which, uint32_t *drivers)
{
	struct ptwalk_race_mark mark = { .phase = PHASE, .mark = which };

	answers("a phase is marked", fd, PTWALK_IOC_RACE_MARK, &mark, 0);
	*drivers = mark.drivers;
	return mark.stale;
}

static void walks(int fd, char *addr)
{
	struct ptwalk_race_driver driver = good(addr);
	struct ptwalk_race_told told;
	uint32_t drivers;
	__u32 ms = 20;

	answers("a driver", fd, PTWALK_IOC_RACE_DRIVER, &driver, 0);
	answers("a driver twice", fd, PTWALK_IOC_RACE_DRIVER, &driver, -EBUSY);
	marked(fd, PTWALK_MARK_BEGIN, &drivers);
	abi_case("it is told of", drivers == 1, "%u drivers", drivers);
	answers("it walks", fd, PTWALK_IOC_RACE_WALK, &ms, 0);
	ms = PTWALK_RACE_MAX_WALK + 1;
	answers("it walks for too long", fd, PTWALK_IOC_RACE_WALK, &ms, -E2BIG);
	munmap(addr, LEN);
	abi_case("nothing is held", !marked(fd, PTWALK_MARK_END, &drivers), "something is");
	answers("it tells", fd, PTWALK_IOC_RACE_TELL, &told, 0);
	abi_case("it mapped each page in each chunk",
		 told.chunks && told.mapped == told.chunks * (LEN / PAGE), "%llu in %llu chunks",
		 told.mapped, told.chunks);
	abi_case("it was at work in the phase",
		 told.phases[PHASE].rounds == 1 && told.phases[PHASE].overlaps == 1 &&
			 told.phases[PHASE].checks == LEN / PAGE,
		 "%llu of %llu rounds, %llu checks", told.phases[PHASE].overlaps,
		 told.phases[PHASE].rounds, told.phases[PHASE].checks);
	close(fd);
	marked(abi_fd, PTWALK_MARK_BEGIN, &drivers);
	abi_case("it is gone", !drivers, "%u drivers", drivers);
}

/* Of a process that is a driver of its own memory, by a file that is ours, too. */
static pid_t begin_owner(int fd, uint32_t op)
{
	int ready[2];
	char said = 0;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		char *addr = abi_map(LEN, PROT_READ | PROT_WRITE);
		struct ptwalk_race_driver driver = good(addr);

		memset(addr, 1, LEN);
		driver.op = op;
		said = ioctl(fd, PTWALK_IOC_RACE_DRIVER, &driver) ? 0 : 1;
		(void)!write(ready[1], &said, 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	(void)!read(ready[0], &said, 1);
	close(ready[0]);
	abi_case("a child is a driver", said == 1, "it is not");
	return pid;
}

static void walks_another(void)
{
	int fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	pid_t pid = begin_owner(fd, PTWALK_OP_HMM);
	struct ptwalk_race_told told = { 0 };
	uint32_t drivers;
	__u32 ms = 20;

	answers("another process's memory is walked", fd, PTWALK_IOC_RACE_WALK, &ms, 0);
	answers("who walked it tells", fd, PTWALK_IOC_RACE_TELL, &told, 0);
	abi_case("its pages are mapped", told.mapped && told.mapped % (LEN / PAGE) == 0,
		 "%llu in %llu chunks", told.mapped, told.chunks);
	marked(fd, PTWALK_MARK_BEGIN, &drivers);
	abi_case("its phases are told", drivers == 1, "%u drivers", drivers);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	answers("it is walked when it is gone", fd, PTWALK_IOC_RACE_WALK, &ms, -ESRCH);
	abi_case("nothing of it is held", !marked(fd, PTWALK_MARK_END, &drivers), "something is");
	answers("who walked it tells at last", fd, PTWALK_IOC_RACE_TELL, &told, 0);
	abi_case("it was checked", told.phases[PHASE].checks == LEN / PAGE && !told.errors,
		 "%llu checks, %llu errors", told.phases[PHASE].checks, told.errors);
	close(fd);
}

static void holds_no_other(void)
{
	int fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	pid_t pid = begin_owner(fd, PTWALK_OP_GUP_FAST);
	__u32 ms = 20;

	answers("another process's pages are held", fd, PTWALK_IOC_RACE_WALK, &ms, -EINVAL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
}

void abi_test_race(void)
{
	int fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	char *addr = abi_map(LEN, PROT_READ | PROT_WRITE);

	memset(addr, 1, LEN);
	refuses_drivers(fd, addr);
	refuses_the_rest(fd);
	walks(fd, addr);
	walks_another();
	holds_no_other();
}
