/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module says of the stages of an op and of its collisions, as a record tells it. */
#ifndef PTWALK_DRIVER_PROTOCOL_H
#define PTWALK_DRIVER_PROTOCOL_H

#include "bench/op/op.h"
#include "bench/record/record.h"

/**
 * protocol_stages - the stages of all samples
 * @stages:	one for each sample
 * @record:	(out) stages, for stages that happened in a sample; they are added
 *		to it, to be ended with protocol_release()
 */
void protocol_stages(const struct ptwalk_stages *stages, size_t nr_samples,
		     struct record_series *record);

/* End both the stages and the notes of @record. */
void protocol_release(struct record_series *record);

/**
 * protocol_check - is the whole range mapped on the device in the end?
 * @asked:	what the module was asked, and its done samples
 *
 * A cost is that of a page that is mapped: where chunks were given up it is none. Returns: 0, or
 * -EBUSY with the passes and the ticks that it took, and whether more could have helped.
 */
int protocol_check(const struct ptwalk_run *asked, const struct ptwalk_stages *stages,
		   const struct ptwalk_sample *samples, struct err *err);

/**
 * protocol_notes - what became of the collisions, in plain words
 * @notes:	(out) sentences are added
 *
 * Of the stages of all samples of @op.
 */
void protocol_notes(const struct op *op, const struct ptwalk_stages *stages,
		    const struct ptwalk_sample *samples, size_t nr_samples, struct strv *notes);

#endif
