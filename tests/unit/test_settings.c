// SPDX-License-Identifier: GPL-2.0-only
/* base/settings: what was changed is put back, whatever ended the one who changed it. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/settings.h"

#define FILES 3
#define KILLS 50

static char top[] = "/tmp/ptwalk-settings.XXXXXX";
static char *run, *journal, *files[FILES];

static const char *const chosen[FILES] = { "madvise", "0", "7" };

static int make(void **state)
{
	static const char *const held[FILES] = { "always [madvise] never\n", "0\n", "7\n" };

	(void)state;
	for (int i = 0; i < FILES; i++)
		assert_int_equal(fs_write_file(files[i], held[i], strlen(held[i]), 0644, NULL), 0);
	return fs_remove(run, NULL);
}

static void holds(const char *path, const char *want)
{
	char *text = settings_read(path);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void all_are_as_they_were(void)
{
	for (int i = 0; i < FILES; i++)
		holds(files[i], chosen[i]);
}

static size_t journal_size(void)
{
	struct stat st;

	assert_int_equal(stat(journal, &st), 0);
	return (size_t)st.st_size;
}

static struct settings *open_or_fail(struct strv *repaired)
{
	struct settings *s;
	struct err err = { "" };

	if (settings_open(&s, run, repaired, &err))
		fail_msg("%s", err.text);
	return s;
}

static void change_or_fail(struct settings *s, const char *path, const char *value)
{
	struct err err = { "" };

	if (settings_change(s, path, value, &err))
		fail_msg("%s", err.text);
}

static void closing_puts_back(void **state)
{
	struct settings *s = open_or_fail(NULL);

	(void)state;
	change_or_fail(s, files[0], "madvise");
	assert_int_equal(journal_size(), 0);
	change_or_fail(s, files[0], "never");
	change_or_fail(s, files[1], "5");
	change_or_fail(s, files[1], "6");
	holds(files[0], "never");
	holds(files[1], "6");
	assert_int_equal(settings_close(s, NULL), 0);
	all_are_as_they_were();
}

static void one_is_undone_by_name(void **state)
{
	struct settings *s = open_or_fail(NULL);

	(void)state;
	change_or_fail(s, files[1], "5");
	change_or_fail(s, files[2], "8");
	assert_int_equal(settings_undo(s, files[1], NULL), 0);
	holds(files[1], chosen[1]);
	holds(files[2], "8");
	assert_int_equal(settings_undo(s, files[1], NULL), 0);
	holds(files[1], chosen[1]);
	settings_close(s, NULL);
	all_are_as_they_were();
}

static void no_journal_works_alike(void **state)
{
	struct settings *s;

	(void)state;
	assert_int_equal(settings_join(&s, NULL, NULL), 0);
	assert_null(settings_journal(s));
	assert_int_equal(settings_lock(s), -1);
	change_or_fail(s, files[1], "5");
	settings_close(s, NULL);
	assert_false(fs_exists(run));
	all_are_as_they_were();
	assert_int_equal(settings_close(NULL, NULL), 0);
}

/* Run @fn in a child of its own; how it ended. */
static int in_child(void (*fn)(void))
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

static void change_and_die(void)
{
	struct settings *s;

	if (settings_open(&s, run, NULL, NULL) || settings_change(s, files[1], "5", NULL) ||
	    settings_change(s, files[0], "always", NULL) ||
	    settings_change(s, files[1], "6", NULL) || settings_undo(s, files[0], NULL) ||
	    settings_change(s, files[0], "never", NULL))
		_exit(1);
	raise(SIGKILL);
}

