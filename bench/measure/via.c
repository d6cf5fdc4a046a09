// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"

#define TRIES	      3
#define GRACE_SECONDS 10
#define PATIENCE      30

/* What is asked for, while it is made. */
struct via {
	struct run *run;
	struct task task;
	unsigned int at_once; /* 0: all */
	struct strv missing;  /* numbers of the shards that are to be made now */
};

struct engine {
	const char *name, *program, *package; /* NULL: the command is what the user says */
	/* The command that makes what is missing, and ends with it. @more: the user's words. */
	void (*command)(const struct via *, const struct strv *more, struct strv *argv);
	/* End what a signal to the command does not. @log: what it said. NULL: nothing. */
	void (*cancel)(const char *log);
};

static void add_all(struct strv *argv, const struct strv *words)
{
	for (size_t i = 0; i < words->n; i++)
		strv_add(argv, words->v[i]);
}

/* One that takes ten times as long as the others hangs, or its node does. */
static void parallel_command(const struct via *v, const struct strv *more, struct strv *argv)
{
	static const char *const words[] = { "parallel", "--will-cite", "--plain", "--retries",
					     "3",	 "--timeout",	"1000%" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strv_add(argv, words[i]);
	if (v->at_once)
		strv_addf(argv, "--jobs=%u", v->at_once);
	add_all(argv, more);
	strv_addf(argv, "%s {}", v->task.quoted);
	strv_add(argv, ":::");
	add_all(argv, &v->missing);
}

static void slurm_command(const struct via *v, const struct strv *more, struct strv *argv)
{
	_cleanup_free_ char *list = strv_join(&v->missing, ",");

	strv_add(argv, "sbatch");
	strv_add(argv, "--wait");
	strv_add(argv, "--parsable");
	strv_add(argv, "--requeue");
	strv_add(argv, "--job-name=ptwalk");
	strv_addf(argv, "--output=%s/%%a.log", v->task.logs);
	if (v->at_once)
		strv_addf(argv, "--array=%s%%%u", list, v->at_once);
	else
		strv_addf(argv, "--array=%s", list);
	add_all(argv, more);
	strv_add(argv, v->task.script);
}

/* sbatch said the number of its job as soon as it had it: "12", "12;cluster". */
static void slurm_cancel(const char *log)
{
	_cleanup_free_ char *job = fs_read_line(log);
	const char *argv[] = { "scancel", job, NULL };

	if (!job)
		return;
	job[strspn(job, "0123456789")] = '\0';
	if (*job)
		proc_run(argv, &(struct proc_options){ .timeout_seconds = 20 }, NULL);
}

/* Each shard by a command of the user's: a shell runs them beside each other. */
static void template_command(const struct via *v, const struct strv *more, struct strv *argv)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_free_ char *script = NULL;

	for (size_t i = 0; i < v->missing.n; i++) {
		_cleanup_free_ char *task = xasprintf("%s %s", v->task.quoted, v->missing.v[i]);
		_cleanup_free_ char *k = str_replace(more->v[0], "{k}", v->missing.v[i]);
		_cleanup_free_ char *line = str_replace(k, "{}", task);

		strv_addf(&lines, "%s &", line);
		if (v->at_once && (i + 1) % v->at_once == 0)
			strv_add(&lines, "wait");
	}
	strv_add(&lines, "wait");
	script = strv_join(&lines, "\n");
	strv_add(argv, "sh");
	strv_add(argv, "-c");
	strv_add(argv, script);
}

static const struct engine engines[] = {
	{ "parallel", "parallel", "parallel", parallel_command, NULL },
	{ "slurm", "sbatch", "slurm-client", slurm_command, slurm_cancel },
	{ NULL, NULL, NULL, template_command, NULL },
};

/* @more: the words behind its name, or all of a template. */
static const struct engine *find(const char *via, struct strv *more)
{
	const size_t len = strcspn(via, " ");

	for (size_t i = 0; i < ARRAY_SIZE(engines) - 1; i++)
		if (!strncmp(engines[i].name, via, len) && !engines[i].name[len]) {
			strv_split(more, via + len, ' ');
			return &engines[i];
		}
	strv_add(more, via);
	return &engines[ARRAY_SIZE(engines) - 1];
}

