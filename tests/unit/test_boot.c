// SPDX-License-Identifier: GPL-2.0-only
/* vm/boot: whatever becomes of QEMU, one line says so, and nothing of it is left. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "tests/unit/folder.h"
#include "vm/channel.h"
#include "vm/vm.h"

static char *qemu, *folder, *init;

static int make_folder(void **state)
{
	assert_int_equal(folder_make(state), 0);
	qemu = folder_at("qemu");
	folder = folder_at("run");
	init = folder_at("init");
	assert_int_equal(fs_write_file(init, "init", 4, 0755, NULL), 0);
	setenv("PTWALK_INIT", init, 1);
	return 0;
}

static int remove_folder(void **state)
{
	free(qemu);
	free(folder);
	free(init);
	return folder_remove(state);
}

/* The pid that a script wrote to run/pid is of no process. */
static void no_process_is_left(void)
{
	char *path = xasprintf("%s/pid", folder), *line = fs_read_line(path);

	if (line)
		assert_int_equal(kill((pid_t)atoi(line), 0), -1);
	free(line);
	unlink(path);
	free(path);
}

static bool interrupt_at_kernel;
static const char *machine_name = "exact";

static void on_stage(void *arg, const char *stage)
{
	(void)arg;
	if (interrupt_at_kernel && !strcmp(stage, "kernel"))
		raise(SIGINT);
}

static unsigned int seconds_given;

static unsigned int patience(void *arg, const char **doing)
{
	(void)arg;
	if (seconds_given)
		*doing = "a walk";
	return seconds_given;
}

/* Run with a QEMU that is the shell script @body. Returns what run() does. */
static int run(const char *body, struct err *err)
{
	static const char *const argv[] = { "/bin/it", NULL };
	static const struct vm_events events = { .stage = on_stage, .patience = patience };
	const struct vm_config config = {
		.kernel = "/dev/null",
		.argv = argv,
		.limit_seconds = 3,
		.silent_seconds = 1,
		.qemu = qemu,
		.folder = folder,
	};
	char *script = xasprintf("#!/bin/sh\nC=%s/console.log\necho $$ >%s/pid\n%s\n", folder,
				 folder, body);
	char *image = xasprintf("%s/initramfs.cpio", folder);
	struct vm_result result;
	int ret;

	assert_int_equal(fs_write_file(qemu, script, strlen(script), 0755, NULL), 0);
	ret = machine_find(machine_name)->run(&config, &events, NULL, &result, err);
	assert_false(fs_exists(image));
	no_process_is_left();
	free(image);
	free(script);
	return ret;
}

static void ends_with(const char *body, int code, const char *why)
{
	struct err err = { "" };
	int ret = run(body, &err);

	if (ret != -code || !strstr(err.text, why))
		fail_msg("%d \"%s\" is not %d \"%s\"", ret, err.text, -code, why);
	assert_null(strchr(err.text, '\n'));
}

TEST(early_ends_are_told_apart)
{
	ends_with("echo a >&2; echo 'qemu: bad thing' >&2; exit 1", EIO,
		  "QEMU failed with exit status 1: qemu: bad thing");
	ends_with("kill -9 $$", EIO, "QEMU was ended by signal 9");
	ends_with("exit 0", EIO, "powered off before the program ended");
	ends_with("printf 'x\\nKernel panic - not syncing: No init\\r\\nmore\\n' >$C; exit 0", EIO,
		  "the guest's kernel panicked: No init");
	ends_with("echo this is no frame at all", EPROTO, "garbled");
	ends_with("printf PTWK", EPROTO, "cut off");
}

/* Frames as a guest would send them, in run/frames. */
static void write_frames(void)
{
	static const uint32_t version = CHANNEL_VERSION;
	const struct {
		enum channel_type type;
		const void *data;
		uint32_t len;
	} frames[] = { { CHANNEL_HELLO, &version, sizeof(version) }, { CHANNEL_OUTPUT, "x", 1 } };
	char *path = xasprintf("%s/frames", folder);
	FILE *f;

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	for (uint32_t i = 0; i < 2; i++) {
		const struct channel_frame frame = {
			.magic = CHANNEL_MAGIC,
			.sequence = i,
			.type = frames[i].type,
			.len = frames[i].len,
			.sum = channel_sum(frames[i].data, frames[i].len),
		};

		fwrite(&frame, sizeof(frame), 1, f);
		fwrite(frames[i].data, frames[i].len, 1, f);
	}
	fclose(f);
	free(path);
}

#define DIES "printf 'Oops: int3: 0000 [#1] SMP\\nKernel panic - not syncing: Fatal\\n' >$C"

