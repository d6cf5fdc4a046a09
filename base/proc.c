// SPDX-License-Identifier: GPL-2.0-only
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"

#define GRACE_SECONDS 3
#define FOREVER	      1e12
#define LIFTED	      100 /* above what any child is given */
#define MOST_FDS      8

/* In the child: a group of its own, gone with its parent. */
static void begin_child(pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

/* In one write, as the kernel wants it. */
static int tell(const char *path, const char *format, unsigned int id)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || dprintf(fd, format, id, id) < 0 ? -errno : 0;
}

static int own_namespace(void)
{
	const unsigned int uid = getuid(), gid = getgid();
	int ret;

	if (!unshare(CLONE_NEWNS))
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	ret = tell("/proc/self/setgroups", "deny", 0);
	if (!ret)
		ret = tell("/proc/self/uid_map", "%u %u 1", uid);
	return ret ? ret : tell("/proc/self/gid_map", "%u %u 1", gid);
}

int bind_enter(const struct bind *binds)
{
	int ret = own_namespace();

	if (!ret && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		ret = -errno;
	for (; !ret && binds->folder; binds++)
		if (mount(binds->folder, binds->at, NULL, MS_BIND | MS_REC, NULL))
			ret = -errno;
	return ret;
}

int proc_fork(struct proc *p, struct err *err)
{
	pid_t parent = getpid(), pid = fork();

	*p = (struct proc){ .pid = pid > 0 ? pid : 0 };
	if (!pid)
		begin_child(parent);
	return pid < 0 ? err_errno(err, "fork") : pid > 0;
}

/* Lifted out of each other's way first. What was lifted goes with exec. */
static void place_fds(const struct proc_spawn *how)
{
	int lifted[MOST_FDS], null = open("/dev/null", O_RDWR | O_CLOEXEC);

	null = fcntl(null, F_DUPFD_CLOEXEC, LIFTED);
	for (size_t i = 0; i < how->nr_fds && i < MOST_FDS; i++)
		lifted[i] = fcntl(how->fds[i].ours, F_DUPFD_CLOEXEC, LIFTED);
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	for (size_t i = 0; i < how->nr_fds && i < MOST_FDS; i++)
		if (lifted[i] >= 0)
			dup2(lifted[i], how->fds[i].theirs);
}

static void exec_child(const char *program, const char *const *argv, const struct proc_spawn *how)
{
	int ret;

	place_fds(how);
	ret = how->binds ? bind_enter(how->binds) : 0;
	if (ret)
		errno = -ret;
	for (size_t i = 0; how->env && how->env[i]; i++)
		putenv((char *)how->env[i]);
	if (!ret && (!how->cwd || !chdir(how->cwd)))
		execv(program, (char *const *)argv);
	dprintf(2, "cannot start %s: %s\n", program, strerror(errno));
	_exit(127);
}

int proc_spawn(struct proc *p, const char *const *argv, const struct proc_spawn *how,
	       struct err *err)
{
	_cleanup_free_ char *program = fs_find_program(argv[0]);
	int ret;

	*p = (struct proc){ 0 };
	if (!program)
		return err_set(err, ENOENT, "%s: no such program", argv[0]);
	ret = proc_fork(p, err);
	if (!ret)
		exec_child(program, argv, how);
	if (ret < 0)
		err_prefix(err, "cannot start %s", argv[0]);
	return ret < 0 ? ret : 0;
}

/* What it left is killed while its own end still keeps the group's number from others. */
bool proc_ended(struct proc *p)
{
	siginfo_t end = { 0 };
	struct rusage usage;

	if (!p->pid)
		return true;
	if (waitid(P_PID, (id_t)p->pid, &end, WEXITED | WNOHANG | WNOWAIT) || !end.si_pid)
		return false;
	kill(-p->pid, SIGKILL);
	if (wait4(p->pid, &p->status, 0, &usage) == p->pid)
		p->peak_rss_kib = (unsigned long)usage.ru_maxrss;
	p->pid = 0;
	return true;
}

double proc_cpu_seconds(const struct proc *p)
{
	struct timespec t;
	clockid_t clock;

	if (!p->pid || clock_getcpuclockid(p->pid, &clock) || clock_gettime(clock, &t))
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool proc_await(struct proc *p, double seconds)
{
	double until = host_seconds() + seconds;

	while (!proc_ended(p)) {
		if (host_seconds() > until)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

/* It leads its group once it runs: until then it has to be named by itself. */
static void signal_all(const struct proc *p, int sig)
{
	kill(-p->pid, sig);
	kill(p->pid, sig);
}

bool proc_end(struct proc *p, double grace, double patience)
{
	if (!p->pid)
		return true;
	if (grace > 0) {
		signal_all(p, SIGTERM);
		if (proc_await(p, grace))
			return true;
	}
	signal_all(p, SIGKILL);
	return proc_await(p, patience);
}

void proc_release(struct proc *p)
{
	proc_end(p, 0, FOREVER);
}

char *proc_status_text(int status)
{
	if (WIFSIGNALED(status))
		return xasprintf("was ended by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	return xasprintf("failed with exit status %d", WEXITSTATUS(status));
}

int proc_pipe(int ends[2], struct err *err)
{
	return pipe2(ends, O_CLOEXEC) ? err_errno(err, "pipe") : 0;
}

/* A child of proc_run(), and what it wrote. */
struct run {
	struct proc proc;
	int out; /* read end of stdout, or -1 */
	char *text;
	size_t len;
};

static int start(struct run *r, const char *const *argv, const struct proc_options *o,
		 struct err *err)
{
	_cleanup_close_ int log = -1, in = -1;
	int pipes[2] = { -1, -1 };

	if (o->output && proc_pipe(pipes, err))
		return -errno;
	r->out = pipes[0];
	in = pipes[1];
	if (o->log)
		log = open(o->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	return proc_spawn(
		&r->proc, argv,
		&(struct proc_spawn){
			.cwd = o->cwd,
			.env = o->env,
			.binds = o->binds,
			.fds = (struct proc_fd[]){ { in >= 0 ? in : log, 1 }, { log, 2 } },
			.nr_fds = 2,
		},
		err);
}

/* Take what the child wrote, waiting up to 50 ms for it. */
static void drain(struct run *r)
{
	struct pollfd pfd = { .fd = r->out, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (r->out < 0 || poll(&pfd, 1, 50) <= 0) {
		if (r->out < 0)
			poll(NULL, 0, 20);
		return;
	}
	n = read(r->out, buf, sizeof(buf));
	if (n <= 0) {
		close(r->out);
		r->out = -1;
		return;
	}
	r->text = xrealloc(r->text, r->len + (size_t)n + 1);
	memcpy(r->text + r->len, buf, (size_t)n);
	r->len += (size_t)n;
	r->text[r->len] = '\0';
}

static int wait_for(struct run *r, const char *name, const struct proc_options *o, struct err *err)
{
	double limit = o->timeout_seconds ? host_seconds() + o->timeout_seconds : FOREVER;

	for (;;) {
		drain(r);
		if (r->out < 0 && proc_ended(&r->proc))
			return 0;
		if (o->tick)
			o->tick(o->tick_arg);
		if (!interrupt_pending() && host_seconds() < limit)
			continue;
		proc_end(&r->proc, o->gentle ? GRACE_SECONDS : 0, FOREVER);
		if (interrupt_pending())
			return err_set(err, EINTR, "%s: interrupted", name);
		return err_set(err, ETIMEDOUT, "%s did not end within %u s", name,
			       o->timeout_seconds);
	}
}

/* The last line of a log that says something, owned by the caller. */
static char *last_line(const char *log)
{
	_cleanup_free_ char *text = log ? fs_read(log, NULL, NULL) : NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

	if (text)
		strv_split(&lines, text, '\n');
	return lines.n ? xstrdup(lines.v[lines.n - 1]) : NULL;
}

int proc_judge(const char *name, int status, const char *log, struct err *err)
{
	_cleanup_free_ char *line = NULL, *how = NULL;

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	line = last_line(log);
	how = proc_status_text(status);
	return err_set(err, WIFSIGNALED(status) ? ECANCELED : ECHILD, "%s %s%s%s%s%s", name, how,
		       line ? ": " : "", line ? line : "", log ? "; see " : "", log ? log : "");
}

static void run_release(struct run *r)
{
	if (r->out >= 0)
		close(r->out);
	free(r->text);
}

int proc_run(const char *const *argv, const struct proc_options *o, struct err *err)
{
	_cleanup_(run_release) struct run r = { .out = -1 };
	int ret = start(&r, argv, o, err);

	if (ret == -ENOENT && o->missing)
		err_set(err, ENOENT, "%s is missing: %s", argv[0], o->missing);
	if (!ret)
		ret = wait_for(&r, argv[0], o, err);
	if (!ret && o->status)
		*o->status = r.proc.status;
	if (!ret)
		ret = proc_judge(argv[0], r.proc.status, o->log, err);
	if (!ret && o->output)
		*o->output = r.text ? TAKE_PTR(r.text) : xstrdup("");
	return ret;
}
