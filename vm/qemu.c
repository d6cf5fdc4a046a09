// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "base/size.h"
#include "vm/channel.h"
#include "vm/pins.h"

/* Counts were compared from this one on. */
#define QEMU_MIN_MAJOR 7
#define QEMU_MIN_MINOR 2

char *qemu_find(const struct vm_config *c, struct err *err)
{
	const struct arch_qemu *q = &arch_of(c->arch)->qemu;
	const char *name = c->qemu ? c->qemu : q->program;
	_cleanup_free_ char *path = fs_find_program(name);

	if (!path)
		err_set(err, ENOENT, "%s is not there; Debian's package is %s", name, q->package);
	else if (q->firmware && !fs_exists(q->firmware))
		err_set(err, ENOENT, "%s is not there; Debian's package is %s", q->firmware,
			q->firmware_package);
	else
		return TAKE_PTR(path);
	return NULL;
}

#define BEFORE_VERSION "QEMU emulator version "

/* What the program @qemu says of its version, in @said; asked once, for it takes 0.1 s. */
static int ask_version(const char *qemu, const char **said, struct err *err)
{
	const char *argv[] = { qemu, "--version", NULL };
	static struct stat asked;
	static char *text;
	struct stat now = { 0 };
	char *answer = NULL;
	int ret = 0;

	(void)stat(qemu, &now);
	if (!text || now.st_ino != asked.st_ino || now.st_dev != asked.st_dev ||
	    now.st_mtim.tv_sec != asked.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != asked.st_mtim.tv_nsec)
		ret = proc_run(argv,
			       &(struct proc_options){ .output = &answer, .timeout_seconds = 10 },
			       err);
	if (answer && !ret) {
		free(text);
		text = TAKE_PTR(answer);
		asked = now;
	}
	free(answer);
	*said = text;
	return ret;
}

char *qemu_version(const struct vm_config *c)
{
	_cleanup_free_ char *qemu = qemu_find(c, NULL);
	const char *text = NULL;

	if (!qemu || ask_version(qemu, &text, NULL) || !text)
		return xstrdup("");
	if (str_starts(text, BEFORE_VERSION))
		text += strlen(BEFORE_VERSION);
	return xstrndup(text, strcspn(text, "\n"));
}

int qemu_check(const struct vm_config *c, struct err *err)
{
	_cleanup_free_ char *qemu = qemu_find(c, err);
	const char *text;
	unsigned int major, minor;
	int ret;

	if (!qemu)
		return -ENOENT;
	ret = ask_version(qemu, &text, err);
	if (ret)
		return ret;
	if (sscanf(text, BEFORE_VERSION "%u.%u", &major, &minor) != 2)
		ret = err_set(err, EOPNOTSUPP, "%s does not say which QEMU it is", qemu);
	else if (major < QEMU_MIN_MAJOR || (major == QEMU_MIN_MAJOR && minor < QEMU_MIN_MINOR))
		ret = err_set(err, EOPNOTSUPP, "%s is QEMU %u.%u; ptwalk needs %d.%d or newer",
			      qemu, major, minor, QEMU_MIN_MAJOR, QEMU_MIN_MINOR);
	return ret;
}

/* A path as a value of a QEMU option: commas are doubled. */
static char *escaped(const char *path)
{
	char *out = xcalloc(2 * strlen(path) + 1, 1), *to = out;

	for (; *path; path++) {
		if (*path == ',')
			*to++ = ',';
		*to++ = *path;
	}
	return out;
}

static char *kernel_words(const struct qemu_machine *m, const struct vm_config *c,
			  const struct vm_layout *l)
{
	/* The last: since 6.17 a thread clears accessed bits of pages at random, which walks may read. */
	static const char *const always[] = {
		"quiet", "panic=-1", "nokaslr", "norandmaps", "damon_stat.enabled=0", NULL
	};
	const struct arch_words *arch = &arch_of(c->arch)->words;
	const char *const *const lists[] = { arch->all, always, m->words };
	_cleanup_free_ char *memory = layout_words(l);
	char *text;
	_cleanup_(strv_release) struct strv words = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (const char *const *word = lists[i]; *word; word++)
			if (!c->kaslr || strcmp(*word, "nokaslr") != 0)
				strv_add(&words, *word);
	if (!c->mitigations)
		strv_add(&words, "mitigations=off");
	/* Where a stack begins would say how many lines of it are touched. Counts are the same. */
	if (c->facts)
		strv_add(&words, "randomize_kstack_offset=off");
	if (m->words == arch->exact && !c->foreign && arch->driver)
		strv_add(&words, arch->driver);
	if (*memory)
		strv_add(&words, memory);
	if (c->append && *c->append)
		strv_add(&words, c->append);
	text = strv_join(&words, " ");
	return text;
}

