// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/turns.h"

#include <errno.h>
#include <stdlib.h>

#include "base/host.h"
#include "bench/measure/folder.h"
#include "bench/measure/quieting.h"
#include "bench/cli/runs.h"
#include "bench/measure/sampling.h"
#include "bench/stats/design.h"

#define ARMS 2

struct turns {
	struct side *const *sides;
	const struct side_how *how;
	const struct compare_options *o;
	struct progress *progress;
	struct plan plans[ARMS]; /* the plan with each side's kernel */
	struct run_request requests[ARMS];
	struct run_making makings[ARMS];
	size_t begun; /* of the makings */
	struct quieting quieting;
	char order[ARMS * LOOKS_UNITS_MAX + 1];
	size_t done; /* boots of both */
	char *stop;
};

static int prepare_both(struct turns *t, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < ARMS; i++) {
		struct side *s = t->sides[i];
		const double started = host_seconds();

		t->plans[i] = *t->how->plan;
		t->plans[i].kernel = s->spec;
		progress_note(t->progress, "%s: %s", s->name, s->label ? s->label : s->spec);
		ret = prepare(&t->plans[i], t->progress, &s->prepared, err);
		s->prepare_seconds = host_seconds() - started;
	}
	return ret;
}

static int begin_both(struct turns *t, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < ARMS; i++) {
		t->requests[i] = (struct run_request){
			.plan = &t->plans[i],
			.results = t->how->results,
			.command = t->how->command,
			.quiet = quieting_text(&t->quieting),
			.progress = t->progress,
		};
		t->begun++;
		ret = run_begin(&t->makings[i], &t->requests[i], &t->sides[i]->prepared, err);
	}
	return ret;
}

static int boots_until(struct turns *t, size_t units, struct err *err)
{
	const struct plan *plan = t->how->plan;
	const struct blocks blocks = { .seed = plan->seed, .arms = ARMS, .each = 1 };
	int ret = 0;

	while (!ret && t->done < ARMS * units) {
		const unsigned int arm = blocks_arm(&blocks, t->done);
		const double started = host_seconds();

		progress_note(t->progress, "boot %zu of %u at most: %s", t->done + 1,
			      ARMS * plan->boots, t->sides[arm]->name);
		t->order[t->done++] = (char)('A' + arm);
		ret = run_boot(&t->makings[arm], err);
		t->sides[arm]->measure_seconds += host_seconds() - started;
	}
	return ret;
}

/* What is missing, or cannot be judged, no boot more would settle. */
static size_t open_series(const struct compare *c, const struct looks_rule *rule)
{
	size_t open = 0;

	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = compare_judged(c, i);

		open += row->judged &&
			!looks_settled(row->judgement.verdict, &row->judgement.change, rule);
	}
	return open;
}

static int look(struct turns *t, size_t at, bool *enough, struct err *err)
{
	const struct plan *plan = t->how->plan;
	const struct looks_rule rule = { .width = plan->width };
	struct compare_options o = *t->o;
	struct records records[ARMS];
	struct compare compare;
	size_t read = 0, open;
	int ret = 0;

	o.alpha = looks_alpha(&plan->looks, at, COMPARE_ALPHA);
	for (; !ret && read < ARMS; read += !ret)
		ret = run_so_far(&t->makings[read], &records[read], err);
	if (!ret)
		ret = compare_build(&records[0], &records[1], &o, &compare, err);
	if (!ret) {
		open = open_series(&compare, &rule);
		*enough = !open;
		free(t->stop);
		t->stop = xasprintf("look %zu of %zu, %u boots an arm: %zu of %zu series settled",
				    at + 1, plan->looks.n, t->makings[0].boots,
				    compare.nr_judged - open, compare.nr_judged);
		progress_note(t->progress, "%s", t->stop);
		compare_release(&compare);
	}
	while (read)
		records_release(&records[--read]);
	return ret;
}

static int settle_both(struct turns *t, struct err *err)
{
	const struct plan *plan = t->how->plan;
	struct record_sampling sampling = {
		.session = t->makings[0].folder.id,
		.seed = plan->seed,
		.order = t->order,
		.looks = sampling_looks(&plan->looks),
		.stop = t->stop,
	};
	char arm[2] = "A";
	int ret = 0;

	sampling.arm = arm;
	for (size_t i = 0; !ret && i < ARMS; i++) {
		arm[0] = (char)('A' + i);
		ret = run_settle(&t->makings[i], &sampling, err);
	}
	free(sampling.looks);
	return ret;
}

static int measure_both(struct turns *t, struct err *err)
{
	const struct looks *looks = &t->how->plan->looks;
	bool enough = false;
	int ret = 0;

	for (size_t at = 0; !ret && !enough && at < looks->n; at++) {
		ret = boots_until(t, looks->units[at], err);
		if (!ret)
			ret = look(t, at, &enough, err);
	}
	return ret ? ret : settle_both(t, err);
}

static int measure_quietly(struct turns *t, struct err *err)
{
	int ret = quieting_begin(&t->quieting, t->how->plan, t->progress, err);

	if (ret)
		return ret;
	ret = begin_both(t, err);
	if (!ret)
		ret = measure_both(t, err);
	return quieting_end(&t->quieting, ret, err);
}

/* Both are whole. Figures that are of no kernel stay out of the store. */
static int end_both(struct turns *t, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARMS; i++) {
		struct side *s = t->sides[i];

		if (!ret)
			ret = run_end(&t->makings[i], &s->run, err);
		else
			run_abandon(&t->makings[i], false, &s->run);
		if (!ret)
			ret = folder_read(s->run.folder, &s->records, err);
		s->has_records = !ret;
		if (!ret && !t->how->plan->method_evidence)
			runs_keep(t->how->who, NULL, s->run.folder, t->progress);
	}
	return ret;
}

/* What is kept is the last words of the side whose boot was the last. */
static void abandon_both(struct turns *t, bool keep)
{
	const size_t last = t->done && t->order[t->done - 1] == 'B';

	for (size_t i = 0; i < t->begun; i++)
		run_abandon(&t->makings[i], keep && last == i, &t->sides[i]->run);
}

int turns_measure(struct side *const sides[2], const struct side_how *how,
		  const struct compare_options *o, struct err *err)
{
	static const struct progress_stage stages[] = { { "measure", 1 } };
	struct turns *t = xcalloc(1, sizeof(*t));
	int ret;

	*t = (struct turns){ .sides = sides, .how = how, .o = o };
	t->progress = how->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	ret = prepare_both(t, err);
	if (!ret)
		ret = measure_quietly(t, err);
	if (!ret)
		ret = end_both(t, err);
	else
		abandon_both(t, ret != -EINTR);
	progress_free(t->progress);
	free(t->stop);
	free(t);
	return ret;
}
