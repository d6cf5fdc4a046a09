// SPDX-License-Identifier: GPL-2.0-only
/* The program: a child with stdout, stderr and descriptor 3 on pipes of its own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include "arch/guest.h"
#include "vm/guest.h"

struct pipes {
	int record, output, error; /* read ends; -1 at their end */
	char *line;		   /* of the record, CHANNEL_MAX_LINE */
	size_t len;
};

static void note(int sig)
{
	(void)sig;
}

/* SIGCHLD comes in ppoll() alone, and ends it. */
static void watch_children(int how)
{
	struct sigaction act = { .sa_handler = how == SIG_BLOCK ? note : SIG_DFL };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(how, &set, NULL);
	sigaction(SIGCHLD, &act, NULL);
}

static void exec_program(const struct guest_plan *p, int record, int output, int error)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), code;

	watch_children(SIG_UNBLOCK);
	setsid();
	dup2(null, 0);
	dup2(output, 1);
	dup2(output, 2);
	/* Descriptor 3 may be in use by one of ours: all of ours are above it. */
	dup2(record, 3);
	for (size_t i = 0; i < p->nr_env; i++)
		putenv(p->env[i]);
	execv(p->argv[0], p->argv);
	code = errno;
	if (write(error, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC))
		guest_fail("pipe: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		int high = fcntl(ends[i], F_DUPFD_CLOEXEC, 10);

		close(ends[i]);
		ends[i] = high;
	}
}

static void take_record(struct pipes *s, const char *data, size_t len)
{
	for (const char *end; (end = memchr(data, '\n', len)); data = end + 1) {
		size_t n = (size_t)(end - data);

		if (s->len + n > CHANNEL_MAX_LINE)
			guest_fail("the program wrote a record line of more than %u bytes",
				   CHANNEL_MAX_LINE);
		memcpy(s->line + s->len, data, n);
		guest_send(CHANNEL_RECORD, s->line, s->len + n);
		s->len = 0;
		len -= n + 1;
	}
	if (s->len + len > CHANNEL_MAX_LINE)
		guest_fail("the program wrote a record line of more than %u bytes",
			   CHANNEL_MAX_LINE);
	memcpy(s->line + s->len, data, len);
	s->len += len;
}

/* Returns 0 at the pipe's end. */
static int drain(struct pipes *s, int *fd)
{
	static char buf[CHANNEL_PIECE];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return 0;
	}
	if (fd == &s->record)
		take_record(s, buf, (size_t)n);
	else
		guest_send(CHANNEL_OUTPUT, buf, (size_t)n);
	return 1;
}

/* Forward until the child ends; what a grandchild still holds open does not hold us. */
static int forward(struct pipes *s, pid_t child)
{
	static const struct timespec now = { 0 };
	int status = 0, ended = 0;
	sigset_t none;

	sigemptyset(&none);
	while (s->record >= 0 || s->output >= 0) {
		struct pollfd p[2] = { { .fd = s->record, .events = POLLIN },
				       { .fd = s->output, .events = POLLIN } };
		int n = ppoll(p, 2, ended ? &now : NULL, &none);

		if (n <= 0 && ended)
			break;
		if (n > 0 && p[0].revents)
			drain(s, &s->record);
		if (n > 0 && p[1].revents)
			drain(s, &s->output);
		if (!ended && waitpid(child, &status, WNOHANG) == child)
			ended = 1;
	}
	while (!ended && waitpid(child, &status, 0) != child)
		;
	return status;
}

/*
 * With several CPUs: until the kernel has its last clock, at most 3 s. It patches the text that
 * reads time when it changes over, a second after its first one.
 */
static void await_clock(void)
{
	static const struct timespec nap = { .tv_nsec = 50000000 };
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) || CPU_COUNT(&cpus) < 2)
		return;
	for (int i = 0; i < 60; i++) {
		char name[64] = "";
		int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
			      O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, name, sizeof(name) - 1);

		if (fd >= 0)
			close(fd);
		if (n < 0 || !strstr(name, "-early"))
			return;
		nanosleep(&nap, NULL);
	}
}

