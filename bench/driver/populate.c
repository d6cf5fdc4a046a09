// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/populate.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

static int empty(const struct client *client, const struct ptwalk_run *run, struct err *err)
{
	void *addr = (void *)(uintptr_t)run->addr;
	struct ptwalk_inspect met;
	uint64_t stay;
	int ret;

	if (madvise(addr, run->len, MADV_DONTNEED))
		return err_set(err, errno, "the layout cannot be emptied by MADV_DONTNEED: %s",
			       strerror(errno));
	ret = client_inspect(client, addr, run->len, &met, err);
	if (ret)
		return ret;
	stay = met.nonpresent_pages;
	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		stay += met.leaf_pages[level];
	return stay ? err_set(err, EBADE,
			      "the layout cannot be emptied: %" PRIu64 " pages stay where they are",
			      stay)
		    : 0;
}

int populate_run(const struct client *client, struct ptwalk_run *run, struct err *err)
{
	const struct ptwalk_run asked = *run;
	int ret = 0;

	for (uint32_t done = 0; done < asked.iterations && !ret; done++) {
		*run = asked;
		run->iterations = 1;
		run->samples += done * sizeof(struct ptwalk_sample);
		ret = empty(client, run, err);
		if (!ret)
			ret = client_run(client, run, err);
		run->done += done;
	}
	run->iterations = asked.iterations;
	run->samples = asked.samples;
	return ret;
}
