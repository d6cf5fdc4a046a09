// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "tests/unit/folder.h"

char *folder_path;

int folder_make(void **state)
{
	(void)state;
	folder_path = fs_temp(NULL, "ptwalk-unit", NULL);
	return folder_path ? 0 : -1;
}

int folder_remove(void **state)
{
	int ret = fs_remove(folder_path, NULL);

	(void)state;
	free(folder_path);
	return ret;
}

char *folder_at(const char *name)
{
	return xasprintf("%s/%s", folder_path, name);
}

void folder_put(const char *name, const void *data, size_t len)
{
	_cleanup_free_ char *path = folder_at(name);

	assert_int_equal(fs_write_file(path, data, len, 0644, NULL), 0);
}
