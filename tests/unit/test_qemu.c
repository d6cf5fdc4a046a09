// SPDX-License-Identifier: GPL-2.0-only
/* vm/qemu: the command line says what the layout and the machine are, and no more. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "vm/layout.h"
#include "vm/pins.h"
#include "vm/qemu.h"

static const struct vm_dax three[] = { { GIB, PAGE }, { 64 * MIB, 2 * MIB }, { 2 * GIB, GIB } };

static const char *const args[] = { "-accel", "tcg", "-rtc", "clock=vm", NULL };
static const char *const words[] = { "of=machine", NULL };
static const struct qemu_machine machine = { .args = args, .cpu = "model", .words = words };

static char *command_of(const struct qemu_machine *m, const struct vm_config *config, int code)
{
	struct strv argv = { 0 };
	struct vm_layout l;
	struct err err;
	char *line;

	assert_int_equal(layout_init(&l, config, NULL), 0);
	assert_int_equal(qemu_command(m, config, &l, "qemu", "/a,b/i", &argv, &err), code);
	line = qemu_command_line(&argv);
	strv_release(&argv);
	return line;
}

static char *command(const struct vm_config *config, int code)
{
	return command_of(&machine, config, code);
}

TEST(the_command_line_says_it_all)
{
	struct vm_config config = {
		.kernel = "/boot/it's",
		.folder = "/a,b",
		.append = "more=words",
		.dax = three,
		.nr_dax = 1,
	};
	char *line = command(&config, 0);

	assert_non_null(strstr(line, "-accel tcg "));
	assert_non_null(strstr(line, "path=/a,,b/console.log"));
	assert_non_null(strstr(line, "-kernel '/boot/it'\\''s' -initrd /a,b/i "));
	assert_non_null(strstr(line, "of=machine mitigations=off "));
	assert_non_null(strstr(line, "memmap=1026M!5118M more=words'\n"));
	free(line);
	config.mitigations = true;
	line = command(&config, 0);
	assert_null(strstr(line, "mitigations"));
	free(line);
}

TEST(one_node_is_not_told_of)
{
	struct vm_config config = { .kernel = "k", .folder = "f" };
	char *none = command(&config, 0), *one, *two;

	config.nodes = 1;
	one = command(&config, 0);
	assert_string_equal(one, none);
	assert_null(strstr(one, "-numa"));
	config.nodes = 2;
	two = command(&config, 0);
	assert_non_null(strstr(two, "-numa node,nodeid=0,memdev=ram0,cpus=0 "));
	assert_non_null(strstr(two, "-numa node,nodeid=1,memdev=ram1 "));
	assert_non_null(strstr(two, "-numa dist,src=1,dst=0,val=20 "));
	assert_non_null(strstr(two, "-m 6G "));
	assert_null(strstr(two, "memory-backend=ram"));
	free(none);
	free(one);
	free(two);
}

TEST(only_a_large_layout_has_more_address_bits)
{
	static const struct vm_dax small = { GIB, GIB }, large = { TIB, GIB };
	struct vm_config config = { .kernel = "k", .folder = "f", .dax = &small, .nr_dax = 1 };
	char *line = command(&config, 0);

	assert_non_null(strstr(line, "-cpu model -nodefaults"));
	free(line);
	config.dax = &large;
	line = command(&config, 0);
	assert_non_null(strstr(line, "-cpu model,phys-bits=46 -nodefaults"));
	free(line);
}

/* Who traces in a guest brings a program; ptwalk's own does not. */
TEST(only_the_driver_goes_without_files_of_trace_events)
{
	const struct qemu_machine exact = { .args = args, .words = arch_x86.words.exact };
	struct vm_config config = { .kernel = "k", .folder = "f" };
	_cleanup_free_ char *driver = command_of(&exact, &config, 0), *foreign = NULL;
	_cleanup_free_ char *other = command(&config, 0);

	config.foreign = true;
	foreign = command_of(&exact, &config, 0);
	assert_non_null(strstr(driver, arch_x86.words.driver));
	assert_null(strstr(foreign, arch_x86.words.driver));
	assert_null(strstr(other, arch_x86.words.driver));
	assert_non_null(strstr(foreign, " noreplace-smp "));
}

