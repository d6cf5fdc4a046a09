// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/op.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/record/series.h"

const struct op *op_find(const char *name)
{
	for (size_t i = 0; i < nr_ops; i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	return NULL;
}

static const struct policy *policy_find(const char *name)
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

#define MAX_USER_POLICIES 16
#define MAX_POLICY_NAME	  24

static struct policy user_policies[MAX_USER_POLICIES];
static char user_names[MAX_USER_POLICIES][MAX_POLICY_NAME + 1];
static size_t nr_user_policies;

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < nr_own_policies; i++)
		if (!strcmp(own_policies[i].name, name))
			return true;
	return false;
}

int policy_add(const char *name, uint32_t policy_ops, struct err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t len = strlen(name);

	if (!len || len > MAX_POLICY_NAME || strspn(name, letters) != len)
		return err_set(err, EINVAL,
			       "'%s' is no name for a policy: up to %d of a-z, 0-9, _ and -", name,
			       MAX_POLICY_NAME);
	if (is_ours(name))
		return err_set(err, EINVAL, "there is a policy '%s' already: choose another name",
			       name);
	for (size_t i = 0; i < nr_user_policies; i++)
		if (!strcmp(user_names[i], name)) {
			user_policies[i].ops |= policy_ops;
			return 0;
		}
	if (nr_user_policies == MAX_USER_POLICIES)
		return err_set(err, EINVAL, "more than %d policies", MAX_USER_POLICIES);
	strcpy(user_names[nr_user_policies], name);
	user_policies[nr_user_policies] = (struct policy){
		.name = user_names[nr_user_policies],
		.summary = "a user's",
		.ops = policy_ops,
		.by_default = true,
	};
	nr_user_policies++;
	return 0;
}

static bool is_users(const struct policy *policy)
{
	return policy >= user_policies && policy < user_policies + nr_user_policies;
}

/* The @n-th that own code of @op runs under; NULL behind the last. */
const struct policy *op_own_policy(const struct op *op, size_t n)
{
	if (!op_is(op, PTWALK_OPF_OWN))
		return NULL;
	for (size_t i = 0; i < nr_own_policies + nr_user_policies; i++) {
		const struct policy *p = i < nr_own_policies ? &own_policies[i]
							     : &user_policies[i - nr_own_policies];

		if (p->ops & 1U << op->id && !n--)
			return p;
	}
	return NULL;
}

/* Of an op, or of any (NULL). */
static const struct policy *find_policy(const struct op *op, const char *name)
{
	const struct policy *p = op && !op_is(op, PTWALK_OPF_POLICIES) ? NULL : policy_find(name);

	for (size_t i = 0; !p && i < nr_ops; i++) {
		const struct policy *own;

		for (size_t j = 0; (!op || op == &ops[i]) && (own = op_own_policy(&ops[i], j)); j++)
			if (!strcmp(own->name, name))
				p = own;
	}
	return p;
}

static int unknown_policy(const struct op *op, const char *name, struct err *err)
{
	struct strv known = { 0 };
	const struct policy *own;

	for (size_t i = 0; (!op || op_is(op, PTWALK_OPF_POLICIES)) && i < nr_policies; i++)
		strv_add(&known, policies[i].name);
	for (size_t i = 0; i < nr_ops; i++)
		for (size_t j = 0; (!op || op == &ops[i]) && (own = op_own_policy(&ops[i], j)); j++)
			if (!strv_has(&known, own->name))
				strv_add(&known, own->name);
	return err_unknown(err, "policy", name, &known);
}

/* Is "op" or "op/policy" all of known names? */
static int check_op_name(const char *name, struct err *err)
{
	const char *slash = strchr(name, '/');
	_cleanup_free_ char *bare = slash ? xstrndup(name, (size_t)(slash - name)) : xstrdup(name);
	const struct op *op = op_find(bare);
	int ret = 0;

	if (!strcmp(name, SELECT_ALL))
		ret = 0;
	else if (!op)
		ret = unknown_op(bare, err);
	else if (slash && !op_is(op, PTWALK_OPF_POLICIES | PTWALK_OPF_OWN))
		ret = err_set(err, EINVAL, "op '%s' takes no policy", bare);
	else if (slash && !find_policy(op, slash + 1))
		ret = unknown_policy(op, slash + 1, err);
	return ret;
}

