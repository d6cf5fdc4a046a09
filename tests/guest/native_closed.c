// SPDX-License-Identifier: GPL-2.0-only
/* Kernels that take no module that nobody signed: by lockdown, or because they were booted so. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

#define LOCKDOWN "/sys/kernel/security/lockdown"

static const char *const built_here[] = { "-q",	 "-wanon-pte",	      "-s64K", "-ohmm",
					  "-n4", "--out=/tmp/closed", NULL };
static const char *const own[] = {
	"--module=/ptwalk.ko", "-q", "-wanon-pte", "-s64K", "-ohmm", "-n4",
	"--out=/tmp/closed",   NULL
};

/* With 2, in one line that holds @text. */
static void ends_in_one_line(const char *name, const char *const *words, const char *text)
{
	char *said;

	native_ends(name, words, 2, text);
	said = native_said();
	abi_case("in one line", strchr(said, '\n') == strrchr(said, '\n'), "%s", said);
	printf("%s", said);
	free(said);
}

static void leaves_nothing(const char *name)
{
	abi_case(name,
		 !native_has_module("ptwalk") && !fs_exists("/tmp/closed") &&
			 !fs_exists("/tmp/failed"),
		 "it left a module, a run or logs");
	native_all_as_before(name);
}

/* Lockdown only rises; it is the kernel's own, whether firmware, the command line or root asked. */
static void lock_down(const char *level)
{
	int fd = open(LOCKDOWN, O_WRONLY | O_CLOEXEC);
	ssize_t n = write(fd, level, strlen(level));

	abi_case("the kernel is locked down", n == (ssize_t)strlen(level), "%s: %s", level,
		 strerror(errno));
	close(fd);
}

static void is_refused_under(const char *level)
{
	char *before = xasprintf("is locked down (%s, as under Secure Boot)", level);

	lock_down(level);
	ends_in_one_line(level, built_here, before);
	leaves_nothing("nothing is left of what was not tried");
	ends_in_one_line(level, own, "the kernel refused /ptwalk.ko: it is locked down");
	leaves_nothing("nothing is left of what was refused");
	native_doctor_says("doctor says it before", before);
	free(before);
}

void native_test_locked(void)
{
	if (mount("securityfs", "/sys/kernel/security", "securityfs", MS_NOSUID, NULL))
		abi_case("securityfs is mounted", false, "%s", strerror(errno));
	native_ends("a kernel that is open takes it", own, 0, "anon-pte");
	fs_remove("/tmp/closed", NULL);
	is_refused_under("integrity");
	is_refused_under("confidentiality");
}

void native_test_signed(void)
{
	ends_in_one_line("what is built here is nobody's", built_here, "(module.sig_enforce=1)");
	leaves_nothing("nothing is left of what was not tried");
	ends_in_one_line("what is not signed is refused", own,
			 "the kernel refused /ptwalk.ko: it takes signed modules alone");
	leaves_nothing("nothing is left of what was refused");
	native_doctor_says("doctor says it before", "(module.sig_enforce=1)");
}
