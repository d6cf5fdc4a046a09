// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/ab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "bench/measure/prepare.h"
#include "bench/record/series.h"
#include "bench/report/checks.h"
#include "kernels/source.h"

#define NEW_SIDE "new" /* the policy that makes the new side; the base is OWN_AS_IT_IS */

static int long_way(struct ab_short *s, const char *why)
{
	if (!s->reason)
		s->reason = xstrdup(why);
	return 0;
}

static const struct policy *find_policy(const struct op *op, const char *name)
{
	const struct policy *policy;

	for (size_t i = 0; (policy = op_own_policy(op, i)); i++)
		if (!strcmp(policy->name, name))
			return policy;
	return NULL;
}

/* Patches as they were given: what they change is changed in what the image was built from. */
static int find_patched(struct ab_short *s, const struct build_request *new, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	for (size_t i = 0; i < new->patches.n; i++) {
		const char *file = new->patches.v[i], *slash = strrchr(file, '/');
		const char *name = slash ? slash + 1 : file;
		struct err why = { 0 };
		int ret = own_units_of(file, &s->units, &why);

		/* In the table, where a temporary folder is no word. */
		if (ret == -EINVAL || ret == -EBADMSG)
			err_prefix(&why, "%s", ret == -EINVAL ? name : file);
		if (ret == -EINVAL)
			return long_way(s, why.text);
		if (ret)
			return err_set(err, ret, "%s", why.text);
		strv_addf(&s->plan.selection.own_changes, NEW_SIDE "=%s", file);
		strv_addf(&names, "+%s", name);
	}
	s->more = strv_join(&names, "");
	return 0;
}

/* Two states of a tree: what differs is a patch to the base. */
static int find_edited(struct ab_short *s, const struct arm arms[2], struct err *err)
{
	static const struct progress_stage stages[] = { { "source", 2 } };
	struct progress *progress = s->m->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	_cleanup_(tree_change_release) struct tree_change change = { 0 };
	struct err why = { 0 };
	int ret = changes_between(&arms[0].request, &arms[1].request, &change, progress, err);

	progress_free(progress);
	if (ret || !change.files.n)
		return ret;
	ret = own_units_of(change.patch, &s->units, &why);
	if (ret == -EINVAL)
		return long_way(s, why.text);
	if (ret)
		return err_set(err, ret, "%s", why.text);
	strv_addf(&s->plan.selection.own_changes, NEW_SIDE "=%s", change.patch);
	s->version = TAKE_PTR(change.version);
	return 0;
}

static void add_variant(struct variants *variants, const struct op *op, const char *policy)
{
	struct variant v = { .op = op, .policy = policy ? find_policy(op, policy) : NULL };

	variants->v = xrealloc(variants->v, (variants->n + 1) * sizeof(*variants->v));
	variants->v[variants->n++] = v;
}

/* Does anything asked for run what differs, and is it an op that own code can run? */
static int add_columns(struct ab_short *s, const struct op *op)
{
	struct variants *to = &s->plan.selection.variants;

	add_variant(to, op, NULL);
	if (!own_code_runs(op, s->units))
		return 0;
	if (!find_policy(op, NEW_SIDE)) {
		_cleanup_free_ char *why =
			xasprintf("%s runs what differs, and has no form of own code", op->name);

		return long_way(s, why);
	}
	add_variant(to, op, OWN_AS_IT_IS);
	add_variant(to, op, NEW_SIDE);
	return 0;
}

/* Where no op is named, those of GUP are the default ones for a change to it. */
static int find_columns(struct ab_short *s, struct err *err)
{
	static const char *const of_gup[] = { "gup_fast", "pin_fast" };
	const struct selection *asked = &s->m->plan->selection;
	int ret = own_code_policies(&s->plan.selection, err);

	for (size_t i = 0; !ret && i < asked->variants.n; i++) {
		const struct variant *v = &asked->variants.v[i];

		if (v->policy)
			return long_way(s, "--op names a policy, and both sides are one");
		ret = add_columns(s, v->op);
	}
	for (size_t i = 0; !ret && i < ARRAY_SIZE(of_gup); i++)
		if (s->units & 1U << OWN_gup && s->default_ops)
			ret = add_columns(s, op_find(of_gup[i]));
	return ret;
}