static void add_pair(struct strv *argv, const char *option, char *value)
{
	strv_add(argv, option);
	strv_add(argv, value);
	free(value);
}

unsigned int vm_distance(unsigned int a, unsigned int b)
{
	return 10 + 10 * (a > b ? a - b : b - a);
}

unsigned int vm_first_cpu(unsigned int cpus, unsigned int nodes, unsigned int node)
{
	return (node * cpus + nodes - 1) / nodes;
}

/* ",cpus=0-1", or "" of a node with memory alone. Owned by the caller. */
static char *node_cpus(unsigned int cpus, unsigned int nodes, unsigned int node)
{
	unsigned int first = vm_first_cpu(cpus, nodes, node);
	unsigned int end = vm_first_cpu(cpus, nodes, node + 1);

	if (first == end)
		return xstrdup("");
	return end - first == 1 ? xasprintf(",cpus=%u", first)
				: xasprintf(",cpus=%u-%u", first, end - 1);
}

static unsigned int cpus_of(const struct vm_config *c)
{
	return c->cpus ? c->cpus : 1;
}

/* ",host-nodes=1,policy=bind", or "" where memory is not bound. Owned by the caller. */
static char *host_node(const struct qemu_machine *m, unsigned int node)
{
	if (!m->pins || !m->pins->bind_memory)
		return xstrdup("");
	return xasprintf(",host-nodes=%u,policy=bind", m->pins->nodes[node]);
}

static void add_nodes(struct strv *argv, const struct qemu_machine *m, const struct vm_config *c,
		      const struct vm_layout *l)
{
	for (unsigned int n = 0; n < l->nr_nodes; n++) {
		_cleanup_free_ char *cpus = node_cpus(cpus_of(c), (unsigned int)l->nr_nodes, n);

		_cleanup_free_ char *host = host_node(m, n);

		add_pair(argv, "-object",
			 xasprintf("memory-backend-ram,id=ram%u,size=%s,reserve=off%s", n,
				   size_name(layout_node_bytes(l, n)).text, host));
		add_pair(argv, "-numa", xasprintf("node,nodeid=%u,memdev=ram%u%s", n, n, cpus));
	}
	for (unsigned int a = 0; a < l->nr_nodes; a++)
		for (unsigned int b = 0; b < l->nr_nodes; b++)
			if (a != b)
				add_pair(argv, "-numa",
					 xasprintf("dist,src=%u,dst=%u,val=%u", a, b,
						   vm_distance(a, b)));
}

/* Its address is where the layout has it: QEMU's own choice would depend on the others. */
static void add_dimm(struct strv *argv, const struct layout_region *r, size_t i, unsigned int node)
{
	add_pair(argv, "-object",
		 xasprintf("memory-backend-ram,id=dimm%zu,size=%s,reserve=off", i,
			   size_name(r->data - r->start + r->size).text));
	add_pair(argv, "-device",
		 xasprintf("nvdimm,memdev=dimm%zu,addr=%#llx,node=%u", i,
			   (unsigned long long)r->start, node));
}

static void add_memory(struct strv *argv, const struct qemu_machine *m, const struct vm_config *c,
		       const struct vm_layout *l)
{
	_cleanup_free_ char *host = host_node(m, 0);
	struct size_name low = size_name(l->low), total = size_name(l->total);
	const struct arch *arch = arch_of(c->arch);
	bool one = l->nr_nodes == 1;
	_cleanup_free_ char *split =
		arch->memory.low ? xasprintf(",max-ram-below-4g=%s", low.text) : xstrdup("");

	add_pair(argv, "-machine",
		 xasprintf("%s%s%s", arch->qemu.board, one ? ",memory-backend=ram" : "", split));
	if (one)
		add_pair(argv, "-object",
			 xasprintf("memory-backend-ram,id=ram,size=%s,reserve=off%s", total.text,
				   host));
	add_pair(argv, "-m",
		 l->dimms ? xasprintf("%s,slots=%zu,maxmem=%s", total.text, l->dimms,
				      size_name(l->end).text)
			  : xstrdup(total.text));
	if (!one)
		add_nodes(argv, m, c, l);
	for (size_t i = 0; i < l->dimms; i++)
		add_dimm(argv, &l->dax[i], i, c->dax[i].node);
}

