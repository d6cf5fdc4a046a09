// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/jobs.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/size.h"
#include "vm/layout.h"

#define FOLDER_PIECES "pieces" /* in a run's, while it is made */

#define TRIES	      2
#define GRACE_SECONDS 10
#define PATIENCE      30

static unsigned int cpus_here(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (unsigned int)CPU_COUNT(&set);
}

static unsigned int guests_here(const struct plan *plan)
{
	const unsigned int cpus = cpus_here();
	const uint64_t each =
		(uint64_t)(plan->ram_mib ? plan->ram_mib : LAYOUT_DEFAULT_RAM_MIB) * plan->nodes;
	const uint64_t hold = host_available() / MIB / each;

	return hold < 1 ? 1 : hold < cpus ? (unsigned int)hold : cpus;
}

struct jobs jobs_weigh(const struct plan *plan, const struct prepared *p, const char *results)
{
	const size_t all = pieces_all(plan, p);
	struct jobs jobs = { .at_once = 1, .results = results };

	/* Of other machines nothing is known. */
	if (!plan->shard.n)
		jobs.at_once = plan->jobs  ? plan->jobs
			       : plan->via ? SHARDS_MOST
					   : guests_here(plan);
	jobs.shards = plan->shards ? plan->shards : (unsigned int)all;
	return jobs;
}

/* What a child tells: in memory that it shares with us. */
struct told {
	bool ended;
	int ret, no_facts;
	struct err err, why_no_facts;
};

struct job {
	struct shard shard;
	char *folder;
	struct told *told;
	struct proc proc;
	struct count count; /* of its records, for the progress */
	unsigned int tries;
	bool done;
};

struct pool {
	struct run *run;
	const struct run_words *words;
	const char *key;
	struct job *v;
	unsigned int n, at_once, done;
};

static void start_child(const struct pool *pool, struct job *job)
{
	struct run run = { .plan = pool->run->plan, .prepared = pool->run->prepared, .fd = -1 };
	const struct shard_place place = { job->folder, pool->words, pool->key };

	int ret = shard_begin(&run, &place, &job->told->err);

	if (!ret)
		ret = shard_measure(&run, &job->shard, &job->told->err);
	job->told->ret = shard_end(&run, &job->shard, &place, ret, &job->told->err);
	job->told->no_facts = run.no_facts;
	job->told->why_no_facts = run.why_no_facts;
	job->told->ended = true;
	_exit(job->told->ret ? 1 : 0);
}

static int start(const struct pool *pool, struct job *job, struct err *err)
{
	int ret;

	*job->told = (struct told){ 0 };
	job->tries++;
	ret = proc_fork(&job->proc, err);
	if (!ret)
		start_child(pool, job);
	return ret < 0 ? ret : 0;
}

/* One that was killed, by whomever, is made anew. */
static int finish(struct pool *pool, struct job *job, struct err *err)
{
	const struct told *told = job->told;
	_cleanup_free_ char *how = NULL;

	if (!told->ended && job->tries < TRIES && !interrupt_pending()) {
		how = proc_status_text(job->proc.status);
		progress_note(pool->run->progress, "piece %u of %u %s, and is made anew",
			      job->shard.k, job->shard.n, how);
		return start(pool, job, err);
	}
	if (!told->ended) {
		how = proc_status_text(job->proc.status);
		return err_set(err, ECHILD, "piece %u of %u %s", job->shard.k, job->shard.n, how);
	}
	if (told->ret) {
		*err = told->err;
		return told->ret;
	}
	if (told->no_facts && !pool->run->no_facts) {
		pool->run->no_facts = told->no_facts;
		pool->run->why_no_facts = told->why_no_facts;
	}
	job->done = true;
	pool->done++;
	return 0;
}

static unsigned int running(const struct pool *pool)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < pool->n; i++)
		n += pool->v[i].proc.pid != 0;
	return n;
}

static void show(struct pool *pool)
{
	struct counted sum = { 0 };
	_cleanup_free_ char *text = NULL;

	for (unsigned int i = 0; i < pool->n; i++)
		count_read(&pool->v[i].count, pool->v[i].folder, pool->v[i].done, &sum);
	text = xasprintf("%u of %u pieces%s%s", pool->done, pool->n, sum.name ? ", " : "",
			 sum.name ? sum.name : "");
	count_show(pool->run, &sum, text);
}

static double seconds_of(const struct job *job)
{
	return job->count.n ? job->count.seconds[job->count.n - 1] : 0;
}

/* The longest of those that were not begun, so that none runs on alone at the end; or NULL. */
static struct job *next(const struct pool *pool)
{
	struct job *longest = NULL;

	for (unsigned int i = 0; i < pool->n; i++) {
		struct job *job = &pool->v[i];

		if (!job->tries && (!longest || seconds_of(job) > seconds_of(longest)))
			longest = job;
	}
	return longest;
}