/* How often a machine is booted whose kernel dies of an int3. */
static void begun(const char *machine, const char *body, size_t times)
{
	char *path = xasprintf("%s/begun", folder), *text;
	char *script = xasprintf("echo >>%s; %s", path, body);
	size_t len;

	machine_name = machine;
	ends_with(script, EIO, "the guest's kernel panicked: Fatal");
	machine_name = "exact";
	text = fs_read(path, &len, NULL);
	assert_int_equal(len, times);
	unlink(path);
	free(text);
	free(script);
	free(path);
}

TEST(text_that_was_stale_begins_a_boot_anew)
{
	write_frames();
	begun("tcg", DIES, 3);
	begun("exact", DIES, 1);
	begun("tcg", "printf 'Kernel panic - not syncing: Fatal\\n' >$C", 1);
	/* What went on to a run is never had twice. */
	begun("tcg", DIES "; cat ${C%/*}/frames", 1);
}

TEST(a_silent_guest_is_ended)
{
	ends_with("exec sleep 30", ETIMEDOUT, "silent for 1 s (stage: kernel)");
}

/* On a host that is busy it has CPU time late, and is not taken for one that hangs. */
TEST(a_walk_is_waited_for_by_the_time_that_it_has)
{
	const char *const says = "walk does not end: nothing for 1 s (in a walk)";
	double begun;

	seconds_given = 1;
	ends_with("while :; do :; done", ETIMEDOUT, says);
	begun = host_seconds();
	ends_with("exec sleep 30", ETIMEDOUT, says);
	assert_true(host_seconds() - begun >= 2);
	machine_name = "tcg";
	ends_with("exec sleep 30", ETIMEDOUT, says);
	machine_name = "exact";
	seconds_given = 0;
}

TEST(one_that_does_not_listen_is_killed)
{
	ends_with("trap '' TERM; while :; do sleep 0.1; done", ETIMEDOUT, "silent for 1 s");
}

TEST(one_that_only_talks_is_ended)
{
	ends_with("while :; do echo x >>$C; sleep 0.1; done", ETIMEDOUT, "did not end within 3 s");
}

TEST(an_end_without_exit_is_not_waited_for)
{
	ends_with("exec >&-; exec sleep 30", ETIMEDOUT, "closed the channel and did not end");
}

TEST(qemu_that_is_not_there_or_too_old_is_said)
{
	static const char *const argv[] = { "/bin/it", NULL };
	struct vm_config config = {
		.qemu = "/nonexistent/qemu", .argv = argv, .folder = folder, .kernel = "/dev/null"
	};
	const struct machine *machine = machine_find("exact");
	static const char old[] = "#!/bin/sh\necho 'QEMU emulator version 5.2.0 (old)'\n";
	static const char new[] = "#!/bin/sh\necho 'QEMU emulator version 10.0.2'\n";
	struct vm_result result;
	struct err err;

	assert_int_equal(machine->supported(&config, &err), -ENOENT);
	assert_int_equal(machine->run(&config, NULL, NULL, &result, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nonexistent/qemu is not there"));
	config.qemu = qemu;
	assert_int_equal(fs_write_file(qemu, old, sizeof(old) - 1, 0755, NULL), 0);
	assert_int_equal(machine->supported(&config, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "is QEMU 5.2; ptwalk needs"));
	assert_int_equal(fs_write_file(qemu, new, sizeof(new) - 1, 0755, NULL), 0);
	assert_int_equal(machine->supported(&config, &err), 0);
	config.kernel = "/no/such/kernel";
	assert_int_equal(machine->run(&config, NULL, NULL, &result, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/no/such/kernel"));
}

TEST(the_consoles_tail_is_printable)
{
	char *path = xasprintf("%s/console.log", folder), *tail;

	assert_int_equal(fs_write_file(path, "one\r\ntwo\r\n\n\033[1mthree\0x\n", 23, 0644, NULL),
			 0);
	tail = vm_console_tail(folder, 2);
	assert_string_equal(tail, "two\n [1mthree x");
	free(tail);
	tail = vm_console_tail(folder, 10);
	assert_string_equal(tail, "one\ntwo\n [1mthree x");
	free(tail);
	unlink(path);
	tail = vm_console_tail(folder, 10);
	assert_string_equal(tail, "");
	free(tail);
	free(path);
}

/* The last: an interrupt that came stays. */
TEST(an_interrupt_ends_it)
{
	interrupt_install();
	interrupt_at_kernel = true;
	ends_with("exec sleep 30", EINTR, "interrupted");
}

UNIT_GROUP(make_folder, remove_folder);
