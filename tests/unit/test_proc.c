// SPDX-License-Identifier: GPL-2.0-only
/* base/proc: children end, with all they leave, and how they ended is data. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

TEST(children_are_run_and_judged)
{
	const char *hello[] = { "sh", "-c", "echo hello; echo $WHO", NULL };
	const char *fails[] = { "sh", "-c", "exit 3", NULL };
	const char *nobody[] = { "no-such-program-here", NULL };
	const char *env[] = { "WHO=you", NULL };
	char *out = NULL;
	struct err err;

	assert_int_equal(
		proc_run(hello, &(struct proc_options){ .output = &out, .env = env }, &err), 0);
	assert_string_equal(out, "hello\nyou\n");
	free(out);
	assert_int_equal(proc_run(fails, &(struct proc_options){ 0 }, &err), -ECHILD);
	assert_non_null(strstr(err.text, "exit status 3"));
	assert_int_equal(
		proc_run(nobody, &(struct proc_options){ .missing = "install nothing" }, &err),
		-ENOENT);
	assert_string_equal(err.text, "no-such-program-here is missing: install nothing");
}

TEST(how_a_child_ended_is_data)
{
	const char *fails[] = { "sh", "-c", "exit 3", NULL };
	const char *dies[] = { "sh", "-c", "kill -9 $$", NULL };
	int status = -1;
	struct err err;

	assert_int_equal(proc_run(fails, &(struct proc_options){ .status = &status }, &err),
			 -ECHILD);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	/* Whoever killed it: it is not what the child thinks of its input. */
	assert_int_equal(proc_run(dies, &(struct proc_options){ .status = &status }, &err),
			 -ECANCELED);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_string_equal(err.text, "sh was ended by signal 9 (Killed)");
}

/* Out of the way of the numbers that the child is given. */
static void open_pipe_above(int ends[2])
{
	int low[2];

	assert_int_equal(proc_pipe(low, NULL), 0);
	for (int i = 0; i < 2; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 20);
		close(low[i]);
	}
}

/* Each has what the other is to be in the child: neither is lost on the way. */
TEST(descriptors_are_what_the_child_is_told)
{
	const char *argv[] = { "sh", "-c", "echo four >&4; echo five >&5", NULL };
	int a[2], b[2];
	struct proc child;
	char text[16] = "";

	open_pipe_above(a);
	open_pipe_above(b);
	assert_int_equal(dup3(a[1], 5, O_CLOEXEC), 5);
	assert_int_equal(dup3(b[1], 4, O_CLOEXEC), 4);
	assert_int_equal(
		proc_spawn(&child, argv,
			   &(struct proc_spawn){ .fds = (struct proc_fd[]){ { 5, 4 }, { 4, 5 } },
						 .nr_fds = 2 },
			   NULL),
		0);
	assert_true(proc_await(&child, 20));
	assert_int_equal(child.status, 0);
	assert_int_equal(read(a[0], text, sizeof(text)), 5);
	assert_string_equal(text, "four\n");
	assert_int_equal(read(b[0], text, sizeof(text)), 5);
	assert_string_equal(text, "five\n");
	for (int fd = 4; fd <= 5; fd++)
		close(fd);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

/* What it leaves behind ends with it, and one that does not care for SIGTERM is killed. */
TEST(a_child_takes_its_group_with_it)
{
	const char *leaves[] = { "sh", "-c", "sleep 60 & exec echo $!", NULL };
	const char *stays[] = { "sh", "-c", "trap '' TERM; while :; do sleep 1; done", NULL };
	int out[2];
	char text[32] = "";
	struct proc child;

	assert_int_equal(proc_pipe(out, NULL), 0);
	assert_int_equal(
		proc_spawn(&child, leaves,
			   &(struct proc_spawn){ .fds = (struct proc_fd[]){ { out[1], 1 } },
						 .nr_fds = 1 },
			   NULL),
		0);
	assert_true(proc_await(&child, 20));
	close(out[1]);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	/* The pipe ends when the last that has it is gone. */
	assert_int_equal(read(out[0], text + 16, 1), 0);
	close(out[0]);
	assert_int_equal(proc_spawn(&child, stays, &(struct proc_spawn){ 0 }, NULL), 0);
	assert_false(proc_await(&child, 0.2));
	assert_true(proc_end(&child, 0.2, 20));
	assert_int_equal(WTERMSIG(child.status), SIGKILL);
}

TEST(a_child_past_its_limit_is_ended)
{
	const char *sleeper[] = { "sleep", "60", NULL };
	struct err err;

	assert_int_equal(proc_run(sleeper, &(struct proc_options){ .timeout_seconds = 1 }, &err),
			 -ETIMEDOUT);
}

/* Only the child, and what it starts, sees a folder at another place. */
TEST(a_child_sees_folders_where_it_is_told)
{
	const char *argv[] = { "sh", "-c", "cat /mnt/of-the-test; id -u", NULL };
	char folder[] = "/tmp/ptwalk, (bind).XXXXXX", *out = NULL;
	struct bind binds[] = { { folder, "/mnt" }, { 0 } };
	struct proc_options options = { .output = &out, .binds = binds };
	char *file, *both = xasprintf("hello\n%u\n", getuid());
	struct err err = { 0 };

	assert_non_null(mkdtemp(folder));
	file = xasprintf("%s/of-the-test", folder);
	assert_int_equal(fs_write_file(file, "hello\n", 6, 0644, &err), 0);
	if (proc_run(argv, &options, &err))
		fail_msg("%s", err.text);
	assert_string_equal(out, both);
	assert_false(fs_exists("/mnt/of-the-test"));
	assert_int_equal(fs_remove(folder, NULL), 0);
	/* A folder that is gone: the program does not run. */
	assert_int_equal(proc_run(argv, &(struct proc_options){ .binds = binds }, &err), -ECHILD);
	free(out);
	free(both);
	free(file);
}
