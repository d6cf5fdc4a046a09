// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines of QEMU's translator (TCG), which need nothing of the host.
 *
 * exact: with -icount, where a tick of the TSC is one guest instruction. What counts
 * depend on is fixed here: the CPU model, the clock and its beginning, the seed, one CPU.
 *
 * tcg: without it, a thread for each CPU. What needs more than one CPU runs here; its
 * ticks are the host's, spent in a translator, and say nothing of the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/str.h"
#include "vm/pins.h"
#include "vm/qemu.h"
#include "vm/vm.h"

static int run_exact(const struct vm_config *config, const struct vm_events *events, void *arg,
		     struct vm_result *result, struct err *err)
{
	static const char *const args[] = {
		"-accel", "tcg,thread=single",	      "-icount", "shift=0,sleep=off",
		"-rtc",	  "base=2024-01-01,clock=vm", "-seed",	 "1",
		NULL,
	};
	const struct qemu_machine qemu = { .args = args,
					   .words = arch_of(config->arch)->words.exact,
					   .never_waits = true };

	return boot_run(&qemu, config, events, arg, result, err);
}

static int run_tcg(const struct vm_config *config, const struct vm_events *events, void *arg,
		   struct vm_result *result, struct err *err)
{
	static const char *const args[] = { "-accel", "tcg,thread=multi", NULL };
	const struct arch_words *arch = &arch_of(config->arch)->words;
	_cleanup_free_ char *here = arch->tcg_here ? arch->tcg_here() : NULL;
	_cleanup_(strv_release) struct strv words = { 0 };
	struct qemu_machine qemu = { .args = args, .stale_text = true };

	for (const char *const *word = arch->tcg; *word; word++)
		strv_add(&words, *word);
	if (here)
		strv_add(&words, here);
	qemu.words = (const char *const *)words.v;
	return boot_run(&qemu, config, events, arg, result, err);
}

const struct machine machine_exact = {
	.name = "exact",
	.summary = "QEMU, one CPU, counting instructions: the same numbers everywhere",
	.unit = "instructions",
	.replicate = "boot",
	.exact = true,
	.cpus = 1,
	.most_cpus = 1,
	.supported = qemu_check,
	.run = run_exact,
};

const struct machine machine_tcg = {
	.name = "tcg",
	.summary = "QEMU, several CPUs: functional only, its figures are never compared",
	.unit = "ticks",
	.replicate = "boot",
	.functional = true,
	.cpus = 2,
	.most_cpus = VM_MAX_CPUS,
	.supported = qemu_check,
	.run = run_tcg,
};

/*
 * The kvm machine: QEMU with KVM, each CPU bound to one of the host's, each
 * node's memory to a node. Its ticks are the host's TSC: time, and noisy, so that
 * a boot is what is replicated. It is chosen by its name alone.
 */

/* Probe, start and end together stay below 20 s. */
#define PROBE_SECONDS 4
#define EARLY_SECONDS 12

static int supported(const struct vm_config *c, struct err *err)
{
	const char *device = getenv(KVM_DEVICE_VARIABLE);
	struct vm_pins pins;
	int ret = qemu_check(c, err);

	if (!ret && arch_of(c->arch) != arch_host)
		ret = err_set(err, EOPNOTSUPP,
			      "KVM runs kernels of this host's architecture, %s, alone: --machine "
			      "exact runs others",
			      arch_host->name);
	if (!ret)
		ret = pins_host(c->cpus, c->nodes, &pins, err);
	if (!device || !*device)
		device = "/dev/kvm";
	if (!ret && strcmp(device, "-") != 0)
		ret = kvm_probe(device, PROBE_SECONDS, err);
	return ret;
}

static int run_with(const struct vm_pins *pins, const struct vm_config *config,
		    const struct vm_events *events, void *arg, struct vm_result *result,
		    struct err *err)
{
	const struct kvm_offer offer = kvm_offer("");
	_cleanup_free_ char *cpu =
		xasprintf("host,migratable=off%s,pmu=%s", offer.invariant_tsc ? ",+invtsc" : "",
			  offer.pmu ? "on" : "off");
	static const char *const args[] = { "-accel", "kvm", NULL };
	const char *const words[] = { "no_timer_check", "cryptomgr.notests",
				      offer.invariant_tsc ? "tsc=reliable" : NULL, NULL };
	_cleanup_free_ char *text = pins_text(pins);
	_cleanup_free_ char *note =
		xasprintf("%sinvariant TSC: %s\nPMU: %s\n", text,
			  offer.invariant_tsc ? "passed through" : "the host has none",
			  offer.pmu ? "passed through" : "the host offers none");
	const struct qemu_machine qemu = {
		.args = args,
		.cpu = cpu,
		.words = words,
		.pins = pins,
		.note = note,
		.early_seconds = EARLY_SECONDS,
		.early_hint = "KVM is there and does not work here; --machine exact needs none",
	};
	int ret = boot_run(&qemu, config, events, arg, result, err);

	return ret;
}

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	struct vm_pins pins;
	int ret = pins_host(config->cpus, config->nodes, &pins, err);

	return ret ? ret : run_with(&pins, config, events, arg, result, err);
}

