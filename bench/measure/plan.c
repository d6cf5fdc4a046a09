// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/measure/jobs.h"
#include "bench/measure/prepare.h"
#include "bench/op/invalidate.h"
#include "kernels/kernel.h"

#define SEED_MAX  4294967295UL
#define WIDTH_MAX 100.0 /* per cent */

static int check_invalidate(const struct plan *plan, struct err *err)
{
	const struct invalidation *how;
	struct retry_limit limit;
	int ret = retry_limit_parse(plan->retry_limit_text, &limit, err);

	if (ret || !plan->invalidate)
		return ret;
	if (plan->cpus == 1)
		return err_set(err, EINVAL,
			       "--invalidate %s: a thread beside the walk needs a second CPU "
			       "(--machine tcg has more)",
			       plan->invalidate);
	return invalidation_find(plan->invalidate, &how, err);
}

/* "4", or of noisy figures "8,16,32": so many at each look. Of the running kernel, processes. */
static int resolve_boots(struct plan *plan, struct err *err)
{
	const struct machine *m = plan->machine;
	const char *option = m->here ? "--rounds" : "--boots";
	const char *text = m->here ? plan->rounds_text : plan->boots_text;
	unsigned long n = 1;
	int ret = 0;

	if (m->here && plan->boots_text)
		return err_set(err, EINVAL,
			       "--boots is of a guest: the %s machine measures again in a new "
			       "process, --rounds %s",
			       m->name, plan->boots_text);
	plan->looks = (struct looks){ .n = 1, .units = { 1 } };
	if (text && strchr(text, ',') && m->exact)
		return err_set(err, EINVAL,
			       "%s %s: looks are for noisy figures; exact counts need one number",
			       option, text);
	if (text && strchr(text, ','))
		ret = looks_parse(text, &plan->looks, err);
	else if (text)
		ret = parse_count(text, 1, LOOKS_UNITS_MAX, option + strlen("--"), &n, err);
	if (ret)
		return ret;
	if (plan->looks.n == 1 && text && !strchr(text, ','))
		plan->looks.units[0] = n;
	plan->boots_asked = text;
	plan->boots = (unsigned int)plan->looks.units[plan->looks.n - 1];
	return 0;
}

static int resolve_kernels(struct plan *plan, struct err *err)
{
	const char *own = plan->machine->here ? "host" : "debian:6.1";
	const char *list = plan->kernel ? plan->kernel : own, *end;
	int ret = 0;

	for (; !ret; list = end + 1) {
		_cleanup_free_ char *name = NULL;

		end = strchrnul(list, ',');
		name = xstrndup(list, (size_t)(end - list));
		if (!*name)
			ret = err_set(err, EINVAL, "an empty name in --kernel '%s'", plan->kernel);
		else if (strv_has(&plan->kernels, name))
			ret = err_set(err, EINVAL, "kernel %s is named twice", name);
		else
			strv_add(&plan->kernels, name);
		if (!*end)
			break;
	}
	plan->kernel_asked = plan->kernel;
	if (!plan->kernel && !ret)
		plan->kernel = plan->kernels.v[0];
	return ret;
}

/* Named on this host: a guest's CPU has its PMU, or none. */
static int resolve_events(struct plan *plan, struct err *err)
{
	if (!plan->events_text)
		return 0;
	if (plan->machine->exact)
		return err_set(err, EINVAL,
			       "--events: the %s machine has no PMU, and an event of the kernel's "
			       "own that is switched on changes its code, and so the counts; "
			       "another --machine counts events",
			       plan->machine->name);
	return event_list_resolve(plan->events_text, "/sys", &plan->events, err);
}

static int check_facts(const struct plan *plan, struct err *err)
{
	if (!plan->facts || plan->machine->exact)
		return 0;
	return err_set(err, EINVAL, "--facts needs a machine that counts exactly; %s does not",
		       plan->machine->name);
}

/* Asked for by an option of run, or by profile: what is said names neither. */
static int resolve_perf(struct plan *plan, struct err *err)
{
	if (!plan->perf_what)
		return 0;
	if (plan->machine->exact)
		return err_set(err, EINVAL,
			       "the %s machine is not for perf: it has no PMU, and its clock goes "
			       "on with its instructions; --machine tcg is, or one with a PMU",
			       plan->machine->name);
	plan->perf_program = fs_find_program("perf");
	return plan->perf_program
		       ? 0
		       : err_set(err, ENOENT, "perf is not there; Debian's package is linux-perf");
}

static int resolve_seed(struct plan *plan, struct err *err)
{
	unsigned long n = 0;
	uint32_t drawn;
	int ret = 0;

	if (plan->seed_text)
		ret = parse_count(plan->seed_text, 0, SEED_MAX, "a seed", &n, err);
	else if (getrandom(&drawn, sizeof(drawn), 0) == (ssize_t)sizeof(drawn))
		n = drawn;
	plan->seed = n;
	return ret;
}

static int resolve_width(struct plan *plan, struct err *err)
{
	char *end;

	if (!plan->width_text)
		return 0;
	plan->width = strtod(plan->width_text, &end) / 100;
	if (end == plan->width_text || *end || !(plan->width > 0) || plan->width > WIDTH_MAX / 100)
		return err_set(err, EINVAL, "'%s' is not a width in per cent (above 0, to %g)",
			       plan->width_text, WIDTH_MAX);
	return 0;
}

