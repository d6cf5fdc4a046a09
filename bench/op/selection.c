// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/selection.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "kmod/uapi/ptwalk.h"

/*
 * What a page, a PMD entry and a call cost can be told from three sizes; a fourth checks it.
 * A PUD leaf has a whole one beside them.
 */
static const char default_sizes[] = "64K,2M,16M,64M,1G";

/* As many CPUs as a guest may have. */
#define MAX_THREADS 64

static const char *const mms_words[] = { "one", "each", NULL };
static const char *const cache_words[] = { "warm", "cold", NULL };

enum {
	MMS_EACH = 1,
	CACHE_COLD = 1,
};

static int add_ops(void *options, const char *arg, struct err *err)
{
	return selection_add_ops(options, arg, err);
}

static int add_policies(void *options, const char *arg, struct err *err)
{
	struct selection *s = options;

	(void)err;
	if (strchr(arg, '='))
		strv_add(&s->own_changes, arg);
	else
		strv_split(&s->policy_names, arg, ',');
	return 0;
}

const struct opt selection_opts[] = {
	{ "workload", 'w', "LIST", "Workloads to lay out; \"all\" is every one of `ptwalk list`",
	  OPT_LIST(struct selection, workload_names) },
	{ "op", 'o', "LIST",
	  "What to time: hmm, hmm/entry, gup_fast, bare, ...; or \"all\"; or series as they are "
	  "printed: hmm/entry/devdax-pte/2M",
	  OPT_CALL(add_ops) },
	{ "policy", 'p', "LIST",
	  "Policies of the ops that take one; or NAME=FILE, one more of own code: a patch or .cocci",
	  OPT_CALL(add_policies) },
	{ "size", 's', "LIST",
	  "Bytes to walk, multiples of 4K (default: 64K,2M,16M,64M; for leaves of 1 GiB 1G, too)",
	  OPT_LIST(struct selection, size_names) },
	{ "placement", 0, "LIST",
	  "NUMA nodes of page tables, pages, result array and CPU: remote-pt, pt1-pages0, ...; "
	  "\"all\" is every pair of nodes for tables and pages",
	  OPT_LIST(struct selection, placement_names) },
	{ "threads", 0, "LIST", "Walkers at once, a CPU each: 1,2,4 (default: 1)",
	  OPT_TEXT(struct selection, threads_text) },
	{ "mms", 0, "one|each", "Several walkers walk one address space (default), or each its own",
	  OPT_WORD(struct selection, mms, mms_words) },
	{ "cache", 0, "warm|cold",
	  "cold: put page tables and result array out of the caches before each window (default: "
	  "warm)",
	  OPT_WORD(struct selection, cache, cache_words) },
	{ "start", 0, "OFFSET", "Prove a walk from there beside each series, too: a multiple of 4K",
	  OPT_SIZE(struct selection, start, PAGE, PTWALK_MAX_PAGES *PAGE) },
	{ "iterations", 'n', "N", "Samples a series",
	  OPT_UINT(struct selection, iterations, 1, PTWALK_MAX_ITERATIONS) },
	{ 0 },
};

int parse_count(const char *text, unsigned long min, unsigned long max, const char *what,
		unsigned long *out, struct err *err)
{
	char *end = (char *)text;

	errno = 0;
	if (isdigit((unsigned char)*text))
		*out = strtoul(text, &end, 10);
	if (end == text || *end || errno || *out < min || *out > max)
		return err_set(err, EINVAL, "'%s' is not a number of %s (%lu to %lu)", text, what,
			       min, max);
	return 0;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void drop_twins(struct selection *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nr_sizes; i++)
		if (!i || s->sizes[i] != s->sizes[i - 1])
			s->sizes[kept++] = s->sizes[i];
	s->nr_sizes = kept;
}

int selection_check_page(const struct selection *s, uint64_t page, struct err *err)
{
	const struct size_name name = size_name(page);

	if (s->start % page)
		return err_set(err, EINVAL, "--start %" PRIu64 " is not a multiple of %s (a page)",
			       s->start, name.text);
	for (size_t i = 0; i < s->nr_sizes; i++)
		if (s->sizes[i] % page)
			return err_set(err, EINVAL,
				       "size %s is not a multiple of the page size (%s)",
				       size_name(s->sizes[i]).text, name.text);
	return 0;
}

