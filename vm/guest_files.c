// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
