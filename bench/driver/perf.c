// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"

#define PMU	       "/sys/bus/event_source/devices/cpu"
#define ANSWER_MS      30000 /* to attach itself and to answer */
#define SCRIPT_SECONDS 300

bool perf_samples(const struct perf_options *o)
{
	return o->program && !strcmp(o->what, "record");
}

static char *in_folder(const struct perf *perf, const char *name)
{
	return xasprintf("%s/%s", perf->options->folder, name);
}

static bool names_event(const struct strv *args)
{
	for (size_t i = 0; i < args->n; i++)
		if (str_starts(args->v[i], "-e") || str_starts(args->v[i], "--event"))
			return true;
	return false;
}

static void add_file(const struct perf *perf, const char *name, struct strv *argv)
{
	_cleanup_free_ char *path = in_folder(perf, name);

	strv_add(argv, "--output");
	strv_add(argv, path);
}

static void command(const struct perf *perf, int control, int ack, struct strv *argv)
{
	const struct perf_options *o = perf->options;

	strv_add(argv, o->program);
	strv_add(argv, o->what);
	strv_add(argv, "--delay=-1");
	strv_addf(argv, "--control=fd:%d,%d", control, ack);
	strv_addf(argv, "--pid=%d", getppid());
	if (perf_samples(o)) {
		add_file(perf, "perf.data", argv);
		/* Samples are told apart by when they were taken, and by what called. */
		strv_add(argv, "--clockid=CLOCK_MONOTONIC");
		strv_add(argv, "-g");
		strv_add(argv, "--no-buildid");
		strv_add(argv, "--no-buildid-cache");
		if (!fs_exists(PMU) && !fs_exists(PMU "_core") && !names_event(&o->args))
			strv_add(argv, "--event=cpu-clock");
	} else {
		add_file(perf, "perf-stat.txt", argv);
	}
	for (size_t i = 0; i < o->args.n; i++)
		strv_add(argv, o->args.v[i]);
}

/* In the child: no return. */
static void exec_perf(const struct perf *perf, int control, int ack, pid_t parent)
{
	char *log = in_folder(perf, "perf.log");
	int to = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	struct strv argv = { 0 };
	cpu_set_t anywhere;

	/* It ends when it is told to, or with its parent; not by what is typed. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(to, 1);
	dup2(to, 2);
	/* Where the scheduler likes: not on the CPU that is measured. */
	memset(&anywhere, 0xff, sizeof(anywhere));
	sched_setaffinity(0, sizeof(anywhere), &anywhere);
	/* Without close-on-exec. */
	control = dup(control);
	ack = dup(ack);
	command(perf, control, ack, &argv);
	execv(argv.v[0], argv.v);
	dprintf(2, "cannot start %s: %s\n", argv.v[0], strerror(errno));
	_exit(127);
}

/* Why perf does not answer, by its own last words. */
static int gone(const struct perf *perf, const char *what, struct err *err)
{
	_cleanup_free_ char *path = in_folder(perf, "perf.log"), *text = fs_read(path, NULL, NULL);
	_cleanup_(strv_release) struct strv lines = { 0 };
	size_t last;

	if (text)
		strv_split(&lines, text, '\n');
	for (last = lines.n; last && !lines.v[last - 1][strspn(lines.v[last - 1], " \t")];)
		last--;
	err_set(err, EPIPE, "perf %s %s: %s", perf->options->what, what,
		last ? lines.v[last - 1] : "it said nothing");
	return -EPIPE;
}

/* A command, and perf's word that it is done. */
static int tell(const struct perf *perf, const char *what, struct err *err)
{
	struct pollfd p = { .fd = perf->ack, .events = POLLIN };
	char answer[16];
	ssize_t n;

	if (write(perf->control, what, strlen(what)) < 0)
		return gone(perf, "ended early", err);
	if (poll(&p, 1, ANSWER_MS) <= 0)
		return gone(perf, "does not answer", err);
	n = read(perf->ack, answer, sizeof(answer));
	if (n < 3 || strncmp(answer, "ack", 3) != 0)
		return gone(perf, "ended early", err);
	return 0;
}

static int make_pipe(int ends[2], struct err *err)
{
	return pipe2(ends, O_CLOEXEC) ? err_errno(err, "pipe") : 0;
}