struct named {
	const struct strv *ops, *policies;
};

static bool names_pair(const struct named *named, const struct variant *v)
{
	_cleanup_free_ char *pair = xasprintf("%s/%s", v->op->name, v->policy->name);
	bool names = strv_has(named->ops, pair);

	return names;
}

static bool names_op(const struct named *named, const struct op *op)
{
	if (!named->ops->n)
		return op_is(op, PTWALK_OPF_DEFAULT);
	return strv_has(named->ops, SELECT_ALL) || strv_has(named->ops, op->name);
}

/* A policy of an op that has no form without one. */
static bool wants_policy(const struct named *named, const struct variant *v)
{
	if (named->policies->n && !strv_has(named->policies, v->policy->name))
		return false;
	return names_op(named, v->op) || names_pair(named, v);
}

/* By name of the op alone the built-in function is meant. */
static bool wants_own(const struct named *named, const struct variant *v)
{
	bool asked = strv_has(named->policies, v->policy->name) || is_users(v->policy);

	if (names_pair(named, v))
		return true;
	if (named->policies->n && !asked)
		return false;
	if (!named->ops->n)
		return op_is(v->op, PTWALK_OPF_DEFAULT) && (asked || v->policy->by_default);
	return strv_has(named->ops, SELECT_ALL) || (strv_has(named->ops, v->op->name) && asked);
}

static void add(struct variants *out, const struct variant *v)
{
	out->v = xrealloc(out->v, (out->n + 1) * sizeof(*out->v));
	out->v[out->n++] = *v;
}

static void add_policies(struct variants *out, const struct named *named, const struct op *op)
{
	struct variant v = { .op = op };

	for (size_t i = 0; i < nr_policies; i++) {
		v.policy = &policies[i];
		if (wants_policy(named, &v))
			add(out, &v);
	}
}

/* The built-in function, and own code: with any of it, what shows that it is the kernel's. */
static void add_plain(struct variants *out, const struct named *named, const struct op *op)
{
	const uint32_t bit = 1U << op->id;
	struct variant v = { .op = op };
	bool any = false, shown = false;

	for (size_t i = 0; (v.policy = op_own_policy(op, i)); i++) {
		any |= wants_own(named, &v);
		shown |= wants_own(named, &v) && v.policy->gate & bit;
	}
	if (any || names_op(named, op))
		add(out, &v);
	for (size_t i = 0; any && (v.policy = op_own_policy(op, i)); i++) {
		if (wants_own(named, &v) || (!shown && v.policy->gate & bit))
			add(out, &v);
		shown |= v.policy->gate & bit;
	}
}

int variants_select(const struct strv *op_names, const struct strv *policy_names,
		    struct variants *out, struct err *err)
{
	const struct named named = { op_names, policy_names };
	int ret = 0;

	for (size_t i = 0; i < op_names->n && !ret; i++)
		ret = check_op_name(op_names->v[i], err);
	for (size_t i = 0; i < policy_names->n && !ret; i++)
		if (!find_policy(NULL, policy_names->v[i]))
			ret = unknown_policy(NULL, policy_names->v[i], err);
	if (ret)
		return ret;
	*out = (struct variants){ 0 };
	for (size_t i = 0; i < nr_ops; i++) {
		if (op_is(&ops[i], PTWALK_OPF_POLICIES))
			add_policies(out, &named, &ops[i]);
		else
			add_plain(out, &named, &ops[i]);
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
		.arch = RECORD_ARCH,
		.page = RECORD_PAGE,
	};

	return series_key_name(&key);
}

const char *op_varies(const struct op *op, uint32_t told)
{
	const bool allocates = op->populates || op->call || told & PTWALK_OPF_ALLOCATES;

	if (op_is(op, PTWALK_OPF_WAITS))
		return "when it is woken";
	return allocates ? "what the allocator has at hand" : "";
}

bool op_can_be_cold(const struct op *op)
{
	return !op_is(op, PTWALK_OPF_WAITS | PTWALK_OPF_COLLISIONS) && !op->populates && !op->req &&
	       !op->call;
}