const struct machine machine_kvm = {
	.name = "kvm",
	.summary = "QEMU with KVM, CPUs and memory bound: time, noisy, replicated by boot",
	.unit = "ticks",
	.binds_cpus = true,
	.replicate = "boot",
	.by_name = true,
	.cpus = 1,
	.most_cpus = VM_MAX_CPUS,
	.supported = supported,
	.run = run,
};

/* The child's steps; each says that it went well, or why not. */
enum step {
	OPEN,
	VERSION,
	CREATE,
	DONE,
};

struct word {
	int step, error;
};

static const char *const doing[] = {
	[OPEN] = "opening it",
	[VERSION] = "asking for its version",
	[CREATE] = "making a virtual machine",
};

static bool say(int to, enum step step, bool well, int error)
{
	const struct word word = { step, well ? 0 : error };

	return write(to, &word, sizeof(word)) == sizeof(word) && well;
}

static void probe(const char *device, int to)
{
	int fd = open(device, O_RDWR | O_CLOEXEC), version, machine;

	if (!say(to, OPEN, fd >= 0, errno))
		return;
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	if (!say(to, VERSION, version == KVM_API_VERSION, version < 0 ? errno : EPROTO))
		return;
	machine = ioctl(fd, KVM_CREATE_VM, 0);
	say(to, CREATE, machine >= 0, errno);
}

static int explain(const char *device, const struct word *word, struct err *err)
{
	const char *why = strerror(word->error);

	if (word->step == OPEN && word->error == ENOENT)
		return err_set(err, ENOENT,
			       "%s is not there: no KVM on this host (is the module kvm_intel or "
			       "kvm_amd loaded, and virtualization on in the firmware?)",
			       device);
	if (word->step == OPEN && (word->error == EACCES || word->error == EPERM))
		return err_set(err, EACCES,
			       "no permission to open %s: be in its group (kvm), or run as root",
			       device);
	if (word->step == OPEN)
		return err_set(err, word->error, "cannot open %s: %s", device, why);
	if (word->step == VERSION && word->error == EPROTO)
		return err_set(err, EOPNOTSUPP, "%s is KVM of another version than %d", device,
			       KVM_API_VERSION);
	if (word->step == VERSION)
		return err_set(err, EOPNOTSUPP, "%s is no KVM: %s", device, why);
	return err_set(err, word->error,
		       "%s is there, but KVM makes no virtual machine: %s (does another "
		       "hypervisor have the CPU?)",
		       device, why);
}

/* The child's next word in @word. */
static int hear(int from, unsigned int seconds, struct word *word)
{
	double until = host_seconds() + seconds;
	struct pollfd p = { .fd = from, .events = POLLIN };

	while (poll(&p, 1, 20) <= 0) {
		if (interrupt_pending())
			return -EINTR;
		if (host_seconds() > until)
			return -ETIMEDOUT;
	}
	return read(from, word, sizeof(*word)) == sizeof(*word) ? 0 : -EPIPE;
}

static int listen_to(int from, const char *device, unsigned int seconds, struct err *err)
{
	for (enum step step = OPEN; step < DONE; step++) {
		struct word word;
		int ret = hear(from, seconds, &word);

		if (ret == -ETIMEDOUT)
			return err_set(err, ETIMEDOUT,
				       "%s is there, but %s hangs (no answer for %u s): KVM does "
				       "not work on this host",
				       device, doing[step], seconds);
		if (ret)
			return err_set(err, ret, "%s: %s", device,
				       ret == -EINTR ? "interrupted" : "whoever asked it died");
		if (word.error)
			return explain(device, &word, err);
	}
	return 0;
}

int kvm_probe(const char *device, unsigned int seconds, struct err *err)
{
	struct proc asker;
	int pipes[2], ret;

	if (proc_pipe(pipes, err))
		return -errno;
	ret = proc_fork(&asker, err);
	if (!ret) {
		probe(device, pipes[1]);
		_exit(0);
	}
	close(pipes[1]);
	if (ret > 0)
		ret = listen_to(pipes[0], device, seconds, err);
	close(pipes[0]);
	proc_end(&asker, 0, 1);
	return ret;
}

/* Is @word in the list of flags of the first CPU? */
static bool has_flag(const char *cpuinfo, const char *word)
{
	const char *line = cpuinfo ? strstr(cpuinfo, "\nflags") : NULL, *at;
	_cleanup_free_ char *flags =
		line ? xstrndup(line + 1, strcspn(line + 1, "\n")) : xstrdup("");
	size_t len = strlen(word);
	bool has = false;

	for (at = flags; !has && (at = strstr(at, word)); at += len)
		has = at > flags && at[-1] == ' ' && (at[len] == ' ' || !at[len]);
	return has;
}

struct kvm_offer kvm_offer(const char *root)
{
	_cleanup_free_ char *cpuinfo = xasprintf("%s/proc/cpuinfo", root);
	_cleanup_free_ char *module = xasprintf("%s/sys/module/kvm/parameters/enable_pmu", root);
	_cleanup_free_ char *device = xasprintf("%s/sys/bus/event_source/devices/cpu", root);
	_cleanup_free_ char *text = fs_read(cpuinfo, NULL, NULL), *enabled = fs_read_line(module);
	struct kvm_offer offer = {
		.invariant_tsc = has_flag(text, "constant_tsc") && has_flag(text, "nonstop_tsc"),
		.pmu = fs_exists(device) && !(enabled && *enabled == 'N'),
	};

	return offer;
}
