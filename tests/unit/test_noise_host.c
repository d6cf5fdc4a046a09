// SPDX-License-Identifier: GPL-2.0-only
/* bench/noise: what a host says of its noise, and how it is made quieter, on made-up /sys and /proc. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/noise/noise.h"

static char root[] = "/tmp/ptwalk-noise.XXXXXX";
static struct noise_host host = { .root = root };

static void put(const char *name, const char *text)
{
	char *path = xasprintf("%s%s", root, name), *slash = strrchr(path, '/');
	struct err err;

	*slash = '\0';
	assert_int_equal(fs_mkdir_p(path, &err), 0);
	*slash = '/';
	assert_int_equal(fs_write_file(path, text, strlen(text), 0644, &err), 0);
	free(path);
}

static void assert_holds(const char *name, const char *text)
{
	char *now = noise_read(&host, "%s", name);

	assert_non_null(now);
	assert_string_equal(now, text);
	free(now);
}

#define CPU(n) "/sys/devices/system/cpu/cpu" #n

/* Four CPUs, two of a core; CPU 1 measures. Nothing is as it should be. */
static void make_loud(void)
{
	put(CPU(0) "/cpufreq/scaling_governor", "powersave\n");
	put(CPU(1) "/cpufreq/scaling_governor", "schedutil\n");
	put(CPU(1) "/topology/thread_siblings_list", "1,3\n");
	put("/sys/devices/system/cpu/online", "0-3\n");
	put("/sys/devices/system/cpu/isolated", "\n");
	put("/sys/devices/system/cpu/nohz_full", "(null)\n");
	put("/sys/devices/system/cpu/smt/active", "1\n");
	put(NOISE_NO_TURBO, "0\n");
	put(NOISE_NMI_WATCHDOG, "1\n");
	put(NOISE_WATCHDOG, "1\n");
	put("/proc/irq/0/smp_affinity_list", "0-3\n");
	put("/proc/irq/11/smp_affinity_list", "1\n");
	put("/proc/irq/24/smp_affinity_list", "2-3\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
	put("/proc/sys/kernel/randomize_va_space", "2\n");
	put("/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n");
	put("/sys/devices/system/cpu/vulnerabilities/l1tf", "Not affected\n");
	put("/proc/loadavg", "1.52 0.80 0.60 2/300 4711\n");
}

static void make_quiet(void)
{
	put(CPU(0) "/cpufreq/scaling_governor", "performance\n");
	put(CPU(1) "/cpufreq/scaling_governor", "performance\n");
	put(CPU(1) "/topology/thread_siblings_list", "1\n");
	put("/sys/devices/system/cpu/isolated", "1-2\n");
	put("/sys/devices/system/cpu/nohz_full", "1\n");
	put("/sys/devices/system/cpu/smt/active", "0\n");
	put(NOISE_NO_TURBO, "1\n");
	put(NOISE_NMI_WATCHDOG, "0\n");
	put(NOISE_WATCHDOG, "0\n");
	put("/proc/irq/0/smp_affinity_list", "0,2-3\n");
	put("/proc/irq/11/smp_affinity_list", "0\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	put("/proc/sys/kernel/randomize_va_space", "0\n");
	put("/proc/loadavg", "0.02 0.80 0.60 2/300 4711\n");
}

static int set_up(void **state)
{
	(void)state;
	strcpy(strrchr(root, '.'), ".XXXXXX");
	host.cpus = hwloc_bitmap_alloc();
	hwloc_bitmap_only(host.cpus, 1);
	return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	hwloc_bitmap_free(host.cpus);
	return fs_remove(root, NULL);
}

static void assert_look(const struct noise_check *check, enum noise_health health,
			const char *found)
{
	char text[NOISE_TEXT] = "";
	enum noise_health is = check->look(&host, text);

	if (is != health || strcmp(text, found) != 0)
		fail_msg("%s is %s: '%s'", check->name, noise_health_name(is), text);
}

TEST_WITH(what_is_loud_is_told, set_up, tear_down)
{
	make_loud();
	assert_look(&noise_check_governor, NOISE_NOISY, "schedutil");
	assert_look(&noise_check_turbo, NOISE_NOISY, "on");
	assert_look(&noise_check_smt, NOISE_NOISY,
		    "on: CPU 3 shares a core with one that measures");
	assert_look(&noise_check_isolation, NOISE_NOISY, "CPU 1 measures; isolated: none");
	assert_look(&noise_check_watchdog, NOISE_NOISY,
		    "on: NMIs, and one counter of the PMU taken");
	assert_look(&noise_check_irqs, NOISE_NOISY, "2 of 3 may come to CPU 1");
	assert_look(&noise_check_thp, NOISE_NOISY, "always");
	assert_look(&noise_check_aslr, NOISE_NOISY, "on");
	assert_look(&noise_check_mitigations, NOISE_QUIET, "1 of 2 on");
	assert_look(&noise_check_load, NOISE_NOISY,
		    "1.52 tasks ran or waited, on average of a minute");
	put(NOISE_NMI_WATCHDOG, "0\n");
	assert_look(&noise_check_watchdog, NOISE_NOISY, "on: a timer and a task on every CPU");
}

TEST_WITH(what_is_quiet_is_told, set_up, tear_down)
{
	make_loud();
	make_quiet();
	for (size_t i = 0; i < nr_noise_checks; i++) {
		char found[NOISE_TEXT] = "";

		if (noise_checks[i]->look(&host, found) != NOISE_QUIET)
			fail_msg("%s: %s", noise_checks[i]->name, found);
		assert_true(*found);
	}
	assert_look(&noise_check_isolation, NOISE_QUIET,
		    "CPU 1 measures, and is isolated, without ticks");
	put("/sys/devices/system/cpu/nohz_full", "\n");
	assert_look(&noise_check_isolation, NOISE_QUIET,
		    "CPU 1 measures, and is isolated; it has ticks");
}

/* AMD's, and the older driver's. */
TEST_WITH(boost_is_turbo_too, set_up, tear_down)
{
	put(NOISE_BOOST, "1\n");
	assert_look(&noise_check_turbo, NOISE_NOISY, "on");
	put(NOISE_BOOST, "0\n");
	assert_look(&noise_check_turbo, NOISE_QUIET, "off");
}

/* A guest, a container: what is not there is not known, and never good. */
TEST_WITH(an_empty_host_is_unknown, set_up, tear_down)
{
	for (size_t i = 0; i < nr_noise_checks; i++) {
		char found[NOISE_TEXT] = "";

		assert_int_equal(noise_checks[i]->look(&host, found), NOISE_UNKNOWN);
		assert_true(*found);
		assert_true(*noise_checks[i]->why && *noise_checks[i]->todo);
	}
}

TEST_WITH(odd_files_are_no_trouble, set_up, tear_down)
{
	static const char *const odd[] = { "",	       "\n",  "x",  "-1", "99999999999999999999",
					   "\xff\xfe", "[[[", "1-", ",,", "0-" };

	make_loud();
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		put(CPU(1) "/topology/thread_siblings_list", odd[i]);
		put("/sys/devices/system/cpu/isolated", odd[i]);
		put("/proc/irq/11/smp_affinity_list", odd[i]);
		put("/proc/loadavg", odd[i]);
		put("/sys/kernel/mm/transparent_hugepage/enabled", odd[i]);
		for (size_t k = 0; k < nr_noise_checks; k++) {
			char found[NOISE_TEXT] = "";

			noise_checks[k]->look(&host, found);
			assert_true(strlen(found) < NOISE_TEXT);
		}
	}
}

static struct settings *open_settings(struct strv *repaired)
{
	char *folder = xasprintf("%s/run", root);
	struct settings *settings;
	struct err err;

	if (settings_open(&settings, folder, repaired, &err))
		fail_msg("%s", err.text);
	free(folder);
	return settings;
}

static bool has(const struct strv *lines, const char *part)
{
	for (size_t i = 0; i < lines->n; i++)
		if (strstr(lines->v[i], part))
			return true;
	return false;
}

static void assert_loud(void)
{
	assert_holds(CPU(0) "/cpufreq/scaling_governor", "powersave");
	assert_holds(CPU(1) "/cpufreq/scaling_governor", "schedutil");
	assert_holds(NOISE_NO_TURBO, "0");
	assert_holds(NOISE_NMI_WATCHDOG, "1");
	assert_holds(NOISE_WATCHDOG, "1");
	assert_holds("/proc/irq/0/smp_affinity_list", "0-3");
	assert_holds("/proc/irq/11/smp_affinity_list", "1");
}

static void assert_quieted(void)
{
	assert_holds(CPU(0) "/cpufreq/scaling_governor", "performance");
	assert_holds(CPU(1) "/cpufreq/scaling_governor", "performance");
	assert_holds(NOISE_NO_TURBO, "1");
	assert_holds(NOISE_NMI_WATCHDOG, "0");
	assert_holds(NOISE_WATCHDOG, "0");
	assert_holds("/proc/irq/0/smp_affinity_list", "0,2-3");
	assert_holds("/proc/irq/11/smp_affinity_list", "0,2-3");
	assert_holds("/proc/irq/24/smp_affinity_list", "2-3");
}

TEST_WITH(it_is_set_and_put_back, set_up, tear_down)
{
	const int before = personality(0xffffffff);
	struct strv done = { 0 };
	struct settings *settings;
	struct quiet *quiet;

	make_loud();
	settings = open_settings(NULL);
	assert_int_equal(quiet_begin(&quiet, settings, &host, &done, NULL), 0);
	assert_quieted();
	assert_true(personality(0xffffffff) & ADDR_NO_RANDOMIZE);
	assert_string_equal(quiet_text(quiet), "governor, turbo, watchdog, irqs, aslr");
	assert_true(has(&done, "governor: performance"));
	quiet_end(quiet);
	assert_int_equal(personality(0xffffffff), before);
	assert_int_equal(settings_close(settings, NULL), 0);
	assert_loud();
	/* What one may not touch stays as it is. */
	assert_holds("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
	assert_holds("/proc/sys/kernel/randomize_va_space", "2");
	strv_release(&done);
}

TEST_WITH(it_is_put_back_after_a_kill, set_up, tear_down)
{
	struct strv repaired = { 0 };
	struct settings *settings;
	struct quiet *quiet;
	pid_t pid;
	int status;

	make_loud();
	pid = fork();
	if (!pid) {
		struct strv done = { 0 };

		settings = open_settings(NULL);
		if (quiet_begin(&quiet, settings, &host, &done, NULL))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_quieted();
	settings = open_settings(&repaired);
	assert_loud();
	assert_true(has(&repaired, "scaling_governor back to 'powersave'"));
	assert_int_equal(settings_close(settings, NULL), 0);
	strv_release(&repaired);
}

/* An interrupt that cannot be moved, a file that cannot be written: told, and no error. */
TEST_WITH(what_is_refused_is_told, set_up, tear_down)
{
	struct strv done = { 0 };
	struct settings *settings;
	struct quiet *quiet;

	make_loud();
	hwloc_bitmap_set_range(host.cpus, 0, 3);
	settings = open_settings(NULL);
	assert_int_equal(quiet_begin(&quiet, settings, &host, &done, NULL), 0);
	assert_true(
		has(&done, "irqs: away from the CPUs that measure for 0 of 3; all CPUs measure"));
	assert_string_equal(quiet_text(quiet), "governor, turbo, watchdog, aslr");
	quiet_end(quiet);
	assert_int_equal(settings_close(settings, NULL), 0);
	assert_loud();
	strv_release(&done);
}

TEST_WITH(what_a_host_has_not_is_left_out, set_up, tear_down)
{
	struct strv done = { 0 };
	struct settings *settings;
	struct quiet *quiet;

	settings = open_settings(NULL);
	assert_int_equal(quiet_begin(&quiet, settings, &host, &done, NULL), 0);
	assert_string_equal(quiet_text(quiet), "aslr");
	assert_true(has(&done, "governor: this host has none"));
	quiet_end(quiet);
	assert_int_equal(settings_close(settings, NULL), 0);
	strv_release(&done);
}
