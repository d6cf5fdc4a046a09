// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/unit/fake_settings.h"

static char top[] = "/tmp/ptwalk-settings.XXXXXX";
char *fake_folder, *fake_journal, *fake_files[FAKE_FILES];

const char *const fake_before[FAKE_FILES] = { "madvise", "0", "7" };

int fake_make(void **state)
{
	static const char *const held[FAKE_FILES] = { "always [madvise] never\n", "0\n", "7\n" };

	(void)state;
	for (int i = 0; i < FAKE_FILES; i++)
		assert_int_equal(fs_write_file(fake_files[i], held[i], strlen(held[i]), 0644, NULL),
				 0);
	return fs_remove(fake_folder, NULL);
}

void fake_holds(const char *path, const char *want)
{
	char *text = fs_read_setting(path);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

void fake_all_as_before(void)
{
	for (int i = 0; i < FAKE_FILES; i++)
		fake_holds(fake_files[i], fake_before[i]);
}

size_t fake_journal_size(void)
{
	struct stat st;

	assert_int_equal(stat(fake_journal, &st), 0);
	return (size_t)st.st_size;
}

struct settings *fake_open(struct strv *repaired)
{
	struct settings *s;
	struct err err = { "" };

	if (settings_open(&s, fake_folder, repaired, &err))
		fail_msg("%s", err.text);
	return s;
}

void fake_change(struct settings *s, const char *path, const char *value)
{
	struct err err = { "" };

	if (settings_change(s, path, value, &err))
		fail_msg("%s", err.text);
}

int fake_child(void (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

int fake_begin(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -errno;
	fake_folder = xasprintf("%s/run", top);
	fake_journal = xasprintf("%s/journal", fake_folder);
	for (int i = 0; i < FAKE_FILES; i++)
		fake_files[i] = xasprintf("%s/setting%d", top, i);
	return 0;
}

int fake_end(void **state)
{
	(void)state;
	fs_remove(top, NULL);
	free(fake_folder);
	free(fake_journal);
	for (int i = 0; i < FAKE_FILES; i++)
		free(fake_files[i]);
	return 0;
}
