// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/size.h"
#include "bench/cli/command.h"
#include "bench/op/selection.h"
#include "kernels/kernel.h"
#include "vm/vm.h"
#include "workloads/workload.h"

enum key {
	KEY_APPEND = 256,
	KEY_LIMIT,
	KEY_SILENT,
	KEY_QEMU,
	KEY_NO_MODULE,
	KEY_MODULE,
	KEY_LOAD,
	KEY_PMEM,
	KEY_NODES,
	KEY_SPARE,
	KEY_CPUS,
	KEY_FACTS,
};

struct guest_options {
	const struct machine *machine;
	const char *kernel, *append, *qemu, *module, *facts;
	unsigned int limit_seconds, silent_seconds, nodes, cpus;
	bool no_module;
	struct strv files; /* "HOST:GUEST" */
	struct strv load;  /* modules of the kernel */
	struct vm_dax *dax;
	size_t nr_dax;
	uint64_t spare[VM_NR_SPARE];
	char **argv; /* the program, as on this host */
};

static const struct argp_option argp_options[] = {
	{ "kernel", 'k', "KERNEL", 0, "Kernel to boot (default: debian:6.1)", 0 },
	{ "machine", 'm', "NAME", 0, "Where it runs (default: exact)", 0 },
	{ "cpus", KEY_CPUS, "N", 0, "CPUs of the guest (default: the machine's)", 0 },
	{ "file", 'f', "HOST:GUEST", 0, "Put a file into the guest; repeatable", 0 },
	{ "dax", 'd', "ALIGN[@NODE]", 0,
	  "Make a device-dax device of 1G with this alignment; repeatable", 0 },
	{ "nodes", KEY_NODES, "N", 0, "NUMA nodes; all but node 0 have memory alone (default: 1)",
	  0 },
	{ "pmem", KEY_PMEM, NULL, 0, "Make a pmem block device of 1G; repeatable", 0 },
	{ "spare", KEY_SPARE, "low|high", 0,
	  "Keep 1G of memory there from the kernel, for the program; repeatable", 0 },
	{ "no-module", KEY_NO_MODULE, NULL, 0, "Do not load ptwalk.ko", 0 },
	{ "load", KEY_LOAD, "NAME", 0, "Load this module of the kernel first; repeatable", 0 },
	{ "module", KEY_MODULE, "FILE", 0, "Load this module as ptwalk.ko", 0 },
	{ "append", KEY_APPEND, "WORDS", 0, "More words for the kernel's command line", 0 },
	{ "limit", KEY_LIMIT, "SECONDS", 0, "End a guest that takes longer", 0 },
	{ "silent", KEY_SILENT, "SECONDS", 0, "End a guest that says nothing for so long", 0 },
	{ "facts", KEY_FACTS, "FILE", 0,
	  "Have QEMU's plugin count what the program's windows hold (exact machine)", 0 },
	{ "qemu", KEY_QEMU, "PROGRAM", 0, "QEMU to use (default: qemu-system-x86_64)", 0 },
	{ 0 },
};

static unsigned int parse_number(struct argp_state *state, const char *text, unsigned long min,
				 unsigned long max, const char *what)
{
	unsigned long n;
	struct err err;

	if (parse_count(text, min, max, what, &n, &err))
		argp_error(state, "%s", err.text);
	return (unsigned int)n;
}

static unsigned int parse_seconds(struct argp_state *state, const char *text)
{
	return parse_number(state, text, 1, 86400, "seconds");
}