static int step(struct pool *pool, struct err *err)
{
	struct job *begun;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < pool->n; i++) {
		struct job *job = &pool->v[i];

		if (job->proc.pid && proc_ended(&job->proc))
			ret = finish(pool, job, err);
	}
	while (!ret && running(pool) < pool->at_once && (begun = next(pool)))
		ret = start(pool, begun, err);
	return ret;
}

static void end_all(struct pool *pool)
{
	for (unsigned int i = 0; i < pool->n; i++)
		if (pool->v[i].proc.pid)
			kill(pool->v[i].proc.pid, SIGTERM);
	for (unsigned int i = 0; i < pool->n; i++)
		proc_end(&pool->v[i].proc, GRACE_SECONDS, PATIENCE);
}

static int make_all(struct pool *pool, struct err *err)
{
	int ret = 0;

	while (!ret && pool->done < pool->n) {
		ret = step(pool, err);
		show(pool);
		if (!ret && interrupt_pending())
			ret = err_set(err, EINTR, "interrupted");
		if (!ret)
			poll(NULL, 0, 50);
	}
	if (ret)
		end_all(pool);
	return ret;
}

static int open_pool(struct pool *pool, const struct jobs *jobs, const struct shard *of,
		     const char *folder, struct err *err)
{
	const struct plan *plan = pool->run->plan;
	const struct prepared *p = pool->run->prepared;
	_cleanup_(costs_release) struct costs costs = { 0 };
	size_t first = 0, n = pieces_all(plan, p);
	struct told *told;
	int ret = of ? shard_pieces(plan, p, of, &first, &n, err) : 0;

	if (ret)
		return ret;
	told = mmap(NULL, n * sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	if (told == MAP_FAILED)
		return err_errno(err, "no memory for %zu pieces", n);
	costs_load(jobs->results, p->kernel.release, &costs);
	pool->at_once = jobs->at_once;
	pool->v = xcalloc(n, sizeof(*pool->v));
	pool->n = (unsigned int)n;
	for (size_t i = 0; i < n; i++) {
		struct job *job = &pool->v[i];

		job->shard = piece_at(plan, p, first + i);
		job->shard.k = (unsigned int)i + 1;
		job->shard.n = (unsigned int)n;
		job->folder = xasprintf("%s/%zu", folder, i + 1);
		job->told = &told[i];
		count_init(&job->count, pool->run, &costs, &job->shard);
	}
	return 0;
}

static void close_pool(struct pool *pool)
{
	if (pool->n)
		munmap(pool->v[0].told, pool->n * sizeof(*pool->v[0].told));
	for (unsigned int i = 0; i < pool->n; i++) {
		free(pool->v[i].folder);
		count_release(&pool->v[i].count);
	}
	free(pool->v);
}

/* The records and files of its parts are the run's. */
static int take(struct run *run, const struct shards_found *found, struct err *err)
{
	const struct record record = { .kind = RECORD_RUN, .run = run->records.run };
	_cleanup_free_ char *line = record_line(&record);
	struct records records;
	int ret;

	line[strcspn(line, "\n")] = '\0';
	ret = shards_join(found, run->place.partial, line, &records, err);
	if (ret)
		return ret;
	records_release(&run->records);
	run->records = records;
	run->boots = (unsigned int)run->records.nr_ends;
	for (size_t i = 0; i < run->records.nr_boots; i++)
		run_tell_boot(run, &run->records.boots[i]);
	return 0;
}

/* What was measured before one failed, with what there is of that one, whose words are the run's. */
static void take_finished(struct run *run, const char *folder)
{
	_cleanup_free_ char *failed = xasprintf("%s/failed", folder);
	_cleanup_free_ char *records = xasprintf("%s/" FOLDER_RECORDS, failed);
	_cleanup_(shards_release) struct shards_found found = { 0 };

	if (!shards_find(folder, &found, NULL))
		(void)shards_check(&found, 0, 0, NULL); /* in their order, though not all */
	if (fs_exists(records)) {
		found.v = xgrow(found.v, found.n, sizeof(*found.v));
		found.v[found.n++] = (struct shard_found){ .folder = xstrdup(failed) };
	}
	if (found.n)
		(void)take(run, &found, NULL);
	run_take_words(run, failed);
}

int jobs_join(struct run *run, const char *folder, const struct shard *of, struct err *err)
{
	_cleanup_(shards_release) struct shards_found found = { 0 };
	int ret = shards_find(folder, &found, err);

	if (!ret)
		ret = shards_check(&found, of ? of->from : 0, of ? of->to : 0, err);
	return ret ? ret : take(run, &found, err);
}

int jobs_measure(struct run *run, const struct jobs *jobs, const struct shard *of,
		 const struct run_words *words, const char *key, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/" FOLDER_PIECES, run->place.partial);
	_cleanup_(close_pool) struct pool pool = { .run = run, .words = words, .key = key };
	int ret = open_pool(&pool, jobs, of, folder, err);

	if (!ret)
		ret = make_all(&pool, err);
	if (!ret)
		ret = jobs_join(run, folder, of, err);
	if (ret)
		take_finished(run, folder);
	fs_remove(folder, NULL);
	return ret;
}
