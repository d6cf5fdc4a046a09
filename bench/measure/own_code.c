// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/prepare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define BARE_OPS (1U << PTWALK_OP_BARE)
#define HMM_OPS	 (1U << PTWALK_OP_HMM)
#define GUP_OPS	 (1U << PTWALK_OP_GUP_FAST | 1U << PTWALK_OP_PIN_FAST | 1U << PTWALK_OP_GUP)

/* What has own code of a unit in its window; walks of mm/hmm.c are those of mm/pagewalk.c. */
static const uint32_t unit_ops[] = {
	[OWN_hmm] = HMM_OPS,
	[OWN_gup] = GUP_OPS,
	[OWN_pagewalk] = BARE_OPS | HMM_OPS,
};

/* What runs them at all. */
#define WALKER_OPS                                                       \
	(HMM_OPS | 1U << PTWALK_OP_HMM_CHUNKS | 1U << PTWALK_OP_MIRROR | \
	 1U << PTWALK_OP_MIRROR_ONCE | 1U << PTWALK_OP_UNDER_LOCK |      \
	 1U << PTWALK_OP_TEARDOWN_HELD | 1U << PTWALK_OP_OWNER_ONE | 1U << PTWALK_OP_OWNER_TWO)

static const uint32_t runs[] = {
	[OWN_hmm] = WALKER_OPS | 1U << PTWALK_OP_HMM_DMA_MAP,
	[OWN_gup] = GUP_OPS | 1U << PTWALK_OP_UNPIN,
	[OWN_pagewalk] = WALKER_OPS | BARE_OPS,
};

bool own_code_runs(const struct op *op, unsigned int units)
{
	for (size_t u = 0; u < OWN_NR_UNITS; u++)
		if (units & 1U << u && runs[u] & 1U << op->id)
			return true;
	return false;
}

const char *own_code_unit(const struct op *op)
{
	if (BARE_OPS & 1U << op->id)
		return own_units[OWN_pagewalk];
	return own_units[HMM_OPS & 1U << op->id ? OWN_hmm : OWN_gup];
}

int own_code_policies(const struct selection *s, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < s->own_changes.n; i++) {
		const char *change = s->own_changes.v[i], *file = strchr(change, '=') + 1;
		_cleanup_free_ char *name = xstrndup(change, strcspn(change, "="));
		unsigned int units = 0;
		uint32_t of = 0;

		ret = own_units_of(file, &units, err);
		if (ret == -EINVAL || ret == -EBADMSG)
			err_prefix(err, "%s", file);
		for (size_t u = 0; u < OWN_NR_UNITS; u++)
			of |= units & 1U << u ? unit_ops[u] : 0;
		if (!ret)
			ret = policy_add(name, of, err);
	}
	return ret;
}

/* The user's files for a policy, in their order; none: it is one of ours. */
static void changes_of(const struct selection *s, const char *policy, struct strv *files)
{
	size_t len = strlen(policy);

	for (size_t i = 0; i < s->own_changes.n; i++)
		if (!strncmp(s->own_changes.v[i], policy, len) && s->own_changes.v[i][len] == '=')
			strv_add(files, s->own_changes.v[i] + len + 1);
}

/* Does a change of the user's touch that unit? */
static bool is_changed(const struct selection *s, enum own_unit unit)
{
	unsigned int units = 0;

	for (size_t i = 0; i < s->own_changes.n; i++)
		own_units_of(strchr(s->own_changes.v[i], '=') + 1, &units, NULL);
	return units & 1U << unit;
}

struct wants {
	struct own_want *v;
	size_t n;
};

static void wants_release(struct wants *w)
{
	for (size_t i = 0; i < w->n; i++)
		strv_release(&w->v[i].changes);
	free(w->v);
}

/* One for a unit and policy, whichever ops run it. */
static void add_want(struct wants *w, const struct selection *s, const char *unit,
		     const char *policy)
{
	struct own_want want = { .unit = unit, .policy = policy };

	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->v[i].unit, unit) && !strcmp(w->v[i].policy, policy))
			return;
	changes_of(s, policy, &want.changes);
	w->v = xgrow(w->v, w->n, sizeof(*w->v));
	w->v[w->n++] = want;
}

/* The file as it is, or one of the user's. */
static bool goes_deeper(const struct selection *s, const char *policy)
{
	_cleanup_(strv_release) struct strv files = { 0 };

	changes_of(s, policy, &files);
	return files.n || !strcmp(policy, OWN_AS_IT_IS);
}

/* Where the walker is changed, a walk of mm/hmm.c is own code down to it, changed or as it is. */
static void find_wants(struct wants *w, const struct selection *s)
{
	const bool walker = is_changed(s, OWN_pagewalk);

	for (size_t i = 0; i < s->variants.n; i++) {
		const struct variant *v = &s->variants.v[i];
		const char *policy = variant_policy_name(v);

		if (!variant_is_own(v))
			continue;
		add_want(w, s, own_code_unit(v->op), policy);
		if (walker && HMM_OPS & 1U << v->op->id && goes_deeper(s, policy))
			add_want(w, s, own_units[OWN_pagewalk], policy);
	}
}

/* What the module can be made without is left out, and the reason is worth a line. */
static int without(const struct kernel *kernel, struct own *own, char **path,
		   struct progress *progress, struct err *err)
{
	for (int i = OWN_NR_UNITS - 1; i >= 0; i--) {
		_cleanup_free_ char *why = xstrdup(err->text);
		struct err other = { "" };

		if (!own_leave_out(own, own_units[i], why))
			continue;
		if (own_any(own) && !kernel_module(kernel, own, path, progress, &other)) {
			progress_note(progress, "no own code of mm/%s.c: %s", own_units[i], why);
			return 0;
		}
		own_leave_out(own, own_units[i], NULL);
	}
	free(own->reason);
	own->reason = xstrdup(err->text);
	progress_note(progress, "no own code: %s", own->reason);
	return kernel_module(kernel, NULL, path, progress, err);
}

bool own_code_wanted(const struct selection *s)
{
	for (size_t i = 0; i < s->variants.n; i++)
		if (variant_is_own(&s->variants.v[i]))
			return true;
	return false;
}

int own_code_module(const struct selection *s, const struct kernel *kernel, const char *source,
		    const char *protocol, struct own *own, char **path, struct progress *progress,
		    struct err *err)
{
	_cleanup_(wants_release) struct wants wants = { 0 };
	int ret;

	find_wants(&wants, s);
	ret = own_open(own, kernel, wants.v, wants.n, source, progress, err);
	own->protocol = protocol;
	if (!ret)
		ret = kernel_module(kernel, own, path, progress, err);
	if (ret && ret != -EINTR && own_any(own) && !s->own_changes.n && !protocol)
		ret = without(kernel, own, path, progress, err);
	return ret;
}
