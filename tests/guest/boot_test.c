// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exact machine with a real kernel: what the program says comes out whole,
 * and each way of failing has its line and leaves no process.
 *
 *	boot_test SPEC HELLO	(SPEC: a kernel as `ptwalk run --kernel` takes it)
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "base/str.h"
#include "kernels/kernel.h"
#include "vm/vm.h"

static struct kernel found;
static const char *kernel, *release, *root, *hello;
static char *folder;

static const char *const dax_modules[] = { "nd_e820", "dax_pmem", "device_dax", NULL };
static const struct vm_dax three[] = { { GIB, PAGE }, { GIB, 2 * MIB }, { GIB, GIB } };

/* All that one boot said: records and files as they came, output after. */
struct said {
	struct strv records;
	char *output;
	size_t longest, large;
	bool empty;
	const char *interrupt_at;
	int record_code;
};

static int on_record(void *arg, const char *line, size_t len, struct err *err)
{
	struct said *s = arg;

	if (len < 1000)
		strv_add(&s->records, line);
	if (len > s->longest)
		s->longest = len;
	return s->record_code ? err_set(err, s->record_code, "the disk is full") : 0;
}

static void on_output(void *arg, const char *data, size_t len)
{
	struct said *s = arg;
	char *all = xasprintf("%s%.*s", s->output ? s->output : "", (int)len, data);

	free(s->output);
	s->output = all;
}

static int on_file(void *arg, const char *name, const void *data, size_t len, struct err *err)
{
	const unsigned char *bytes = data;
	struct said *s = arg;

	(void)err;
	if (!strcmp(name, "large")) {
		s->large = len;
		for (size_t i = 0; i < len; i++)
			assert_int_equal(bytes[i], i * 7 >> 3 & 255);
	}
	s->empty |= !strcmp(name, "empty") && !len;
	return 0;
}

static void on_stage(void *arg, const char *stage)
{
	struct said *s = arg;

	if (s->interrupt_at && !strcmp(stage, s->interrupt_at))
		kill(getpid(), SIGINT);
}

static const struct vm_events events = { on_record, on_output, on_file, on_stage };

static void no_process_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

struct boot {
	const char *args[6]; /* of hello, behind its name */
	const char *append, *module;
	const char *const *modules;
	size_t nr_dax;
	unsigned int silent;
	const char *program; /* in the guest; NULL: hello's place */
};

static int boot(const struct boot *b, struct said *s, struct vm_result *result, struct err *err)
{
	const struct vm_file file = { hello, "/bin/hello" };
	const char *argv[8] = { b->program ? b->program : file.guest };
	const struct vm_config config = {
		.kernel = kernel,
		.release = release,
		.modules_root = root,
		.modules = b->modules ? b->modules : dax_modules,
		.module = b->module,
		.files = &file,
		.nr_files = 1,
		.argv = argv,
		.dax = three,
		.nr_dax = b->nr_dax,
		.append = b->append,
		.limit_seconds = 120,
		.silent_seconds = b->silent,
		.folder = folder,
	};
	char *image = xasprintf("%s/initramfs.cpio", folder);
	int ret;

	memcpy(argv + 1, b->args, sizeof(b->args));
	err->text[0] = '\0';
	ret = machine_find("exact")->run(&config, &events, s, result, err);
	assert_null(strchr(err->text, '\n'));
	assert_false(fs_exists(image));
	free(image);
	no_process_is_left();
	return ret;
}

static void said_release(struct said *s)
{
	strv_release(&s->records);
	free(s->output);
}

static void must_boot(const struct boot *b, struct said *s, struct vm_result *result)
{
	struct err err;

	if (!boot(b, s, result, &err))
		return;
	print_message("%s\n%s\n", err.text, vm_console_tail(folder, 20));
	fail();
}

static void must_fail(const struct boot *b, int code, const char *why)
{
	struct said s = { 0 };
	struct vm_result result;
	struct err err;
	int ret = boot(b, &s, &result, &err);

	if (ret != -code || !strstr(err.text, why))
		fail_msg("%d \"%s\" is not %d \"%s\"", ret, err.text, -code, why);
	print_message("  %s\n", err.text);
	said_release(&s);
}

TEST(all_comes_out_whole)
{
	const struct boot b = { .args = { "--long=1048576", "--status=7" }, .nr_dax = 3 };
	struct said s = { 0 };
	struct vm_result result;

	must_boot(&b, &s, &result);
	assert_int_equal(result.status, 7);
	assert_string_equal(s.output, "hello from the guest\nand from its stderr\n");
	assert_int_equal(s.records.n, 5);
	assert_string_equal(s.records.v[0], "record 1");
	assert_string_equal(s.records.v[1], "record 2");
	assert_string_equal(s.records.v[2], "dax /dev/dax0.0 1073741824 4096 node");
	assert_string_equal(s.records.v[3], "dax /dev/dax1.0 1073741824 2097152 node");
	assert_string_equal(s.records.v[4], "dax /dev/dax2.0 1073741824 1073741824 node");
	assert_int_equal(s.longest, 1048576);
	assert_int_equal(s.large, 200000);
	assert_true(s.empty);
	assert_true(result.program_seconds > 0);
	assert_true(result.total_seconds >= result.program_seconds);
	assert_true(result.peak_rss_kib > 0);
	print_message("  program after %.2f s, all in %.2f s, %lu MiB resident\n",
		      result.program_seconds, result.total_seconds, result.peak_rss_kib >> 10);
	said_release(&s);
}

