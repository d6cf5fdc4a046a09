// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/jobs.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"

extern char **environ;

/* "--WORD=a,b,c" */
static void add_list(struct strv *words, const char *word, const struct strv *names)
{
	_cleanup_free_ char *joined = names->n ? strv_join(names, ",") : NULL;

	if (joined)
		strv_addf(words, "--%s=%s", word, joined);
}

static void add_text(struct strv *words, const char *word, const char *text)
{
	if (text)
		strv_addf(words, "--%s=%s", word, text);
}

static void add_selection(const struct selection *s, struct strv *words)
{
	add_list(words, "workload", &s->workload_names);
	add_list(words, "op", s->series_names.n ? &s->series_names : &s->op_names);
	add_list(words, "policy", &s->policy_names);
	add_list(words, "size", &s->size_names);
	add_list(words, "placement", &s->placement_names);
	add_text(words, "threads", s->threads_text);
	if (s->mms)
		strv_add(words, "--mms=each");
	if (s->start)
		strv_addf(words, "--start=%" PRIu64, s->start);
	if (s->iterations)
		strv_addf(words, "--iterations=%u", s->iterations);
}

/* As a user gives it to `ptwalk run`: the plan, of the kernel that was prepared. */
static void add_plan(const struct plan *plan, const struct kernel *kernel, struct strv *words)
{
	const struct {
		const char *word, *text;
	} texts[] = {
		{ "boots", plan->boots_text },
		{ "mitigations", plan->mitigations_text },
		{ "nodes", plan->nodes_text },
		{ "dax-size", plan->dax_size_text },
		{ "ram", plan->ram_text },
		{ "cpus", plan->cpus_text },
		{ "invalidate", plan->invalidate },
		{ "retry-limit", plan->retry_limit_text },
		{ "limit", plan->limit_text },
		{ "pieces", plan->pieces_text },
		{ "qemu", plan->qemu },
		{ "cpu", plan->cpu },
		{ "append", plan->append },
		{ "source", plan->source },
		{ "arch", plan->arch_text },
	};

	strv_addf(words, "--kernel=%s", kernel->spec);
	strv_addf(words, "--machine=%s", plan->machine->name);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		add_text(words, texts[i].word, texts[i].text);
	if (plan->facts)
		strv_add(words, "--facts");
}

/* Files of the user's go along: nodes need not have them. */
static int add_changes(const struct selection *s, const char *folder, struct strv *words,
		       struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < s->own_changes.n; i++) {
		const char *change = s->own_changes.v[i], *file = strchr(change, '=') + 1;
		const char *slash = strrchr(file, '/');
		_cleanup_free_ char *copy =
			xasprintf("%s/%zu-%s", folder, i, slash ? slash + 1 : file);

		ret = fs_copy(file, copy, 0644, err);
		strv_addf(words, "--policy=%.*s=%s", (int)(file - 1 - change), change, copy);
	}
	return ret;
}

static void add_line(struct strv *lines, const char *before, const char *text, const char *after)
{
	_cleanup_free_ char *quoted = str_quoted(text);

	strv_addf(lines, "%s%s%s", before, quoted, after);
}

/* Where everything is: what this process was told, and the cache that it has. */
static void add_environment(struct strv *lines)
{
	_cleanup_free_ char *cache = place_cache();

	for (char **e = environ; *e; e++) {
		_cleanup_free_ char *name = xstrndup(*e, strcspn(*e, "="));
		_cleanup_free_ char *export = xasprintf("export %s=", name);

		if ((str_starts(name, "PTWALK_") && strcmp(name, "PTWALK_CACHE") != 0) ||
		    !strcmp(name, "PATH"))
			add_line(lines, export, *e + strlen(name) + (strchr(*e, '=') ? 1 : 0), "");
	}
	add_line(lines, "export PTWALK_CACHE=", cache, "");
}

