// SPDX-License-Identifier: GPL-2.0-only
/* One shard, measured. */
#include <errno.h>

#include "bench/measure/run.h"
#include "bench/measure/shard.h"

static int measure(struct run *run, const struct shard *shard, struct err *err)
{
	const struct plan *whole = run->plan;
	const size_t scenes = selection_scenes(&whole->selection);
	struct plan part = *whole;
	int ret = 0;

	if (shard->to > scenes * whole->boots)
		return err_set(err, EINVAL, "--shard %u/%u: there are %zu scenes, not %zu",
			       shard->k, shard->n, scenes * whole->boots, shard->to);
	run->plan = &part;
	run->part = true;
	for (size_t boot = shard->from / scenes; !ret && boot * scenes < shard->to; boot++) {
		const size_t begin = boot * scenes, end = begin + scenes;
		struct scenes of = {
			(shard->from > begin ? shard->from : begin) - begin,
			(shard->to < end ? shard->to : end) - begin,
		};

		if (of.to - of.from == scenes)
			of = (struct scenes){ 0 };
		part.selection.part = of;
		run->boots = (unsigned int)boot;
		ret = run_boot(run, err);
	}
	run->plan = whole;
	return ret;
}

int shard_make(struct run *run, const struct shard *shard, const struct shard_place *place,
	       struct err *err)
{
	const struct plan *plan = run->plan;
	int ret = run_begin(run, plan, run->prepared, NULL, place->folder, place->words, err);

	if (!ret)
		ret = measure(run, shard, err);
	if (!ret)
		ret = shard_write(run, shard, run->no_facts ? NULL : place->key, place->words->qemu,
				  err);
	if (!ret)
		return run_end(run, err);
	run_abandon(run, ret != -EINTR);
	return ret;
}
