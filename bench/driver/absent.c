// SPDX-License-Identifier: GPL-2.0-only
/* Windows that each find pages which must be faulted in: how they are made so, and that they are. */
#include "bench/driver/series.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/size.h"
#include "workloads/memory.h"
#include "workloads/units.h"

int series_inspect(const struct series *series, struct ptwalk_inspect *met, struct err *err)
{
	const struct session *session = series->session;

	return client_inspect(session->client, (char *)session->layout.addr + series->start,
			      series->size, met, err);
}

static uint64_t present_pages(const struct ptwalk_inspect *met)
{
	uint64_t pages = met->nonpresent_pages;

	for (unsigned int level = 0; level < PTWALK_NR_LEVELS; level++)
		pages += met->leaf_pages[level];
	return pages;
}

/* Of the first @len bytes, laid out. */
static int make_all(const struct series *series, struct err *err)
{
	const struct layout *layout = &series->session->layout;
	struct ptwalk_inspect met = { 0 };
	int ret = 0;

	if (series->workload->make_absent)
		ret = series->workload->make_absent(layout, series->size, err);
	else if (madvise(layout->addr, series->size, MADV_DONTNEED))
		ret = err_errno(err, "the layout cannot be emptied by MADV_DONTNEED");
	if (!ret)
		ret = series_inspect(series, &met, err);
	if (!ret && series->workload->make_absent)
		return workload_prove(series->workload, &met, err);
	if (ret || !present_pages(&met))
		return ret;
	return err_set(err, EBADE,
		       "the layout cannot be emptied: %" PRIu64 " pages stay where they are",
		       present_pages(&met));
}

/* The first of each two leaves comes back, for reading or for writing as the op asks. */
static int bring_half(const struct series *series, struct err *err)
{
	const uint64_t leaf = workload_granule(series->workload);
	const bool write = series->variant.op->req & PTWALK_REQ_WRITE;
	const struct layout *layout = &series->session->layout;
	volatile const char *addr = layout->addr;
	struct ptwalk_inspect met = { 0 };
	uint64_t want = 0, are;
	int ret = 0;

	for (uint64_t at = 0; at < series->size && !ret; at += 2 * leaf) {
		const uint64_t rest = series->size - at, len = rest < leaf ? rest : leaf;

		if (write)
			ret = memory_populate_part(layout, at, len, err);
		for (uint64_t in = 0; in < len && !write; in += units_page())
			(void)addr[at + in];
		want += len / units_page();
	}
	if (!ret)
		ret = series_inspect(series, &met, err);
	if (ret)
		return ret;
	are = series->size / units_page() - met.hole_pages - met.nonpresent_pages;
	if (want == series->size / units_page())
		return err_set(err, EOPNOTSUPP,
			       "%s is one leaf: there is no second that is not there",
			       size_name(series->size).text);
	if (are != want)
		return err_set(err, EBADE,
			       "%" PRIu64 " pages are there before the window; should be %" PRIu64,
			       are, want);
	return 0;
}

/* A child with the same memory, which does nothing; -errno. It ends with its parent. */
static pid_t start_child(void)
{
	const pid_t child = fork();

	if (child)
		return child < 0 ? -errno : child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* All of it is there, as laid out, and the child's as well: not to be written as it is. */
static int share(const struct series *series, pid_t *child, struct ptwalk_inspect *shared,
		 struct err *err)
{
	struct ptwalk_inspect before;
	int ret = 0;

	/* The kernel would take the child's away. */
	if (series->workload->pool)
		return err_set(err, EOPNOTSUPP, "its pool has no page to copy to");
	ret = series_inspect(series, &before, err);
	if (!ret)
		ret = workload_prove(series->workload, &before, err);
	if (ret)
		return ret;
	*child = start_child();
	if (*child < 0)
		return err_set(err, -*child, "cannot make a child");
	ret = series_inspect(series, shared, err);
	if (!ret && shared->entry_sum == before.entry_sum)
		ret = err_set(err, EOPNOTSUPP,
			      "a child shares it as it is: to write it copies nothing");
	if (ret)
		end_child(*child);
	return ret;
}

/* The child has the pages that there were: all others must be new. */
static int prove_copied(const struct series *series, const struct ptwalk_inspect *shared,
			struct err *err)
{
	struct ptwalk_inspect met = { 0 };
	int ret = series_inspect(series, &met, err);

	if (!ret && met.pfn_sum == shared->pfn_sum)
		ret = err_set(err, CLIENT_WRONG,
			      "pages that a child shares were given for writing");
	return ret;
}

static int copy_once(struct series *series, struct ptwalk_run *run, struct err *err)
{
	struct ptwalk_inspect shared = { 0 };
	pid_t child;
	int ret = share(series, &child, &shared, err);

	if (ret)
		return ret;
	ret = client_run(series->session->client, run, err);
	if (!ret)
		ret = prove_copied(series, &shared, err);
	end_child(child);
	return ret;
}

int series_prove_populated(struct series *series, struct err *err)
{
	const struct op *op = series->variant.op;
	const bool write = op->req & PTWALK_REQ_WRITE;
	int ret = series_inspect(series, &series->proof, err);

	if (!ret)
		ret = workload_prove_populated(series->workload, &series->proof, write, err);
	if (ret == -EBADE && series->session->options->exact && !op->copies)
		ret = -CLIENT_WRONG;
	return ret ? ret : workload_verify(&series->session->layout, series->size, err);
}

static int populate_once(struct series *series, struct ptwalk_run *run, bool first, struct err *err)
{
	int ret = 0;

	/* What is wrong may be what cannot be made absent again. */
	if (!first && series->workload->make_absent)
		ret = series_prove_populated(series, err);
	if (!ret)
		ret = make_all(series, err);
	if (!ret && series->variant.op->half)
		ret = bring_half(series, err);
	return ret ? ret : client_run(series->session->client, run, err);
}

int absent_run(struct series *series, struct err *err)
{
	const struct ptwalk_run asked = series->run;
	struct ptwalk_run *run = &series->run;
	int ret = 0;

	for (uint32_t done = 0; done < asked.iterations && !ret; done++) {
		*run = asked;
		run->iterations = 1;
		run->samples += done * sizeof(struct ptwalk_sample);
		run->stages += asked.stages ? done * sizeof(struct ptwalk_stages) : 0;
		emit_mark(series->session->emit, series->name, series->window_seconds);
		ret = series->variant.op->copies ? copy_once(series, run, err)
						 : populate_once(series, run, !done, err);
		run->done += done;
	}
	run->iterations = asked.iterations;
	run->samples = asked.samples;
	run->stages = asked.stages;
	return ret;
}
