// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/own_code.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define HMM_OPS (1U << PTWALK_OP_HMM)
#define GUP_OPS (1U << PTWALK_OP_GUP_FAST | 1U << PTWALK_OP_PIN_FAST | 1U << PTWALK_OP_GUP)

const char *own_code_unit(const struct op *op)
{
	return HMM_OPS & 1U << op->id ? "hmm" : "gup";
}

int own_code_policies(const struct selection *s, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < s->own_changes.n; i++) {
		const char *change = s->own_changes.v[i], *file = strchr(change, '=') + 1;
		char *name = xstrndup(change, strcspn(change, "="));
		bool hmm, gup;

		ret = own_units_of(file, &hmm, &gup, err);
		if (!ret)
			ret = policy_add(name, (hmm ? HMM_OPS : 0) | (gup ? GUP_OPS : 0), err);
		free(name);
	}
	return ret;
}

/* The user's file for a policy; NULL: it is one of ours. */
static const char *change_of(const struct selection *s, const char *policy)
{
	size_t len = strlen(policy);

	for (size_t i = 0; i < s->own_changes.n; i++)
		if (!strncmp(s->own_changes.v[i], policy, len) && s->own_changes.v[i][len] == '=')
			return s->own_changes.v[i] + len + 1;
	return NULL;
}

/* One for a unit and policy, whichever ops run it. */
static size_t find_wants(const struct selection *s, struct own_want *wants)
{
	size_t n = 0;

	for (size_t i = 0; i < s->variants.n; i++) {
		const struct variant *v = &s->variants.v[i];
		struct own_want want;
		bool known = false;

		if (!variant_is_own(v))
			continue;
		want = (struct own_want){
			.unit = own_code_unit(v->op),
			.policy = v->policy->name,
			.change = change_of(s, v->policy->name),
		};
		for (size_t j = 0; j < n; j++)
			known |= !strcmp(wants[j].unit, want.unit) &&
				 !strcmp(wants[j].policy, want.policy);
		if (!known)
			wants[n++] = want;
	}
	return n;
}

/* The module alone is worth having, and its reason worth a line. */
static int without(const struct kernel *kernel, struct own *own, char **path,
		   struct progress *progress, struct err *err)
{
	free(own->reason);
	own->reason = xstrdup(err->text);
	progress_note(progress, "no own code: %s", own->reason);
	return kernel_module(kernel, NULL, path, progress, err);
}

int own_code_module(const struct selection *s, const struct kernel *kernel, const char *source,
		    struct own *own, char **path, struct progress *progress, struct err *err)
{
	struct own_want *wants = xcalloc(s->variants.n, sizeof(*wants));
	int ret = own_open(own, kernel, wants, find_wants(s, wants), source, progress, err);

	if (!ret)
		ret = kernel_module(kernel, own, path, progress, err);
	if (ret && ret != -EINTR && own_any(own) && !s->own_changes.n)
		ret = without(kernel, own, path, progress, err);
	free(wants);
	return ret;
}
