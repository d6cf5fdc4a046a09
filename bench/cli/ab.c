// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/ab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "bench/cli/command.h"
#include "bench/cli/present.h"
#include "bench/cli/runs.h"
#include "bench/report/render.h"
#include "kernels/config.h"

/* Where the time of a comparison went, on stderr. */
static void add_time(struct sheet *table, const char *stage, double base, double new)
{
	sheet_words(table, "%s", stage);
	sheet_number(table, base, "%.1f", base);
	sheet_number(table, new, "%.1f", new);
}

static void long_times(const struct arm *base, const struct arm *new, double compare, double whole)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("seconds"),
		SHEET_FIGURE("base"),
		SHEET_FIGURE("new"),
	};
	struct sheet *table = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	const struct pen pen = pen_to(stderr, false);

	if (base->build)
		add_time(table, "build", base->build_seconds, new->build_seconds);
	add_time(table, "kernel, module", base->prepare_seconds, new->prepare_seconds);
	add_time(table, "boot, measure", base->measure_seconds, new->measure_seconds);
	fputc('\n', stderr);
	render_sheet(table, &pen);
	fprintf(stderr, "compare %.1f, in all %.1f\n", compare, whole);
	sheet_free(table);
}

static void short_times(const struct ab_short *s, const struct arm *base, double table,
			double whole)
{
	const struct own *own = &base->prepared.own;

	fprintf(stderr,
		"\nseconds: source %.1f, compile %.1f, module %.1f, boot %.1f, measure %.1f, "
		"table %.1f; in all %.1f\n",
		s->source_seconds + own->source_seconds, own->compile_seconds,
		base->prepare_seconds - own->source_seconds - own->compile_seconds, s->boot_seconds,
		base->measure_seconds - s->boot_seconds, table, whole);
}

struct ab_sides ab_sides(const struct ab_options *o)
{
	struct ab_sides sides = { tree_request(&o->tree), tree_request(&o->tree) };

	if (o->patches.n) {
		sides.base.rev = sides.new.rev = o->rev;
		sides.new.patches = o->patches;
	} else {
		sides.base.rev = o->base ? o->base : "HEAD";
		sides.new.rev = o->new;
	}
	return sides;
}

static void set_arms(const struct ab_options *o, const struct ab_sides *sides, struct arm arms[2])
{
	const bool build = tree_given(&o->tree);

	arms[0] = (struct arm){ .name = "base", .build = build };
	arms[1] = (struct arm){ .name = "new", .build = build };
	if (build) {
		arms[0].request = sides->base;
		arms[1].request = sides->new;
	} else {
		arms[0].spec = xstrdup(o->base);
		arms[1].spec = xstrdup(o->new);
	}
}

static void add_notes(struct strv *lines, const struct arm *s)
{
	const char *slash;

	if (s->label)
		strv_addf(lines, "%s: %s (%s)", s->name, s->label, s->spec);
	if (s->run.no_facts)
		strv_addf(lines, "%s: counts alone, no facts: %s", s->name,
			  s->run.why_no_facts.text);
	if (!s->run.reused)
		return;
	slash = strrchr(s->run.folder, '/');
	strv_addf(lines,
		  "The counts of %s are those of run %s: same image, module, plan and machine.",
		  s->name, slash ? slash + 1 : s->run.folder);
}

static int compare(const struct ab_options *o, const struct ab_pair *pair)
{
	const struct arm *base = &pair->arms[0], *new = &pair->arms[1];
	const struct records runs[] = { base->run.records, new->run.records };
	struct compare_notes notes;
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_(changed_code_release) struct changed_code code;

	changed_code_find(base, new, &code);
	for (size_t i = 0; i < pair->notes.n; i++)
		strv_add(&lines, pair->notes.v[i]);
	if (!base->side) {
		add_notes(&lines, base);
		add_notes(&lines, new);
	}
	notes = (struct compare_notes){
		.lines = &lines,
		.functions = code.unknown ? NULL : &code.functions,
		.functions_unknown = code.unknown,
	};
	return verdict_print("ab", &o->verdict, runs, ARRAY_SIZE(runs), &notes);
}