static int check_exact(const struct plan *plan, struct err *err)
{
	const char *option = plan->seed_text	     ? "--seed"
			     : plan->width_text	     ? "--width"
			     : plan->quiet_system    ? "--quiet-system"
			     : plan->method_evidence ? "--method-evidence"
						     : NULL;

	if (option)
		return err_set(err, EINVAL,
			       "%s is for machines with noisy figures; %s counts are exact", option,
			       plan->machine->name);
	return 0;
}

/* How noisy figures are sampled; draws a seed where none was given. */
static int resolve_sampling(struct plan *plan, struct err *err)
{
	int ret;

	if (plan->machine->exact)
		return check_exact(plan, err);
	if (plan->quiet_system && plan->machine->functional)
		return err_set(err, EINVAL,
			       "--quiet-system is for machines whose figures mean something; those "
			       "of %s do not",
			       plan->machine->name);
	if (plan->method_evidence && !plan->machine->functional)
		return err_set(err, EINVAL,
			       "--method-evidence is for machines whose figures mean nothing; "
			       "those of %s do",
			       plan->machine->name);
	if (plan->looks.n > 1 && plan->machine->functional && !plan->method_evidence)
		return err_set(err, EOPNOTSUPP,
			       "figures of the %s machine are functional only: there is nothing to "
			       "look at; %s takes one number",
			       plan->machine->name, plan->machine->here ? "--rounds" : "--boots");
	ret = resolve_seed(plan, err);
	return ret ? ret : resolve_width(plan, err);
}

void plan_look_as_usual(struct plan *plan)
{
	if (plan->machine->exact || plan->boots_asked)
		return;
	plan->looks = looks_usual;
	plan->boots = (unsigned int)looks_usual.units[looks_usual.n - 1];
}

/* Guests beside each other, and parts of a run. */
static int resolve_shards(struct plan *plan, struct err *err)
{
	const char *option = plan->jobs_text	 ? "--jobs"
			     : plan->shards_text ? "--shards"
			     : plan->pieces_text ? "--pieces"
			     : plan->shard_text	 ? "--shard"
			     : plan->via	 ? "--via"
						 : NULL;
	unsigned long n = 0;
	int ret = 0;

	if (option && !plan->machine->exact)
		return err_set(err, EINVAL,
			       "%s is for exact counts: what runs beside a guest changes the "
			       "figures of the %s machine",
			       option, plan->machine->name);
	if (plan->shard_text && (plan->jobs_text || plan->shards_text || plan->via))
		return err_set(err, EINVAL, "--shard is one of them: it excludes --%s",
			       plan->jobs_text	   ? "jobs"
			       : plan->shards_text ? "shards"
						   : "via");
	if (plan->via)
		ret = via_check(plan->via, err);
	if (ret)
		return ret;
	if (plan->jobs_text)
		ret = parse_count(plan->jobs_text, 1, SHARD_MOST_JOBS, "jobs", &n, err);
	plan->jobs = (unsigned int)n;
	n = 0;
	if (!ret && plan->shards_text)
		ret = parse_count(plan->shards_text, 1, SHARDS_MOST, "shards", &n, err);
	plan->shards = (unsigned int)n;
	n = 0;
	if (!ret && plan->pieces_text)
		ret = parse_count(plan->pieces_text, 1, SHARDS_MOST, "pieces", &n, err);
	plan->pieces = (unsigned int)n;
	return ret || !plan->shard_text ? ret : shard_parse(plan->shard_text, &plan->shard, err);
}

/* What the machine need not be asked for. */
static int resolve_series(struct plan *plan, struct err *err)
{
	int ret = resolve_kernels(plan, err);

	if (!ret)
		ret = own_code_policies(&plan->selection, err);
	if (!ret)
		ret = selection_resolve(&plan->selection, err);
	if (!ret)
		ret = selection_check_cache(&plan->selection, plan->machine->exact, err);
	if (!ret)
		ret = resolve_events(plan, err);
	if (!ret)
		ret = resolve_perf(plan, err);
	if (!ret)
		ret = check_facts(plan, err);
	if (!ret)
		ret = resolve_shards(plan, err);
	return ret ? ret : resolve_boots(plan, err);
}

int plan_resolve(struct plan *plan, struct err *err)
{
	int ret = machine_known(plan->machine_name ? plan->machine_name : MACHINE_DEFAULT->name,
				&plan->machine, err);

	plan->sized = plan->selection.size_names.n;
	if (!ret)
		ret = plan_check_machine(plan, err);
	if (!ret && !plan->module)
		ret = kernel_module_possible(err);
	if (!ret)
		ret = resolve_series(plan, err);
	if (!ret)
		ret = plan_resolve_machine(plan, err);
	if (!ret)
		ret = check_invalidate(plan, err);
	if (!ret)
		ret = plan_check_sizes(plan, err);
	return ret ? ret : resolve_sampling(plan, err);
}

void plan_release(struct plan *plan)
{
	selection_release(&plan->selection);
	strv_release(&plan->kernels);
	strv_release(&plan->dax_paths);
	strv_release(&plan->overwrite);
	event_list_release(&plan->events);
	free(plan->perf_program);
}
