// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/device/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/klog.h"

#define MOST_SHOWN 100
#define KMEMLEAK   "/sys/kernel/debug/kmemleak"

static void ask_kmemleak(const char *what)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, what, strlen(what)) < 0)
		perror(KMEMLEAK);
	close(fd);
}

bool kernel_log_open(struct kernel_log *log)
{
	/* What it takes for lost of the boot is nobody's here. */
	ask_kmemleak("scan");
	ask_kmemleak("clear");
	*log = (struct kernel_log){ .fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) };
	return log->fd >= 0 && lseek(log->fd, 0, SEEK_END) >= 0;
}

void kernel_log_read(struct kernel_log *log)
{
	static unsigned int shown;
	char record[8192];
	ssize_t n;

	for (;;) {
		const char *line;

		n = read(log->fd, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE) {
			log->lost++;
			continue;
		}
		if (n <= 0)
			return;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0';
		line = klog_line(record);
		log->bad += line && klog_is_bad(line);
		if (line && log->bad && shown++ < MOST_SHOWN)
			printf("KERNEL: %s\n", line);
	}
}

static void show_file(const char *task, const char *name)
{
	char path[300], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/%s", task, name);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		printf("%s: %s", task, line);
	if (f)
		fclose(f);
}

/* Who holds what is waited for may be any: one that does not sleep, a child, a thread of the kernel's. */
static void show_task(const char *task)
{
	show_file(task, "stat");
	show_file(task, "stack");
}

static void show_threads(const char *process)
{
	char path[300], task[300];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", process);
	dir = opendir(path);
	while (dir && (e = readdir(dir)))
		if (e->d_name[0] != '.') {
			snprintf(task, sizeof(task), "%.20s/task/%.20s", process, e->d_name);
			show_task(task);
		}
	if (dir)
		closedir(dir);
}

void kernel_show_stacks(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			show_threads(e->d_name);
	if (dir)
		closedir(dir);
}

/* It needs a kernel of ours. */
bool kernel_leaks(void)
{
	int fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	bool found = false;
	char text[4096];
	ssize_t n;

	if (fd < 0)
		return false;
	/* What was freed a moment ago may be on its way still: only a second scan says that it is lost. */
	for (int i = 0; i < 2; i++) {
		printf("scanning for leaks\n");
		ask_kmemleak("scan");
		sleep(6);
	}
	while ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		fputs(text, stdout);
		found = true;
	}
	close(fd);
	return found;
}