static int resolve_sizes(struct selection *s, struct err *err)
{
	int ret;

	s->sizes_given = s->size_names.n || s->alone;
	if (!s->size_names.n)
		strv_split(&s->size_names, s->alone ? s->alone->sizes : default_sizes, ',');
	s->sizes = xcalloc(s->size_names.n, sizeof(*s->sizes));
	for (size_t i = 0; i < s->size_names.n; i++) {
		ret = size_parse(s->size_names.v[i], &s->sizes[i], err);

		if (ret)
			return ret;
		if (s->sizes[i] / units_page() > PTWALK_MAX_PAGES)
			return err_set(err, EINVAL, "size %s is more than the module walks (%s)",
				       s->size_names.v[i],
				       size_name(PTWALK_MAX_PAGES * units_page()).text);
	}
	s->nr_sizes = s->size_names.n;
	ret = selection_check_page(s, units_page(), err);
	if (ret)
		return ret;
	qsort(s->sizes, s->nr_sizes, sizeof(*s->sizes), by_size);
	drop_twins(s);
	return 0;
}

static int unknown_workload(const char *name, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < nr_workloads; i++)
		strv_add(&known, workloads[i]->name);
	return err_unknown(err, "workload", name, &known);
}

/* In the order of the list, each once, whatever the order they were named in. */
static int resolve_workloads(struct selection *s, struct err *err)
{
	const struct strv *names = &s->workload_names;

	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i], SELECT_ALL) && !workload_find(names->v[i]))
			return unknown_workload(names->v[i], err);
	s->workloads = xcalloc(nr_workloads, sizeof(*s->workloads));
	for (size_t i = 0; i < nr_workloads; i++)
		if (names->n ? strv_has(names, SELECT_ALL) || strv_has(names, workloads[i]->name)
			     : workloads[i]->by_default)
			s->workloads[s->nr_workloads++] = workloads[i];
	if (s->nr_workloads == 1 && !s->left)
		s->alone = s->workloads[0]->alone;
	return 0;
}

static int check_placements(const struct selection *s, struct err *err)
{
	struct placement p;
	int ret = 0;

	for (size_t i = 0; i < s->placement_names.n && !ret; i++)
		if (strcmp(s->placement_names.v[i], PLACEMENT_PAIRS) != 0)
			ret = placement_parse(s->placement_names.v[i], &p, err);
	return ret;
}

static int add_placement(struct selection *s, const char *name, const struct placement_map *map,
			 struct err *err)
{
	struct placement p;
	int ret = placement_parse(name, &p, err);

	for (size_t i = 0; i < s->nr_placements && !ret; i++)
		if (!strcmp(s->placements[i].name, p.name))
			return 0;
	if (!ret)
		ret = placement_resolve(&p, map, &s->nodes[s->nr_placements], err);
	if (!ret)
		s->placements[s->nr_placements++] = p;
	return ret;
}

int selection_place(struct selection *s, const struct placement_map *map, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = 0;

	for (size_t i = 0; i < s->placement_names.n; i++) {
		if (strcmp(s->placement_names.v[i], PLACEMENT_PAIRS) != 0)
			strv_add(&names, s->placement_names.v[i]);
		else
			placement_add_pairs(map, &names);
	}
	s->placements = xcalloc(names.n + 1, sizeof(*s->placements));
	s->nodes = xcalloc(names.n + 1, sizeof(*s->nodes));
	if (!names.n) {
		ret = placement_parse(PLACEMENT_DEFAULT, &s->placements[0], err);
		s->nr_placements = 1;
	}
	for (size_t i = 0; i < names.n && !ret; i++)
		ret = add_placement(s, names.v[i], map, err);
	return ret;
}

static int by_threads(const void *a, const void *b)
{
	const struct walkers *x = a, *y = b;

	return x->threads < y->threads ? -1 : x->threads > y->threads;
}

static int add_walkers(struct selection *s, const char *text, bool each, struct err *err)
{
	unsigned long n = 0;
	int ret = parse_count(text, 1, MAX_THREADS, "threads", &n, err);

	for (size_t i = 0; i < s->nr_walkers && !ret; i++)
		if (s->walkers[i].threads == n)
			return 0;
	if (!ret)
		s->walkers[s->nr_walkers++] =
			(struct walkers){ (unsigned int)n, each ? (unsigned int)n : 1 };
	return ret;
}

