// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/progress.h"
#include "base/size.h"
#include "bench/cli/command.h"
#include "bench/op/selection.h"
#include "bench/measure/prepare.h"
#include "kernels/kernel.h"
#include "kernels/programs.h"
#include "vm/vm.h"
#include "workloads/workload.h"

struct guest_options {
	const struct machine *machine;
	const struct arch *arch; /* NULL: this host's */
	const char *kernel, *append, *qemu, *facts;
	unsigned int limit_seconds, silent_seconds, nodes, cpus;
	bool no_module, words;
	struct strv modules; /* files */
	struct strv files;   /* "HOST:GUEST" */
	struct strv load;    /* modules of the kernel */
	struct vm_dax *dax;
	size_t nr_dax;
	uint64_t spare[VM_NR_SPARE];
	char **argv; /* the program, as on this host */
};

static int set_machine(void *options, const char *arg, struct err *err)
{
	struct guest_options *o = options;
	int ret = machine_known(arg, &o->machine, err);

	if (!ret && o->machine->here)
		ret = err_set(err, EINVAL, "the %s machine has no guest", arg);
	return ret;
}

static int set_arch(void *options, const char *arg, struct err *err)
{
	struct guest_options *o = options;

	return arch_known(arg, &o->arch, err);
}

static int add_file(void *options, const char *arg, struct err *err)
{
	struct guest_options *o = options;
	const char *colon = strchr(arg, ':');

	if (!colon || colon[1] != '/')
		return err_set(err, EINVAL, "--file takes HOST:/GUEST, not '%s'", arg);
	strv_add(&o->files, arg);
	return 0;
}

static void add_device(struct guest_options *o, const struct vm_dax *dax)
{
	o->dax = xrealloc(o->dax, (o->nr_dax + 1) * sizeof(*o->dax));
	o->dax[o->nr_dax++] = *dax;
}

/* "2M", "2M@1": an alignment, and a node. */
static int add_dax(void *options, const char *arg, struct err *err)
{
	struct vm_dax dax = { .size = GIB };
	const char *at = strchrnul(arg, '@');
	char *align = xstrndup(arg, (size_t)(at - arg));
	unsigned long node = 0;
	int ret = size_parse(align, &dax.align, err);

	if (!ret && *at)
		ret = parse_count(at + 1, 0, VM_MAX_NODES - 1, "a node", &node, err);
	free(align);
	if (ret)
		return ret;
	dax.node = (unsigned int)node;
	add_device(options, &dax);
	return 0;
}

static int add_pmem(void *options, const char *arg, struct err *err)
{
	(void)arg;
	(void)err;
	add_device(options, &(struct vm_dax){ .size = GIB });
	return 0;
}

static int add_spare(void *options, const char *arg, struct err *err)
{
	struct guest_options *o = options;

	if (strcmp(arg, "low") && strcmp(arg, "high"))
		return err_set(err, EINVAL, "--spare takes low or high, not '%s'", arg);
	o->spare[strcmp(arg, "low") ? VM_SPARE_HIGH : VM_SPARE_LOW] = GIB;
	return 0;
}

