// SPDX-License-Identifier: GPL-2.0-only
/* kernels/bisect: the first bad commit of a history, whatever is skipped; no kernel is built. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/git.h"

#define COMMITS 10

struct repository {
	char *tree;
	char *commits[COMMITS]; /* oldest first */
};

static void git(const char *tree, const char *const *words)
{
	const char *argv[20] = { "git", "-C", tree, "-c", "user.name=x", "-c", "user.email=x@x" };
	struct err err;

	for (size_t i = 0; words[i]; i++)
		argv[7 + i] = words[i];
	if (proc_run(argv, &(struct proc_options){ .timeout_seconds = 30 }, &err))
		fail_msg("git %s: %s", words[0], err.text);
}

static int begin(void **state)
{
	char folder[] = "/tmp/ptwalk-bisect.XXXXXX";
	struct repository *r = xcalloc(1, sizeof(*r));

	assert_non_null(mkdtemp(folder));
	r->tree = xstrdup(folder);
	git(r->tree, GIT_WORDS("init", "-q"));
	for (int i = 0; i < COMMITS; i++) {
		char *subject = xasprintf("commit %d", i);

		git(r->tree, GIT_WORDS("commit", "-q", "--allow-empty", "-m", subject));
		r->commits[i] = git_ask(r->tree, GIT_WORDS("rev-parse", "HEAD"), NULL);
		free(subject);
	}
	*state = r;
	return 0;
}

static int end(void **state)
{
	struct repository *r = *state;

	fs_remove(r->tree, NULL);
	free(r->tree);
	for (int i = 0; i < COMMITS; i++)
		free(r->commits[i]);
	free(r);
	return 0;
}

static int number(const struct repository *r, const char *commit)
{
	for (int i = 0; i < COMMITS; i++)
		if (!strcmp(r->commits[i], commit))
			return i;
	fail_msg("%s is no commit of the history", commit);
	return -1;
}

/* Bisect where @first is the first bad one and bit n of @broken says that commit n cannot be tried. */
static enum bisect_state drive(const struct repository *r, int first, unsigned int broken,
			       struct bisect *b, struct bisect_step *step)
{
	int tried = 0;

	assert_int_equal(bisect_begin(b, r->tree, r->commits[0], r->commits[COMMITS - 1], NULL), 0);
	for (;; tried++) {
		int n;

		assert_true(tried < COMMITS);
		assert_int_equal(bisect_next(b, step, NULL), 0);
		if (step->state != BISECT_TRY)
			return step->state;
		n = number(r, step->commit);
		if (broken & 1U << n)
			bisect_skip(b, step->commit);
		else if (n >= first)
			bisect_is_bad(b, step->commit);
		else
			bisect_is_good(b, step->commit);
		bisect_step_release(step);
	}
}

TEST_WITH(every_first_bad_commit_is_found, begin, end)
{
	const struct repository *r = *state;

	for (int first = 1; first < COMMITS; first++) {
		struct bisect_step step;
		struct bisect b;

		assert_int_equal(drive(r, first, 0, &b, &step), BISECT_FOUND);
		assert_int_equal(number(r, b.bad), first);
		bisect_step_release(&step);
		bisect_release(&b);
	}
}

/* A commit that cannot be tried is never blamed alone; those next to it may be found all the same. */
TEST_WITH(a_broken_commit_is_skipped_not_blamed, begin, end)
{
	const struct repository *r = *state;

	for (int first = 1; first < COMMITS; first += 4)
		for (int broken = 1; broken < COMMITS - 1; broken++) {
			struct bisect_step step;
			struct bisect b;
			enum bisect_state got = drive(r, first, 1U << broken, &b, &step);

			if (broken == first || broken == first - 1) {
				assert_int_equal(got, BISECT_AMBIGUOUS);
				assert_int_equal(step.suspects.n, 2);
				assert_true(strv_has(&step.suspects, r->commits[broken]));
				assert_true(strv_has(&step.suspects, r->commits[first]) ||
					    broken == first);
			} else {
				assert_int_equal(got, BISECT_FOUND);
				assert_int_equal(number(r, b.bad), first);
			}
			bisect_step_release(&step);
			bisect_release(&b);
		}
}

