// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <unistd.h>

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

void guest_load_module(const char *path)
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
