// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/night.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/report/night.h"
#include "bench/track/track.h"
#include "kernels/config.h"

const struct opt night_tree_opts[] = {
	OPT_PART(struct night_tree, options, tree_opts),
	{ "rev", 0, "REF",
	  "What of the tree: origin/master is fetched first, any other commit is taken as the tree "
	  "has it (default: the branch that HEAD's follows, else HEAD)",
	  OPT_TEXT(struct night_tree, rev) },
	{ "if-new", 0, NULL,
	  "Stop, with exit status 0, where the last night was of the same commit",
	  OPT_FLAG(struct night_tree, if_new) },
	{ 0 },
};

void night_tree_release(struct night_tree *t)
{
	upstream_release(&t->up);
	tree_release(&t->options);
}

bool night_tree_given(const struct night_tree *t)
{
	return tree_given(&t->options);
}

int night_tree_check(const struct night_tree *t, const struct plan *plan, struct err *err)
{
	int ret = tree_check(&t->options, err);

	if (ret)
		return ret;
	if ((t->rev || t->if_new) && !t->options.tree)
		return err_set(err, EINVAL, "%s is of a --tree", t->rev ? "--rev" : "--if-new");
	if (night_tree_given(t) && plan->machine->here)
		return err_set(
			err, EINVAL,
			"the %s machine measures the running kernel: there is nothing to build",
			plan->machine->name);
	if (night_tree_given(t) && plan->kernel_asked)
		return err_set(err, EINVAL,
			       "either --kernel, or a kernel that is built: --tree or --source");
	return 0;
}

int night_tree_find(struct night_tree *t, bool quiet, struct err *err)
{
	int ret;

	if (!t->options.tree)
		return 0;
	ret = upstream_find(t->options.tree, t->rev, &t->up, NULL, err);
	if (!ret && !quiet)
		fprintf(stderr, "ptwalk: %s%s is %.12s %s\n", t->up.ref,
			t->up.fetched ? ", fetched," : "", t->up.commit, t->up.subject);
	return ret;
}

int night_tree_before(const struct night_tree *t, const char *store, const char *machine,
		      int64_t *when, struct err *err)
{
	const struct store_options reading = { .read_only = true };
	struct store_runs runs;
	struct store *opened;
	int ret = store_open(store, &reading, &opened, err);

	*when = 0;
	if (ret == -ENOENT)
		return 0;
	if (ret)
		return ret;
	ret = store_list(opened, 0, &runs, err);
	for (size_t i = ret ? 0 : runs.n; i-- > 0;) {
		const struct store_run *run = &runs.runs[i];

		if (strcmp(run->session_kind, TRACK_SESSION) != 0 || strcmp(run->machine, machine))
			continue;
		*when = strcmp(run->commit, t->up.commit) ? 0 : run->time;
		break;
	}
	if (!ret)
		store_runs_release(&runs);
	store_close(opened);
	return ret;
}

int night_tree_build(struct night_tree *t, const struct arch *arch, struct arm *arm, bool quiet,
		     struct err *err)
{
	*arm = (struct arm){ .build = true, .request = tree_request(&t->options) };
	if (t->up.commit) {
		arm->request.tree = t->up.folder;
		arm->request.rev = t->up.commit;
		arm->request.called = t->options.tree;
	}
	return arm_build(arm, arch, quiet, err);
}

static const struct store_run *find(const struct store_runs *runs, int64_t id)
{
	for (size_t i = 0; i < runs->n; i++)
		if (runs->runs[i].id == id)
			return &runs->runs[i];
	return NULL;
}

/* The kernel options that are not those of the night before; NULL: none, or unknown. */
static char *options_of(const struct track_night *night)
{
	_cleanup_free_ char *before = NULL, *now = NULL;

	if (!night->new_environment)
		return NULL;
	before = report_night_config(night->previous_environment);
	now = report_night_config(night->environment);
	return configs_told(before, now);
}

static int say(const struct night_words *words, const struct track_night *night,
	       const struct night_runs *runs, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int ret;

	report_night(night, runs, f);
	fclose(f);
	ret = words->mail ? fs_write_file(words->mail, text, len, 0644, err) : 0;
	if (words->format)
		format_night(words->format, night, runs, stdout, isatty(STDOUT_FILENO));
	else
		fputs(text, stdout);
	return ret ? ret : command_flush(err);
}

int night_say(struct store *store, const struct night_words *words, const struct track_night *night,
	      struct err *err)
{
	_cleanup_free_ char *options = options_of(night);
	struct night_runs named = { .options = options };
	struct store_runs runs;
	int ret = store_list(store, 0, &runs, err);

	if (ret)
		return ret;
	named.run = find(&runs, night->run);
	named.previous = find(&runs, night->previous);
	named.second = find(&runs, night->second);
	named.reference = find(&runs, night->reference);
	ret = say(words, night, &named, err);
	store_runs_release(&runs);
	return ret;
}

int night_say_nothing_new(const struct night_tree *tree, const struct night_words *words,
			  int64_t before, struct err *err)
{
	const struct track_night nothing = { 0 };
	const struct night_runs named = { .ref = tree->up.ref,
					  .commit = tree->up.commit,
					  .since = before };

	return say(words, &nothing, &named, err);
}
