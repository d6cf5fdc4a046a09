// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "bench/measure/host.h"
#include "bench/measure/jobs.h"
#include "bench/measure/key.h"
#include "vm/qemu.h"

/* A measurement while it is made. */
struct engine {
	const struct measurement *m;
	struct arm *arms;
	size_t n;
	struct progress *progress;
	char *qemu; /* its version */
};

/* Arms whose runs are made together: one, or all in turn. */
struct group {
	struct engine *e;
	struct arm *arms;
	size_t n, begun;
	char *order; /* a letter for each boot that was made: 'A' is the first arm */
	size_t boots;
	char *stop; /* what the last look said */
};

static void group_release(struct group *g)
{
	free(g->order);
	free(g->stop);
}

static int boots_until(struct group *g, size_t units, struct err *err)
{
	const struct plan *plan = g->e->m->plan;
	int ret = 0;

	while (!ret && g->boots < g->n * units) {
		struct arm *arm = &g->arms[next_arm(g->e->m, g->n, g->boots)];
		const double started = host_seconds();

		if (g->n > 1)
			progress_note(g->e->progress, "%s %zu of %zu at most: %s",
				      plan->machine->replicate, g->boots + 1, g->n * plan->boots,
				      arm->name);
		g->order[g->boots++] = (char)('A' + (arm - g->arms));
		ret = run_boot(&arm->run, err);
		arm->measure_seconds += host_seconds() - started;
	}
	return ret;
}

static int look(struct group *g, size_t at, bool *enough, struct err *err)
{
	const struct measurement *m = g->e->m;
	const struct plan *plan = m->plan;
	const double alpha = looks_alpha(&plan->looks, at, LOOK_ALPHA);
	struct look look = { 0 };
	int ret = m->look ? m->look(m->arg, g->arms, alpha, &look, err)
			  : look_closely(&g->arms[0].run.records, plan, alpha, &look, err);

	if (ret)
		return ret;
	*enough = !look.open;
	free(g->stop);
	g->stop =
		xasprintf("look %zu of %zu, %u %ss%s: %zu of %zu series %s", at + 1, plan->looks.n,
			  g->arms[0].run.boots, plan->machine->replicate, g->n > 1 ? " an arm" : "",
			  look.series - look.open, look.series, look.settled);
	progress_note(g->e->progress, "%s", g->stop);
	return 0;
}

/* Each run's record says how all boots came to be. */
static int settle(struct group *g, struct err *err)
{
	const struct plan *plan = g->e->m->plan;
	const bool together = g->n > 1;
	int ret = 0;

	for (size_t i = 0; !ret && i < g->n; i++) {
		struct record_sampling sampling = {
			.session = xstrdup(together ? run_id(&g->arms[0].run) : ""),
			.arm = together ? xasprintf("%c", (int)('A' + i)) : xstrdup(""),
			.seed = together ? plan->seed : 0,
			.order = xstrdup(together ? g->order : ""),
			.looks = look_units(&plan->looks),
			.stop = xstrdup(g->stop),
		};

		ret = run_settle(&g->arms[i].run, &sampling, err);
	}
	return ret;
}

static int boots_until_enough(struct group *g, struct err *err)
{
	const struct looks *looks = &g->e->m->plan->looks;
	const bool looked_at = looks->n > 1 || g->n > 1;
	bool enough = false;
	int ret = 0;

	g->order = xcalloc(g->n * looks->units[looks->n - 1] + 1, 1);
	for (size_t at = 0; !ret && !enough && at < looks->n; at++) {
		ret = boots_until(g, looks->units[at], err);
		if (!ret && looked_at)
			ret = look(g, at, &enough, err);
	}
	return ret || !looked_at ? ret : settle(g, err);
}

