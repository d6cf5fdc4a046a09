// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/side.h"

#include <stdlib.h>

#include "base/host.h"
#include "base/str.h"
#include "bench/measure/folder.h"
#include "bench/cli/runs.h"

/* What a kernel of the bench config took on two cores from nothing, for the bar alone. */
#define SOURCE_SECONDS 5
#define BUILD_SECONDS  240

struct progress *side_progress(void)
{
	static const struct progress_stage stages[] = {
		{ "source", SOURCE_SECONDS },
		{ "build", BUILD_SECONDS },
	};

	return progress_new(stages, ARRAY_SIZE(stages));
}

int side_build(struct side *s, const struct side_how *how, struct err *err)
{
	struct progress *progress;
	struct build build = { 0 };
	double started = host_seconds();
	int ret;

	if (!s->build)
		return 0;
	progress = how->quiet ? NULL : side_progress();
	progress_note(progress, "%s: building", s->name);
	ret = kernel_build(&s->request, &build, progress, err);
	progress_free(progress);
	if (!ret) {
		s->spec = xstrdup(build.spec);
		s->label = xstrdup(build.label);
		s->built = build.built;
	}
	build_release(&build);
	s->build_seconds = host_seconds() - started;
	return ret;
}

static int measure(struct side *s, const struct side_how *how, const struct plan *plan,
		   struct progress *progress, struct err *err)
{
	const struct run_request request = {
		.plan = plan,
		.results = how->results,
		.command = how->command,
		.progress = progress,
		.reuse = how->reuse,
	};
	double started = host_seconds();
	int ret = prepare(plan, progress, &s->prepared, err);

	s->prepare_seconds = host_seconds() - started;
	if (ret)
		return ret;
	started = host_seconds();
	ret = run_prepared(&request, &s->prepared, &s->run, err);
	if (!ret)
		ret = folder_read(s->run.folder, &s->records, err);
	s->has_records = !ret;
	if (!ret && !s->run.reused)
		runs_keep(how->who, NULL, s->run.folder, progress);
	s->measure_seconds = host_seconds() - started;
	return ret;
}

int side_measure(struct side *s, const struct side_how *how, struct err *err)
{
	struct plan plan = *how->plan;
	struct progress_stage *stages;
	struct progress *progress;
	size_t nr_stages;
	int ret;

	plan.kernel = s->spec;
	stages = run_stages(&plan, &nr_stages);
	progress = how->quiet ? NULL : progress_new(stages, nr_stages);
	progress_note(progress, "%s: %s", s->name, s->label ? s->label : s->spec);
	ret = measure(s, how, &plan, progress, err);
	progress_free(progress);
	run_stages_free(stages, nr_stages);
	return ret;
}

void side_release(struct side *s)
{
	if (s->has_records)
		records_release(&s->records);
	run_outcome_release(&s->run);
	prepared_release(&s->prepared);
	free(s->label);
	free(s->spec);
}
