// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "base/size.h"
#include "vm/channel.h"
#include "vm/pins.h"

/* x86's asm/setup.h */
#define COMMAND_LINE_SIZE 2048

#define QEMU_DEFAULT "qemu-system-x86_64"

/* Counts were compared from this one on. */
#define QEMU_MIN_MAJOR 7
#define QEMU_MIN_MINOR 2

char *qemu_find(const struct vm_config *c, struct err *err)
{
	const char *name = c->qemu ? c->qemu : QEMU_DEFAULT;
	char *path = fs_find_program(name);

	if (!path)
		err_set(err, ENOENT, "%s is not there; Debian's package is qemu-system-x86", name);
	return path;
}

int qemu_check(const struct vm_config *c, struct err *err)
{
	const char *argv[] = { NULL, "--version", NULL };
	_cleanup_free_ char *qemu = qemu_find(c, err), *text = NULL;
	unsigned int major, minor;
	int ret;

	if (!qemu)
		return -ENOENT;
	argv[0] = qemu;
	ret = proc_run(argv, &(struct proc_options){ .output = &text, .timeout_seconds = 10 }, err);
	if (ret)
		return ret;
	if (sscanf(text, "QEMU emulator version %u.%u", &major, &minor) != 2)
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
	static const char *const always[] = { "console=ttyS0", "quiet", "panic=-1", "nokaslr",
					      "norandmaps" };
	_cleanup_free_ char *memory = layout_words(l);
	char *text;
	_cleanup_(strv_release) struct strv words = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		strv_add(&words, always[i]);
	for (size_t i = 0; m->words[i]; i++)
		strv_add(&words, m->words[i]);
	if (!c->mitigations)
		strv_add(&words, "mitigations=off");
	/*
	 * With one CPU the kernel would patch its lock prefixes away; and where a stack begins would
	 * say how many lines of it are touched. Counts are the same.
	 */
	if (c->facts)
		strv_add(&words, "noreplace-smp randomize_kstack_offset=off");
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

static void add_memory(struct strv *argv, const struct qemu_machine *m, const struct vm_config *c,
		       const struct vm_layout *l)
{
	_cleanup_free_ char *host = host_node(m, 0);
	struct size_name low = size_name(l->low), total = size_name(l->total);
	bool one = l->nr_nodes == 1;

	add_pair(argv, "-machine",
		 xasprintf("pc,hpet=off,%smax-ram-below-4g=%s", one ? "memory-backend=ram," : "",
			   low.text));
	if (one)
		add_pair(argv, "-object",
			 xasprintf("memory-backend-ram,id=ram,size=%s,reserve=off%s", total.text,
				   host));
	add_pair(argv, "-m", xstrdup(total.text));
	if (!one)
		add_nodes(argv, m, c, l);
}

/* It starts stopped, for whoever binds its CPUs. */
static void add_monitor(struct strv *argv)
{
	strv_add(argv, "-S");
	add_pair(argv, "-chardev", xasprintf("socket,id=monitor,fd=%d", QEMU_MONITOR_FD));
	add_pair(argv, "-mon", xstrdup("chardev=monitor,mode=control"));
}

/* As the machine likes, but with as many address bits as the layout needs. */
static void add_machine(struct strv *argv, const struct qemu_machine *m, const struct vm_layout *l)
{
	for (size_t i = 0; m->args[i]; i++)
		if (l->wide && i && !strcmp(m->args[i - 1], "-cpu"))
			strv_addf(argv, "%s,phys-bits=%d", m->args[i], LAYOUT_WIDE_BITS);
		else
			strv_add(argv, m->args[i]);
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
	add_pair(argv, "-device",
		 xasprintf("isa-debugcon,iobase=%#x,readback=%#x,chardev=channel", CHANNEL_PORT,
			   CHANNEL_PORT));
	add_pair(argv, "-device",
		 xasprintf("isa-debug-exit,iobase=%#x,iosize=4", CHANNEL_POWER_PORT));
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
	add_pair(argv, "-plugin", xasprintf("%s,out=%s", in, out));
	return ret;
}

int qemu_command(const struct qemu_machine *m, const struct vm_config *c, const struct vm_layout *l,
		 const char *qemu, const char *image, struct strv *argv, struct err *err)
{
	char *words = kernel_words(m, c, l);
	size_t len = strlen(words);

	strv_add(argv, qemu);
	add_memory(argv, m, c, l);
	/* A package each: none of them is on two nodes. */
	add_pair(argv, "-smp", xasprintf("%u,sockets=%u", cpus_of(c), cpus_of(c)));
	add_machine(argv, m, l);
	add_devices(argv, c);
	if (m->pins)
		add_monitor(argv);
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
			       LAYOUT_END / GIB);
	if (len >= COMMAND_LINE_SIZE)
		return err_set(err, E2BIG, "the kernel's command line has %zu bytes; it takes %d",
			       len, COMMAND_LINE_SIZE - 1);
	return 0;
}

char *qemu_command_line(const struct strv *argv)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=+,./:@%";
	_cleanup_(strv_release) struct strv words = { 0 };
	_cleanup_free_ char *text = NULL;
	char *line;

	for (size_t i = 0; i < argv->n; i++) {
		const char *w = argv->v[i];
		_cleanup_free_ char *quoted = NULL;
		char *to;

		if (*w && !w[strspn(w, plain)]) {
			strv_add(&words, w);
			continue;
		}
		quoted = to = xcalloc(4 * strlen(w) + 3, 1);
		*to++ = '\'';
		for (; *w; w++) {
			if (*w == '\'')
				to = stpcpy(to, "'\\'");
			*to++ = *w;
		}
		*to = '\'';
		strv_add(&words, quoted);
	}
	text = strv_join(&words, " ");
	line = xasprintf("%s\n", text);
	return line;
}
