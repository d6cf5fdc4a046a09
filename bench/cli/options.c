// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/event/event.h"
#include "bench/measure/plan.h"
#include "kernels/git.h"
#include "kernels/own.h"
#include "kernels/source.h"

struct listing {
	FILE *f;
	size_t n;
};

static void print_event(void *arg, const char *name, const char *what)
{
	struct listing *listing = arg;

	fprintf(listing->f, *what ? "  %-32s %s\n" : "  %s\n", name, what);
	listing->n++;
}

static void list_events(FILE *f)
{
	for (size_t i = 0; i < nr_event_sources; i++) {
		const struct event_source *source = event_sources[i];
		struct listing listing = { .f = f };

		fprintf(f, "%s%s:\n", i ? "\n" : "", source->title);
		if (source->each)
			source->each("/sys", print_event, &listing);
		if (source->each && !listing.n)
			fputs("  none\n", f);
		if (source->form)
			fprintf(f, "  %s\n", source->form);
	}
}

/* As --help does, `help` ends the program. */
static int set_events(void *options, const char *arg, struct err *err)
{
	struct plan *plan = options;

	plan->events_text = arg;
	if (strcmp(arg, "help") != 0)
		return 0;
	list_events(stdout);
	if (command_flush(err))
		return -EIO;
	exit(STATUS_CLEAN);
}

static int set_mitigations(void *options, const char *arg, struct err *err)
{
	struct plan *plan = options;

	if (strcmp(arg, "on") && strcmp(arg, "off"))
		return err_set(err, EINVAL, "--mitigations takes on or off, not '%s'", arg);
	plan->mitigations = !strcmp(arg, "on");
	plan->mitigations_text = arg;
	return 0;
}

static int set_arch(void *options, const char *arg, struct err *err)
{
	struct plan *plan = options;

	plan->arch_text = arg;
	return arch_known(arg, &plan->arch, err);
}

const struct opt plan_machine_opts[] = {
	{ "kernel", 'k', "KERNEL",
	  "Kernel under test: debian:6.1 (default) or another version, build:NAME, host, a "
	  "build tree, a linux-image-*.deb or a kernel-core-*.rpm; several with commas between them",
	  OPT_TEXT(struct plan, kernel) },
	{ "machine", 'm', "NAME", "Where it runs (default: exact); `ptwalk list machines` has them",
	  OPT_TEXT(struct plan, machine_name) },
	{ "arch", 0, "ARCH", "Its architecture: x86 (default), or arm64", OPT_CALL(set_arch) },
	{ "boots", 'b', "N",
	  "Boots (default: 1); exact counts must repeat in all; of noisy figures also 8,16,32: as "
	  "many as are needed",
	  OPT_TEXT(struct plan, boots_text) },
	{ "mitigations", 0, "on|off", "CPU mitigations of the kernel under test (default: off)",
	  OPT_CALL(set_mitigations) },
	{ "dax-size", 0, "SIZE", "Size of each device-dax device (default: 1G)",
	  OPT_TEXT(struct plan, dax_size_text) },
	{ "ram", 0, "SIZE", "The guest's memory beside those, of each node",
	  OPT_TEXT(struct plan, ram_text) },
	{ "nodes", 0, "N",
	  "NUMA nodes of the guest; those without a CPU have memory alone (default: 1)",
	  OPT_TEXT(struct plan, nodes_text) },
	{ "cpus", 0, "N",
	  "CPUs of the guest, spread over its nodes: 1 on the exact machine (default: tcg 2, kvm "
	  "1)",
	  OPT_TEXT(struct plan, cpus_text) },
	{ "invalidate", 0, "HOW",
	  "How a thread changes the range under an op like mirror_rare, where there is a second "
	  "CPU: mprotect (default), remap, migrate",
	  OPT_TEXT(struct plan, invalidate) },
	{ "retry-limit", 0, "LIMIT",
	  "Give a chunk of an op like mirror_rare up after so many passes (64), or so long (100ms)",
	  OPT_TEXT(struct plan, retry_limit_text) },
	{ "limit", 0, "SECONDS", "End a boot that takes longer",
	  OPT_TEXT(struct plan, limit_text) },
	{ "qemu", 0, "PROGRAM", "QEMU to use (default: that of the kernel's architecture)",
	  OPT_TEXT(struct plan, qemu) },
	{ "cpu", 0, "MODEL",
	  "The guest's CPU, as QEMU names it (default: one for each architecture)",
	  OPT_TEXT(struct plan, cpu) },
	{ "append", 0, "WORDS", "More words for the kernel's command line",
	  OPT_TEXT(struct plan, append) },
	{ 0 },
};

const struct opt plan_opts[] = {
	OPT_HEADER("Which series:"),
	OPT_PART(struct plan, selection, selection_opts),
	OPT_HEADER("Of which kernel, and where:"),
	OPT_MORE(plan_machine_opts),
	{ 0 },
};

const struct opt jobs_opts[] = {
	{ "jobs", 0, "N",
	  "Guests at a time, each with a piece of the run, on the exact machine (default: by CPUs and "
	  "memory)",
	  OPT_TEXT(struct plan, jobs_text) },
	{ "via", 0, "ENGINE",
	  "Have parts of the run made on other machines: parallel, slurm, each with more words for "
	  "it, or a command, \"ssh node{k} {}\"",
	  OPT_TEXT(struct plan, via) },
	{ 0 },
};

