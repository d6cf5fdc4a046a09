// SPDX-License-Identifier: GPL-2.0-only
/* The machines: what each says of its figures, and how it starts QEMU. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "vm/vm.h"

TEST(figures_that_mean_nothing_are_never_compared)
{
	for (int functional = 0; functional < 2; functional++) {
		const struct record_run run = {
			.id = (char *)"r",
			.machine = (char *)"any",
			.functional = functional,
		};
		struct err err = { "" };

		assert_int_equal(*record_note(functional) != 0, functional);
		assert_int_equal(record_comparable(&run, false, &err),
				 functional ? -EOPNOTSUPP : 0);
		assert_int_equal(strstr(err.text, "never compared") != NULL, functional);
		assert_null(strchr(err.text, '\n'));
	}
}

/* The one door: for runs that went through it when they were made, and open to no others. */
TEST(evidence_of_the_method_is_compared_with_its_like)
{
	struct record_run run = { .id = (char *)"r", .functional = true };
	struct err err = { "" };

	assert_int_equal(record_comparable(&run, true, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "was not"));
	run.method_evidence = true;
	assert_int_equal(record_comparable(&run, true, &err), 0);
	assert_int_equal(record_comparable(&run, false, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "of no kernel"));
	/* Nor is what says so of another machine taken for a figure of it. */
	run.functional = false;
	assert_int_equal(record_comparable(&run, false, &err), -EOPNOTSUPP);
}

TEST(each_has_its_cpus)
{
	for (size_t i = 0; i < nr_machines; i++) {
		const struct machine *m = machines[i];

		assert_in_range(m->cpus, 1, m->most_cpus);
		assert_true(m->most_cpus <= VM_MAX_CPUS);
		assert_false(m->exact && m->functional);
		if (m->exact)
			assert_int_equal(m->most_cpus, 1);
	}
	assert_int_equal(machine_tcg.cpus, 2);
	assert_true(machine_tcg.functional);
}

/* The words of the command line that @machine starts QEMU with. Owned by the caller. */
static char *command_line(const struct machine *machine, unsigned int cpus)
{
	static const char script[] = "#!/bin/sh\nexit 1\n";
	static const char *const argv[] = { "/bin/it", NULL };
	char dir[] = "/tmp/ptwalk-machines.XXXXXX", *qemu, *init, *file, *text;
	struct vm_config config = { .kernel = "/dev/null", .argv = argv, .cpus = cpus };
	struct vm_result result;
	struct err err = { "" };
	int ret;

	assert_non_null(mkdtemp(dir));
	qemu = xasprintf("%s/qemu", dir);
	init = xasprintf("%s/init", dir);
	file = xasprintf("%s/qemu.txt", dir);
	assert_int_equal(fs_write_file(qemu, script, sizeof(script) - 1, 0755, NULL), 0);
	assert_int_equal(fs_write_file(init, "init", 4, 0755, NULL), 0);
	setenv("PTWALK_INIT", init, 1);
	config.qemu = qemu;
	config.folder = dir;
	ret = machine->run(&config, NULL, NULL, &result, &err);
	if (ret != -EIO)
		fail_msg("%d %s", ret, err.text);
	text = fs_read(file, NULL, NULL);
	assert_non_null(text);
	fs_remove(dir, NULL);
	free(file);
	free(init);
	free(qemu);
	return text;
}

TEST(exact_has_one_cpu_that_counts)
{
	char *line = command_line(&machine_exact, 1);

	assert_non_null(strstr(line, "-accel tcg,thread=single "));
	assert_non_null(strstr(line, "-icount shift=0,sleep=off "));
	assert_non_null(strstr(line, "-smp 1,sockets=1 "));
	free(line);
}

TEST(tcg_has_a_thread_for_each_and_counts_nothing)
{
	char *line = command_line(&machine_tcg, 3);

	assert_non_null(strstr(line, "-accel tcg,thread=multi "));
	assert_null(strstr(line, "icount"));
	assert_non_null(strstr(line, "-smp 3,sockets=3 "));
	free(line);
}

/* Without KVM: the script that stands for QEMU ends at once. */
TEST(kvm_has_the_hosts_cpu_and_is_asked_for_by_name)
{
	char *line = command_line(&machine_kvm, 1);

	assert_non_null(strstr(line, "-accel kvm "));
	assert_non_null(strstr(line, "-cpu host,migratable=off"));
	assert_non_null(strstr(line, ",pmu=o"));
	assert_non_null(strstr(line, " -S "));
	assert_null(strstr(line, "icount"));
	free(line);
	assert_true(machine_kvm.by_name);
	assert_false(machine_exact.by_name || machine_tcg.by_name);
	assert_false(machine_kvm.exact || machine_kvm.functional);
	assert_int_equal(machine_kvm.cpus, 1);
}