/* Before the boot: is all of it there, and is it two things at all? */
static int check_prepared(void *arg, struct arm *arms, struct err *err)
{
	struct ab_short *s = arg;
	struct variants *v = &s->plan.selection.variants;
	const struct own *own = &arms[0].prepared.own;
	bool differ = false;
	size_t n = 0;

	if (own->reason) {
		long_way(s, own->reason);
		return err_set(err, ECANCELED, "%s", own->reason);
	}
	for (size_t i = 0; i < OWN_NR_UNITS; i++) {
		_cleanup_free_ char *object = own_object(own, own_units[i], NEW_SIDE);

		differ |= object && !own_same(own, own_units[i], OWN_AS_IT_IS, NEW_SIDE);
	}
	s->same = !differ;
	for (size_t i = 0; i < v->n; i++)
		if (differ || strcmp(variant_policy_name(&v->v[i]), NEW_SIDE) != 0)
			v->v[n++] = v->v[i];
	v->n = n;
	return 0;
}

/* Which of the columns is the side's? Of an op that runs nothing of what differs, the only one. */
static bool is_of_side(const struct ab_short *s, const char *op, const char *policy,
		       const char *side)
{
	return own_code_runs(op_find(op), s->units) ? !strcmp(policy, side) : !*policy;
}

static void take_name(char **name, char **policy, struct series_key key)
{
	key.policy = "";
	free(*name);
	free(*policy);
	*name = series_key_name(&key);
	*policy = xstrdup("");
}

static void keep_series(const struct ab_short *s, const char *side, struct records *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_series; i++) {
		struct record record = { .kind = RECORD_SERIES, .series = r->series[i] };
		struct record_series *at = &record.series;

		if (!is_of_side(s, at->op, at->policy, side)) {
			record_release(&record);
			continue;
		}
		take_name(&at->name, &at->policy, series_key_of(at));
		r->series[n++] = *at;
	}
	r->nr_series = n;
}

static void keep_missing(const struct ab_short *s, const char *side, struct records *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_missing; i++) {
		struct record record = { .kind = RECORD_MISSING, .missing = r->missing[i] };
		struct record_missing *at = &record.missing;

		if (!is_of_side(s, at->op, at->policy, side)) {
			record_release(&record);
			continue;
		}
		take_name(&at->name, &at->policy, series_key_missing(at));
		r->missing[n++] = *at;
	}
	r->nr_missing = n;
}

/* The records of a side, as if its kernel had been booted. */
static int take_side(const struct ab_short *s, const struct records *all, const char *side,
		     struct records *out, struct err *err)
{
	_cleanup_free_ char *text = records_text(all);
	int ret = records_parse(text, strlen(text), out, err);

	if (ret)
		return ret;
	keep_series(s, side, out);
	keep_missing(s, side, out);
	return 0;
}

static void name_new(const struct ab_short *s, struct record_run *run)
{
	char *version = s->version ? xstrdup(s->version)
				   : xasprintf("%s%s", run->kernel.version, s->more ? s->more : "");

	free(run->kernel.version);
	run->kernel.version = version;
}

static int split(struct ab_short *s, struct arm arms[2], struct err *err)
{
	struct records all = TAKE_STRUCT(arms[0].run.records);
	int ret = take_side(s, &all, OWN_AS_IT_IS, &arms[0].run.records, err);

	if (!ret)
		ret = take_side(s, &all, s->same ? OWN_AS_IT_IS : NEW_SIDE, &arms[1].run.records,
				err);
	if (!ret)
		name_new(s, &arms[1].run.records.run);
	for (size_t i = 0; i < all.nr_ends; i++)
		s->boot_seconds += all.ends[i].program_seconds;
	arms[0].side = OWN_AS_IT_IS;
	arms[1].side = NEW_SIDE;
	records_release(&all);
	return ret;
}