/* It starts stopped, for whoever binds its CPUs. */
static void add_monitor(struct strv *argv)
{
	strv_add(argv, "-S");
	add_pair(argv, "-chardev", xasprintf("socket,id=monitor,fd=%d", QEMU_MONITOR_FD));
	add_pair(argv, "-mon", xstrdup("chardev=monitor,mode=control"));
}

/* As the machine likes, but with as many address bits as the layout needs. */
static void add_machine(struct strv *argv, const struct qemu_machine *m, const struct vm_config *c,
			const struct vm_layout *l)
{
	const struct arch *arch = arch_of(c->arch);
	const char *model = c->cpu ? c->cpu : arch->qemu.cpu;
	_cleanup_free_ char *wide =
		l->wide ? xasprintf(",phys-bits=%u", arch->memory.wide_bits) : xstrdup("");

	for (size_t i = 0; m->args[i]; i++)
		strv_add(argv, m->args[i]);
	strv_add(argv, "-cpu");
	if (m->cpu)
		strv_addf(argv, "%s%s", m->cpu, wide);
	else
		strv_addf(argv, "%s%s%s", model, arch->qemu.cpu_adds, wide);
}

static void add_devices(struct strv *argv, const struct vm_config *c)
{
	static const char *const fixed[] = {
		"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
	};
	_cleanup_free_ char *folder = escaped(c->folder);

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		strv_add(argv, fixed[i]);
	add_pair(argv, "-chardev", xasprintf("file,id=console,path=%s/console.log", folder));
	add_pair(argv, "-serial", xstrdup("chardev:console"));
	add_pair(argv, "-chardev", xstrdup("stdio,id=channel,signal=off"));
	for (const char *const *word = arch_of(c->arch)->qemu.channel; *word; word++)
		strv_add(argv, *word);
	/* A disk without a medium; what counts is its controller's memory buffer. */
	if (c->p2pdma_mib)
		add_pair(argv, "-device",
			 xasprintf("nvme,serial=ptwalk,cmb_size_mb=%u", c->p2pdma_mib));
}

/* The plugin stands where place_beside() finds it, or where $PTWALK_FACTS says. */
static int add_plugin(struct strv *argv, const struct vm_config *c, struct err *err)
{
	_cleanup_free_ char *plugin = place_beside("ptwalk-facts.so", "PTWALK_FACTS");
	_cleanup_free_ char *in = escaped(plugin), *out = escaped(c->facts);
	int ret = 0;

	if (access(plugin, R_OK))
		ret = err_set(
			err, errno,
			"the plugin that counts facts is not there: %s (PTWALK_FACTS names it)",
			plugin);
	add_pair(argv, "-plugin", xasprintf("%s,out=%s%s", in, out, c->model ? ",model=on" : ""));
	return ret;
}

int qemu_command(const struct qemu_machine *m, const struct vm_config *c, const struct vm_layout *l,
		 const char *qemu, const char *image, struct strv *argv, struct err *err)
{
	const struct arch *arch = arch_of(c->arch);
	char *words = kernel_words(m, c, l);
	size_t len = strlen(words);

	strv_add(argv, qemu);
	add_memory(argv, m, c, l);
	/* A package each: none of them is on two nodes. */
	add_pair(argv, "-smp", xasprintf("%u,sockets=%u", cpus_of(c), cpus_of(c)));
	add_machine(argv, m, c, l);
	add_devices(argv, c);
	if (m->pins)
		add_monitor(argv);
	if (arch->qemu.firmware)
		add_pair(argv, "-bios", xstrdup(arch->qemu.firmware));
	add_pair(argv, "-kernel", xstrdup(c->kernel));
	add_pair(argv, "-initrd", xstrdup(image));
	add_pair(argv, "-append", words);
	if (c->facts) {
		int ret = add_plugin(argv, c, err);

		if (ret)
			return ret;
	}
	if (m->pins && l->wide)
		return err_set(err, EFBIG,
			       "memory and devices end past %lluG, where the host's CPU may have "
			       "no addresses",
			       (unsigned long long)(arch->memory.end / GIB));
	if (len >= arch->words.room)
		return err_set(err, E2BIG, "the kernel's command line has %zu bytes; it takes %zu",
			       len, arch->words.room - 1);
	return 0;
}

char *qemu_command_line(const struct strv *argv)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < argv->n; i++) {
		_cleanup_free_ char *word = str_quoted(argv->v[i]);

		strv_add(&words, word);
	}
	text = strv_join(&words, " ");
	return xasprintf("%s\n", text);
}