const struct opt shards_opts[] = {
	OPT_MORE(jobs_opts),
	{ "pieces", 0, "N",
	  "Measure each boot in so many guests, each with a part of it (default: as many as a long run "
	  "loses little by); what they measure is the same, but for where memory lies",
	  OPT_TEXT(struct plan, pieces_text) },
	{ "shards", 0, "N",
	  "Parts that --via has made (default: a piece each); the run has as many pieces or more",
	  OPT_TEXT(struct plan, shards_text) },
	{ "shard", 0, "K/N",
	  "Measure the K-th of N parts alone; ptwalk join makes a run of them all",
	  OPT_TEXT(struct plan, shard_text) },
	{ 0 },
};

const struct opt plan_here_opts[] = {
	OPT_HEADER("On the native machine:"),
	{ "dax", 0, "DEVICE",
	  "A device-dax device, \"/dev/dax0.0\", that workloads may map; one with data is refused; "
	  "repeatable",
	  OPT_TEXTS(struct plan, dax_paths) },
	{ "overwrite", 0, "DEVICE", "What is in this device of --dax does not matter; repeatable",
	  OPT_TEXTS(struct plan, overwrite) },
	{ "rounds", 0, "N",
	  "Measure in so many processes, one after the other (default: 1); also 8,16,32: as many "
	  "as are needed",
	  OPT_TEXT(struct plan, rounds_text) },
	{ "module", 0, "FILE", "A ptwalk.ko that was built elsewhere, for the running kernel",
	  OPT_TEXT(struct plan, module) },
	{ 0 },
};

const struct opt sampling_opts[] = {
	{ "seed", 0, "N",
	  "Of the random order of boots, on noisy machines (default: drawn, and recorded)",
	  OPT_TEXT(struct plan, seed_text) },
	{ "width", 0, "PERCENT",
	  "Of noisy figures: no interval may be wider than +- this where boots end early",
	  OPT_TEXT(struct plan, width_text) },
	{ "quiet-system", 0, NULL,
	  "Of machines with noisy figures: set governor, turbo, watchdog, interrupts and the "
	  "driver's ASLR meanwhile, and put them back",
	  OPT_FLAG(struct plan, quiet_system) },
	{ "method-evidence", 0, NULL,
	  "Let a machine whose figures mean nothing show what the method does; never a kernel's "
	  "performance, and marked so",
	  OPT_FLAG(struct plan, method_evidence) },
	{ 0 },
};

const struct opt events_opts[] = {
	{ "events", 0, "LIST",
	  "Perf events to count in each window, up to four, with commas between them; help lists "
	  "what this machine has",
	  OPT_CALL(set_events) },
	{ "facts", 0, NULL,
	  "Count loads, stores, atomics, branches, calls and cache lines of the windows, too",
	  OPT_FLAG(struct plan, facts) },
	{ 0 },
};

const struct opt tree_opts[] = {
	{ "tree", 0, "FOLDER", "Build from this tree of kernel sources; it is never written to",
	  OPT_TEXT(struct tree_options, tree) },
	{ "source", 0, "SPEC", "Build from a distribution's sources: debian:6.1",
	  OPT_TEXT(struct tree_options, source) },
	{ "config", 0, "FRAGMENT",
	  "Build with this config fragment: a name in kernels/config, or a path; may be given "
	  "again (default: bench)",
	  OPT_TEXTS(struct tree_options, configs) },
	{ 0 },
};

void tree_release(struct tree_options *o)
{
	strv_release(&o->configs);
}

bool tree_given(const struct tree_options *o)
{
	return o->tree || o->source;
}

int tree_check_commit(const struct tree_options *o, const char *rev, struct err *err)
{
	_cleanup_free_ char *name = NULL, *commit = NULL;

	if (!rev || !o->tree)
		return 0;
	name = xasprintf("%s^{commit}", rev);
	commit = git_ask(o->tree, GIT_WORDS("rev-parse", "--verify", "--quiet", name), NULL);
	return commit && *commit ? 0 : err_set(err, EINVAL, "%s has no commit '%s'", o->tree, rev);
}

bool tree_is_here(void)
{
	return fs_exists("Kbuild") && fs_exists("Kconfig") && fs_exists("mm/hmm.c");
}

bool tree_is_clean(const struct tree_options *o)
{
	_cleanup_free_ char *changed =
		git_list(o->tree, GIT_WORDS("status", "--porcelain", "--untracked-files=no"), NULL);

	return changed && !*changed;
}

int tree_check(const struct tree_options *o, struct err *err)
{
	if (o->tree && o->source)
		return err_set(err, EINVAL, "either --tree or --source, not both");
	if (o->configs.n && !tree_given(o))
		return err_set(
			err, EINVAL,
			"--config is of a kernel to be built: from --tree FOLDER or --source SPEC");
	return o->source ? source_check(o->source, err) : 0;
}

int patches_check(const struct strv *patches, struct err *err)
{
	for (size_t i = 0; i < patches->n; i++) {
		unsigned int units = 0;
		struct err why = { 0 };

		if (access(patches->v[i], R_OK))
			return err_set(err, ENOENT, "cannot read the patch %s: %s", patches->v[i],
				       strerror(errno));
		/* What it changes is another question. */
		if (own_units_of(patches->v[i], &units, &why) == -EBADMSG)
			return err_set(err, EBADMSG, "%s: %s", patches->v[i], why.text);
	}
	return 0;
}

struct build_request tree_request(const struct tree_options *o)
{
	return (struct build_request){
		.tree = o->tree,
		.source = o->source,
		.configs = o->configs,
	};
}