static const struct opt options[] = {
	{ "kernel", 'k', "KERNEL", "Kernel to boot (default: debian:6.1)",
	  OPT_TEXT(struct guest_options, kernel) },
	{ "machine", 'm', "NAME", "Where it runs (default: exact)", OPT_CALL(set_machine) },
	{ "arch", 0, "ARCH", "The kernel's and the program's: x86 (default), or arm64",
	  OPT_CALL(set_arch) },
	{ "cpus", 0, "N", "CPUs of the guest (default: the machine's)",
	  OPT_UINT(struct guest_options, cpus, 1, VM_MAX_CPUS) },
	{ "file", 'f', "HOST:GUEST", "Put a file into the guest; repeatable", OPT_CALL(add_file) },
	{ "dax", 'd', "ALIGN[@NODE]",
	  "Make a device-dax device of 1G with this alignment; repeatable", OPT_CALL(add_dax) },
	{ "nodes", 0, "N", "NUMA nodes; all but node 0 have memory alone (default: 1)",
	  OPT_UINT(struct guest_options, nodes, 1, VM_MAX_NODES) },
	{ "pmem", 0, NULL, "Make a pmem block device of 1G; repeatable", OPT_CALL(add_pmem) },
	{ "spare", 0, "low|high",
	  "Keep 1G of memory there from the kernel, for the program; repeatable",
	  OPT_CALL(add_spare) },
	{ "no-module", 0, NULL, "Do not load ptwalk.ko",
	  OPT_FLAG(struct guest_options, no_module) },
	{ "load", 0, "NAME", "Load this module of the kernel first; repeatable",
	  OPT_TEXTS(struct guest_options, load) },
	{ "module", 0, "FILE", "Load this module, too, after ptwalk.ko; repeatable",
	  OPT_TEXTS(struct guest_options, modules) },
	{ "words", 0, NULL,
	  "Append --dax=, --pmem= and --spare= to the program's words, as ptwalk-driver has them; "
	  "else PTWALK_DAX0 and the like are in its environment",
	  OPT_FLAG(struct guest_options, words) },
	{ "append", 0, "WORDS", "More words for the kernel's command line",
	  OPT_TEXT(struct guest_options, append) },
	{ "limit", 0, "SECONDS", "End a guest that takes longer",
	  OPT_SECONDS(struct guest_options, limit_seconds, 86400) },
	{ "silent", 0, "SECONDS", "End a guest that says nothing for so long",
	  OPT_SECONDS(struct guest_options, silent_seconds, 86400) },
	{ "facts", 0, "FILE",
	  "Have QEMU's plugin count what the program's windows hold (exact machine)",
	  OPT_TEXT(struct guest_options, facts) },
	{ "qemu", 0, "PROGRAM", "QEMU to use (default: that of the kernel's architecture)",
	  OPT_TEXT(struct guest_options, qemu) },
	OPT_ARG("PROGRAM", "which program is to run in the guest?",
		OPT_REST(struct guest_options, argv)),
	{ 0 },
};

static void print(void *arg, const char *data, size_t len)
{
	(void)arg;
	fwrite(data, 1, len, stdout);
	fflush(stdout);
}

static void print_note(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "ptwalk guest: %s\n", text);
}

static int print_record(void *arg, const char *line, size_t len, struct err *err)
{
	(void)arg;
	(void)err;
	printf("%.*s\n", (int)len, line);
	fflush(stdout);
	return 0;
}

/* The program comes first; its name in the guest is its last part. */
static struct vm_file *guest_files(const struct guest_options *o, char **program)
{
	struct vm_file *files = xcalloc(o->files.n + 1, sizeof(*files));
	const char *slash = strrchr(o->argv[0], '/');

	*program = xasprintf("/%s", slash ? slash + 1 : o->argv[0]);
	files[0] = (struct vm_file){ o->argv[0], *program };
	for (size_t i = 0; i < o->files.n; i++) {
		char *colon = strchr(o->files.v[i], ':');

		*colon = '\0';
		files[i + 1] = (struct vm_file){ o->files.v[i], colon + 1 };
	}
	return files;
}

static int run_guest(const struct guest_options *o, struct vm_config *config, int *status,
		     struct err *err)
{
	static const struct vm_events events = { .record = print_record,
						 .output = print,
						 .note = print_note };
	const struct machine *machine = o->machine;
	struct vm_result result = { 0 };
	_cleanup_(strv_release) struct strv argv = { 0 };
	struct vm_file *files;
	_cleanup_free_ char *program = NULL;
	int ret;

	files = guest_files(o, &program);
	strv_add(&argv, program);
	for (char **arg = o->argv + 1; *arg; arg++)
		strv_add(&argv, *arg);
	config->files = files;
	config->nr_files = o->files.n + 1;
	config->argv = (const char *const *)argv.v;
	ret = machine->supported(config, err);
	if (!ret)
		ret = machine->run(config, &events, NULL, &result, err);
	*status = result.status;
	if (ret && !interrupt_pending()) {
		_cleanup_free_ char *tail = vm_console_tail(config->folder, 15);

		if (tail && *tail)
			fprintf(stderr, "The console's last lines:\n%s\n", tail);
	}
	free(files);
	return ret;
}

static int prepare_guest(const struct guest_options *o, struct kernel *kernel, char **module,
			 struct programs *programs, struct err *err)
{
	const char *spec = o->kernel ? o->kernel : "debian:6.1";
	int ret = arch_of(o->arch) == arch_host ? 0 : programs_build(o->arch, programs, NULL, err);

