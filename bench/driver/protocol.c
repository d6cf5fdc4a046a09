// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/series.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "workloads/units.h"

/* By PTWALK_STAGE_*. */
static const char *const names[PTWALK_NR_STAGES] = {
	[PTWALK_STAGE_INSERT] = "insert",   [PTWALK_STAGE_BEGIN] = "begin",
	[PTWALK_STAGE_WALK] = "walk",	    [PTWALK_STAGE_TEST] = "test",
	[PTWALK_STAGE_FILL] = "fill",	    [PTWALK_STAGE_TOUCH] = "touch",
	[PTWALK_STAGE_RELEASE] = "release", [PTWALK_STAGE_REMOVE] = "remove",
	[PTWALK_STAGE_INJECT] = "inject",
};

static bool happened(const struct ptwalk_stages *stages, size_t nr_samples, unsigned int stage)
{
	for (size_t i = 0; i < nr_samples; i++)
		if (stages[i].times[stage])
			return true;
	return false;
}

static void add_stage(const struct ptwalk_stages *stages, size_t nr_samples, unsigned int stage,
		      struct record_series *record)
{
	struct record_stage *added;

	record->stages =
		xrealloc(record->stages, (record->nr_stages + 1) * sizeof(*record->stages));
	added = &record->stages[record->nr_stages++];
	*added = (struct record_stage){
		.name = (char *)names[stage],
		.ticks = xcalloc(nr_samples, sizeof(*added->ticks)),
		.note = stage == PTWALK_STAGE_INJECT ? "made by the module; not in the samples"
						     : "",
	};
	for (size_t i = 0; i < nr_samples; i++)
		added->ticks[i] = stages[i].times[stage] ? stages[i].ticks[stage] : RECORD_NO_TICKS;
}

void protocol_stages(const struct ptwalk_stages *stages, size_t nr_samples,
		     struct record_series *record)
{
	for (unsigned int stage = 0; stage < PTWALK_NR_STAGES; stage++)
		if (happened(stages, nr_samples, stage))
			add_stage(stages, nr_samples, stage, record);
}

void protocol_release(struct record_series *record)
{
	for (size_t i = 0; i < record->nr_stages; i++)
		free(record->stages[i].ticks);
	free(record->stages);
	record->stages = NULL;
	record->nr_stages = 0;
	strv_release(&record->notes);
}

struct totals {
	uint64_t chunks, injected, collided, stuck, futile, retries, mapped, ticks;
};

static struct totals add_up(const struct ptwalk_stages *stages, const struct ptwalk_sample *samples,
			    size_t nr_samples)
{
	struct totals t = { 0 };

	for (size_t i = 0; i < nr_samples; i++) {
		t.chunks += stages[i].chunks;
		t.injected += stages[i].injected;
		t.collided += stages[i].collided;
		t.stuck += stages[i].stuck;
		t.futile += stages[i].futile;
		t.mapped += stages[i].mapped;
		t.retries += samples[i].retries;
		t.ticks += samples[i].ticks;
	}
	return t;
}

static char *limit_text(const struct ptwalk_run *asked)
{
	return asked->budget_ns ? xasprintf("%g ms", (double)asked->budget_ns / 1e6)
				: xasprintf("%u retries", asked->budget);
}

int protocol_check(const struct ptwalk_run *asked, const struct ptwalk_stages *stages,
		   const struct ptwalk_sample *samples, struct err *err)
{
	const struct totals t = add_up(stages, samples, asked->done);
	const uint64_t pages = asked->len / units_page() * asked->done;
	_cleanup_free_ char *limit = limit_text(asked);

	if (t.mapped == pages || !t.stuck)
		return 0;
	return err_set(
		err, EBUSY,
		"%s: of %" PRIu64 " pages %" PRIu64 " are mapped after %" PRIu64 " passes, %" PRIu64
		" ticks a call: %" PRIu64 " of %" PRIu64
		" chunks that collided were given up after %s each, %s",
		t.futile ? "never all mapped" : "not all mapped",
		(uint64_t)(asked->len / units_page()), t.mapped / asked->done,
		(t.chunks + t.retries) / asked->done, t.ticks / asked->done, t.stuck / asked->done,
		t.collided / asked->done, limit,
		t.futile ? "whose sequence was read once, before the first: none could succeed"
			 : "with a new sequence for each: the range changed faster than it was "
			   "walked");
}

void protocol_notes(const struct op *op, const struct ptwalk_stages *stages,
		    const struct ptwalk_sample *samples, size_t nr_samples, struct strv *notes)
{
	struct totals t = add_up(stages, samples, nr_samples);

	if (t.collided)
		strv_addf(notes,
			  "%" PRIu64 " of %" PRIu64 " %scollisions made progress: each retry read "
			  "the sequence again; all pages are mapped after %" PRIu64
			  " passes over %" PRIu64 " chunks",
			  t.collided, t.collided, t.injected ? "injected " : "",
			  t.chunks + t.retries, t.chunks);
	else if (op->changes)
		strv_addf(notes, "none of %" PRIu64 " chunks collided", t.chunks);
}