int via_check(const char *via, struct err *err)
{
	_cleanup_(strv_release) struct strv more = { 0 };
	const struct engine *e = find(via, &more);
	_cleanup_free_ char *program = e->program ? fs_find_program(e->program) : NULL;

	if (!e->name && !strstr(via, "{}"))
		return err_set(err, EINVAL,
			       "--via takes parallel, slurm, or a command with {} for what is to "
			       "be run, as 'ssh node{k} {}', not '%s'",
			       via);
	if (e->program && !program)
		return err_set(err, ENOENT, "--via %s: %s is not there; Debian's package is %s",
			       e->name, e->program, e->package);
	return 0;
}

static void find_missing(struct via *v)
{
	strv_release(&v->missing);
	for (unsigned int i = 0; i < v->task.n; i++) {
		_cleanup_free_ char *made = xasprintf("%s/%u", v->task.folder, i + 1);

		if (!fs_exists(made))
			strv_addf(&v->missing, "%u", i + 1);
	}
}

static void show(struct via *v)
{
	_cleanup_free_ char *stage = run_stage(v->run, "measure", 1);
	_cleanup_free_ char *what = NULL;
	unsigned int done;

	find_missing(v);
	done = v->task.n - (unsigned int)v->missing.n;
	what = xasprintf("%u of %u shards", done, v->task.n);
	progress_enter(v->run->progress, stage);
	progress_at(v->run->progress, (double)done / v->task.n, what);
}

static int watch(struct via *v, const struct engine *e, struct proc *proc, const char *log,
		 struct err *err)
{
	while (!proc_ended(proc)) {
		if (interrupt_pending()) {
			if (e->cancel)
				e->cancel(log);
			proc_end(proc, GRACE_SECONDS, PATIENCE);
			return err_set(err, EINTR, "interrupted");
		}
		show(v);
		poll(NULL, 0, 200);
	}
	return 0;
}

/* How it ends is told by what it made. */
static int ask(struct via *v, const struct engine *e, const struct strv *more, const char *log,
	       struct err *err)
{
	_cleanup_close_ int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	_cleanup_(strv_release) struct strv argv = { 0 };
	struct proc proc;
	int ret;

	e->command(v, more, &argv);
	ret = proc_spawn(&proc, (const char *const *)argv.v,
			 &(struct proc_spawn){
				 .fds = (struct proc_fd[]){ { fd, 1 }, { fd, 2 } },
				 .nr_fds = 2,
			 },
			 err);
	if (!ret)
		ret = watch(v, e, &proc, log, err);
	find_missing(v);
	return ret;
}

static int not_made(const struct via *v, const char *log, struct err *err)
{
	_cleanup_free_ char *why = task_why(&v->task, v->missing.v[0]);
	_cleanup_free_ char *said = why ? NULL : fs_read_line(log);

	return err_set(err, ECHILD, "shard %s of %u was not made, of %zu: %s", v->missing.v[0],
		       v->task.n, v->missing.n,
		       why	       ? why
		       : said && *said ? said
				       : "it said nothing");
}

static int make(struct via *v, struct err *err)
{
	_cleanup_free_ char *log = xasprintf("%s/engine.log", v->task.logs);
	_cleanup_(strv_release) struct strv more = { 0 };
	const struct engine *e = find(v->run->plan->via, &more);
	int ret = 0;

	find_missing(v);
	for (int i = 0; !ret && i < TRIES && v->missing.n; i++) {
		if (i)
			progress_note(v->run->progress, "%zu of %u shards were not made: again",
				      v->missing.n, v->task.n);
		ret = ask(v, e, &more, log, err);
	}
	return ret || !v->missing.n ? ret : not_made(v, log, err);
}

int via_measure(struct run *run, const struct jobs *jobs, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/shards", run->place.partial);
	struct via v = { .run = run, .at_once = run->plan->jobs };
	int ret = task_begin(&v.task, run, jobs, folder, err);

	if (!ret)
		ret = make(&v, err);
	if (!ret)
		ret = jobs_join(run, folder, NULL, err);
	strv_release(&v.missing);
	task_release(&v.task);
	fs_remove(folder, NULL);
	return ret;
}
