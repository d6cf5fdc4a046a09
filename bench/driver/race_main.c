// SPDX-License-Identifier: GPL-2.0-only
/* Which races there are, and what is told of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/driver/race.h"

/* Longest search for fewer walkers that show a failure, each time, in seconds. */
#define FEWER_SECONDS 5.0

static void tell(struct emit *emit, struct race_record *record)
{
	_cleanup_free_ char *line = race_line(record);

	emit_line(emit, line);
}

static void tell_phase(struct emit *emit, const struct race_result *r, const struct racer *racer,
		       unsigned int phase)
{
	const struct ptwalk_race_phase *p = &racer->told.phases[phase];

	if (p->rounds)
		tell(emit, &(struct race_record){
				   .kind = RACE_PHASE,
				   .memory = r->verdict.memory,
				   .protocol = r->verdict.protocol,
				   .walker = (char *)racer->walker->name,
				   .phase = (char *)race_phase_name(phase),
				   .rounds = p->rounds,
				   .overlaps = p->overlaps,
				   .checks = p->checks,
				   .stale = p->stale,
				   .retries = p->retries,
				   .pass_ns = p->pass_ns,
				   .took_ns = p->took_ns,
			   });
}

static void tell_result(struct emit *emit, struct race_result *r)
{
	for (size_t i = 0; i < r->nr_racers; i++) {
		const struct racer *racer = &r->racers[i];
		const struct ptwalk_race_told *told = &racer->told;

		for (unsigned int phase = 0; phase < PTWALK_NR_PHASES; phase++)
			tell_phase(emit, r, racer, phase);
		tell(emit, &(struct race_record){
				   .kind = RACE_WALKER,
				   .memory = r->verdict.memory,
				   .protocol = r->verdict.protocol,
				   .walker = (char *)racer->walker->name,
				   .chunks = told->chunks,
				   .mapped = told->mapped,
				   .retries = told->retries,
				   .futile = told->futile,
				   .stuck = told->stuck,
				   .gave_up = told->gave_up,
				   .late = told->late,
				   .errors = told->errors,
				   .ns = told->ns,
			   });
	}
	tell(emit, &r->verdict);
}

/* Does it fail with these walkers alone? */
static bool fails(const struct race_plan *plan, const struct race_walker **walkers, size_t n,
		  struct err *err)
{
	_cleanup_(race_result_release) struct race_result r = { 0 };
	struct race_plan less = *plan;

	less.walkers = walkers;
	less.nr_walkers = n;
	less.rounds = 0;
	less.seconds = FEWER_SECONDS;
	less.first = true;
	return !race_run(&less, &r, err) && r.verdict.first_ns;
}

/* One that fails by itself; else all without those that it fails without, too. */
static char *find_fewest(const struct race_plan *plan)
{
	_cleanup_free_ const struct race_walker **left =
		xcalloc(plan->nr_walkers + 1, sizeof(*left));
	_cleanup_(strv_release) struct strv names = { 0 };
	size_t n = plan->nr_walkers;
	struct err err;

	for (size_t i = 0; i < plan->nr_walkers; i++)
		if (fails(plan, &plan->walkers[i], 1, &err))
			return xstrdup(plan->walkers[i]->name);
	memcpy(left, plan->walkers, n * sizeof(*left));
	for (size_t i = 0; n > 2 && i < n;) {
		const struct race_walker *without = left[i];

		memmove(&left[i], &left[i + 1], (n - i - 1) * sizeof(*left));
		if (fails(plan, left, n - 1, &err)) {
			n--;
			continue;
		}
		memmove(&left[i + 1], &left[i], (n - i - 1) * sizeof(*left));
		left[i++] = without;
	}
	for (size_t i = 0; i < n; i++)
		strv_add(&names, left[i]->name);
	return strv_join(&names, ",");
}

/* A wrong protocol until it is found, another for as long as asked. @first: the first memory. */
static int race_one(struct race_plan *plan, struct err *err)
{
	const struct race_ask *ask = &plan->options->race;
	const bool wrong = plan->protocol->wrong[0];
	_cleanup_(race_result_release) struct race_result r = { 0 };
	int ret;

	plan->rounds = wrong ? 0 : ask->rounds;
	plan->seconds = wrong ? ask->find_seconds : ask->seconds;
	plan->first = wrong;
	ret = race_run(plan, &r, err);
	if (ret)
		return ret;
	if (race_failed(&r.verdict)) {
		free(r.verdict.fewest);
		r.verdict.fewest = find_fewest(plan);
	}
	tell_result(plan->emit, &r);
	return 0;
}

/* Pages are held for the caller alone; and who holds them follows no protocol. */
static bool walks(const struct race_plan *plan, const struct race_walker *walker)
{
	return !race_walker_holds(walker) ||
	       (plan->memory != RACE_CHILD && !plan->protocol->wrong[0]);
}