TEST_WITH(when_all_is_broken_all_are_suspects, begin, end)
{
	const struct repository *r = *state;
	struct bisect_step step;
	struct bisect b;

	assert_int_equal(drive(r, COMMITS - 1, ~0U, &b, &step), BISECT_AMBIGUOUS);
	assert_int_equal(step.suspects.n, COMMITS - 1);
	bisect_step_release(&step);
	bisect_release(&b);
}

static void refused(const struct repository *r, const char *tree, const char *good, const char *bad,
		    const char *why)
{
	struct bisect b;
	struct err err;

	(void)r;
	assert_int_equal(bisect_begin(&b, tree, good, bad, &err), -EINVAL);
	if (!strstr(err.text, why))
		fail_msg("'%s' lacks '%s'", err.text, why);
	bisect_release(&b);
}

TEST_WITH(what_cannot_be_bisected_is_refused, begin, end)
{
	const struct repository *r = *state;

	refused(r, r->tree, "nope", "HEAD", "no commit 'nope'");
	refused(r, r->tree, "HEAD~3", "nope", "no commit 'nope'");
	refused(r, r->tree, "--all", "HEAD", "no commit '--all'");
	refused(r, r->tree, "HEAD", "HEAD~3", "HEAD is not an ancestor of HEAD~3");
	refused(r, r->tree, "HEAD", "HEAD", "the same commit");
	refused(r, "/proc", "HEAD~3", "HEAD", "/proc is no git tree");
	refused(r, "/nonexistent", "HEAD~3", "HEAD", "is not a folder");
}

TEST_WITH(a_commit_is_described, begin, end)
{
	const struct repository *r = *state;
	char *text, *parent;
	struct bisect b;

	assert_int_equal(bisect_begin(&b, r->tree, "HEAD~5", "HEAD", NULL), 0);
	text = bisect_describe(&b, b.bad);
	assert_true(str_ends(text, " commit 9"));
	assert_int_equal(strncmp(text, b.bad, 12), 0);
	free(text);
	parent = bisect_parent(&b, b.bad, NULL);
	assert_string_equal(parent, r->commits[COMMITS - 2]);
	free(parent);
	bisect_release(&b);
}

/* Of two branches that were merged, the bad one's commit is found. */
TEST_WITH(a_merged_branch_is_bisected, begin, end)
{
	const struct repository *r = *state;
	char *guilty, *merge;
	struct bisect_step step;
	struct bisect b;

	git(r->tree, GIT_WORDS("checkout", "-q", "-b", "side", "HEAD~4"));
	git(r->tree, GIT_WORDS("commit", "-q", "--allow-empty", "-m", "guilty"));
	guilty = git_ask(r->tree, GIT_WORDS("rev-parse", "HEAD"), NULL);
	git(r->tree, GIT_WORDS("commit", "-q", "--allow-empty", "-m", "after"));
	git(r->tree, GIT_WORDS("checkout", "-q", r->commits[COMMITS - 1]));
	git(r->tree, GIT_WORDS("merge", "-q", "-m", "merge", "side"));
	merge = git_ask(r->tree, GIT_WORDS("rev-parse", "HEAD"), NULL);
	assert_int_equal(bisect_begin(&b, r->tree, r->commits[0], merge, NULL), 0);
	for (;;) {
		char *line;

		assert_int_equal(bisect_next(&b, &step, NULL), 0);
		if (step.state != BISECT_TRY)
			break;
		line = git_ask(r->tree,
			       GIT_WORDS("merge-base", "--is-ancestor", guilty, step.commit), NULL);
		if (line)
			bisect_is_bad(&b, step.commit);
		else
			bisect_is_good(&b, step.commit);
		free(line);
		bisect_step_release(&step);
	}
	assert_int_equal(step.state, BISECT_FOUND);
	assert_string_equal(b.bad, guilty);
	bisect_step_release(&step);
	bisect_release(&b);
	free(guilty);
	free(merge);
}
