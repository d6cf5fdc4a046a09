// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/klog.h"
#include "base/place.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/measure/race.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

struct race_options {
	struct race_want want;
	const char *results, *race;
	bool pairs;
};

static const struct opt options[] = {
	{ "kernel", 'k', "KERNEL",
	  "Kernel to race on, as of `ptwalk run` (default: debian:6.1); several with commas",
	  OPT_TEXT(struct race_options, want.plan.kernel) },
	{ "machine", 'm', "NAME", "Where it runs, in a guest (default: tcg)",
	  OPT_TEXT(struct race_options, want.plan.machine_name) },
	{ "cpus", 0, "N", "CPUs of the guest (default: 4)",
	  OPT_TEXT(struct race_options, want.plan.cpus_text) },
	{ "append", 0, "WORDS", "More words for the kernel's command line",
	  OPT_TEXT(struct race_options, want.plan.append) },
	{ "limit", 0, "SECONDS", "End a guest that takes longer (default: as the rounds need)",
	  OPT_TEXT(struct race_options, want.plan.limit_text) },
	{ "source", 0, "DIR",
	  "The kernel's sources, for its own code, where they are not found by themselves",
	  OPT_TEXT(struct race_options, want.plan.source) },
	OPT_HEADER("Who races against what:"),
	OPT_PART(struct race_options, want.ask, race_opts),
	OPT_HEADER("What is kept and printed:"),
	CLI_RESULTS(struct race_options, results),
	{ "pairs", 0, NULL, "A row for each walker in each phase",
	  OPT_FLAG(struct race_options, pairs) },
	CLI_QUIET(struct race_options, want.quiet),
	OPT_MAYBE_ARG("RACE", OPT_TEXT(struct race_options, race)),
	{ 0 },
};

/* They are nobody's failure here, and are not kept quiet either. */
static void say_races_of_others(const struct race_made *made, struct sheets *sheets)
{
	_cleanup_free_ char *path = xasprintf("%s/console.log", made->folder);
	_cleanup_free_ char *text = fs_exists(path) ? fs_read(path, NULL, NULL) : NULL;
	_cleanup_(strv_release) struct strv races = { 0 };

	if (text)
		klog_races_of_others(text, &races);
	for (size_t i = 0; i < races.n; i++)
		sheets_line(sheets, i ? "" : "KCSAN", "not the module's: %s", races.v[i]);
}

/* What came of it, printed. */
static int print(const struct race_options *o, const struct race_made *made)
{
	static const int statuses[] = {
		[RACE_CLEAN] = STATUS_CLEAN,
		[RACE_FAILED] = STATUS_REGRESSION,
		[RACE_UNTESTED] = STATUS_MISSING,
	};
	const struct pen pen = pen_to(stdout, false);
	_cleanup_(sheets_release) struct sheets sheets = { 0 };

	sheets_line(&sheets, "kernel", "%s", made->kernel);
	race_report(made->v, made->n, o->pairs, &sheets);
	say_races_of_others(made, &sheets);
	sheets_line(&sheets, "kept", "%s", made->folder);
	render_terminal(&sheets, &pen);
	return statuses[race_outcome(made->v, made->n)];
}

/* The worse of two. */
static int worse(int a, int b)
{
	static const int order[] = { STATUS_CLEAN, STATUS_MISSING, STATUS_REGRESSION,
				     STATUS_ERROR };
	int worst = STATUS_CLEAN;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			worst = order[i];
	return worst;
}

static int race_on(const struct race_options *o, const char *kernel)
{
	_cleanup_(race_made_release) struct race_made made = { 0 };
	struct err err = { 0 };
	int ret = race_measure(&o->want, kernel, &made, &err);

	if (ret) {
		command_fail("race", &err);
		if (made.kept)
			fprintf(stderr, "What it said is in %s; the seed is %" PRIu64 ".\n",
				made.kept, o->want.ask.seed);
		return ret == -EIO ? STATUS_REGRESSION : STATUS_ERROR;
	}
	return print(o, &made);
}

static int show(const struct race_options *o)
{
	_cleanup_(race_made_release) struct race_made made = { 0 };
	struct err err = { 0 };

	if (race_read(o->want.results, o->race, &made, &err))
		return command_fail("race", &err);
	return print(o, &made);
}

static int race(struct race_options *o)
{
	struct err err = { 0 };
	int status = STATUS_CLEAN;

	if (race_want_resolve(&o->want, &err))
		return command_fail("race", &err);
	for (size_t i = 0; i < o->want.plan.kernels.n && !interrupt_pending(); i++)
		status = worse(status, race_on(o, o->want.plan.kernels.v[i]));
	if (command_flush(&err))
		return command_fail("race", &err);
	return status;
}

static void options_release(struct race_options *o)
{
	race_want_release(&o->want);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct race_options o = { .want.ask = RACE_ASK };
	_cleanup_free_ char *results = NULL, *command = command_line(argc, argv);

	if (command_parse(&command_race, argc, argv, &o))
		return STATUS_ERROR;
	results = o.results ? NULL : place_runs();
	o.want.results = o.results ? o.results : results;
	o.want.command = command;
	return o.race ? show(&o) : race(&o);
}

const struct command command_race = {
	.name = "race",
	.summary = "take memory away from walkers, and check what they hold",
	.args = "[RACE]",
	.doc = "Race drivers' protocols in a guest: threads walk a range and mirror it, each as a "
	       "driver does, while their memory is torn down, unmapped, protected, dropped, "
	       "migrated or shared. After each phase what they hold is held against the page "
	       "tables. Of a RACE that was kept what it found is printed again.\vExit status: 0 the right protocol is clean and each wrong one was found; 1 "
	       "a protocol that is not known to be wrong failed, or the kernel misbehaved; 2 there "
	       "is no race; 3 something was not tested, or a wrong protocol was not found.",
	.examples = "  ptwalk race\n"
		    "  ptwalk race -k debian:6.1,debian:6.12 --against teardown --rounds 10000\n"
		    "  ptwalk race results/race/debian-6.1\n"
		    "  ptwalk race --protocol my_driver.c --seconds 60\n",
	.options = options,
	.run = run,
};