static int begin_all(struct group *g, const char *quiet, struct err *err)
{
	const struct measurement *m = g->e->m;
	const struct run_words words = { m->command, g->e->qemu, quiet };
	int ret = 0;

	for (size_t i = 0; !ret && i < g->n; i++) {
		struct arm *arm = &g->arms[i];

		g->begun++;
		ret = run_begin(&arm->run, m->plan, &arm->prepared, m->results, arm->path, &words,
				err);
	}
	return ret;
}

/* What is kept of one that fails is the last words of the arm whose boot was the last. */
static int end_all(struct group *g, int ret, struct err *err)
{
	const bool keep = ret != -EINTR;
	const size_t last = g->boots ? (size_t)(g->order[g->boots - 1] - 'A') : 0;

	for (size_t i = 0; i < g->begun; i++)
		if (ret)
			run_abandon(&g->arms[i].run, keep && i == last);
		else
			ret = run_end(&g->arms[i].run, err);
	return ret;
}

/* Of an exact machine: in pieces beside each other, or in one. */
static int make_exact(struct group *g, const struct jobs *jobs, const char *key, struct err *err)
{
	const struct measurement *m = g->e->m;
	const struct run_words words = { m->command, g->e->qemu, NULL };
	struct run *run = &g->arms->run;
	int ret = begin_all(g, NULL, err);

	if (ret)
		return end_all(g, ret, err);
	ret = m->plan->via ? via_measure(run, jobs, err)
	      : pieces_all(m->plan, run->prepared) > 1
		      ? jobs_measure(run, jobs, NULL, &words, key, err)
		      : boots_until_enough(g, err);
	/* A run without the facts that it was asked for stands for none. */
	if (!ret && !run->no_facts)
		ret = key_write(run->place.partial, key, err);
	return end_all(g, ret, err);
}

/* Which pieces the shard is that was asked for. */
static int find_shard(const struct plan *plan, const struct prepared *p, struct shard *shard,
		      struct err *err)
{
	_cleanup_free_ struct shard *shards = xcalloc(plan->shard.n, sizeof(*shards));
	int ret = 0;

	*shard = plan->shard;
	if (shard->to)
		return 0;
	ret = shards_cut(plan, p, &(struct costs){ 0 }, shards, shard->n, err);
	*shard = shards[shard->k - 1];
	return ret;
}

/* One shard of a run, where it was asked for: its folder is known by what it is of. */
static int make_shard(struct group *g, const struct jobs *jobs, const char *key, struct err *err)
{
	const struct measurement *m = g->e->m;
	const struct run_words words = { m->command, g->e->qemu, NULL };
	struct arm *arm = g->arms;
	_cleanup_free_ char *name = xasprintf("%s/shards/%s/%u-of-%u", m->results, key,
					      m->plan->shard.k, m->plan->shard.n);
	const struct shard_place place = { arm->path ? arm->path : name, &words, key };
	struct shard shard;
	int ret = find_shard(m->plan, &arm->prepared, &shard, err);

	arm->run.plan = m->plan;
	arm->run.prepared = &arm->prepared;
	if (ret)
		return ret;
	ret = shard_begin(&arm->run, &place, err);
	if (!ret)
		ret = jobs_measure(&arm->run, jobs, &shard, &words, key, err);
	return shard_end(&arm->run, &shard, &place, ret, err);
}

static int make_quietly(struct group *g, struct err *err)
{
	struct quieting quieting;
	int ret = quieting_begin(&quieting, g->e->m->plan, g->e->progress, err);

	if (ret)
		return ret;
	ret = begin_all(g, quieting_text(&quieting), err);
	if (!ret)
		ret = boots_until_enough(g, err);
	return end_all(g, quieting_end(&quieting, ret, err), err);
}

/* It may be there. */
static int make_or_take(struct group *g, struct err *err)
{
	const struct measurement *m = g->e->m;
	const struct jobs jobs = jobs_weigh(m->plan, &g->arms->prepared, m->results);
	_cleanup_free_ char *key = NULL;
	struct records records;
	char *folder = NULL;

	key = key_make(m->plan, &g->arms->prepared, g->e->qemu, err);
	if (!key)
		return -EIO;
	if (m->reuse)
		folder = key_find(m->results, key, &records);
	if (folder)
		run_take(&g->arms->run, folder, &records);
	return folder		  ? 0
	       : m->plan->shard.n ? make_shard(g, &jobs, key, err)
				  : make_exact(g, &jobs, key, err);
}

