// SPDX-License-Identifier: GPL-2.0-only
/* base/settings: what is changed and undone, by whom and where. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/unit/fake_settings.h"

TEST_WITH(closing_puts_back, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);

	fake_change(s, fake_files[0], "madvise");
	assert_int_equal(fake_journal_size(), 0);
	fake_change(s, fake_files[0], "never");
	fake_change(s, fake_files[1], "5");
	fake_change(s, fake_files[1], "6");
	fake_holds(fake_files[0], "never");
	fake_holds(fake_files[1], "6");
	assert_int_equal(settings_close(s, NULL), 0);
	fake_all_as_before();
}

TEST_WITH(one_is_undone_by_name, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);

	fake_change(s, fake_files[1], "5");
	fake_change(s, fake_files[2], "8");
	assert_int_equal(settings_undo(s, fake_files[1], NULL), 0);
	fake_holds(fake_files[1], fake_before[1]);
	fake_holds(fake_files[2], "8");
	assert_int_equal(settings_undo(s, fake_files[1], NULL), 0);
	fake_holds(fake_files[1], fake_before[1]);
	settings_close(s, NULL);
	fake_all_as_before();
}

TEST_WITH(no_journal_works_alike, fake_make, NULL)
{
	struct settings *s;

	assert_int_equal(settings_join(&s, NULL, NULL), 0);
	assert_null(settings_journal(s));
	assert_int_equal(settings_lock(s), -1);
	fake_change(s, fake_files[1], "5");
	settings_close(s, NULL);
	assert_false(fs_exists(fake_folder));
	fake_all_as_before();
	assert_int_equal(settings_close(NULL, NULL), 0);
}

static void try_to_open(void)
{
	struct settings *s;
	struct err err = { "" };

	_exit(settings_open(&s, fake_folder, NULL, &err) == -EWOULDBLOCK &&
			      strstr(err.text, "is held by process")
		      ? 0
		      : 1);
}

TEST_WITH(only_one_process_has_it, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);

	assert_int_equal(fake_child(try_to_open), 0);
	settings_close(s, NULL);
}

/* Two users in one process: each puts back its own. */
TEST_WITH(users_of_a_process_are_apart, fake_make, NULL)
{
	struct settings *a = fake_open(NULL), *b = fake_open(NULL);

	fake_change(a, fake_files[1], "5");
	fake_change(b, fake_files[2], "8");
	settings_close(b, NULL);
	fake_holds(fake_files[1], "5");
	fake_holds(fake_files[2], fake_before[2]);
	assert_int_equal(fake_child(try_to_open), 0);
	settings_close(a, NULL);
	fake_all_as_before();
}

static void join_and_die(void)
{
	struct settings *s;

	if (settings_join(&s, fake_journal, NULL) || settings_change(s, fake_files[1], "6", NULL))
		_exit(1);
	raise(SIGKILL);
}

TEST_WITH(what_a_child_left_is_undone, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);
	struct strv repaired = { 0 };
	int status;
	pid_t pid;

	fake_change(s, fake_files[2], "8");
	pid = fork();
	if (!pid)
		join_and_die();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	fake_holds(fake_files[1], "6");
	assert_int_equal(settings_undo_children(s, &repaired, NULL), 0);
	assert_int_equal(repaired.n, 1);
	fake_holds(fake_files[1], fake_before[1]);
	fake_holds(fake_files[2], "8");
	settings_close(s, NULL);
	fake_all_as_before();
	strv_release(&repaired);
}

TEST_WITH(what_no_journal_holds_is_refused, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);
	struct err err = { "" };

	assert_int_equal(settings_note(s, SETTINGS_MODULE, "a\tb", &err), -EINVAL);
	assert_int_equal(settings_change(s, "/nonexistent/x", "1", &err), -ENOENT);
	assert_non_null(strstr(err.text, "cannot read /nonexistent/x"));
	assert_int_equal(fake_journal_size(), 0);
	settings_close(s, NULL);
	assert_int_equal(settings_join(&s, "/nonexistent/journal", &err), -ENOENT);
	assert_null(s);
}

TEST_WITH(the_folder_must_be_its_own, fake_make, NULL)
{
	struct settings *s;
	struct err err = { "" };

	assert_int_equal(symlink("/tmp", fake_folder), 0);
	assert_int_equal(settings_open(&s, fake_folder, NULL, &err), -EACCES);
	assert_non_null(strstr(err.text, "is not a folder of this user's own"));
	assert_int_equal(unlink(fake_folder), 0);
}

UNIT_GROUP(fake_begin, fake_end);
