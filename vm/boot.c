// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "vm/said.h"
#include "vm/image.h"
#include "vm/pins.h"

#define STALE_BOOTS  3 /* at most, where text is stale */
#define TELL_SECONDS 2 /* for an oops to be told whole */
#define END_SECONDS  5 /* once the channel is closed */
#define TERM_SECONDS 2
#define KILL_SECONDS 5 /* what a killed QEMU may take to give its memory back */

struct boot {
	const struct qemu_machine *machine;
	const struct vm_config *config;
	struct said said;
	char *image, *console, *log; /* paths */
	struct proc qemu;
	int out;	   /* QEMU's stdout: the channel */
	int monitor;	   /* a socket to it; -1: none */
	double active;	   /* when a byte last came */
	double active_cpu; /* the CPU time that QEMU had had then */
	off_t console_size;
	off_t console_from; /* its size when the program started: before it, it may warn */
	bool news;	    /* the console has more than was looked at */
	double misbehaved;  /* since when it is known that the kernel does; 0: it does not */
};

static int start(struct boot *b, const struct strv *argv, struct err *err)
{
	_cleanup_close_ int log = open(b->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	_cleanup_close_ int out = -1, monitor = -1;
	int ends[2];

	if (proc_pipe(ends, err))
		return -errno;
	b->out = ends[0];
	out = ends[1];
	fcntl(out, F_SETPIPE_SZ, 1 << 20);
	if (b->machine->pins && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		b->monitor = ends[0];
		monitor = ends[1];
	}
	return proc_spawn(&b->qemu, (const char *const *)argv->v,
			  &(struct proc_spawn){
				  .fds = (struct proc_fd[]){ { out, 1 },
							     { log, 2 },
							     { monitor, QEMU_MONITOR_FD } },
				  .nr_fds = 3,
			  },
			  err);
}

/* QEMU is gone when this returns, unless it hangs where the kernel does not let go of it. */
static void stop(struct boot *b)
{
	if (b->out >= 0)
		close(b->out);
	b->out = -1;
	proc_end(&b->qemu, TERM_SECONDS, KILL_SECONDS);
}

static bool is_early(const struct boot *b)
{
	return b->machine->early_seconds && b->said.program_seconds <= 0;
}

/* What it was told to be at, " (in NAME)"; owned by the caller. */
static char *doing_of(const struct boot *b)
{
	const struct vm_events *events = b->said.events;
	const char *doing = NULL;

	if (events->patience)
		events->patience(b->said.arg, &doing);
	return doing ? xasprintf(" (in %s)", doing) : xstrdup("");
}

static int silent_for(const struct boot *b, unsigned int seconds, struct err *err)
{
	const char *hint = is_early(b) ? b->machine->early_hint : NULL;
	_cleanup_free_ char *doing = doing_of(b);

	if (*doing)
		return err_set(err, ETIMEDOUT,
			       "the guest hangs, or its walk does not end: nothing for %u s%s",
			       seconds, doing);
	return err_set(err, ETIMEDOUT, "the guest has been silent for %u s (stage: %s)%s%s",
		       seconds, b->said.stage, hint ? ": " : "", hint ? hint : "");
}

/* Did the kernel say on the console that it misbehaves? 0, or -EIO with its words. */
static int check_kernel(const struct boot *b, bool *whole, struct err *err)
{
	_cleanup_free_ char *told = NULL, *doing = NULL;

	if (!b->config->strict || b->said.program_seconds <= 0)
		return 0;
	told = console_told(b->console, b->console_from, whole);
	if (!told)
		return 0;
	doing = doing_of(b);
	return err_set(err, EIO, "the kernel under test misbehaves: %s%s", told, doing);
}

/* The same while it runs: an oops is waited for until it is told. */
static int watch_kernel(struct boot *b, struct err *err)
{
	const double now = host_seconds();
	bool whole = false;
	int ret = b->news || b->misbehaved > 0 ? check_kernel(b, &whole, err) : 0;

	b->news = false;
	if (!ret)
		return 0;
	if (!b->misbehaved)
		b->misbehaved = now;
	return whole || now - b->misbehaved > TELL_SECONDS ? ret : 0;
}

static void note_life(struct boot *b)
{
	b->active = host_seconds();
	b->active_cpu = proc_cpu_seconds(&b->qemu);
}

/* Is it past what it may take for what it is at? @silent: what it may take for whatever it is at */
static int check_patience(const struct boot *b, unsigned int silent, struct err *err)
{
	const struct vm_events *events = b->said.events;
	const char *doing = NULL;
	unsigned int most = events->patience ? events->patience(b->said.arg, &doing) : 0;
	double quiet = host_seconds() - b->active;

	/* One that has no CPU time to have is not at anything. */
	if (most && b->machine->never_waits && quiet < most + silent)
		quiet = proc_cpu_seconds(&b->qemu) - b->active_cpu;
	if (!most)
		most = silent;
	return quiet > most ? silent_for(b, most, err) : 0;
}

/* Bytes on channel or console: the guest lives. Returns its limits' verdict. */
static int check_limits(struct boot *b, struct err *err)
{
	unsigned int limit = b->config->limit_seconds, silent = b->config->silent_seconds;
	off_t size = console_size(b->console);
	double now = host_seconds();

	limit = limit ? limit : BOOT_DEFAULT_LIMIT;
	silent = silent ? silent : BOOT_DEFAULT_SILENT;
	if (is_early(b) && b->machine->early_seconds < silent)
		silent = b->machine->early_seconds;
	if (is_early(b) || b->said.program_seconds <= 0)
		b->console_from = size;
	if (size != b->console_size)
		note_life(b);
	b->news |= size != b->console_size;
	b->console_size = size;
	if (interrupt_pending())
		return err_set(err, EINTR, "interrupted");
	if (now - b->said.started > limit)
		return err_set(err, ETIMEDOUT, "the guest did not end within %u s (stage: %s)",
			       limit, b->said.stage);
	return check_patience(b, silent, err);
}

/* Until the channel's other end is closed. */
static int watch(struct boot *b, struct err *err)
{
	static const struct timespec nap = { .tv_nsec = 2000000 };
	static char buf[1 << 18];
	ssize_t n;
	int ret;

	for (;;) {
		struct pollfd p = { .fd = b->out, .events = POLLIN };

		ret = check_limits(b, err);
		if (ret)
			return ret;
		/* What it was at comes before what became of it. */
		if (poll(&p, 1, 100) <= 0) {
			ret = watch_kernel(b, err);
			if (ret)
				return ret;
			continue;
		}
		n = read(b->out, buf, sizeof(buf));
		if (n < 0 && errno != EINTR)
			return err_errno(err, "cannot read from QEMU");
		if (!n)
			return 0;
		if (n < 0)
			continue;
		note_life(b);
		ret = said_feed(&b->said, buf, (size_t)n, err);
		if (ret)
			return ret;
		/* QEMU writes byte by byte: let some gather. */
		if (n < 4096 && !b->said.exited)
			nanosleep(&nap, NULL);
	}
}

/* The channel was closed in good order; what does that mean? */
static int judge(struct boot *b, struct err *err)
{
	const struct said *s = &b->said;
	int st = b->qemu.status, ret;
	const char *program = b->config->argv[0];
	_cleanup_free_ char *text = NULL, *how = NULL;

	ret = check_kernel(b, NULL, err);
	if (ret)
		return ret;
	if (s->failure)
		return err_set(err, ENOEXEC, "guest: %s", s->failure);
	if (s->exited && WIFSIGNALED(s->status))
		return err_set(err, ECHILD, "%s was killed in the guest by signal %d (%s)", program,
			       WTERMSIG(s->status), strsignal(WTERMSIG(s->status)));
	if (s->exited)
		return 0;
	text = console_panic(b->console);
	if (text)
		return err_set(err, EIO, "the guest's kernel panicked: %s", text);
	ret = said_finish(s, err);
	if (ret)
		return ret;
	if (WIFEXITED(st) &&
	    (!WEXITSTATUS(st) || WEXITSTATUS(st) == arch_of(b->config->arch)->qemu.power_status))
		return err_set(err, EIO,
			       "the guest powered off before the program ended (stage: %s)",
			       s->stage);
	text = console_last_line(b->log);
	how = proc_status_text(st);
	return err_set(err, EIO, "QEMU %s%s%s", how, text ? ": " : "", text ? text : "");
}

/* Bind the CPUs, which are stopped, and let them run. */
static int bind_cpus(const struct boot *b, struct qmp *qmp, struct err *err)
{
	const struct vm_pins *pins = b->machine->pins;
	pid_t threads[VM_MAX_CPUS];
	int ret = qmp_cpu_threads(qmp, threads, pins->nr_cpus, err);

	if (!ret)
		ret = pins_bind(pins, b->qemu.pid, threads, err);
	return ret ? ret : qmp_cont(qmp, err);
}

/* Of a QEMU that ended meanwhile, what it said last is for judge(). */
static int attend(struct boot *b, struct err *err)
{
	struct qmp qmp;
	int ret = qmp_init(&qmp, b->monitor, b->said.started + b->machine->early_seconds, err);

	if (!ret)
		ret = bind_cpus(b, &qmp, err);
	qmp_release(&qmp);
	if (ret == -ETIMEDOUT && b->machine->early_hint)
		ret = err_set(err, ETIMEDOUT, "QEMU did not answer within %u s: %s",
			      b->machine->early_seconds, b->machine->early_hint);
	return ret == -EPIPE ? 0 : ret;
}

static int left_behind(const struct boot *b, int ret, struct err *err)
{
	const struct err said =
		ret && err ? *err : (struct err){ "it ended otherwise in good order" };

	return err_set(err, ret ? ret : EBUSY,
		       "%s; QEMU hangs inside the kernel and is left behind (process %d)",
		       said.text, (int)b->qemu.pid);
}

static int run(struct boot *b, const struct strv *argv, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	int ret;

	said_init(&b->said, events, arg);
	b->active = b->said.started;
	ret = start(b, argv, err);
	if (ret)
		return ret;
	if (b->machine->pins)
		ret = attend(b, err);
	if (!ret)
		ret = watch(b, err);
	if (!ret && !proc_await(&b->qemu, END_SECONDS))
		ret = err_set(err, ETIMEDOUT, "QEMU closed the channel and did not end");
	stop(b);
	if (b->qemu.pid)
		ret = left_behind(b, ret, err);
	if (!ret)
		ret = judge(b, err);
	if (ret)
		return ret;
	*result = (struct vm_result){
		.status = WEXITSTATUS(b->said.status),
		.program_seconds = b->said.program_seconds,
		.total_seconds = host_seconds() - b->said.started,
		.peak_rss_kib = b->qemu.peak_rss_kib,
	};
	return 0;
}

/* The image, the command line and its file. */
static int prepare(const struct qemu_machine *m, struct boot *b, struct strv *argv, struct err *err)
{
	const struct vm_config *c = b->config;
	_cleanup_free_ char *qemu = qemu_find(c, err), *file = xasprintf("%s/qemu.txt", c->folder);
	_cleanup_free_ char *note = xasprintf("%s/binding.txt", c->folder), *line = NULL;
	struct vm_layout layout;
	int ret = qemu ? 0 : -ENOENT;

	if (!ret && access(c->kernel, R_OK))
		ret = err_errno(err, "cannot read kernel %s", c->kernel);
	if (!ret)
		ret = fs_mkdir_p(c->folder, err);
	if (!ret)
		ret = layout_init(&layout, c, err);
	if (!ret)
		ret = image_write(c, &layout, b->image, err);
	if (!ret)
		ret = qemu_command(m, c, &layout, qemu, b->image, argv, err);
	if (!ret) {
		line = qemu_command_line(argv);
		ret = fs_write_file(file, line, strlen(line), 0644, err);
	}
	if (!ret && m->note)
		ret = fs_write_file(note, m->note, strlen(m->note), 0644, err);
	unlink(b->console);
	return ret;
}

static int run_once(const struct qemu_machine *m, const struct vm_config *config,
		    const struct vm_events *events, void *arg, struct vm_result *result,
		    bool *stale, struct err *err)
{
	struct boot b = {
		.machine = m,
		.config = config,
		.out = -1,
		.monitor = -1,
		.image = xasprintf("%s/initramfs.cpio", config->folder),
		.console = xasprintf("%s/console.log", config->folder),
		.log = xasprintf("%s/qemu.log", config->folder),
	};
	_cleanup_(strv_release) struct strv argv = { 0 };
	int ret = prepare(m, &b, &argv, err);

	if (!ret)
		ret = run(&b, &argv, events, arg, result, err);
	*stale = ret == -EIO && m->stale_text && !b.said.passed && console_stray_int3(b.console);
	if (b.monitor >= 0)
		close(b.monitor);
	unlink(b.image);
	said_release(&b.said);
	free(b.image);
	free(b.console);
	free(b.log);
	return ret;
}

int boot_run(const struct qemu_machine *m, const struct vm_config *config,
	     const struct vm_events *events, void *arg, struct vm_result *result, struct err *err)
{
	bool stale;

	for (unsigned int boots = 1;; boots++) {
		int ret = run_once(m, config, events, arg, result, &stale, err);

		if (!stale || boots == STALE_BOOTS)
			return ret;
		if (events && events->note)
			events->note(arg, "QEMU ran text that the guest's kernel had patched: the "
					  "boot is begun anew");
	}
}
