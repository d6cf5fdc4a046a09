// SPDX-License-Identifier: GPL-2.0-only
/* base/: sizes as people write them, files and folders whole or not at all. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "base/whole.h"

TEST(sizes_are_read)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "4096", 4096 },  { "64K", 64 * KIB }, { "64KiB", 64 * KIB },
		{ "2m", 2 * MIB }, { "1G", GIB },	{ "1TB", TIB },
	};
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(size_parse(good[i].text, &bytes, NULL), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
}

TEST(bad_sizes_are_refused)
{
	static const char *const bad[] = {
		"", "0", "-1", "K", "1X", "1KK", "1.5G", " 1", "99999999999999999999", "99999999T"
	};
	struct err err;
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(size_parse(bad[i], &bytes, &err), -EINVAL);
		assert_non_null(strstr(err.text, "is not a size"));
	}
}

TEST(sizes_are_named)
{
	assert_string_equal(size_name(4096).text, "4K");
	assert_string_equal(size_name(64 * KIB).text, "64K");
	assert_string_equal(size_name(GIB).text, "1G");
	assert_string_equal(size_name(4100).text, "4100");
	assert_string_equal(size_name(3 * GIB / 2).text, "1536M");
	assert_string_equal(size_name(1024 * TIB).text, "1024T");
}

static char *temp_dir(void)
{
	char *dir = fs_temp("/tmp", "ptwalk-test", NULL);

	assert_non_null(dir);
	return dir;
}

TEST(temporary_folders_are_where_TMPDIR_says)
{
	const char *before = getenv("TMPDIR");
	_cleanup_free_ char *own = before ? xstrdup(before) : NULL, *path = NULL;
	char *dir = temp_dir(), *folder;
	struct err err;

	setenv("TMPDIR", dir, 1);
	folder = fs_temp(NULL, "own", &err);
	assert_non_null(folder);
	assert_true(str_starts(folder, dir));
	path = xasprintf("%s/file", folder);
	assert_int_equal(fs_write_file(path, "x", 1, 0644, &err), 0);
	fs_temp_end(folder);
	assert_false(fs_exists(path));
	fs_temp_end(dir);
	assert_null(fs_temp(NULL, "own", &err));
	assert_int_equal(errno, ENOENT);
	assert_true(str_starts(err.text, "cannot make a folder in "));
	own ? setenv("TMPDIR", own, 1) : unsetenv("TMPDIR");
}

TEST(files_are_whole_or_absent)
{
	char *dir = temp_dir(), *path = xasprintf("%s/a/b/file", dir), *text;
	struct err err;

	assert_int_equal(fs_write_file(path, "x", 1, 0644, &err), -ENOENT);
	*strrchr(path, '/') = '\0';
	assert_int_equal(fs_mkdir_p(path, &err), 0);
	path[strlen(path)] = '/';
	assert_int_equal(fs_write_file(path, "one\ntwo", 7, 0644, &err), 0);
	text = fs_read_line(path);
	assert_string_equal(text, "one");
	free(text);
	assert_int_equal(fs_remove(dir, &err), 0);
	assert_false(fs_exists(dir));
	free(path);
	free(dir);
}

TEST(a_full_disk_is_said)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err err;

	assert_true(fd >= 0);
	assert_int_equal(fs_write_all(fd, "x", 1, "results/x", &err), -ENOSPC);
	assert_string_equal(err.text, "cannot write results/x: No space left on device");
	close(fd);
}

TEST(a_held_lock_names_its_owner)
{
	char *dir = temp_dir(), *path = xasprintf("%s/lock", dir), pid[32];
	struct err err;
	int fd = fs_lock(path, false, &err);

	assert_true(fd >= 0);
	assert_int_equal(fs_lock(path, false, &err), -EWOULDBLOCK);
	snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_non_null(strstr(err.text, pid));
	close(fd);
	fd = fs_lock(path, false, &err);
	assert_true(fd >= 0);
	close(fd);
	fs_remove(dir, NULL);
	free(path);
	free(dir);
}

/* Its owner was killed, and a child of the owner's is on its way out. */
static void try_the_lock_of_one_that_ended(bool reaped)
{
	char *dir = temp_dir(), *path = xasprintf("%s/lock", dir);
	pid_t pid = fork();
	struct err err;
	siginfo_t ended = { 0 };
	int fd;

	if (!pid) {
		fd = fs_lock(path, false, NULL);
		if (!fork())
			usleep(300000); /* has the descriptor, as before exec() */
		_exit(fd < 0);
	}
	assert_int_equal(waitid(P_PID, (id_t)pid, &ended, WEXITED | (reaped ? 0 : WNOWAIT)), 0);
	assert_int_equal(ended.si_status, 0);
	fd = fs_lock(path, false, &err);
	if (fd < 0)
		fail_msg("%s", err.text);
	close(fd);
	if (!reaped)
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	fs_remove(dir, NULL);
	free(path);
	free(dir);
}

TEST(the_lock_of_one_that_was_killed_is_soon_free)
{
	try_the_lock_of_one_that_ended(true);
	try_the_lock_of_one_that_ended(false);
}

