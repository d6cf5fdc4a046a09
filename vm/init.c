// SPDX-License-Identifier: GPL-2.0-only
/* PID 1 of the guest: carries out the plan, forwards what the program says, powers off. */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/channel.h"
#include "vm/guest.h"

/* The last line of the kernel's log, without its level and time: often why it refused. */
static const char *last_words(void)
{
	static char log[16384];
	int n = klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, sizeof(log) - 1);
	char *line, *bracket;

	if (n <= 0)
		return "no word from the kernel";
	while (n && log[n - 1] == '\n')
		n--;
	log[n] = '\0';
	line = strrchr(log, '\n');
	line = line ? line + 1 : log;
	bracket = strstr(line, "] ");
	return bracket ? bracket + 2 : line;
}

static void load_module(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC), code;

	if (fd < 0)
		guest_fail("cannot read module %s: %s", name, strerror(errno));
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST) {
		code = errno;
		guest_fail("module %s refused: %s (kernel: %s)", name, strerror(code),
			   last_words());
	}
	close(fd);
}

static void mount_or_fail(const char *type, const char *where, const char *options)
{
	if (mount(type, where, type, MS_NOSUID, options))
		guest_fail("cannot mount %s on %s: %s", type, where, strerror(errno));
}

/* The console for our last words; descriptors 0 to 2 exist in any case. */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3 && fd >= 0; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/*
 * The first reader of /dev/urandom would have the kernel spin for a second to
 * find entropy, of which there is none here. Whoever wants secrets is elsewhere.
 */
static void seed_random(void)
{
	struct {
		struct rand_pool_info info;
		char seed[64];
	} pool = { .info = { .entropy_count = 8 * sizeof(pool.seed),
			     .buf_size = sizeof(pool.seed) } };
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!ioctl(fd, RNDADDENTROPY, &pool);
	close(fd);
}

static void fail_as_told(void)
{
	char cmdline[4096] = "", *word;
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, cmdline, sizeof(cmdline) - 1) <= 0)
		guest_fail("cannot read /proc/cmdline: %s", strerror(errno));
	close(fd);
	word = strstr(cmdline, PLAN_TEST);
	if (!word)
		return;
	word += strlen(PLAN_TEST);
	if (!strncmp(word, "panic", 5)) {
		fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "c", 1) < 0)
			guest_fail("cannot make the kernel panic: %s", strerror(errno));
	} else if (!strncmp(word, "hang", 4)) {
		for (;;)
			pause();
	} else if (!strncmp(word, "exit", 4)) {
		guest_power_off();
	} else if (!strncmp(word, "garble", 6)) {
		guest_send(CHANNEL_NR_TYPES, "", 0);
		guest_power_off();
	}
	guest_fail("unknown word %s%s", PLAN_TEST, word);
}

static void add(char **list, size_t *n, size_t room, char *what)
{
	if (*n == room)
		guest_fail("plan: more than %zu orders of one kind", room);
	list[(*n)++] = what;
}

static void order(struct guest_plan *p, char *word, char *rest)
{
	if (!strcmp(word, "module")) {
		add(p->modules, &p->nr_modules, GUEST_MAX, rest);
	} else if (!strcmp(word, "env")) {
		add(p->env, &p->nr_env, GUEST_MAX, rest);
	} else if (!strcmp(word, "arg")) {
		/* Room for --dax= words and the NULL. */
		add(p->argv, &p->nr_args, 3 * GUEST_MAX - 1, rest);
	} else if (!strcmp(word, "strict")) {
		p->strict = atoi(rest);
		free(rest);
	} else if (!strcmp(word, "foreign")) {
		p->foreign = 1;
		free(rest);
	} else if (!strcmp(word, "dax") && p->nr_dax < GUEST_MAX) {
		struct guest_dax *d = &p->dax[p->nr_dax++];
		unsigned long start, size, align;

		if (sscanf(rest, "%lx %lx %lx", &start, &size, &align) != 3)
			guest_fail("plan: bad dax order: %s", rest);
		*d = (struct guest_dax){ .start = start, .size = size, .align = align };
		free(rest);
	} else {
		guest_fail("plan: unknown order: %s", word);
	}
}

static void read_plan(struct guest_plan *p)
{
	FILE *f = fopen(PLAN_PATH, "re");
	char *line = NULL, *space;
	size_t room = 0;
	ssize_t n;

	if (!f)
		guest_fail("cannot read %s: %s", PLAN_PATH, strerror(errno));
	while ((n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		space = strchr(line, ' ');
		if (!space)
			guest_fail("plan: bad line: %s", line);
		*space = '\0';
		order(p, line, strdup(space + 1));
	}
	free(line);
	fclose(f);
	if (!p->nr_args)
		guest_fail("plan: no program");
}

/* The program's words are its own where it is not ours. */
static void tell_device(struct guest_plan *p, const struct guest_dax *d)
{
	static unsigned int nr[2]; /* of pmem, of device-dax */
	const int dax = d->align != 0;
	char text[64];

	if (p->foreign) {
		snprintf(text, sizeof(text), "PTWALK_%s%u=%s", dax ? "DAX" : "PMEM", nr[dax]++,
			 d->path);
		p->env[p->nr_env++] = strdup(text);
		return;
	}
	snprintf(text, sizeof(text), "--%s=%s", dax ? "dax" : "pmem", d->path);
	p->argv[p->nr_args++] = strdup(text);
}

int main(void)
{
	static struct guest_plan plan;
	uint32_t word = CHANNEL_VERSION;
	int ret;

	if (getpid() != 1) {
		fputs("ptwalk-init: not for hand: it is the first program of a guest\n", stderr);
		return 2;
	}
	ret = guest_channel_open();
	mount_or_fail("devtmpfs", "/dev", NULL);
	open_console();
	if (ret)
		guest_fail("no channel to the host: %s", strerror(-ret));
	guest_send(CHANNEL_HELLO, &word, sizeof(word));
	guest_send_stage("init");
	mount_or_fail("proc", "/proc", NULL);
	mount_or_fail("sysfs", "/sys", NULL);
	mount_or_fail("tmpfs", "/tmp", "mode=1777");
	mount_or_fail("tmpfs", "/out", "mode=0755");
	fail_as_told();
	seed_random();
	read_plan(&plan);
	guest_send_stage("modules");
	for (size_t i = 0; i < plan.nr_modules; i++)
		load_module(plan.modules[i]);
	guest_send_stage("dax");
	for (size_t i = 0; i < plan.nr_dax; i++) {
		guest_make_device(&plan.dax[i]);
		tell_device(&plan, &plan.dax[i]);
	}
	/* A kernel without it has none. */
	if (plan.foreign)
		(void)!mount("debugfs", "/sys/kernel/debug", "debugfs", MS_NOSUID, NULL);
	if (plan.strict)
		guest_be_strict(plan.strict == 1);
	word = (uint32_t)guest_run(&plan);
	guest_send_files("/out");
	guest_send(CHANNEL_EXIT, &word, sizeof(word));
	guest_power_off();
}
