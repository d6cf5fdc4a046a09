// SPDX-License-Identifier: GPL-2.0-only
/* One shard, measured. */
#include <errno.h>

#include "bench/measure/run.h"
#include "bench/measure/shard.h"

int shard_begin(struct run *run, const struct shard_place *place, struct err *err)
{
	int ret = run_begin(run, run->plan, run->prepared, NULL, place->folder, place->words, err);

	run->part = true;
	return ret;
}

int shard_measure(struct run *run, const struct shard *piece, struct err *err)
{
	const struct plan *whole = run->plan;
	const size_t scenes = selection_scenes(&whole->selection);
	const size_t boot = piece->from / scenes;
	struct plan part = *whole;
	int ret;

	if (piece->to - piece->from < scenes)
		part.selection.part =
			(struct scenes){ piece->from - boot * scenes, piece->to - boot * scenes };
	run->plan = &part;
	run->boots = (unsigned int)boot;
	ret = run_boot(run, err);
	run->plan = whole;
	return ret;
}

int shard_end(struct run *run, const struct shard *shard, const struct shard_place *place, int ret,
	      struct err *err)
{
	if (!ret)
		ret = shard_write(run, shard, run->no_facts ? NULL : place->key, place->words->qemu,
				  err);
	if (!ret)
		return run_end(run, err);
	run_abandon(run, ret != -EINTR);
	return ret;
}