TEST(two_boots_are_one)
{
	const struct boot b = {
		.args = { "--dump=/proc/iomem", "--dump=/proc/interrupts", "--dump=/proc/self/maps",
			  "--dump=/proc/buddyinfo", "--tsc" },
		.nr_dax = 3,
	};
	struct said one = { 0 }, two = { 0 };
	struct vm_result result;

	must_boot(&b, &one, &result);
	must_boot(&b, &two, &result);
	assert_true(one.records.n > 40);
	assert_int_equal(one.records.n, two.records.n);
	for (size_t i = 0; i < one.records.n; i++)
		assert_string_equal(one.records.v[i], two.records.v[i]);
	print_message("  %zu lines, %s\n", one.records.n, one.records.v[one.records.n - 4]);
	said_release(&one);
	said_release(&two);
}

/* A slow machine's kernel is silent for as long while it boots: then with more patience. */
static void hangs(unsigned int silent)
{
	const struct boot b = { .append = "ptwalk.test=hang", .silent = silent };
	char *why = xasprintf("the guest has been silent for %u s (stage: init)", silent);
	struct said s = { 0 };
	struct vm_result result;
	struct err err;

	assert_int_equal(boot(&b, &s, &result, &err), -ETIMEDOUT);
	said_release(&s);
	if (silent < 60 && strstr(err.text, "(stage: kernel)"))
		hangs(2 * silent);
	else if (!strstr(err.text, why))
		fail_msg("\"%s\" is not \"%s\"", err.text, why);
	free(why);
}

TEST(failing_guests_have_their_line)
{
	const struct boot panics = { .append = "ptwalk.test=panic" };
	const struct boot exits = { .append = "ptwalk.test=exit" };
	const struct boot garbles = { .append = "ptwalk.test=garble" };
	char *tail;

	must_fail(&panics, EIO, "the guest's kernel panicked: sysrq triggered crash");
	tail = vm_console_tail(folder, 5);
	assert_true(strlen(tail) > 20);
	free(tail);
	hangs(5);
	must_fail(&exits, EIO, "the guest powered off before the program ended");
	must_fail(&garbles, EPROTO, "channel: ");
}

TEST(failing_programs_have_their_line)
{
	const struct boot missing = { .program = "/bin/nothing" };
	const struct boot crashes = { .args = { "--crash" } };
	const struct boot cut = { .args = { "--cut" } };
	const struct boot rambles = { .args = { "--long=1048577" } };

	must_fail(&missing, ENOEXEC, "cannot start /bin/nothing in the guest: No such file");
	must_fail(&crashes, ECHILD, "/bin/hello was killed in the guest by signal 6 (Aborted)");
	must_fail(&cut, ENOEXEC, "last record line was cut off");
	must_fail(&rambles, ENOEXEC, "a record line of more than 1048576 bytes");
}

TEST(a_broken_module_is_refused)
{
	char *path = xasprintf("%s/broken.ko", folder);
	const struct boot b = { .module = path };
	static const char text[] = "\177ELF and no more";

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	assert_int_equal(fs_write_file(path, text, sizeof(text), 0644, NULL), 0);
	must_fail(&b, ENOEXEC, "module broken.ko refused: Exec format error");
	free(path);
}

/* nd_pmem, which dax does not need, takes each namespace first where it is loaded. */
TEST(dax_takes_over_from_nd_pmem)
{
	static const char *const modules[] = { "nd_pmem", "nd_e820", "dax_pmem", "device_dax",
					       NULL };
	const struct boot b = { .modules = modules, .nr_dax = 3 };
	struct said s = { 0 };
	struct vm_result result;

	must_boot(&b, &s, &result);
	assert_int_equal(s.records.n, 5);
	assert_string_equal(s.records.v[4], "dax /dev/dax2.0 1073741824 1073741824 node");
	said_release(&s);
}

TEST(dax_without_its_modules_is_said)
{
	static const char *const none[] = { NULL };
	const struct boot b = { .modules = none, .nr_dax = 1 };

	must_fail(&b, ENOEXEC, "dax: the kernel shows no pmem region at 0x13fe00000");
}

TEST(a_taker_that_fails_ends_the_guest)
{
	struct said s = { .record_code = ENOSPC };
	const struct boot b = { .append = NULL };
	struct vm_result result;
	struct err err;

	assert_int_equal(boot(&b, &s, &result, &err), -ENOSPC);
	assert_string_equal(err.text, "the disk is full");
	assert_int_equal(s.records.n, 1);
	said_release(&s);
}

/* In a child, whose orphans would become ours. */
TEST(an_interrupt_ends_all)
{
	struct said s = { .interrupt_at = "init" };
	const struct boot b = { .nr_dax = 1 };
	struct vm_result result;
	struct err err;
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		interrupt_install();
		status = boot(&b, &s, &result, &err);
		if (status == -EINTR && !strcmp(err.text, "interrupted"))
			interrupt_reraise();
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	no_process_is_left();
}

static int begin(int argc, char **argv)
{
	struct err err = { "" };

	if (argc != 3) {
		fprintf(stderr, "usage: %s SPEC HELLO\n", argv[0]);
		return 2;
	}
	if (kernel_find(argv[1], NULL, &found, NULL, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	kernel = *found.vmlinux ? found.vmlinux : found.image;
	release = found.release;
	root = found.root;
	hello = argv[2];
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	folder = fs_temp(NULL, "ptwalk-guest", NULL);
	return folder ? 0 : -1;
}

static int remove_folder(void **state)
{
	int ret = fs_remove(folder, NULL);

	(void)state;
	free(folder);
	kernel_release(&found);
	return ret;
}

UNIT_GROUP(make_folder, remove_folder, begin);