/* What the table says of how it came to be. */
static void add_notes(struct ab_short *s, const struct arm *arm, size_t compared)
{
	const char *slash = strrchr(arm->run.folder, '/');
	_cleanup_(strv_release) struct strv units = { 0 };
	_cleanup_free_ char *joined = NULL;

	for (size_t i = 0; i < OWN_NR_UNITS; i++)
		if (s->units & 1U << i)
			strv_addf(&units, "mm/%s.c", own_units[i]);
	joined = strv_join(&units, ", ");
	if (!units.n)
		strv_add(&s->notes, "Nothing differs between the two sides: one was measured.");
	else if (!compared)
		strv_addf(&s->notes, "Nothing that was measured runs %s.", joined);
	else if (s->same)
		strv_addf(&s->notes,
			  "Both sides of %s are compiled to the same code: one was measured.",
			  joined);
	else
		strv_addf(&s->notes,
			  "The short way: %s of both sides beside what is built into %s, in one "
			  "boot; the base counts what is built in in all %zu series.",
			  joined, arm->spec, compared);
	if (arm->run.reused)
		strv_addf(&s->notes, "The counts are those of run %s: same image, code and plan.",
			  slash ? slash + 1 : arm->run.folder);
}

static int measure_both(struct ab_short *s, struct arm arms[2], struct err *err)
{
	const struct measurement one = {
		.plan = &s->plan,
		.results = s->m->results,
		.command = s->m->command,
		.reuse = s->m->reuse,
		.quiet = s->m->quiet,
		.prepared = check_prepared,
		.arg = s,
	};
	_cleanup_(gate_release) struct gate gate = { 0 };
	int ret = measure(&one, arms, 1, err);

	/* Two symbols of a name, or data of its own: a kernel that is built has no such trouble. */
	if (ret == -ENOTUNIQ)
		return long_way(s, err->text);
	if (ret)
		return s->reason ? 0 : ret;
	gate_check(&arms[0].run.records, &gate);
	if (gate.closed.n) {
		_cleanup_free_ char *why =
			xasprintf("own code is not what is built in: %s",
				  gate.differences.n ? gate.differences.v[0] : gate.closed.v[0]);

		return long_way(s, why);
	}
	add_notes(s, &arms[0], gate.compared);
	return split(s, arms, err);
}

/* What is booted is there anyway: the distribution's image, or the base, which is built once. */
static int find_kernel(struct ab_short *s, struct arm *base, struct err *err)
{
	if (!base->request.source)
		return arm_build(base, s->m->plan->arch, s->m->quiet, err);
	base->spec = xstrdup(base->request.source);
	return 0;
}

int ab_short(struct ab_short *s, const struct measurement *m, bool default_ops, struct arm arms[2],
	     struct err *err)
{
	const double started = host_seconds();
	const struct build_request *new = &arms[1].request;
	int ret;

	*s = (struct ab_short){ .m = m, .plan = *m->plan, .default_ops = default_ops };
	s->plan.selection.own_changes = (struct strv){ 0 };
	s->plan.selection.variants = (struct variants){ 0 };
	if (!m->plan->machine->exact)
		return long_way(s, "it is of the exact machine");
	ret = new->source ? find_patched(s, new, err) : find_edited(s, arms, err);
	if (!ret && !s->reason)
		ret = find_columns(s, err);
	if (!ret && new->source &&new->configs.n)
		long_way(s, "--config is of a kernel that is built");
	s->source_seconds = host_seconds() - started;
	if (!ret && !s->reason)
		ret = find_kernel(s, &arms[0], err);
	if (!ret && !s->reason)
		ret = measure_both(s, arms, err);
	return ret;
}

void ab_short_release(struct ab_short *s)
{
	strv_release(&s->plan.selection.own_changes);
	variants_release(&s->plan.selection.variants);
	strv_release(&s->notes);
	free(s->reason);
	free(s->more);
	free(s->version);
}
