// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/op.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/record/series.h"

const struct op *op_find(const char *name)
{
	for (size_t i = 0; i < nr_ops; i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	return NULL;
}

const struct policy *policy_find(const char *name)
{
	for (size_t i = 0; i < nr_policies; i++)
		if (!strcmp(policies[i].name, name))
			return &policies[i];
	return NULL;
}

static int unknown_op(const char *name, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < nr_ops; i++)
		strv_add(&known, ops[i].name);
	return err_unknown(err, "op", name, &known);
}

static int unknown_policy(const char *name, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < nr_policies; i++)
		strv_add(&known, policies[i].name);
	return err_unknown(err, "policy", name, &known);
}

/* Is "op" or "op/policy" all of known names? */
static int check_op_name(const char *name, struct err *err)
{
	const char *slash = strchr(name, '/');
	char *bare = slash ? xstrndup(name, (size_t)(slash - name)) : xstrdup(name);
	const struct op *op = op_find(bare);
	int ret = 0;

	if (!strcmp(name, SELECT_ALL))
		ret = 0;
	else if (!op)
		ret = unknown_op(bare, err);
	else if (slash && !op_is(op, PTWALK_OPF_POLICIES))
		ret = err_set(err, EINVAL, "op '%s' takes no policy", bare);
	else if (slash && !policy_find(slash + 1))
		ret = unknown_policy(slash + 1, err);
	free(bare);
	return ret;
}

static bool wanted(const struct variant *v, const struct strv *op_names,
		   const struct strv *policy_names)
{
	char *pair;
	bool named;

	if (v->policy && policy_names->n && !strv_has(policy_names, v->policy->name))
		return false;
	if (!op_names->n)
		return op_is(v->op, PTWALK_OPF_DEFAULT);
	if (strv_has(op_names, SELECT_ALL) || strv_has(op_names, v->op->name))
		return true;
	if (!v->policy)
		return false;
	pair = xasprintf("%s/%s", v->op->name, v->policy->name);
	named = strv_has(op_names, pair);
	free(pair);
	return named;
}

static void add(struct variants *out, const struct variant *v, const struct strv *op_names,
		const struct strv *policy_names)
{
	if (!wanted(v, op_names, policy_names))
		return;
	out->v = xrealloc(out->v, (out->n + 1) * sizeof(*out->v));
	out->v[out->n++] = *v;
}

int variants_select(const struct strv *op_names, const struct strv *policy_names,
		    struct variants *out, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < op_names->n && !ret; i++)
		ret = check_op_name(op_names->v[i], err);
	for (size_t i = 0; i < policy_names->n && !ret; i++)
		if (!policy_find(policy_names->v[i]))
			ret = unknown_policy(policy_names->v[i], err);
	if (ret)
		return ret;
	*out = (struct variants){ 0 };
	for (size_t i = 0; i < nr_ops; i++) {
		struct variant v = { .op = &ops[i] };

		if (!op_is(&ops[i], PTWALK_OPF_POLICIES)) {
			add(out, &v, op_names, policy_names);
			continue;
		}
		for (size_t j = 0; j < nr_policies; j++) {
			v.policy = &policies[j];
			add(out, &v, op_names, policy_names);
		}
	}
	return out->n ? 0 : err_set(err, EINVAL, "these ops and policies leave nothing to measure");
}

void variants_release(struct variants *variants)
{
	free(variants->v);
	*variants = (struct variants){ 0 };
}

const char *variant_policy_name(const struct variant *v)
{
	return v->policy ? v->policy->name : "";
}

char *variant_series_name(const struct variant *v, const char *workload, uint64_t size,
			  const char *placement, const struct walkers *walkers)
{
	const struct series_key key = {
		.op = v->op->name,
		.policy = variant_policy_name(v),
		.workload = workload,
		.size = size,
		.placement = placement,
		.threads = walkers->threads,
		.mms = walkers->mms,
		.cache = v->cold ? "cold" : "warm",
	};

	return series_key_name(&key);
}

bool op_can_be_cold(const struct op *op)
{
	return !op_is(op, PTWALK_OPF_WAITS | PTWALK_OPF_COLLISIONS) && !op->populates && !op->req;
}
