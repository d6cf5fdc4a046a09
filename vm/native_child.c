// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host.h"
#include "base/interrupt.h"
#include "base/str.h"
#include "vm/native.h"

#define TERM_SECONDS 3
#define MAX_LINE     (64 << 20)
#define KILL_SECONDS 60 /* a walk of a huge range ends no sooner than it is done */

static void exec_child(char *const *argv, int record, int output, int lock, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);

	/* Out of the terminal's group: Ctrl-C is ours to pass on. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	/* Above the descriptors that are given; open until the last of its own children ends. */
	if (lock >= 0)
		fcntl(lock, F_DUPFD, 10);
	record = fcntl(record, F_DUPFD_CLOEXEC, 10);
	dup2(null, 0);
	dup2(output, 1);
	dup2(output, 2);
	dup2(record, 3);
	execv(argv[0], argv);
	dprintf(2, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int make_pipe(int ends[2], struct err *err)
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		return err_errno(err, "pipe");
	for (int i = 0; i < 2; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
		close(low[i]);
	}
	return 0;
}

int native_child_start(struct native_child *c, char *const *argv, int lock, struct err *err)
{
	int record[2] = { -1, -1 }, output[2] = { -1, -1 }, ret;
	pid_t parent = getpid();

	*c = (struct native_child){ .record = -1, .output = -1 };
	ret = make_pipe(record, err);
	if (ret)
		return ret;
	ret = make_pipe(output, err);
	if (ret) {
		close(record[0]);
		close(record[1]);
		return ret;
	}
	c->pid = fork();
	if (!c->pid)
		exec_child(argv, record[1], output[1], lock, parent);
	if (c->pid < 0)
		ret = err_errno(err, "cannot start %s", argv[0]);
	close(record[1]);
	close(output[1]);
	c->pid = c->pid < 0 ? 0 : c->pid;
	c->record = record[0];
	c->output = output[0];
	return ret;
}

/* Whole lines, each to the event; what is left of the last one is kept. */
static int take_record(struct native_child *c, const char *data, size_t n,
		       const struct vm_events *events, void *arg, struct err *err)
{
	const char *end;
	int ret = 0;

	if (c->len + n > MAX_LINE)
		return err_set(err, EPROTO, "the driver wrote a record of more than %d bytes",
			       MAX_LINE);
	c->line = xrealloc(c->line, c->len + n + 1);
	memcpy(c->line + c->len, data, n);
	c->len += n;
	while (!ret && (end = memchr(c->line, '\n', c->len))) {
		size_t len = (size_t)(end - c->line);

		c->line[len] = '\0';
		if (events->record)
			ret = events->record(arg, c->line, len, err);
		c->len -= len + 1;
		memmove(c->line, end + 1, c->len);
	}
	return ret;
}

static int drain(struct native_child *c, int *fd, const struct vm_events *events, void *arg,
		 struct err *err)
{
	static char buf[1 << 16];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return 0;
	}
	if (fd == &c->record)
		return take_record(c, buf, (size_t)n, events, arg, err);
	if (events->output)
		events->output(arg, buf, (size_t)n);
	return 0;
}

static bool reap(struct native_child *c)
{
	struct rusage usage;

	if (!c->pid)
		return true;
	if (wait4(c->pid, &c->status, WNOHANG, &usage) != c->pid)
		return false;
	/* Walkers that it may have left, which hold the module. */
	kill(-c->pid, SIGKILL);
	c->peak_rss_kib = (unsigned long)usage.ru_maxrss;
	c->pid = 0;
	return true;
}

int native_child_watch(struct native_child *c, unsigned int limit, const struct vm_events *events,
		       void *arg, struct err *err)
{
	double started = host_seconds();
	int ret = 0;

	while (!ret) {
		struct pollfd p[2] = { { .fd = c->record, .events = POLLIN },
				       { .fd = c->output, .events = POLLIN } };
		bool ended = reap(c);
		int n = poll(p, 2, ended ? 0 : 100);

		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		if (!ended && host_seconds() - started > limit)
			return err_set(err, ETIMEDOUT, "the driver did not end within %u s", limit);
		if (n > 0 && p[0].revents)
			ret = drain(c, &c->record, events, arg, err);
		if (!ret && n > 0 && p[1].revents)
			ret = drain(c, &c->output, events, arg, err);
		if (ended && n <= 0)
			break;
	}
	return ret;
}

static bool await(struct native_child *c, double seconds)
{
	double until = host_seconds() + seconds;

	while (!reap(c)) {
		if (host_seconds() > until)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

int native_child_end(struct native_child *c, struct err *err)
{
	if (!c->pid)
		return 0;
	kill(-c->pid, SIGTERM);
	kill(c->pid, SIGTERM);
	if (await(c, TERM_SECONDS))
		return 0;
	kill(-c->pid, SIGKILL);
	kill(c->pid, SIGKILL);
	if (await(c, KILL_SECONDS))
		return 0;
	return err_set(err, EBUSY, "process %d, the driver, does not end: the module stays loaded",
		       (int)c->pid);
}

void native_child_release(struct native_child *c)
{
	if (c->record >= 0)
		close(c->record);
	if (c->output >= 0)
		close(c->output);
	free(c->line);
}
