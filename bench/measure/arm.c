// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "bench/measure/shard.h"
#include "bench/stats/design.h"
#include "diff/functions.h"

/* What a kernel of the bench config took on two cores from nothing, for the bar alone. */
#define SOURCE_SECONDS 5
#define BUILD_SECONDS  240

int arm_build(struct arm *arm, const struct arch *arch, bool quiet, struct err *err)
{
	static const struct progress_stage stages[] = {
		{ "source", SOURCE_SECONDS },
		{ "build", BUILD_SECONDS },
	};
	_cleanup_(build_release) struct build build = { 0 };
	const double started = host_seconds();
	struct progress *progress;
	int ret;

	if (!arm->build || arm->spec)
		return 0;
	progress = quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	if (arm->name)
		progress_note(progress, "%s: building", arm->name);
	arm->request.arch = arch;
	ret = kernel_build(&arm->request, &build, progress, err);
	progress_free(progress);
	arm->build_seconds = host_seconds() - started;
	if (ret)
		return ret;
	arm->spec = xstrdup(build.spec);
	arm->label = xstrdup(build.label);
	arm->built = build.built;
	return 0;
}

const char *arms_kept(const struct arm *arms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (arms[i].run.kept)
			return arms[i].run.kept;
	return NULL;
}

bool arm_is_to_blame(const struct arm *arm, int ret)
{
	/* Of a build, these say that this tree makes no kernel; the others, that none could be. */
	if (arm->build && !arm->spec)
		return ret == -EBADMSG || ret == -ECHILD || ret == -EOPNOTSUPP || ret == -ETIMEDOUT;
	/* A kernel that panics or hangs has many ways to fail; users and hosts have these. */
	switch (ret) {
	case -EACCES:
	case -EDQUOT:
	case -EINTR:
	case -EINVAL:
	case -EMFILE:
	case -ENOMEM:
	case -ENOSPC:
	case -EPERM:
	case -EROFS:
		return false;
	default:
		return true;
	}
}

void arm_release(struct arm *arm)
{
	run_release(&arm->run);
	prepared_release(&arm->prepared);
	free(arm->label);
	free(arm->spec);
	*arm = (struct arm){ 0 };
}

/* "(hmm.c, new)" and the like; "" where there is nothing to say. */
static void add(struct strv *functions, const struct function_change *c, const char *where)
{
	static const char *const fates[] = {
		[FUNCTION_CHANGED] = "",
		[FUNCTION_GONE] = "gone",
		[FUNCTION_NEW] = "new",
	};
	const char *file = *where ? where : c->file, *fate = fates[c->fate];

	if (*file || *fate)
		strv_addf(functions, "%s (%s%s%s)", c->name, file, *file && *fate ? ", " : "",
			  fate);
	else
		strv_add(functions, c->name);
}

static int compare(struct strv *functions, const char *base, const char *new, const char *where,
		   struct err *err)
{
	struct function_changes changes;
	int ret = functions_diff(base, new, &changes, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < changes.n; i++)
		add(functions, &changes.v[i], where);
	function_changes_release(&changes);
	return 0;
}

/*
 * What the build linked everything into, with its relocations: in a build tree,
 * or beside the image where we built it. NULL where it is not kept.
 */
static char *find_object(const struct arm *s)
{
	const struct kernel *k = &s->prepared.kernel;
	const char *slash = strrchr(k->image, '/');
	char *path = xasprintf("%s/vmlinux.o", k->build);

	if (!fs_exists(path) && slash) {
		free(path);
		path = xasprintf("%.*s/vmlinux.o", (int)(slash - k->image), k->image);
	}
	if (fs_exists(path))
		return path;
	free(path);
	return NULL;
}

static void lacks_object(const struct arm *s, struct changed_code *code)
{
	code->unknown = xasprintf("%s has no vmlinux.o, as packages have none", s->spec);
}

/* "own_hmm_own_hmm_range_fault" of hmm_own.c is what the kernel calls hmm_range_fault. */
static void take_kernel_names(struct function_changes *changes, const char *unit,
			      const char *policy)
{
	_cleanup_free_ char *before = xasprintf("own_%s_%s_", unit, policy);

	for (size_t i = 0; i < changes->n; i++) {
		struct function_change *c = &changes->v[i];

		if (str_starts(c->name, before))
			memmove(c->name, c->name + strlen(before),
				strlen(c->name + strlen(before)) + 1);
		free(c->file);
		c->file = xasprintf("%s.c", unit);
	}
}