int guest_run(const struct guest_plan *p)
{
	struct pipes s = { .line = malloc(CHANNEL_MAX_LINE) };
	int record[2], output[2], error[2], code, status;
	pid_t child;

	if (!s.line)
		guest_fail("no memory");
	make_pipe(record);
	make_pipe(output);
	make_pipe(error);
	watch_children(SIG_BLOCK);
	await_clock();
	guest_send_stage("program");
	child = fork();
	if (!child)
		exec_program(p, record[1], output[1], error[1]);
	if (child < 0)
		guest_fail("fork: %s", strerror(errno));
	close(record[1]);
	close(output[1]);
	close(error[1]);
	if (read(error[0], &code, sizeof(code)) == sizeof(code))
		guest_fail("cannot start %s in the guest: %s", p->argv[0], strerror(code));
	close(error[0]);
	s.record = record[0];
	s.output = output[0];
	status = forward(&s, child);
	if (s.len)
		guest_fail("the program's last record line was cut off (%zu bytes, status %#x)",
			   s.len, status);
	free(s.line);
	return status;
}

static uint32_t sequence;
static int opened;

int guest_channel_open(void)
{
	int ret = arch_channel_open();

	opened = !ret;
	return ret;
}

/* Less than this is not worth the work. */
#define DEFLATE_LEAST 32

/* Bytes at *@out, which the next call takes; 0: it is sent as it is. */
static size_t deflate_text(const void *data, size_t len, const void **out)
{
	static unsigned char text[CHANNEL_MAX_DEFLATED + 1024]; /* where nothing can be left out */
	static z_stream z;

	if (len < DEFLATE_LEAST || len > CHANNEL_MAX_DEFLATED ||
	    (!z.state && deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
				      Z_DEFAULT_STRATEGY) != Z_OK))
		return 0;
	z.next_in = data;
	z.avail_in = (uInt)len;
	z.next_out = text;
	z.avail_out = sizeof(text);
	deflate(&z, Z_SYNC_FLUSH);
	*out = text;
	return sizeof(text) - z.avail_out;
}

void guest_send(enum channel_type type, const void *data, size_t len)
{
	struct channel_frame f = { .magic = CHANNEL_MAGIC, .sequence = sequence++, .type = type };
	const size_t n = deflate_text(data, len, &data);

	if (n) {
		f.type |= CHANNEL_DEFLATED;
		len = n;
	}
	f.len = (uint32_t)len;
	f.sum = channel_sum(data, len);
	if (!opened)
		return;
	arch_channel_write(&f, sizeof(f));
	arch_channel_write(data, len);
}

void guest_send_stage(const char *stage)
{
	guest_send(CHANNEL_STAGE, stage, strlen(stage));
}

void guest_power_off(void)
{
	if (opened)
		arch_power_off();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

void guest_fail(const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	dprintf(2, "ptwalk-init: %s\n", text);
	guest_send(CHANNEL_FAIL, text, strlen(text));
	guest_power_off();
}

static void send_file(const char *path, const char *name, uint64_t size)
{
	static char buf[CHANNEL_PIECE];
	char head[sizeof(size) + CHANNEL_MAX_NAME];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = strlen(name);
	ssize_t n = 0;

	if (fd < 0)
		guest_fail("cannot read %s: %s", path, strerror(errno));
	memcpy(head, &size, sizeof(size));
	memcpy(head + sizeof(size), name, len);
	guest_send(CHANNEL_FILE, head, sizeof(size) + len);
	for (; size; size -= (uint64_t)n) {
		n = read(fd, buf, size < sizeof(buf) ? size : sizeof(buf));
		if (n <= 0)
			guest_fail("cannot read %s: %s", path, n ? strerror(errno) : "it shrank");
		guest_send(CHANNEL_DATA, buf, (size_t)n);
	}
	close(fd);
}

void guest_send_files(const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort);

	if (n < 0)
		guest_fail("cannot read %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		char path[512];
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (lstat(path, &st) || !S_ISREG(st.st_mode))
			continue;
		if (st.st_size > CHANNEL_MAX_FILE)
			guest_fail("%s is larger than %u bytes", path, CHANNEL_MAX_FILE);
		send_file(path, names[i]->d_name, (uint64_t)st.st_size);
	}
}

static void set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, value, strlen(value));
	close(fd);
}

void guest_be_strict(bool warnings)
{
	klogctl(8 /* SYSLOG_ACTION_CONSOLE_LEVEL */, NULL, 5);
	set("/proc/sys/kernel/panic_on_oops", "1");
	if (warnings)
		set("/proc/sys/kernel/panic_on_warn", "1");
}
