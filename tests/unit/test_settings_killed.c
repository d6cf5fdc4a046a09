// SPDX-License-Identifier: GPL-2.0-only
/* base/settings: what was changed is put back, whatever ended the one who changed it. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/unit/fake_settings.h"

#define KILLS 50

static void change_and_die(void)
{
	struct settings *s;

	if (settings_open(&s, fake_folder, NULL, NULL) ||
	    settings_change(s, fake_files[1], "5", NULL) ||
	    settings_change(s, fake_files[0], "always", NULL) ||
	    settings_change(s, fake_files[1], "6", NULL) || settings_undo(s, fake_files[0], NULL) ||
	    settings_change(s, fake_files[0], "never", NULL))
		_exit(1);
	raise(SIGKILL);
}

TEST_WITH(the_next_one_repairs, fake_make, NULL)
{
	struct strv repaired = { 0 };
	int status = fake_child(change_and_die);

	assert_true(WIFSIGNALED(status));
	fake_holds(fake_files[0], "never");
	settings_close(fake_open(&repaired), NULL);
	fake_all_as_before();
	assert_int_equal(repaired.n, 3);
	assert_non_null(strstr(repaired.v[0], "back to 'madvise', which process "));
	assert_non_null(strstr(repaired.v[1], "back to '5'"));
	assert_non_null(strstr(repaired.v[2], "back to '0'"));
	assert_int_equal(fake_journal_size(), 0);
	strv_release(&repaired);
	settings_close(fake_open(&repaired), NULL);
	assert_int_equal(repaired.n, 0);
}

TEST_WITH(a_cut_last_line_was_never_acted_on, fake_make, NULL)
{
	struct strv repaired = { 0 };
	int fd;

	fake_child(change_and_die);
	fd = open(fake_journal, O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	dprintf(fd, "+\t1\tvalue\t%s\tbad", fake_files[2]);
	close(fd);
	settings_close(fake_open(&repaired), NULL);
	fake_all_as_before();
	strv_release(&repaired);
}

static void join_and_die_of_a_line(void)
{
	struct settings *s;
	int fd = open(fake_journal, O_WRONLY | O_APPEND);

	if (fd < 0 || settings_join(&s, fake_journal, NULL) ||
	    settings_change(s, fake_files[1], "6", NULL))
		_exit(1);
	dprintf(fd, "+\t1\tvalue\t%s\tbad", fake_files[2]);
	raise(SIGKILL);
}

TEST_WITH(what_a_cut_line_is_followed_by_counts, fake_make, NULL)
{
	struct settings *s = fake_open(NULL);

	fake_change(s, fake_files[2], "8");
	assert_true(WIFSIGNALED(fake_child(join_and_die_of_a_line)));
	assert_int_equal(settings_undo_children(s, NULL, NULL), 0);
	settings_close(s, NULL);
	fake_all_as_before();
	settings_close(fake_open(NULL), NULL);
}

/* A journal that takes half a line more, as where /run is full; then there is room again. */
static void change_without_room(void)
{
	struct rlimit limit = { 0, RLIM_INFINITY };
	struct settings *s;

	signal(SIGXFSZ, SIG_IGN);
	if (settings_open(&s, fake_folder, NULL, NULL) ||
	    settings_change(s, fake_files[1], "5", NULL))
		_exit(1);
	limit.rlim_cur = fake_journal_size() + 10;
	if (setrlimit(RLIMIT_FSIZE, &limit) ||
	    settings_change(s, fake_files[2], "8", NULL) != -ENOSPC)
		_exit(2);
	limit.rlim_cur = RLIM_INFINITY;
	if (setrlimit(RLIMIT_FSIZE, &limit) || settings_change(s, fake_files[0], "never", NULL))
		_exit(3);
	raise(SIGKILL);
}

TEST_WITH(a_full_journal_changes_nothing, fake_make, NULL)
{
	struct strv repaired = { 0 };

	assert_true(WIFSIGNALED(fake_child(change_without_room)));
	fake_holds(fake_files[2], fake_before[2]);
	settings_close(fake_open(&repaired), NULL);
	assert_int_equal(repaired.n, 2);
	fake_all_as_before();
	strv_release(&repaired);
}

TEST_WITH(a_garbled_journal_is_said, fake_make, NULL)
{
	struct settings *s;
	struct err err = { "" };

	settings_close(fake_open(NULL), NULL);
	assert_int_equal(fs_write_file(fake_journal, "+\t1\tnope\tx\ty\n", 13, 0600, NULL), 0);
	assert_int_equal(settings_open(&s, fake_folder, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.text, "journal: a line that is none"));
}

/* What cannot be put back stays in the fake_journal, and is put back once it can be. */
TEST_WITH(what_fails_is_kept, fake_make, NULL)
{
	char *away = xasprintf("%s.away", fake_files[0]);
	struct settings *s;
	struct err err = { "" };

	fake_child(change_and_die);
	assert_int_equal(rename(fake_files[0], away), 0);
	assert_int_equal(mkdir(fake_files[0], 0755), 0);
	assert_true(settings_open(&s, fake_folder, NULL, &err) < 0);
	assert_non_null(strstr(err.text, fake_files[0]));
	assert_non_null(strstr(err.text, "keeps it in mind"));
	fake_holds(fake_files[1], fake_before[1]);
	assert_int_equal(rmdir(fake_files[0]), 0);
	assert_int_equal(rename(away, fake_files[0]), 0);
	settings_close(fake_open(NULL), NULL);
	fake_all_as_before();
	free(away);
}

/* What is gone needs nothing. */
TEST_WITH(what_is_gone_is_no_error, fake_make, NULL)
{
	fake_child(change_and_die);
	assert_int_equal(unlink(fake_files[0]), 0);
	settings_close(fake_open(NULL), NULL);
	fake_holds(fake_files[1], fake_before[1]);
}

/* Says to @told when it has once been through all of it, and goes on. */
static void change_for_ever(int told)
{
	struct settings *s;

	for (bool first = true;; first = false) {
		if (settings_open(&s, fake_folder, NULL, NULL))
			_exit(1);
		for (int i = 0; i < FAKE_FILES; i++)
			if (settings_change(s, fake_files[i], "1", NULL))
				_exit(2);
		if (settings_undo(s, fake_files[1], NULL) ||
		    settings_change(s, fake_files[2], "2", NULL))
			_exit(3);
		settings_close(s, NULL);
		if (first && write(told, "", 1) != 1)
			_exit(4);
	}
}

TEST_WITH(killed_at_any_time_all_comes_back, fake_make, NULL)
{
	unsigned int seed = (unsigned int)time(NULL), changed = 0;

	printf("seed %u\n", seed);
	for (int i = 0; i < KILLS; i++) {
		struct strv repaired = { 0 };
		int status, told[2];
		pid_t pid;
		char byte;

		assert_int_equal(pipe(told), 0);
		pid = fork();
		if (!pid)
			change_for_ever(told[1]);
		close(told[1]);
		/* However busy the machine, it is under way. */
		assert_int_equal(read(told[0], &byte, 1), 1);
		close(told[0]);
		usleep((unsigned int)rand_r(&seed) % 5000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		settings_close(fake_open(&repaired), NULL);
		fake_all_as_before();
		assert_int_equal(fake_journal_size(), 0);
		changed += repaired.n > 0;
		strv_release(&repaired);
	}
	printf("%u of %d left something behind\n", changed, KILLS);
	assert_true(changed > 0);
}

UNIT_GROUP(fake_begin, fake_end);