static void choose(struct race_plan *plan)
{
	const struct race_ask *ask = &plan->options->race;

	plan->nr_walkers = plan->nr_acts = 0;
	for (size_t i = 0; i < ask->nr_walkers; i++)
		if (walks(plan, ask->walkers[i]))
			plan->walkers[plan->nr_walkers++] = ask->walkers[i];
	for (size_t i = 0; i < ask->nr_acts; i++)
		if (ask->acts[i]->memories & 1U << plan->memory)
			plan->acts[plan->nr_acts++] = ask->acts[i];
}

/* Why it could not show that the protocol fails; NULL: it could. */
static const char *hides(const struct race_plan *plan)
{
	if (!plan->nr_walkers)
		return plan->memory == RACE_CHILD ? "no walker walks what is another process's"
						  : "no walker follows a protocol";
	for (size_t i = 0; i < plan->nr_acts; i++)
		if (!(plan->acts[i]->hides & 1U << plan->protocol->index))
			return NULL;
	return "none of what takes memory away can show it";
}

static void tell_missing(const struct race_plan *plan, const char *reason)
{
	tell(plan->emit, &(struct race_record){ .kind = RACE_MISSING,
						.memory = (char *)race_memories[plan->memory],
						.walker = (char *)"",
						.phase = (char *)"",
						.reason = (char *)reason });
}

static void tell_unsought(const struct race_plan *plan, const char *reason)
{
	tell(plan->emit, &(struct race_record){ .kind = RACE_UNSOUGHT,
						.memory = (char *)"",
						.protocol = (char *)plan->protocol->name,
						.wrong = (char *)plan->protocol->wrong,
						.reason = (char *)reason });
}

/* Over each memory; a wrong one over the first that may show it. */
static int race_protocol(struct race_plan *plan, struct err *err)
{
	const bool wrong = plan->protocol->wrong[0];
	const char *unsought = NULL;
	int ret = 0;

	for (unsigned int m = 0; m < RACE_NR_MEMORIES && !ret; m++) {
		const char *why;

		plan->memory = (enum race_memory)m;
		choose(plan);
		if (!plan->nr_acts)
			continue;
		why = hides(plan);
		if (why) {
			unsought = why;
			if (!wrong)
				tell_missing(plan, why);
			continue;
		}
		ret = race_one(plan, err);
		if (ret == -ENODEV) {
			tell_missing(plan, err->text);
			ret = 0;
		} else if (wrong) {
			return ret;
		}
	}
	if (!ret && wrong && unsought)
		tell_unsought(plan, unsought);
	return ret;
}

/* By name; one of the user's file is asked for whatever it is called. */
static bool is_asked(const struct race_ask *ask, const struct ptwalk_protocol *p)
{
	if (!ask->protocol_names.n)
		return true;
	if (p->flags & PTWALK_PROTOCOL_OWN && strv_has(&ask->protocol_names, RACE_OWN))
		return true;
	return strv_has(&ask->protocol_names, p->name);
}

/* What is in the user's file is one that can be raced, and told from the module's. */
static int check_own(const struct race_ask *ask, const struct client *client, struct err *err)
{
	struct ptwalk_protocol p = { .index = (uint32_t)nr_race_protocols };

	if (!strv_has(&ask->protocol_names, RACE_OWN))
		return 0;
	if (ioctl(client->fd, PTWALK_IOC_QUERY_PROTOCOL, &p))
		return err_set(
			err, EINVAL, "%s",
			errno == ENOEXEC
				? "race_protocol_own of the file lacks a name, map or invalidate"
				: "the file has no struct race_protocol called race_protocol_own");
	for (size_t i = 0; i < nr_race_protocols; i++)
		if (!strcmp(race_protocols[i], p.name))
			return err_set(
				err, EINVAL,
				"the file's protocol has the name of one of the module's: %s",
				p.name);
	return 0;
}

int race_main(const struct options *options, const struct client *client, struct err *err)
{
	const struct race_ask *ask = &options->race;
	struct emit emit = { .fd = options->records_fd };
	_cleanup_free_ const struct race_walker **walkers =
		xcalloc(ask->nr_walkers + 1, sizeof(*walkers));
	_cleanup_free_ const struct race_act **acts = xcalloc(ask->nr_acts + 1, sizeof(*acts));
	struct ptwalk_protocol protocol = { 0 };
	struct race_plan plan = {
		.options = options,
		.client = client,
		.emit = &emit,
		.protocol = &protocol,
		.walkers = walkers,
		.acts = acts,
	};
	unsigned int raced = 0;
	int ret = 0;

	if (!(client->query.features & PTWALK_FEATURE_RACE))
		return err_set(err, EOPNOTSUPP, "this module knows no races");
	ret = check_own(ask, client, err);
	for (uint32_t i = 0; !ret; i++) {
		protocol = (struct ptwalk_protocol){ .index = i };
		if (ioctl(client->fd, PTWALK_IOC_QUERY_PROTOCOL, &protocol))
			break;
		if (!is_asked(ask, &protocol))
			continue;
		raced++;
		ret = race_protocol(&plan, err);
	}
	if (!ret && !raced)
		ret = err_set(err, EINVAL, "the module has none of these protocols");
	return ret;
}
