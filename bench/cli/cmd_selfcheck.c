// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/interrupt.h"
#include "bench/cli/command.h"
#include "bench/measure/run.h"
#include "bench/cli/selfcheck_file.h"

#define SCHEMA 1

enum key {
	KEY_KVM = 256,
	KEY_OUT,
	KEY_LIST,
	KEY_MODULE,
};

struct selfcheck_options {
	const char *kernel, *module, *out;
	bool kvm, list;
	struct strv only;
};

static const struct argp_option options[] = {
	{ "kvm", KEY_KVM, NULL, 0, "Use KVM as well: by default nobody asks for it", 0 },
	{ "kernel", 'k', "KERNEL", 0, "Kernel of guests (default: debian:6.1)", 0 },
	{ "module", KEY_MODULE, "FILE", 0,
	  "A ptwalk.ko that was built elsewhere, for the running kernel", 0 },
	{ "out", KEY_OUT, "FILE", 0,
	  "The file to send (default: ptwalk-selfcheck-TIME.tar.gz in this folder)", 0 },
	{ "list", KEY_LIST, NULL, 0, "Tell the checks, and do none", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct selfcheck_options *o = state->input;

	switch (key) {
	case KEY_KVM:
		o->kvm = true;
		return 0;
	case 'k':
		o->kernel = arg;
		return 0;
	case KEY_MODULE:
		o->module = arg;
		return 0;
	case KEY_OUT:
		o->out = arg;
		return 0;
	case KEY_LIST:
		o->list = true;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->only, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void list(void)
{
	for (size_t i = 0; i < nr_selfchecks; i++)
		printf("%-11s %s\n", selfchecks[i]->name, selfchecks[i]->shows);
}

static const struct selfcheck_check *find(const char *name)
{
	for (size_t i = 0; i < nr_selfchecks; i++)
		if (!strcmp(selfchecks[i]->name, name))
			return selfchecks[i];
	return NULL;
}

static int check_names(const struct selfcheck_options *o, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < o->only.n; i++) {
		if (find(o->only.v[i]))
			continue;
		for (size_t k = 0; k < nr_selfchecks; k++)
			strv_add(&known, selfchecks[k]->name);
		return err_unknown(err, "check", o->only.v[i], &known);
	}
	return 0;
}

/* A line, shown and kept. */
static void put(FILE *kept, const char *name, const struct selfcheck_result *r)
{
	char *line =
		r->verdict == SELFCHECK_IMPOSSIBLE
			? xasprintf("%-11s not possible here: %s\n", name, r->text)
			: xasprintf("%-11s %s: %s\n", name, selfcheck_word(r->verdict), r->text);

	fputs(line, stdout);
	fflush(stdout);
	fputs(line, kept);
	free(line);
}

/* All checks; @counts by verdict. Returns the array of what was found. */
static json_t *check_all(struct selfcheck *s, FILE *kept, size_t counts[3])
{
	json_t *array = json_array();

	for (size_t i = 0; i < nr_selfchecks && !interrupt_pending(); i++) {
		const struct selfcheck_check *check = selfchecks[i];
		struct selfcheck_result r = { 0 };

		if (s->only->n && !strv_has(s->only, check->name))
			continue;
		check->run(s, &r);
		put(kept, check->name, &r);
		counts[r.verdict]++;
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", check->name, "shows",
					 check->shows, "verdict", selfcheck_word(r.verdict), "text",
					 r.text, "facts", r.facts ? r.facts : json_object()));
	}
	return array;
}

static void tell_of_file(const char *path)
{
	struct stat st;

	printf("\n%s (%lld KiB) is to be sent. It holds what is printed above, the figures behind "
	       "it,\nthe CPU's model, the kernel's release, config's hash and compiler, the NUMA "
	       "layout, and of\nruns their records. Host and user names, folders and all words of "
	       "the kernel's command\nline that measurements do not depend on are left out. Look "
	       "before you send it: tar xzOf %s\n",
	       path, stat(path, &st) ? 0LL : (long long)(st.st_size + 1023) / 1024, path);
}

static int check_and_write(struct selfcheck *s, const char *path, struct err *err)
{
	struct selfcheck_names names;
	size_t counts[3] = { 0 }, len;
	char *printed = NULL, *when = run_stamp("%Y-%m-%dT%H:%M:%SZ");
	FILE *kept = open_memstream(&printed, &len);
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:o}", "kind", "selfcheck", "schema", SCHEMA,
				 "ptwalk", PTWALK_VERSION, "when", when, "checks",
				 check_all(s, kept, counts));
	int ret;

	fprintf(kept, "%zu pass, %zu fail, %zu not possible here\n", counts[SELFCHECK_PASS],
		counts[SELFCHECK_FAIL], counts[SELFCHECK_IMPOSSIBLE]);
	fclose(kept);
	printf("\n%zu pass, %zu fail, %zu not possible here\n", counts[SELFCHECK_PASS],
	       counts[SELFCHECK_FAIL], counts[SELFCHECK_IMPOSSIBLE]);
	selfcheck_names_init(&names, s->folder);
	ret = interrupt_pending() ? err_set(err, EINTR, "interrupted; no file was written")
				  : selfcheck_file_write(s, &names, path, json, printed, err);
	if (!ret)
		tell_of_file(path);
	selfcheck_names_release(&names);
	json_decref(json);
	free(when);
	free(printed);
	return ret ? ret : counts[SELFCHECK_FAIL] ? -ECHILD : 0;
}

static int selfcheck(const struct selfcheck_options *o, struct err *err)
{
	const char *own = getenv("TMPDIR"), *temp = own && *own ? own : "/tmp";
	char *folder = xasprintf("%s/ptwalk-selfcheck.XXXXXX", temp), self[PATH_MAX], *stamp, *path;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct selfcheck s = {
		.self = self,
		.folder = folder,
		.kernel = o->kernel ? o->kernel : "debian:6.1",
		.module = o->module,
		.kvm = o->kvm,
		.only = &o->only,
	};
	int ret;

	if (len < 0 || !mkdtemp(folder)) {
		ret = err_set(err, errno, "cannot make a folder in %s: %s", temp, strerror(errno));
		free(folder);
		return ret;
	}
	self[len] = '\0';
	stamp = run_stamp("ptwalk-selfcheck-%Y%m%dT%H%M%SZ.tar.gz");
	path = xstrdup(o->out ? o->out : stamp);
	ret = selfcheck_file_check(path, err);
	if (!ret)
		ret = check_and_write(&s, path, err);
	strv_release(&s.runs);
	fs_remove(folder, NULL);
	free(folder);
	free(path);
	free(stamp);
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_one,
		.args_doc = "[CHECK...]",
		.doc = "Show on this machine what only real hardware can: the TSC, performance "
		       "counters, real NUMA nodes, the native machine (as root), and with --kvm "
		       "the kvm machine. Writes one file to send. Of CHECKs, those alone.\vExit status: 0 what is possible "
		       "here passed, 2 a check failed, or the file could not be written.",
	};
	struct selfcheck_options o = { 0 };
	struct err err = { 0 };
	int ret;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return STATUS_ERROR;
	if (o.list) {
		list();
		return STATUS_CLEAN;
	}
	ret = check_names(&o, &err);
	if (!ret)
		ret = selfcheck(&o, &err);
	strv_release(&o.only);
	if (ret && *err.text)
		return command_fail("selfcheck", &err);
	return ret ? STATUS_ERROR : STATUS_CLEAN;
}

const struct command command_selfcheck = {
	.name = "selfcheck",
	.summary = "show on this machine what only real hardware can, and write it into a file",
	.run = run,
};