/* What is missing, or cannot be judged, no boot more would settle. */
static int look(void *arg, const struct arm *arms, double alpha, struct look *look, struct err *err)
{
	const struct ab_options *ab = arg;
	const struct looks_rule rule = { .width = ab->plan.width };
	struct compare_options o = ab->verdict.compare;
	struct compare c;
	int ret;

	o.alpha = alpha;
	ret = compare_build(&arms[0].run.records, &arms[1].run.records, &o, &c, err);
	if (ret)
		return ret;
	look->series = c.nr_judged;
	snprintf(look->settled, sizeof(look->settled), "settled");
	for (size_t i = 0; i < c.nr_rows; i++) {
		const struct compare_row *row = compare_judged(&c, i);

		look->open += row->judged &&
			      !looks_settled(row->judgement.verdict, &row->judgement.change, &rule);
	}
	compare_release(&c);
	return 0;
}

/* Noisy figures of differing environments are refused before they cost a boot. */
static int comparable(void *arg, struct arm *arms, struct err *err)
{
	struct ab_options *o = arg;
	const struct kernel *base = &arms[0].prepared.kernel, *new = &arms[1].prepared.kernel;
	_cleanup_free_ char *differing = configs_told(base->config_sha256, new->config_sha256);
	const bool same = environment_same("kernel compiler", base->compiler, new->compiler);

	if (o->plan.machine->exact || o->verdict.force ||
	    (same && !strcmp(base->config_sha256, new->config_sha256)))
		return 0;
	o->refused = true;
	if (!same)
		return err_set(err, EXDEV,
			       "kernel compiler differs: %s against %s; times of differing "
			       "environments are not comparable (--force compares all the same)",
			       base->compiler, new->compiler);
	return err_set(err, EXDEV,
		       "kernel config differs: %s; times of differing environments are not "
		       "comparable (--force compares all the same)",
		       differing ? differing : "in which options is not known");
}

/* Figures that are of no kernel stay out of the store. */
static void keep(void *arg, struct arm *arm, struct progress *progress)
{
	const struct ab_options *o = arg;

	if (!o->plan.method_evidence)
		runs_keep("ab", &(struct runs_places){ .results = o->results }, &arm->run.records,
			  progress);
}

/* True where it is decided: measured, or failed with @status. */
static bool short_way(const struct ab_options *o, const struct measurement *m, struct ab_pair *pair,
		      int *status)
{
	struct err err = { 0 };

	if (ab_short(&pair->s, m, o->default_ops, pair->arms, &err)) {
		*status = present_failure("ab", arms_kept(pair->arms, 2), &err);
		return true;
	}
	pair->is_short = !pair->s.reason;
	if (pair->is_short) {
		for (size_t i = 0; i < pair->s.notes.n; i++)
			strv_add(&pair->notes, pair->s.notes.v[i]);
		return true;
	}
	strv_addf(&pair->notes, "The long way: %s.", pair->s.reason);
	if (!o->quiet)
		fprintf(stderr, "%s\n", pair->notes.v[0]);
	return false;
}

static void release_arms(struct arm arms[2])
{
	arm_release(&arms[0]);
	arm_release(&arms[1]);
}

int ab_measure(struct ab_options *o, const struct ab_sides *sides, const char *command,
	       struct ab_pair *pair)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = o->results,
		.command = command,
		.reuse = !o->fresh,
		.quiet = o->quiet,
		.in_turn = !o->plan.machine->exact,
		.prepared = comparable,
		.look = look,
		.whole = keep,
		.arg = o,
	};
	struct err err = { 0 };
	int status = -1;

	*pair = (struct ab_pair){ .started = host_seconds() };
	set_arms(o, sides, pair->arms);
	if (!tree_given(&o->tree) || o->long_way || !short_way(o, &m, pair, &status)) {
		release_arms(pair->arms);
		set_arms(o, sides, pair->arms);
		if (measure(&m, pair->arms, 2, &err)) {
			status = present_failure("ab", arms_kept(pair->arms, 2), &err);
			status = o->refused ? STATUS_NOT_COMPARABLE : status;
		}
	}
	pair->s.m = NULL; /* it ends here */
	pair->measured = host_seconds();
	return status;
}

void ab_pair_release(struct ab_pair *pair)
{
	release_arms(pair->arms);
	ab_short_release(&pair->s);
	strv_release(&pair->notes);
}

int ab(struct ab_options *o, const char *command)
{
	const struct ab_sides sides = ab_sides(o);
	_cleanup_(ab_pair_release) struct ab_pair pair;
	int status = ab_measure(o, &sides, command, &pair);
	double table, whole;

	if (status >= 0)
		return status;
	status = compare(o, &pair);
	table = host_seconds() - pair.measured;
	whole = host_seconds() - pair.started;
	if (!o->quiet && pair.is_short)
		short_times(&pair.s, &pair.arms[0], table, whole);
	else if (!o->quiet)
		long_times(&pair.arms[0], &pair.arms[1], table, whole);
	return status;
}
