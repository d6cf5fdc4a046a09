// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm/boot of a machine whose CPUs are bound: QEMU's monitor is asked, its
 * threads are bound before the guest runs, and whatever it does instead is said
 * early. QEMU is a shell script whose own process stands for the guest's CPU.
 */
#include "tests/unit/folder.h"
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
#include "vm/qemu.h"
#include "vm/pins.h"

#define GREET "echo '{\"QMP\": {}}' >&3; read -r line <&3; echo '{\"return\": {}}' >&3\n"
#define CPUS                                                                        \
	"read -r line <&3; echo '{\"return\": [{\"cpu-index\": 0, \"thread-id\": '" \
	"$$'}]}' >&3\n"
#define CONT "read -r line <&3; echo '{\"return\": {}}' >&3\n"

static char *qemu, *folder, *init;

static int make(void **state)
{
	assert_int_equal(folder_make(state), 0);
	qemu = folder_at("qemu");
	folder = folder_at("run");
	init = folder_at("init");
	assert_int_equal(fs_write_file(init, "init", 4, 0755, NULL), 0);
	setenv("PTWALK_INIT", init, 1);
	return 0;
}

static int clean(void **state)
{
	free(qemu);
	free(folder);
	free(init);
	return folder_remove(state);
}

static char *wrote(const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *text = fs_read(path, NULL, NULL);

	free(path);
	return text;
}

static void no_process_is_left(void)
{
	char *pid = wrote("pid");

	assert_non_null(pid);
	assert_int_equal(kill((pid_t)atoi(pid), 0), -1);
	free(pid);
}

static void ends_with(const char *body, int code, const char *why)
{
	static const char *const argv[] = { "/bin/it", NULL }, *const none[] = { NULL };
	static const char *const args[] = { "-accel", "none", NULL };
	const struct vm_config config = {
		.kernel = "/dev/null",
		.argv = argv,
		.limit_seconds = 20,
		.qemu = qemu,
		.folder = folder,
	};
	char *script = xasprintf("#!/bin/sh\nD=%s\necho $$ >$D/pid\n%s\n", folder, body);
	struct vm_pins pins;
	struct vm_result result;
	struct err err = { "" };
	double began = host_seconds();
	int ret;

	assert_int_equal(pins_host(1, 1, &pins, NULL), 0);
	assert_int_equal(fs_write_file(qemu, script, strlen(script), 0755, NULL), 0);
	ret = boot_run(&(struct qemu_machine){ .args = args,
					       .words = none,
					       .pins = &pins,
					       .note = "bound\n",
					       .early_seconds = 1,
					       .early_hint = "it does not work" },
		       &config, NULL, NULL, &result, &err);
	if (ret != -code || !strstr(err.text, why))
		fail_msg("%d \"%s\" is not %d \"%s\"", ret, err.text, -code, why);
	assert_null(strchr(err.text, '\n'));
	assert_true(host_seconds() - began < 15);
	no_process_is_left();
	free(script);
}

TEST(it_is_bound_before_it_runs)
{
	struct vm_pins pins;
	char *allowed, *note, *want;

	assert_int_equal(pins_host(1, 1, &pins, NULL), 0);
	want = xasprintf("Cpus_allowed_list:\t%u\n", pins.cpus[0]);
	ends_with(GREET CPUS
		  "read -r line <&3; grep Cpus_allowed_list /proc/$$/status >$D/allowed\n"
		  "echo '{\"return\": {}}' >&3; exit 0",
		  EIO, "powered off before the program ended");
	allowed = wrote("allowed");
	assert_string_equal(allowed, want);
	note = wrote("binding.txt");
	assert_string_equal(note, "bound\n");
	free(note);
	free(allowed);
	free(want);
}

TEST(a_monitor_that_is_silent_is_not_waited_for)
{
	ends_with("exec sleep 30", ETIMEDOUT, "QEMU did not answer within 1 s: it does not work");
	ends_with(GREET "exec sleep 30", ETIMEDOUT, "QEMU did not answer within 1 s");
	ends_with("trap '' TERM; while :; do sleep 0.1; done", ETIMEDOUT, "QEMU did not answer");
}

TEST(an_early_end_has_qemus_own_words)
{
	ends_with(
		"echo 'qemu: failed to initialize kvm: Permission denied' >&2; exit 1", EIO,
		"QEMU failed with exit status 1: qemu: failed to initialize kvm: Permission denied");
	ends_with(GREET "kill -9 $$", EIO, "QEMU was ended by signal 9");
}

TEST(a_guest_that_is_silent_is_ended_early)
{
	ends_with(GREET CPUS CONT "exec sleep 30", ETIMEDOUT,
		  "silent for 1 s (stage: kernel): it does not work");
}

TEST(a_thread_that_is_none_is_said)
{
	ends_with(GREET "read -r line <&3\n"
			"echo '{\"return\": [{\"cpu-index\": 0, \"thread-id\": 1073741823}]}' >&3\n"
			"exec sleep 30",
		  ESRCH, "cannot bind a thread of QEMU to CPU");
	ends_with(GREET "read -r line <&3; echo '{\"return\": []}' >&3; exec sleep 30", EPROTO,
		  "tells of 0 CPUs, not of 1");
}

UNIT_GROUP(make, clean);