/* @text: the alignment of device-dax and its node; NULL: a block device. */
static void add_dax(struct argp_state *state, const char *text)
{
	struct guest_options *o = state->input;
	struct vm_dax dax = { .size = GIB };
	const char *at = text ? strchrnul(text, '@') : NULL;
	char *align = text ? xstrndup(text, (size_t)(at - text)) : NULL;
	struct err err;

	if (text && size_parse(align, &dax.align, &err))
		argp_error(state, "%s", err.text);
	if (text && *at)
		dax.node = parse_number(state, at + 1, 0, VM_MAX_NODES - 1, "a node");
	free(align);
	o->dax = xrealloc(o->dax, (o->nr_dax + 1) * sizeof(*o->dax));
	o->dax[o->nr_dax++] = dax;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct guest_options *o = state->input;
	struct err err;

	switch (key) {
	case 'k':
		o->kernel = arg;
		return 0;
	case 'm':
		if (machine_known(arg, &o->machine, &err))
			argp_error(state, "%s", err.text);
		if (o->machine->here)
			argp_error(state, "the %s machine has no guest", arg);
		return 0;
	case KEY_CPUS:
		o->cpus = parse_number(state, arg, 1, VM_MAX_CPUS, "CPUs");
		return 0;
	case 'f':
		if (!strchr(arg, ':') || strchr(arg, ':')[1] != '/')
			argp_error(state, "--file takes HOST:/GUEST, not '%s'", arg);
		strv_add(&o->files, arg);
		return 0;
	case 'd':
		add_dax(state, arg);
		return 0;
	case KEY_SPARE:
		if (strcmp(arg, "low") && strcmp(arg, "high"))
			argp_error(state, "--spare takes low or high, not '%s'", arg);
		o->spare[strcmp(arg, "low") ? VM_SPARE_HIGH : VM_SPARE_LOW] = GIB;
		return 0;
	case KEY_FACTS:
		o->facts = arg;
		return 0;
	case KEY_NO_MODULE:
		o->no_module = true;
		return 0;
	case KEY_MODULE:
		o->module = arg;
		return 0;
	case KEY_NODES:
		o->nodes = parse_number(state, arg, 1, VM_MAX_NODES, "NUMA nodes");
		return 0;
	case KEY_PMEM:
		add_dax(state, NULL);
		return 0;
	case KEY_LOAD:
		strv_add(&o->load, arg);
		return 0;
	case KEY_APPEND:
		o->append = arg;
		return 0;
	case KEY_LIMIT:
		o->limit_seconds = parse_seconds(state, arg);
		return 0;
	case KEY_SILENT:
		o->silent_seconds = parse_seconds(state, arg);
		return 0;
	case KEY_QEMU:
		o->qemu = arg;
		return 0;
	case ARGP_KEY_ARGS:
		o->argv = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program is to run in the guest?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print(void *arg, const char *data, size_t len)
{
	(void)arg;
	fwrite(data, 1, len, stdout);
	fflush(stdout);
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
	static const struct vm_events events = { .record = print_record, .output = print };
	const struct machine *machine = o->machine;
	struct vm_result result = { 0 };
	struct strv argv = { 0 };
	struct vm_file *files;
	char *program;
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
		char *tail = vm_console_tail(config->folder, 15);

		if (tail && *tail)
			fprintf(stderr, "The console's last lines:\n%s\n", tail);
		free(tail);
	}
	strv_release(&argv);
	free(files);
	free(program);
	return ret;
}

static int prepare_guest(const struct guest_options *o, struct kernel *kernel, char **module,
			 struct err *err)
{
	int ret = kernel_find(o->kernel ? o->kernel : "debian:6.1", kernel, NULL, err);

	*module = NULL;
	if (ret || o->no_module)
		return ret;
	if (o->module) {
		*module = xstrdup(o->module);
		return 0;
	}
	ret = kernel_module(kernel, NULL, module, NULL, err);
	if (ret)
		kernel_release(kernel);
	return ret;
}

/* The modules that were named, after those that the devices need. */
static void guest_modules(const struct guest_options *o, struct strv *modules)
{
	for (size_t i = 0; i < o->nr_dax; i++) {
		const char *user = o->dax[i].align ? "devdax-pte" : "fsdax-pte";
		const char *const *need = workload_find(user)->modules;

		for (; *need; need++)
			strv_add(modules, *need);
	}
	for (size_t i = 0; i < o->load.n; i++)
		strv_add(modules, o->load.v[i]);
}

static int guest(const struct guest_options *o, int *status, struct err *err)
{
	struct strv modules = { 0 };
	char folder[] = "/tmp/ptwalk-guest.XXXXXX";
	struct vm_config config;
	struct kernel kernel;
	char *module;
	int ret = prepare_guest(o, &kernel, &module, err);

	if (ret)
		return ret;
	if (!mkdtemp(folder)) {
		ret = err_set(err, errno, "cannot make a folder in /tmp: %s", strerror(errno));
		goto out;
	}
	guest_modules(o, &modules);
	config = (struct vm_config){
		.kernel = *kernel.vmlinux ? kernel.vmlinux : kernel.image,
		.release = kernel.release,
		.modules_root = kernel.root,
		.modules = (const char *const *)modules.v,
		.module = module,
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
	ret = run_guest(o, &config, status, err);
	fs_remove(folder, NULL);
out:
	strv_release(&modules);
	kernel_release(&kernel);
	free(module);
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "[--] PROGRAM [ARG...]",
		.doc = "Boot a machine, the exact one where no other is named, run a program of this host in it, print what it "
		       "says.\vThe program brings its libraries along and runs as root, with "
		       "ptwalk.ko loaded. The exit status is the program's; 2 where there is none.",
	};
	struct guest_options o = { .machine = machine_find("exact") };
	struct err err = { 0 };
	int status = 0, ret = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);

	if (!ret && o.cpus > o.machine->most_cpus)
		ret = err_set(&err, EINVAL, "--cpus %u: the %s machine has at most %u", o.cpus,
			      o.machine->name, o.machine->most_cpus);
	if (!ret && o.facts && !o.machine->exact)
		ret = err_set(&err, EINVAL, "--facts needs a machine that counts exactly; %s does not",
			      o.machine->name);
	if (!ret)
		ret = guest(&o, &status, &err);
	strv_release(&o.files);
	strv_release(&o.load);
	free(o.dax);
	return ret ? command_fail("guest", &err) : status;
}

const struct command command_guest = {
	.name = "guest",
	.summary = "run a program of yours in a guest",
	.run = run,
};