	if (!ret)
		ret = kernel_find(spec, o->arch, kernel, NULL, err);
	if (ret || o->no_module)
		return ret;
	ret = kernel_module(kernel, NULL, module, NULL, err);
	if (ret)
		kernel_release(kernel);
	return ret;
}

/* The modules that were named, after those that the devices need. */
static void guest_modules(const struct guest_options *o, const struct arch *arch,
			  struct strv *modules)
{
	for (size_t i = 0; i < o->nr_dax; i++)
		prepare_modules(arch, workload_find(o->dax[i].align ? "devdax-pte" : "fsdax-pte"),
				modules);
	for (size_t i = 0; i < o->load.n; i++)
		strv_add(modules, o->load.v[i]);
}

static int guest(const struct guest_options *o, int *status, struct err *err)
{
	_cleanup_(strv_release) struct strv modules = { 0 };
	_cleanup_(fs_temp_endp) char *folder = NULL;
	_cleanup_(kernel_release) struct kernel kernel = { 0 };
	_cleanup_(programs_release) struct programs programs = { 0 };
	_cleanup_free_ char *module = NULL;
	struct vm_config config;
	int ret = prepare_guest(o, &kernel, &module, &programs, err);

	if (ret)
		return ret;
	folder = fs_temp(NULL, "ptwalk-guest", err);
	if (!folder)
		return -errno;
	guest_modules(o, kernel.arch, &modules);
	config = (struct vm_config){
		.arch = kernel.arch,
		.init = programs.init,
		.libraries = programs.libraries,
		.kernel = *kernel.vmlinux ? kernel.vmlinux : kernel.image,
		.release = kernel.release,
		.modules_root = kernel.root,
		.modules = (const char *const *)modules.v,
		.module = module,
		.foreign_modules = (const char *const *)o->modules.v,
		.foreign = !o->words,
		.dax = o->dax,
		.nr_dax = o->nr_dax,
		.nodes = o->nodes,
		.cpus = o->cpus ? o->cpus : o->machine->cpus,
		.spare = { o->spare[VM_SPARE_LOW], o->spare[VM_SPARE_HIGH] },
		.append = o->append,
		.limit_seconds = o->limit_seconds,
		.silent_seconds = o->silent_seconds,
		.qemu = o->qemu,
		.facts = o->facts,
		.folder = folder,
	};
	return run_guest(o, &config, status, err);
}

static void options_release(struct guest_options *o)
{
	strv_release(&o->files);
	strv_release(&o->load);
	strv_release(&o->modules);
	free(o->dax);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct guest_options o = { .machine = MACHINE_DEFAULT };
	struct err err = { 0 };
	int status = STATUS_ERROR, ret;

	if (command_parse(&command_guest, argc, argv, &o))
		return STATUS_ERROR;
	for (size_t i = 0; i < o.modules.n; i++)
		if (access(o.modules.v[i], R_OK)) {
			err_errno(&err, "cannot read the module %s", o.modules.v[i]);
			return command_fail("guest", &err);
		}
	if (o.cpus > o.machine->most_cpus)
		ret = err_set(&err, EINVAL, "--cpus %u: the %s machine has at most %u", o.cpus,
			      o.machine->name, o.machine->most_cpus);
	else if (o.facts && !o.machine->exact)
		ret = err_set(&err, EINVAL,
			      "--facts needs a machine that counts exactly; %s does not",
			      o.machine->name);
	else
		ret = guest(&o, &status, &err);
	return ret ? command_fail("guest", &err) : status;
}

const struct command command_guest = {
	.name = "guest",
	.summary = "run a program of yours in a guest",
	.args = "[--] PROGRAM [ARG...]",
	.doc = "Boot a machine, the exact one where no other is named, run a program of this host in "
	       "it, print what it says.\vThe program brings its libraries along and runs as root, "
	       "with ptwalk.ko loaded. The exit status is the program's; 2 where there is none.",
	.examples = "  ptwalk guest -- /bin/uname -a\n"
		    "  ptwalk guest -k debian:6.12 -- ./my-test\n"
		    "  ptwalk guest --arch arm64 -k debian:6.12 -- ./my-arm64-test\n",
	.options = options,
	.run = run,
};