static bool has_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);

	return fs_exists(path);
}

static void put_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);

	assert_int_equal(fs_write_file(path, name, strlen(name), 0644, NULL), 0);
}

TEST(folders_are_whole_or_absent)
{
	_cleanup_free_ char *dir = temp_dir(), *path = xasprintf("%s/a/site//", dir);
	_cleanup_free_ char *place = xasprintf("%s/a/site", dir), *above = xasprintf("%s/a", dir);
	struct whole one, two;
	struct err err;

	assert_int_equal(whole_begin(&one, path, 0, &err), 0);
	put_file(one.partial, "first");
	assert_false(fs_exists(place));
	assert_int_equal(whole_begin(&two, place, 0, &err), -EWOULDBLOCK);
	whole_abandon(&one);
	assert_false(has_file(above, ".site.partial"));
	assert_false(has_file(above, ".site.lock"));

	assert_int_equal(whole_begin(&one, path, 0, &err), 0);
	assert_false(has_file(one.partial, "first"));
	put_file(one.partial, "second");
	assert_int_equal(whole_finish(&one, &err), 0);
	whole_abandon(&one); /* what is finished stays */
	assert_true(has_file(place, "second"));
	assert_int_equal(whole_begin(&two, place, 0, &err), -EEXIST);

	assert_int_equal(whole_begin(&two, place, WHOLE_REPLACE, &err), 0);
	put_file(two.partial, "third");
	assert_true(has_file(place, "second"));
	assert_int_equal(whole_finish(&two, &err), 0);
	assert_true(has_file(place, "third"));
	assert_false(has_file(place, "second"));
	assert_false(has_file(above, ".site.partial"));
	fs_remove(dir, NULL);
}

/* The next one that makes it, or a sweep a minute later, removes what a killed one left. */
TEST(what_a_killed_one_left_goes)
{
	static const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	_cleanup_free_ char *dir = temp_dir(), *path = xasprintf("%s/site", dir);
	_cleanup_free_ char *lock = xasprintf("%s/.site.lock", dir);
	struct whole w;
	int status;
	pid_t pid;

	for (int round = 0; round < 2; round++) {
		pid = fork();
		if (!pid) {
			if (!whole_begin(&w, path, 0, NULL))
				put_file(w.partial, "half");
			raise(SIGKILL);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(has_file(dir, ".site.partial/half"));
		whole_sweep(dir);
		assert_true(has_file(dir, ".site.partial/half"));
		if (round)
			break;
		assert_int_equal(whole_begin(&w, path, 0, NULL), 0);
		assert_false(has_file(dir, ".site.partial/half"));
		whole_abandon(&w);
	}
	assert_int_equal(utimensat(AT_FDCWD, lock, old, 0), 0);
	whole_sweep(dir);
	assert_false(has_file(dir, ".site.partial"));
	assert_false(has_file(dir, ".site.lock"));
	fs_remove(dir, NULL);
}

TEST(sha256_is_the_known_one)
{
	char *dir = temp_dir(), *path = xasprintf("%s/abc", dir), hex[65];

	assert_int_equal(fs_write_file(path, "abc", 3, 0644, NULL), 0);
	assert_int_equal(fs_sha256(path, hex, NULL), 0);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	fs_remove(dir, NULL);
	free(path);
	free(dir);
}

TEST(lists_split_and_join)
{
	struct strv v = { 0 };
	char *s;

	strv_split(&v, "a,,b,c,", ',');
	assert_int_equal(v.n, 3);
	assert_true(strv_has(&v, "b"));
	assert_false(strv_has(&v, ""));
	s = strv_join(&v, "+");
	assert_string_equal(s, "a+b+c");
	free(s);
	strv_release(&v);
}

TEST(words_are_quoted_for_a_shell)
{
	static const struct {
		const char *word, *quoted;
	} words[] = {
		{ "hmm/none,bare", "hmm/none,bare" },
		{ "hmm/*", "'hmm/*'" },
		{ "a b.patch", "'a b.patch'" },
		{ "it's", "'it'\\''s'" },
		{ "", "''" },
	};
	struct strv all = { 0 };
	char *line, *at, *s;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		s = str_quoted(words[i].word);
		assert_string_equal(s, words[i].quoted);
		strv_add(&all, s);
		free(s);
	}
	at = line = strv_join(&all, " ");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		assert_string_equal(str_next_quoted(&at), words[i].quoted);
	assert_null(str_next_quoted(&at));
	free(line);
	strv_release(&all);
}

TEST(an_unknown_name_is_told_what_there_is)
{
	struct strv known = { 0 };
	struct err err;

	strv_add(&known, "one");
	strv_add(&known, "two");
	assert_int_equal(err_unknown(&err, "number", "tree", &known), -EINVAL);
	assert_string_equal(err.text, "unknown number 'tree'; there are: one, two");
	assert_int_equal(known.n, 0);
	strv_add(&known, "one");
	strv_add(&known, "three");
	assert_int_equal(err_unknown(&err, "number", "thre", &known), -EINVAL);
	assert_string_equal(err.text, "unknown number 'thre'; did you mean three?");
}