static int make_group(struct group *g, struct err *err)
{
	const double started = host_seconds();
	int ret = g->e->m->plan->machine->exact && g->n == 1 ? make_or_take(g, err)
							     : make_quietly(g, err);

	if (g->n == 1)
		g->arms->measure_seconds = host_seconds() - started;
	return ret;
}

static int make_all(struct engine *e, struct err *err)
{
	const size_t each = e->m->in_turn ? e->n : 1;
	int ret = 0;

	for (size_t i = 0; !ret && i < e->n; i += each) {
		_cleanup_(group_release) struct group g = { e, &e->arms[i], each };

		ret = make_group(&g, err);
	}
	return ret;
}

static int prepare_all(struct engine *e, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < e->n; i++) {
		struct arm *arm = &e->arms[i];
		const double started = host_seconds();

		arm->run = (struct run){
			.progress = e->progress,
			.who = e->n > 1 ? arm->name : NULL,
			.fd = -1,
		};
		if (arm->name)
			progress_note(e->progress, "%s: %s", arm->name,
				      arm->label ? arm->label : arm->spec);
		ret = prepare(e->m->plan, arm->spec, e->progress, &arm->prepared, err);
		arm->prepare_seconds = host_seconds() - started;
	}
	return ret;
}

static int run_engine(struct engine *e, struct err *err)
{
	struct settings *settings = NULL;
	struct err later;
	int ret = host_repair(e->m->plan, e->progress, &settings, err);

	if (!ret)
		ret = prepare_all(e, err);
	if (!ret && e->m->prepared)
		ret = e->m->prepared(e->m->arg, e->arms, err);
	if (!ret)
		ret = make_all(e, err);
	for (size_t i = 0; e->m->whole && i < e->n; i++)
		if (e->arms[i].run.whole && !e->arms[i].run.reused && !e->m->plan->shard.n)
			e->m->whole(e->m->arg, &e->arms[i], e->progress);
	settings_close(settings, ret ? &later : err);
	return ret;
}

/* As much of it as machines are asked about. */
static struct vm_config config_of(const struct plan *plan)
{
	return (struct vm_config){
		.arch = plan->arch,
		.qemu = plan->qemu,
		.cpus = plan->cpus,
		.nodes = plan->nodes,
		.module = plan->module,
	};
}

int measure_possible(const struct plan *plan, struct err *err)
{
	const struct vm_config config = config_of(plan);
	_cleanup_free_ char *driver = NULL;
	int ret = plan->machine->supported(&config, err);

	if (ret || arch_of(plan->arch) != arch_host)
		return ret;
	driver = prepare_driver(err);
	return driver ? 0 : -ENOENT;
}

int measure(const struct measurement *m, struct arm *arms, size_t n, struct err *err)
{
	const struct vm_config config = config_of(m->plan);
	struct engine e = { .m = m, .arms = arms, .n = n };
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = measure_possible(m->plan, err);

	for (size_t i = 0; !ret && i < n; i++)
		if (arms[i].spec && !m->plan->machine->here)
			ret = kernel_spec_check(arms[i].spec, m->plan->arch, err);
	/* The last is what is edited: whether it compiles is known soon. */
	for (size_t i = n; !ret && i-- > 0;)
		ret = arm_build(&arms[i], m->plan->arch, m->quiet, err);
	if (ret)
		return ret;
	e.qemu = m->plan->machine->here ? xstrdup("") : qemu_version(&config);
	e.progress = new_progress(m, arms, n, &names);
	ret = run_engine(&e, err);
	progress_free(e.progress);
	free(e.qemu);
	return ret;
}