TEST(an_architecture_has_its_own_machine)
{
	static const struct vm_dax small = { GIB, 2 * MIB };
	const struct qemu_machine plain = { .args = args, .words = words };
	struct vm_config config = {
		.arch = &arch_arm64,
		.kernel = "k",
		.folder = "f",
		.dax = &small,
		.nr_dax = 1,
	};
	_cleanup_free_ char *line = command_of(&plain, &config, 0), *other = NULL;

	assert_non_null(strstr(line, "-machine virt,"));
	assert_non_null(strstr(line, "-cpu neoverse-n1,cntfrq=1000000000 "));
	assert_non_null(strstr(line, "-m 3G,slots=1,maxmem="));
	assert_non_null(strstr(line, "-device nvdimm,memdev=dimm0,addr=0x"));
	assert_non_null(strstr(line, "-device pci-serial,chardev=channel "));
	assert_non_null(strstr(line, "-append 'console=ttyAMA0 "));
	assert_null(strstr(line, "memmap="));
	config.cpu = "cortex-a72";
	other = command_of(&plain, &config, 0);
	assert_non_null(strstr(other, "-cpu cortex-a72,cntfrq=1000000000 "));
}

TEST(cpus_are_spread_over_the_nodes)
{
	struct vm_config config = { .kernel = "k", .folder = "f" };
	char *one = command(&config, 0), *line;

	config.cpus = 1;
	line = command(&config, 0);
	assert_string_equal(line, one);
	assert_non_null(strstr(line, "-smp 1,sockets=1 "));
	free(line);
	config.cpus = 5;
	config.nodes = 2;
	line = command(&config, 0);
	assert_non_null(strstr(line, "-smp 5,sockets=5 "));
	assert_non_null(strstr(line, "nodeid=0,memdev=ram0,cpus=0-2 "));
	assert_non_null(strstr(line, "nodeid=1,memdev=ram1,cpus=3-4 "));
	free(line);
	config.cpus = 2;
	config.nodes = 3;
	line = command(&config, 0);
	assert_non_null(strstr(line, "nodeid=0,memdev=ram0,cpus=0 "));
	assert_non_null(strstr(line, "nodeid=1,memdev=ram1,cpus=1 "));
	assert_non_null(strstr(line, "nodeid=2,memdev=ram2 "));
	free(line);
	free(one);
}

/* However many there are of each: every CPU is on one node, and the first on node 0. */
TEST(each_cpu_is_on_one_node)
{
	for (unsigned int cpus = 1; cpus <= VM_MAX_CPUS; cpus++)
		for (unsigned int nodes = 1; nodes <= VM_MAX_NODES; nodes++) {
			assert_int_equal(vm_first_cpu(cpus, nodes, 0), 0);
			assert_true(vm_first_cpu(cpus, nodes, 1) > 0);
			assert_int_equal(vm_first_cpu(cpus, nodes, nodes), cpus);
			for (unsigned int n = 0; n < nodes; n++)
				assert_true(vm_first_cpu(cpus, nodes, n) <=
					    vm_first_cpu(cpus, nodes, n + 1));
		}
}

TEST(what_is_bound_starts_stopped)
{
	struct vm_pins pins = { .nr_cpus = 2, .nr_nodes = 2, .nodes = { 3, 1 } };
	const struct qemu_machine bound = { .args = args, .words = words, .pins = &pins };
	struct vm_config config = { .kernel = "k", .folder = "f", .cpus = 2 };
	char *line = command(&config, 0);

	assert_null(strstr(line, " -S "));
	assert_null(strstr(line, "monitor"));
	assert_null(strstr(line, "policy"));
	free(line);
	line = command_of(&bound, &config, 0);
	assert_non_null(strstr(line, " -S -chardev socket,id=monitor,fd=3 "
				     "-mon chardev=monitor,mode=control "));
	assert_null(strstr(line, "policy"));
	free(line);
	pins.bind_memory = true;
	line = command_of(&bound, &config, 0);
	assert_non_null(strstr(line, "id=ram,size=3G,reserve=off,host-nodes=3,policy=bind "));
	free(line);
	config.nodes = 2;
	line = command_of(&bound, &config, 0);
	assert_non_null(strstr(line, "id=ram0,size=3G,reserve=off,host-nodes=3,policy=bind "));
	assert_non_null(strstr(line, "id=ram1,size=3G,reserve=off,host-nodes=1,policy=bind "));
	free(line);
}

/* Where QEMU puts memory past 1010 GiB depends on whose CPU it models. */
TEST(the_hosts_cpu_has_no_large_layout)
{
	static const struct vm_dax large = { TIB, GIB };
	const struct vm_pins pins = { .nr_cpus = 1, .nr_nodes = 1 };
	const struct qemu_machine bound = { .args = args, .words = words, .pins = &pins };
	struct vm_config config = { .kernel = "k", .folder = "f", .dax = &large, .nr_dax = 1 };

	free(command(&config, 0));
	free(command_of(&bound, &config, -EFBIG));
}

TEST(too_long_a_command_line_is_refused)
{
	char *append = xcalloc(2049, 1);
	const struct vm_config config = { .kernel = "k", .folder = "f", .append = append };

	memset(append, 'x', 2048);
	free(command(&config, -E2BIG));
	free(append);
}