static int resolve_walkers(struct selection *s, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = 0;

	strv_split(&names, s->threads_text ? s->threads_text : "1", ',');
	s->walkers = xcalloc(names.n + 1, sizeof(*s->walkers));
	for (size_t i = 0; i < names.n && !ret; i++)
		ret = add_walkers(s, names.v[i], s->mms == MMS_EACH, err);
	qsort(s->walkers, s->nr_walkers, sizeof(*s->walkers), by_threads);
	return ret;
}

int selection_check_cpus(const struct selection *s, unsigned int cpus, const char *hint,
			 struct err *err)
{
	unsigned int most = s->walkers[s->nr_walkers - 1].threads;

	if (most <= cpus)
		return 0;
	return err_set(err, EINVAL, "--threads %u: a walker needs a CPU of its own; there %s %u%s",
		       most, cpus == 1 ? "is" : "are", cpus, hint);
}

static int resolve_cache(struct selection *s, struct err *err)
{
	s->cold = s->cache == CACHE_COLD;
	if (s->cold && s->walkers[s->nr_walkers - 1].threads > 1)
		return err_set(err, EINVAL,
			       "--cache cold is for one walker: others fill the caches again");
	for (size_t i = 0; i < s->variants.n; i++)
		s->variants.v[i].cold = s->cold;
	return 0;
}

int selection_check_cache(const struct selection *s, bool exact, struct err *err)
{
	if (!s->cold || !exact)
		return 0;
	return err_set(
		err, EINVAL,
		"--cache cold changes no exact count: an instruction is one wherever its data "
		"lies");
}

int selection_resolve(struct selection *s, struct err *err)
{
	int ret = resolve_workloads(s, err);

	if (!s->iterations && s->alone)
		s->iterations = s->alone->iterations;
	ret = ret ?: resolve_sizes(s, err);
	ret = ret ?: resolve_walkers(s, err);
	ret = ret ?: selection_check_series(s, err);
	ret = ret ?: check_placements(s, err);
	ret = ret ?: variants_select(&s->op_names, &s->policy_names, &s->variants, err);
	return ret ?: resolve_cache(s, err);
}

void selection_built_in(struct selection *s)
{
	if (s->op_names.n || s->policy_names.n || s->own_changes.n)
		return;
	for (size_t i = 0; i < nr_ops; i++)
		if (op_is(&ops[i], PTWALK_OPF_DEFAULT))
			strv_add(&s->op_names, ops[i].name);
}

void selection_release(struct selection *s)
{
	variants_release(&s->variants);
	free(s->workloads);
	free(s->sizes);
	free(s->placements);
	free(s->nodes);
	free(s->walkers);
	strv_release(&s->workload_names);
	strv_release(&s->op_names);
	strv_release(&s->series_names);
	strv_release(&s->policy_names);
	strv_release(&s->own_changes);
	strv_release(&s->size_names);
	strv_release(&s->placement_names);
	*s = (struct selection){ 0 };
}

static size_t take(size_t *i, size_t n)
{
	size_t at = *i % n;

	*i /= n;
	return at;
}

bool selection_wants(const struct selection *s, const struct workload *workload, uint64_t size)
{
	return s->sizes_given || size < GIB || workload_granule(workload) >= GIB;
}

size_t selection_scenes(const struct selection *s)
{
	return s->nr_workloads * s->nr_placements * s->nr_sizes * s->nr_walkers;
}

size_t selection_scene(const struct selection *s, const struct selected *at)
{
	return (at->next - 1) / s->variants.n;
}

bool selection_next(const struct selection *s, struct selected *at)
{
	const size_t to = s->part.to ? s->part.to : selection_scenes(s);

	if (at->next < s->part.from * s->variants.n)
		at->next = s->part.from * s->variants.n;
	while (at->next < to * s->variants.n) {
		size_t i = at->next++;

		at->variant = &s->variants.v[take(&i, s->variants.n)];
		at->walkers = &s->walkers[take(&i, s->nr_walkers)];
		at->size = s->sizes[take(&i, s->nr_sizes)];
		at->placement = take(&i, s->nr_placements);
		at->workload = i;
		if (selection_wants(s, s->workloads[i], at->size))
			return true;
	}
	return false;
}

size_t selection_series(const struct selection *s)
{
	struct selected at = { 0 };
	size_t n = 0;

	while (selection_next(s, &at))
		n++;
	return n;
}

char *selection_name(const struct selection *s, const struct selected *at)
{
	return variant_series_name(at->variant, s->workloads[at->workload]->name, at->size,
				   s->placements[at->placement].name, at->walkers);
}
