// SPDX-License-Identifier: GPL-2.0-only
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/interrupt.h"
#include "base/str.h"

#define GRACE_SECONDS 3

struct child {
	pid_t pid;
	int out; /* read end of stdout, or -1 */
	char *text;
	size_t len;
};

static void exec_child(const char *program, const char *const *argv, const struct proc_options *o,
		       int out)
{
	int null = open("/dev/null", O_RDWR), log = null;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (o->log)
		log = open(o->log, O_WRONLY | O_CREAT | O_APPEND, 0666);
	dup2(null, 0);
	dup2(out >= 0 ? out : log, 1);
	dup2(log, 2);
	for (size_t i = 0; o->env && o->env[i]; i++)
		putenv((char *)o->env[i]);
	if (!o->cwd || !chdir(o->cwd))
		execv(program, (char *const *)argv);
	_exit(127);
}

static int start(const char *const *argv, const struct proc_options *o, struct child *child,
		 struct err *err)
{
	char *program = fs_find_program(argv[0]);
	int pipes[2] = { -1, -1 };

	if (!program)
		return err_set(err, ENOENT, "%s: no such program", argv[0]);
	if (o->output && pipe2(pipes, O_CLOEXEC)) {
		free(program);
		return err_errno(err, "pipe");
	}
	child->out = pipes[0];
	child->pid = fork();
	if (!child->pid)
		exec_child(program, argv, o, pipes[1]);
	free(program);
	if (pipes[1] >= 0)
		close(pipes[1]);
	if (child->pid > 0)
		return 0;
	if (pipes[0] >= 0)
		close(pipes[0]);
	return err_errno(err, "cannot start %s", argv[0]);
}

/* Take what the child wrote, waiting up to 50 ms for it. */
static void drain(struct child *child)
{
	struct pollfd pfd = { .fd = child->out, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (child->out < 0 || poll(&pfd, 1, 50) <= 0) {
		if (child->out < 0)
			poll(NULL, 0, 20);
		return;
	}
	n = read(child->out, buf, sizeof(buf));
	if (n <= 0) {
		close(child->out);
		child->out = -1;
		return;
	}
	child->text = xrealloc(child->text, child->len + (size_t)n + 1);
	memcpy(child->text + child->len, buf, (size_t)n);
	child->len += (size_t)n;
	child->text[child->len] = '\0';
}

static void end_child(const struct child *child, bool gentle, int *status)
{
	double limit = host_seconds() + (gentle ? GRACE_SECONDS : 0);

	if (gentle)
		kill(-child->pid, SIGTERM);
	while (gentle && host_seconds() < limit) {
		if (waitpid(child->pid, status, WNOHANG) == child->pid) {
			kill(-child->pid, SIGKILL);
			return;
		}
		poll(NULL, 0, 20);
	}
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
	waitpid(child->pid, status, 0);
}

static int wait_for(struct child *child, const struct proc_options *o, int *status)
{
	double limit = o->timeout_seconds ? host_seconds() + o->timeout_seconds : 0;

	for (;;) {
		drain(child);
		if (child->out < 0 && waitpid(child->pid, status, WNOHANG) == child->pid)
			return 0;
		if (o->tick)
			o->tick(o->tick_arg);
		if (!interrupt_pending() && !(limit > 0 && host_seconds() > limit))
			continue;
		end_child(child, o->gentle, status);
		return interrupt_pending() ? -EINTR : -ETIMEDOUT;
	}
}

/* The last line of a log that says something, owned by the caller. */
static char *last_line(const char *log)
{
	char *text = log ? fs_read(log, NULL, NULL) : NULL, *line = NULL;
	struct strv lines = { 0 };

	if (text)
		strv_split(&lines, text, '\n');
	if (lines.n)
		line = xstrdup(lines.v[lines.n - 1]);
	strv_release(&lines);
	free(text);
	return line;
}

static int judge(const char *name, int status, const struct proc_options *o, struct err *err)
{
	char *line;
	int ret;

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	line = last_line(o->log);
	ret = err_set(err, ECHILD, "%s %s %d%s%s%s%s", name,
		      WIFSIGNALED(status) ? "was ended by signal" : "failed with exit status",
		      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		      line ? ": " : "", line ? line : "", o->log ? "; see " : "",
		      o->log ? o->log : "");
	free(line);
	return ret;
}

int proc_run(const char *const *argv, const struct proc_options *o, struct err *err)
{
	struct child child = { .out = -1 };
	int status = 0, ret;

	ret = start(argv, o, &child, err);
	if (ret)
		return ret;
	ret = wait_for(&child, o, &status);
	if (child.out >= 0)
		close(child.out);
	if (ret == -EINTR)
		err_set(err, EINTR, "%s: interrupted", argv[0]);
	else if (ret)
		err_set(err, ETIMEDOUT, "%s did not end within %u s", argv[0], o->timeout_seconds);
	else
		ret = judge(argv[0], status, o, err);
	if (!ret && o->output)
		*o->output = child.text ? child.text : xstrdup("");
	else
		free(child.text);
	return ret;
}
