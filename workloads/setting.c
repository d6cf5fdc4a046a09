// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"

char *setting_read(const char *path)
{
	char *line = fs_read_line(path), *open = line ? strchr(line, '[') : NULL, *chosen;

	if (!open)
		return line;
	chosen = xstrndup(open + 1, strcspn(open + 1, "]"));
	free(line);
	return chosen;
}

/* fs_write_file() replaces a file; one of sysfs is written to. */
static int write_value(const char *path, const char *value, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return err_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	if (write(fd, value, strlen(value)) < 0)
		ret = err_set(err, errno, "cannot write '%s' to %s: %s", value, path,
			      strerror(errno));
	close(fd);
	return ret;
}

int setting_change(struct setting *setting, const char *path, const char *value, struct err *err)
{
	char *before = setting_read(path);
	int ret;

	*setting = (struct setting){ 0 };
	if (!before)
		return err_set(err, errno, "cannot read %s: %s", path, strerror(errno));
	ret = write_value(path, value, err);
	if (ret) {
		free(before);
		return ret;
	}
	*setting = (struct setting){ .path = xstrdup(path), .before = before };
	return 0;
}

void setting_restore(struct setting *setting)
{
	if (setting->path)
		(void)!write_value(setting->path, setting->before, NULL);
	free(setting->path);
	free(setting->before);
	*setting = (struct setting){ 0 };
}
