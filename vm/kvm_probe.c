// SPDX-License-Identifier: GPL-2.0-only
#include "vm/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/interrupt.h"
#include "base/str.h"

/* The child's steps; each says that it went well, or why not. */
enum step {
	OPEN,
	VERSION,
	CREATE,
	DONE,
};

struct word {
	int step, error;
};

static const char *const doing[] = {
	[OPEN] = "opening it",
	[VERSION] = "asking for its version",
	[CREATE] = "making a virtual machine",
};

static bool say(int to, enum step step, bool well, int error)
{
	const struct word word = { step, well ? 0 : error };

	return write(to, &word, sizeof(word)) == sizeof(word) && well;
}

static void probe(const char *device, int to)
{
	int fd = open(device, O_RDWR | O_CLOEXEC), version, machine;

	if (!say(to, OPEN, fd >= 0, errno))
		return;
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	if (!say(to, VERSION, version == KVM_API_VERSION, version < 0 ? errno : EPROTO))
		return;
	machine = ioctl(fd, KVM_CREATE_VM, 0);
	say(to, CREATE, machine >= 0, errno);
}

static int explain(const char *device, const struct word *word, struct err *err)
{
	const char *why = strerror(word->error);

	if (word->step == OPEN && word->error == ENOENT)
		return err_set(err, ENOENT,
			       "%s is not there: no KVM on this host (is the module kvm_intel or "
			       "kvm_amd loaded, and virtualization on in the firmware?)",
			       device);
	if (word->step == OPEN && (word->error == EACCES || word->error == EPERM))
		return err_set(err, EACCES,
			       "no permission to open %s: be in its group (kvm), or run as root",
			       device);
	if (word->step == OPEN)
		return err_set(err, word->error, "cannot open %s: %s", device, why);
	if (word->step == VERSION && word->error == EPROTO)
		return err_set(err, EOPNOTSUPP, "%s is KVM of another version than %d", device,
			       KVM_API_VERSION);
	if (word->step == VERSION)
		return err_set(err, EOPNOTSUPP, "%s is no KVM: %s", device, why);
	return err_set(err, word->error,
		       "%s is there, but KVM makes no virtual machine: %s (does another "
		       "hypervisor have the CPU?)",
		       device, why);
}

/* The child's next word in @word. */
static int hear(int from, unsigned int seconds, struct word *word)
{
	double until = host_seconds() + seconds;
	struct pollfd p = { .fd = from, .events = POLLIN };

	while (poll(&p, 1, 20) <= 0) {
		if (interrupt_pending())
			return -EINTR;
		if (host_seconds() > until)
			return -ETIMEDOUT;
	}
	return read(from, word, sizeof(*word)) == sizeof(*word) ? 0 : -EPIPE;
}

static int listen_to(int from, const char *device, unsigned int seconds, struct err *err)
{
	for (enum step step = OPEN; step < DONE; step++) {
		struct word word;
		int ret = hear(from, seconds, &word);

		if (ret == -ETIMEDOUT)
			return err_set(err, ETIMEDOUT,
				       "%s is there, but %s hangs (no answer for %u s): KVM does "
				       "not work on this host",
				       device, doing[step], seconds);
		if (ret)
			return err_set(err, ret, "%s: %s", device,
				       ret == -EINTR ? "interrupted" : "whoever asked it died");
		if (word.error)
			return explain(device, &word, err);
	}
	return 0;
}

/* Killed and reaped; but not waited for where the kernel does not let it go. */
static void end(pid_t pid)
{
	double until = host_seconds() + 1;

	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, WNOHANG) == 0 && host_seconds() < until)
		poll(NULL, 0, 5);
}

int kvm_probe(const char *device, unsigned int seconds, struct err *err)
{
	pid_t parent = getpid(), pid;
	int pipes[2], ret;

	if (pipe2(pipes, O_CLOEXEC))
		return err_errno(err, "pipe");
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			probe(device, pipes[1]);
		_exit(0);
	}
	close(pipes[1]);
	ret = pid < 0 ? err_errno(err, "fork") : listen_to(pipes[0], device, seconds, err);
	close(pipes[0]);
	if (pid > 0)
		end(pid);
	return ret;
}

/* Is @word in the list of flags of the first CPU? */
static bool has_flag(const char *cpuinfo, const char *word)
{
	const char *line = cpuinfo ? strstr(cpuinfo, "\nflags") : NULL, *at;
	char *flags = line ? xstrndup(line + 1, strcspn(line + 1, "\n")) : xstrdup("");
	size_t len = strlen(word);
	bool has = false;

	for (at = flags; !has && (at = strstr(at, word)); at += len)
		has = at > flags && at[-1] == ' ' && (at[len] == ' ' || !at[len]);
	free(flags);
	return has;
}

struct kvm_offer kvm_offer(const char *root)
{
	char *cpuinfo = xasprintf("%s/proc/cpuinfo", root);
	char *module = xasprintf("%s/sys/module/kvm/parameters/enable_pmu", root);
	char *device = xasprintf("%s/sys/bus/event_source/devices/cpu", root);
	char *text = fs_read(cpuinfo, NULL, NULL), *enabled = fs_read_line(module);
	struct kvm_offer offer = {
		.invariant_tsc = has_flag(text, "constant_tsc") && has_flag(text, "nonstop_tsc"),
		.pmu = fs_exists(device) && !(enabled && *enabled == 'N'),
	};

	free(enabled);
	free(text);
	free(device);
	free(module);
	free(cpuinfo);
	return offer;
}