static void the_next_one_repairs(void **state)
{
	struct strv repaired = { 0 };
	int status = in_child(change_and_die);

	(void)state;
	assert_true(WIFSIGNALED(status));
	holds(files[0], "never");
	settings_close(open_or_fail(&repaired), NULL);
	all_are_as_they_were();
	assert_int_equal(repaired.n, 3);
	assert_non_null(strstr(repaired.v[0], "back to 'madvise', which process "));
	assert_non_null(strstr(repaired.v[1], "back to '5'"));
	assert_non_null(strstr(repaired.v[2], "back to '0'"));
	assert_int_equal(journal_size(), 0);
	strv_release(&repaired);
	settings_close(open_or_fail(&repaired), NULL);
	assert_int_equal(repaired.n, 0);
}

static void a_cut_last_line_was_never_acted_on(void **state)
{
	struct strv repaired = { 0 };
	int fd;

	(void)state;
	in_child(change_and_die);
	fd = open(journal, O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	dprintf(fd, "+\t1\tvalue\t%s\tbad", files[2]);
	close(fd);
	settings_close(open_or_fail(&repaired), NULL);
	all_are_as_they_were();
	strv_release(&repaired);
}

static void a_garbled_journal_is_said(void **state)
{
	struct settings *s;
	struct err err = { "" };

	(void)state;
	settings_close(open_or_fail(NULL), NULL);
	assert_int_equal(fs_write_file(journal, "+\t1\tnope\tx\ty\n", 13, 0600, NULL), 0);
	assert_int_equal(settings_open(&s, run, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.text, "journal: a line that is none"));
}

/* What cannot be put back stays in the journal, and is put back once it can be. */
static void what_fails_is_kept(void **state)
{
	char *away = xasprintf("%s.away", files[0]);
	struct settings *s;
	struct err err = { "" };

	(void)state;
	in_child(change_and_die);
	assert_int_equal(rename(files[0], away), 0);
	assert_int_equal(mkdir(files[0], 0755), 0);
	assert_true(settings_open(&s, run, NULL, &err) < 0);
	assert_non_null(strstr(err.text, files[0]));
	assert_non_null(strstr(err.text, "keeps it in mind"));
	holds(files[1], chosen[1]);
	assert_int_equal(rmdir(files[0]), 0);
	assert_int_equal(rename(away, files[0]), 0);
	settings_close(open_or_fail(NULL), NULL);
	all_are_as_they_were();
	free(away);
}

/* What is gone needs nothing. */
static void what_is_gone_is_no_error(void **state)
{
	(void)state;
	in_child(change_and_die);
	assert_int_equal(unlink(files[0]), 0);
	settings_close(open_or_fail(NULL), NULL);
	holds(files[1], chosen[1]);
}

static void try_to_open(void)
{
	struct settings *s;
	struct err err = { "" };

	_exit(settings_open(&s, run, NULL, &err) == -EWOULDBLOCK &&
			      strstr(err.text, "is held by process")
		      ? 0
		      : 1);
}

static void only_one_process_has_it(void **state)
{
	struct settings *s = open_or_fail(NULL);

	(void)state;
	assert_int_equal(in_child(try_to_open), 0);
	settings_close(s, NULL);
}

/* Two users in one process: each puts back its own. */
static void users_of_a_process_are_apart(void **state)
{
	struct settings *a = open_or_fail(NULL), *b = open_or_fail(NULL);

	(void)state;
	change_or_fail(a, files[1], "5");
	change_or_fail(b, files[2], "8");
	settings_close(b, NULL);
	holds(files[1], "5");
	holds(files[2], chosen[2]);
	assert_int_equal(in_child(try_to_open), 0);
	settings_close(a, NULL);
	all_are_as_they_were();
}

static void join_and_die(void)
{
	struct settings *s;

	if (settings_join(&s, journal, NULL) || settings_change(s, files[1], "6", NULL))
		_exit(1);
	raise(SIGKILL);
}

static void what_a_child_left_is_undone(void **state)
{
	struct settings *s = open_or_fail(NULL);
	struct strv repaired = { 0 };
	int status;
	pid_t pid;

	(void)state;
	change_or_fail(s, files[2], "8");
	pid = fork();
	if (!pid)
		join_and_die();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	holds(files[1], "6");
	assert_int_equal(settings_undo_children(s, &repaired, NULL), 0);
	assert_int_equal(repaired.n, 1);
	holds(files[1], chosen[1]);
	holds(files[2], "8");
	settings_close(s, NULL);
	all_are_as_they_were();
	strv_release(&repaired);
}

static void what_no_journal_holds_is_refused(void **state)
{
	struct settings *s = open_or_fail(NULL);
	struct err err = { "" };

	(void)state;
	assert_int_equal(settings_note(s, SETTINGS_MODULE, "a\tb", &err), -EINVAL);
	assert_int_equal(settings_change(s, "/nonexistent/x", "1", &err), -ENOENT);
	assert_non_null(strstr(err.text, "cannot read /nonexistent/x"));
	assert_int_equal(journal_size(), 0);
	settings_close(s, NULL);
	assert_int_equal(settings_join(&s, "/nonexistent/journal", &err), -ENOENT);
	assert_null(s);
}

static void the_folder_must_be_its_own(void **state)
{
	struct settings *s;
	struct err err = { "" };

	(void)state;
	assert_int_equal(symlink("/tmp", run), 0);
	assert_int_equal(settings_open(&s, run, NULL, &err), -EACCES);
	assert_non_null(strstr(err.text, "is not a folder of this user's own"));
	assert_int_equal(unlink(run), 0);
}

static void change_for_ever(void)
{
	struct settings *s;

	for (;;) {
		if (settings_open(&s, run, NULL, NULL))
			_exit(1);
		for (int i = 0; i < FILES; i++)
			if (settings_change(s, files[i], "1", NULL))
				_exit(2);
		if (settings_undo(s, files[1], NULL) || settings_change(s, files[2], "2", NULL))
			_exit(3);
		settings_close(s, NULL);
	}
}

static void killed_at_any_time_all_comes_back(void **state)
{
	unsigned int seed = (unsigned int)time(NULL), changed = 0;

	(void)state;
	printf("seed %u\n", seed);
	for (int i = 0; i < KILLS; i++) {
		struct strv repaired = { 0 };
		pid_t pid = fork();
		int status;

		if (!pid)
			change_for_ever();
		usleep(500 + (unsigned int)rand_r(&seed) % 5000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		settings_close(open_or_fail(&repaired), NULL);
		all_are_as_they_were();
		assert_int_equal(journal_size(), 0);
		changed += repaired.n > 0;
		strv_release(&repaired);
	}
	printf("%u of %d left something behind\n", changed, KILLS);
	assert_true(changed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(closing_puts_back, make),
		cmocka_unit_test_setup(one_is_undone_by_name, make),
		cmocka_unit_test_setup(no_journal_works_alike, make),
		cmocka_unit_test_setup(the_next_one_repairs, make),
		cmocka_unit_test_setup(a_cut_last_line_was_never_acted_on, make),
		cmocka_unit_test_setup(a_garbled_journal_is_said, make),
		cmocka_unit_test_setup(what_fails_is_kept, make),
		cmocka_unit_test_setup(what_is_gone_is_no_error, make),
		cmocka_unit_test_setup(only_one_process_has_it, make),
		cmocka_unit_test_setup(users_of_a_process_are_apart, make),
		cmocka_unit_test_setup(what_a_child_left_is_undone, make),
		cmocka_unit_test_setup(what_no_journal_holds_is_refused, make),
		cmocka_unit_test_setup(the_folder_must_be_its_own, make),
		cmocka_unit_test_setup(killed_at_any_time_all_comes_back, make),
	};
	int failed;

	if (!mkdtemp(top))
		return 2;
	run = xasprintf("%s/run", top);
	journal = xasprintf("%s/journal", run);
	for (int i = 0; i < FILES; i++)
		files[i] = xasprintf("%s/setting%d", top, i);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fs_remove(top, NULL);
	return failed;
}