/* Of a unit of own code that both sides have. */
static int compare_sides(struct strv *functions, const struct own *own, const char *unit,
			 const char *base, const char *new, struct err *err)
{
	_cleanup_free_ char *from = own_object(own, unit, base), *to = NULL;
	struct function_changes changes;
	int ret;

	if (!from)
		return 0;
	to = own_object_as(own, unit, new, base, err);
	ret = to ? functions_diff(from, to, &changes, err) : -EIO;
	if (ret)
		return ret;
	take_kernel_names(&changes, unit, base);
	for (size_t i = 0; i < changes.n; i++)
		add(functions, &changes.v[i], "");
	function_changes_release(&changes);
	return 0;
}

static void find_in_sides(const struct arm *base, const struct arm *new, struct changed_code *code)
{
	struct err err;
	int ret = 0;

	for (size_t i = 0; !ret && i < OWN_NR_UNITS; i++)
		ret = compare_sides(&code->functions, &base->prepared.own, own_units[i], base->side,
				    new->side, &err);
	if (ret)
		code->unknown = xstrdup(err.text);
}

void changed_code_find(const struct arm *base, const struct arm *new, struct changed_code *code)
{
	_cleanup_free_ char *from = NULL, *to = NULL;
	struct err err;
	int ret;

	*code = (struct changed_code){ 0 };
	if (base->side) {
		find_in_sides(base, new, code);
		return;
	}
	if (!strcmp(base->prepared.kernel.image_sha256, new->prepared.kernel.image_sha256) &&
	    !strcmp(base->prepared.module, new->prepared.module))
		return;
	from = find_object(base);
	to = find_object(new);
	if (!from || !to) {
		lacks_object(from ? new : base, code);
		return;
	}
	ret = compare(&code->functions, from, to, "", &err);
	if (!ret)
		ret = compare(&code->functions, base->prepared.module, new->prepared.module,
			      "ptwalk.ko", &err);
	if (ret)
		code->unknown = xstrdup(err.text);
}

void changed_code_release(struct changed_code *code)
{
	strv_release(&code->functions);
	free(code->unknown);
	*code = (struct changed_code){ 0 };
}

unsigned int next_arm(const struct measurement *m, size_t n, size_t boots)
{
	const struct blocks blocks = {
		.seed = m->plan->seed,
		.arms = (unsigned int)n,
		.each = 1,
	};

	return n > 1 ? blocks_arm(&blocks, boots) : 0;
}

/* What the measuring of a boot takes. */
static double measure_seconds(const struct plan *plan)
{
	struct selected at = { 0 };
	double seconds = 0;

	while (selection_next(&plan->selection, &at))
		seconds += cost_seconds(at.size);
	return seconds;
}

/* In the order in which they are made. */
static void add_boots(const struct measurement *m, const struct arm *arms, size_t n,
		      struct strv *names)
{
	_cleanup_free_ unsigned int *made = xcalloc(n, sizeof(*made));
	const struct plan *plan = m->plan;

	for (size_t k = 0; k < n * plan->boots; k++) {
		const size_t i = m->in_turn ? next_arm(m, n, k) : k / plan->boots;
		const struct run run = { .plan = plan, .who = n > 1 ? arms[i].name : NULL };
		_cleanup_free_ char *boot = run_stage(&run, "boot", ++made[i]);
		_cleanup_free_ char *measured = run_stage(&run, "measure", made[i]);

		strv_add(names, boot);
		strv_add(names, measured);
	}
}

struct progress *new_progress(const struct measurement *m, const struct arm *arms, size_t nr_arms,
			      struct strv *names)
{
	_cleanup_free_ struct progress_stage *stages = NULL;
	size_t n = 0;

	if (m->quiet)
		return NULL;
	add_boots(m, arms, nr_arms, names);
	stages = xcalloc(names->n + 3, sizeof(*stages));
	stages[n++] = (struct progress_stage){ "kernel", 0.2 };
	stages[n++] = (struct progress_stage){ "module", 0.2 };
	for (size_t i = 0; i < names->n; i++)
		stages[n++] = (struct progress_stage){ names->v[i], i % 2 ? measure_seconds(m->plan)
									  : SHARD_BOOT_SECONDS };
	if (m->last_stage)
		stages[n++] = (struct progress_stage){ m->last_stage, 1 };
	return progress_new(stages, n);
}