static int run(struct perf *perf, struct err *err)
{
	int control[2], ack[2], ret = make_pipe(control, err);
	pid_t parent = getpid();

	if (ret)
		return ret;
	ret = make_pipe(ack, err);
	if (!ret) {
		perf->pid = fork();
		if (!perf->pid)
			exec_perf(perf, control[0], ack[1], parent);
		perf->control = control[1];
		perf->ack = ack[0];
		close(ack[1]);
		if (perf->pid < 0)
			ret = err_errno(err, "cannot start perf");
	}
	close(control[0]);
	return ret;
}

/* Leave none behind. */
static void end(struct perf *perf)
{
	if (perf->pid > 0) {
		kill(perf->pid, SIGKILL);
		waitpid(perf->pid, NULL, 0);
	}
	if (perf->windows)
		fclose(perf->windows);
	*perf = (struct perf){ 0 };
}

int perf_start(struct perf *perf, const struct perf_options *options, struct err *err)
{
	char *path;
	int ret;

	*perf = (struct perf){ .options = options };
	if (!options->program)
		return 0;
	/* A perf that is gone is told by what write() answers. */
	signal(SIGPIPE, SIG_IGN);
	path = in_folder(perf, "perf.windows");
	perf->windows = fopen(path, "we");
	if (!perf->windows) {
		ret = err_errno(err, "cannot make %s", path);
		free(path);
		return ret;
	}
	free(path);
	ret = run(perf, err);
	if (!ret)
		ret = tell(perf, "disable\n", err);
	if (ret)
		end(perf);
	return ret;
}

int perf_on(struct perf *perf, struct err *err)
{
	int ret = 0;

	if (!perf->pid)
		return 0;
	ret = tell(perf, "enable\n", err);
	perf->on = host_seconds();
	return ret;
}

int perf_off(struct perf *perf, const char *series, int ret, struct err *err)
{
	const double off = host_seconds();

	if (!perf->pid)
		return ret;
	if (ret)
		tell(perf, "disable\n", NULL);
	else
		ret = tell(perf, "disable\n", err);
	fprintf(perf->windows, "%.9f %.9f %s\n", perf->on, off, series);
	return ret;
}

/* Where the kernel's symbols are: on this machine, and while it has its modules. */
static int script(const struct perf *perf, struct err *err)
{
	_cleanup_free_ char *data = in_folder(perf, "perf.data"),
			    *path = in_folder(perf, "perf.script");
	_cleanup_free_ char *text = NULL;
	_cleanup_free_ char *log = in_folder(perf, "perf.log");
	const char *argv[] = { perf->options->program, "script", "--input", data, "--fields",
			       "time,ip,sym,dso",      "--ns",	 NULL };
	const struct proc_options options = { .log = log,
					      .output = &text,
					      .timeout_seconds = SCRIPT_SECONDS };
	int ret = proc_run(argv, &options, err);

	if (!ret)
		ret = fs_write_file(path, text, strlen(text), 0644, err);
	else
		err_prefix(err, "perf script");
	return ret;
}

/* For those who look into perf.data on another machine, whose symbols are others. */
static int keep_symbols(const struct perf *perf, struct err *err)
{
	_cleanup_free_ char *path = in_folder(perf, "kallsyms"),
			    *text = fs_read("/proc/kallsyms", NULL, err);
	int ret = text ? fs_write_file(path, text, strlen(text), 0644, err) : -EIO;

	return ret;
}

int perf_stop(struct perf *perf, struct err *err)
{
	int ret = 0, status = 0;

	if (!perf->pid)
		return 0;
	/* It writes what it has, and ends with 0, or by the signal itself. */
	kill(perf->pid, SIGINT);
	waitpid(perf->pid, &status, 0);
	perf->pid = 0;
	if (fclose(perf->windows))
		ret = err_errno(err, "cannot write perf.windows");
	perf->windows = NULL;
	close(perf->control);
	close(perf->ack);
	if (!ret && WIFEXITED(status) && WEXITSTATUS(status))
		ret = gone(perf, "failed", err);
	if (!ret && perf_samples(perf->options))
		ret = script(perf, err);
	if (!ret && perf_samples(perf->options))
		ret = keep_symbols(perf, err);
	return ret;
}
