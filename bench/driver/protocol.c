// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/protocol.h"

#include <inttypes.h>
#include <stdlib.h>

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
	uint64_t chunks, injected, collided, stuck, futile, retries;
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
		t.retries += samples[i].retries;
	}
	return t;
}

static void note_progress(const struct op *op, const struct totals *t, struct strv *notes)
{
	const char *made = t->injected ? "injected " : "";

	if (t->futile)
		strv_addf(notes,
			  "%" PRIu64 " of %" PRIu64 " %scollisions never made progress: the "
			  "sequence was read once, before the loop, so that no retry could "
			  "succeed; each burned its whole budget of %" PRIu32
			  " retries, and its chunk is not mapped",
			  t->stuck, t->collided, made, op->budget);
	else if (t->stuck)
		strv_addf(notes,
			  "%" PRIu64 " of %" PRIu64 " %scollisions were given up after "
			  "%" PRIu32 " retries, each with a new sequence: the range changed faster "
			  "than it was walked",
			  t->stuck, t->collided, made, op->budget);
	else
		strv_addf(notes,
			  "%" PRIu64 " of %" PRIu64 " %scollisions made progress: each retry read "
			  "the sequence again; %" PRIu64 " retries in all",
			  t->collided, t->collided, made, t->retries);
}

void protocol_notes(const struct op *op, const struct ptwalk_stages *stages,
		    const struct ptwalk_sample *samples, size_t nr_samples, struct strv *notes)
{
	struct totals t = add_up(stages, samples, nr_samples);

	if (t.collided)
		note_progress(op, &t, notes);
	else if (op->changes)
		strv_addf(notes, "none of %" PRIu64 " chunks collided", t.chunks);
}
