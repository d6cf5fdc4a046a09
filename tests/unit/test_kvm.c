// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm/kvm: a device that is not there, not allowed, none, or that hangs is told
 * apart, in bounded time. No KVM is used: ioctl() is this file's own.
 */
#include "tests/unit/folder.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "vm/qemu.h"

static char *device;

/* What the wrapped ioctl() returns; less than 0: an errno. */
static int version, machine;
static bool hangs;

/* The linker's name for what is called in place of ioctl(). NOLINTBEGIN */
int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	int answer = request == KVM_GET_API_VERSION ? version : machine;

	(void)fd;
	while (hangs && request == KVM_CREATE_VM)
		pause();
	errno = answer < 0 ? -answer : 0;
	return answer < 0 ? -1 : answer;
}
/* NOLINTEND */

static int make(void **state)
{
	assert_int_equal(folder_make(state), 0);
	device = folder_at("kvm");
	assert_int_equal(fs_write_file(device, "", 0, 0600, NULL), 0);
	return 0;
}

static int clean(void **state)
{
	free(device);
	return folder_remove(state);
}

static int reset(void **state)
{
	(void)state;
	version = KVM_API_VERSION;
	machine = 5;
	hangs = false;
	return 0;
}

static void probed(const char *path, int code, const char *why)
{
	struct err err = { "" };
	double began = host_seconds();
	int ret = kvm_probe(path, 1, &err);

	if (ret != -code || !strstr(err.text, why))
		fail_msg("%d \"%s\" is not %d \"%s\"", ret, err.text, -code, why);
	assert_null(strchr(err.text, '\n'));
	assert_true(host_seconds() - began < 10);
	/* No child is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

TEST_WITH(one_that_works_works, reset, NULL)
{
	probed(device, 0, "");
}

TEST_WITH(each_lack_has_its_line, reset, NULL)
{
	probed("/nonexistent/kvm", ENOENT, "/nonexistent/kvm is not there: no KVM on this host");
	probed(folder_path, EISDIR, "cannot open /tmp/ptwalk-unit.");
	version = -ENOTTY;
	probed(device, EOPNOTSUPP, "is no KVM: Inappropriate ioctl");
	version = 11;
	probed(device, EOPNOTSUPP, "is KVM of another version than 12");
	version = KVM_API_VERSION;
	machine = -EBUSY;
	probed(device, EBUSY, "KVM makes no virtual machine: Device or resource busy");
}

TEST_WITH(no_permission_is_said, reset, NULL)
{
	bool root = !geteuid();

	assert_int_equal(chmod(device, 0), 0);
	assert_int_equal(chmod(folder_path, 0755), 0);
	/* Root may open everything; whoever else asks may not. */
	if (root)
		assert_int_equal(seteuid(65534), 0);
	probed(device, EACCES, "no permission to open");
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(device, 0600), 0);
}

TEST_WITH(one_that_hangs_later_is_left, reset, NULL)
{
	hangs = true;
	probed(device, ETIMEDOUT, "is there, but making a virtual machine hangs");
}

/* Who opens a file that another process has a lease on waits until it is given up. */
TEST_WITH(one_that_hangs_in_open_is_left, reset, NULL)
{
	int pipes[2], held;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		int fd = open(device, O_RDWR);

		signal(SIGIO, SIG_IGN);
		held = fcntl(fd, F_SETLEASE, F_WRLCK);
		byte = held ? 'n' : 'y';
		(void)!write(pipes[1], &byte, 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	if (byte == 'y') {
		struct err err = { "" };

		assert_int_equal(kvm_probe(device, 1, &err), -ETIMEDOUT);
		assert_non_null(strstr(err.text, "is there, but opening it hangs"));
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	close(pipes[0]);
	close(pipes[1]);
	if (byte != 'y')
		skip();
}

static void offer(const char *flags, const char *enable_pmu, bool has_device, bool tsc, bool pmu)
{
	char *root = xasprintf("%s/root", folder_path),
	     *cpuinfo = xasprintf("%s/proc/cpuinfo", root);
	char *proc = xasprintf("%s/proc", root), *text;
	char *events = xasprintf("%s/sys/bus/event_source/devices/cpu", root);
	char *parameters = xasprintf("%s/sys/module/kvm/parameters", root);
	char *enabled = xasprintf("%s/enable_pmu", parameters);
	struct kvm_offer had;

	assert_int_equal(fs_mkdir_p(proc, NULL), 0);
	text = xasprintf("processor\t: 0\nflags\t\t: %s\nbugs\t\t: nonstop_tsc constant_tsc\n",
			 flags);
	assert_int_equal(fs_write_file(cpuinfo, text, strlen(text), 0644, NULL), 0);
	if (has_device)
		assert_int_equal(fs_mkdir_p(events, NULL), 0);
	assert_int_equal(fs_mkdir_p(parameters, NULL), 0);
	if (enable_pmu)
		assert_int_equal(fs_write_file(enabled, enable_pmu, strlen(enable_pmu), 0644, NULL),
				 0);
	had = kvm_offer(root);
	assert_int_equal(had.invariant_tsc, tsc);
	assert_int_equal(had.pmu, pmu);
	fs_remove(root, NULL);
	free(text);
	free(enabled);
	free(parameters);
	free(events);
	free(proc);
	free(cpuinfo);
	free(root);
}

TEST(what_the_host_offers_is_read)
{
	struct kvm_offer had;

	offer("fpu constant_tsc nonstop_tsc vmx", "Y\n", true, true, true);
	offer("fpu constant_tsc nonstop_tsc", NULL, true, true, true);
	offer("nonstop_tsc fpu constant_tsc", "N\n", true, true, false);
	offer("fpu constant_tsc nonstop_tsc_s3", "Y\n", false, false, false);
	offer("fpu tsc xconstant_tsc nonstop_tsc", "Y\n", true, false, true);
	had = kvm_offer("/nonexistent");
	assert_false(had.invariant_tsc);
	assert_false(had.pmu);
}

UNIT_GROUP(make, clean);
