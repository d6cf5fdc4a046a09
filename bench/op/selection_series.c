// SPDX-License-Identifier: GPL-2.0-only
/* Series by the names they are printed with. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/op/selection.h"

static void add_once(struct strv *list, const char *name)
{
	if (!strv_has(list, name))
		strv_add(list, name);
}

/* "1G", "1G@remote-pt" */
static void add_size(struct selection *s, const char *text)
{
	const char *at = strchrnul(text, '@');
	_cleanup_free_ char *size = xstrndup(text, (size_t)(at - text));

	add_once(&s->size_names, size);
	if (*at)
		add_once(&s->placement_names, at + 1);
}

int selection_one(struct selection *s, const char *series, struct err *err)
{
	_cleanup_(strv_release) struct strv parts = { 0 };
	_cleanup_free_ char *op_name = NULL;
	const struct op *op;
	bool policy;

	strv_split(&parts, series, '/');
	op = parts.n ? op_find(parts.v[0]) : NULL;
	policy = op &&
		 (op_is(op, PTWALK_OPF_POLICIES) || (op_is(op, PTWALK_OPF_OWN) && parts.n == 4));
	if (!op || parts.n != (policy ? 4 : 3))
		return err_set(err, EINVAL,
			       "there is no series '%s': names are OP/WORKLOAD/SIZE or "
			       "OP/POLICY/WORKLOAD/SIZE, as hmm/devdax-pte/1G; "
			       "`ptwalk run --dry-run` prints them",
			       series);
	op_name = xasprintf("%s%s%s", op->name, policy ? "/" : "", policy ? parts.v[1] : "");
	add_once(&s->op_names, op_name);
	add_once(&s->workload_names, parts.v[parts.n - 2]);
	add_size(s, parts.v[parts.n - 1]);
	return 0;
}

/* Behind its op, a series has a workload or a policy and then, somewhere, a size. */
static bool is_series(const char *name)
{
	const char *part = strchr(name, '/');

	while (part && (part = strchr(part + 1, '/')))
		if (isdigit((unsigned char)part[1]))
			return true;
	return false;
}

int selection_add_ops(struct selection *s, const char *list, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = 0;

	strv_split(&names, list, ',');
	for (size_t i = 0; i < names.n && !ret; i++) {
		if (is_series(names.v[i])) {
			ret = selection_one(s, names.v[i], err);
			add_once(&s->series_names, names.v[i]);
		} else {
			strv_add(&s->op_names, names.v[i]);
		}
	}
	return ret;
}

int selection_check_series(const struct selection *s, struct err *err)
{
	const size_t placements = s->placement_names.n ? s->placement_names.n : 1;
	const size_t n = s->op_names.n * s->nr_workloads * s->nr_sizes * placements;

	if (!s->series_names.n || s->series_names.n == n)
		return 0;
	return err_set(err, EINVAL,
		       "-o %s: with the rest of -o, -w, -s and --placement that makes %zu series, "
		       "not %zu: name each op over each workload and size, or ops alone",
		       s->series_names.v[0], n, s->series_names.n);
}