static void add_shards(struct strv *lines, const struct shard *shards, unsigned int n)
{
	strv_add(lines, "case $k in");
	for (unsigned int i = 0; i < n; i++) {
		_cleanup_free_ char *text = shard_text(&shards[i]);

		strv_addf(lines, "%u) shard=%s ;;", i + 1, text);
	}
	strv_addf(lines, "*) echo \"$0: which shard? 1 to %u\" >&2; exit 2 ;;", n);
	strv_add(lines, "esac");
}

/* Made under a name of its own, so that one that is made again elsewhere is not disturbed. */
static const char ending[] =
	"node=$(uname -n)\n"
	"[ ! -e \"$folder/$k\" ] || exit 0\n"
	"made=$folder/.made/$k.$node.$$\n"
	"mkdir -p \"$folder/.made\"\n"
	"if ! \"$@\" --quiet --no-store --no-plot --shard=\"$shard\" --out=\"$made\" >\"$made.log\" 2>&1; then\n"
	"	echo \"$node: $(tail -n 1 \"$made.log\")\" >\"$logs/$k.why\"\n"
	"	cat \"$logs/$k.why\" >&2\n"
	"	exit 1\n"
	"fi\n"
	"mv -nT \"$made\" \"$folder/$k\" && rm -rf \"$made\"\n"
	"[ -e \"$folder/$k\" ]\n";

static int write_script(const struct task *t, const struct strv *words, const struct shard *shards,
			struct err *err)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_free_ char *here = realpath(".", NULL), *text = NULL;
	char self[PATH_MAX] = "ptwalk";

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_errno(err, "cannot read /proc/self/exe");
	strv_add(&lines, "#!/bin/sh");
	strv_add(&lines, "# Makes a shard of a run of ptwalk, whose number is its argument.");
	strv_add(&lines, "k=${1:-$SLURM_ARRAY_TASK_ID}");
	add_environment(&lines);
	add_line(&lines, "folder=", t->folder, "");
	add_line(&lines, "logs=", t->logs, "");
	if (here)
		add_line(&lines, "cd ", here, "");
	add_shards(&lines, shards, t->n);
	add_line(&lines, "set -- ", self, " run");
	for (size_t i = 0; i < words->n; i++)
		add_line(&lines, "set -- \"$@\" ", words->v[i], "");
	strv_add(&lines, ending);
	text = strv_join(&lines, "\n");
	return fs_write_file(t->script, text, strlen(text), 0755, err);
}

static char *absolute(const char *path)
{
	_cleanup_free_ char *here = *path == '/' ? NULL : realpath(".", NULL);

	return here ? xasprintf("%s/%s", here, path) : xstrdup(path);
}

int task_begin(struct task *t, const struct run *run, const struct jobs *jobs, const char *folder,
	       struct err *err)
{
	_cleanup_free_ struct shard *shards = xcalloc(jobs->shards, sizeof(*shards));
	_cleanup_(strv_release) struct strv words = { 0 };
	_cleanup_(costs_release) struct costs costs;
	int ret;

	*t = (struct task){ .n = jobs->shards, .folder = absolute(folder) };
	t->script = xasprintf("%s/.task", t->folder);
	t->quoted = str_quoted(t->script);
	t->logs = xasprintf("%s/.logs", t->folder);
	costs_load(jobs->results, run->prepared->kernel.release, &costs);
	ret = shards_cut(run->plan, run->prepared, &costs, shards, t->n, err);
	if (!ret)
		ret = fs_mkdir_p(t->logs, err);
	add_selection(&run->plan->selection, &words);
	add_plan(run->plan, &run->prepared->kernel, &words);
	if (!ret)
		ret = add_changes(&run->plan->selection, t->logs, &words, err);
	return ret ? ret : write_script(t, &words, shards, err);
}

void task_release(struct task *t)
{
	free(t->folder);
	free(t->script);
	free(t->quoted);
	free(t->logs);
}

char *task_why(const struct task *t, const char *k)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.why", t->logs, k);

	return fs_read_line(path);
}
