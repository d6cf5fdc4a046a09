// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "bench/cli/command.h"
#include "bench/cli/doctor.h"
#include "bench/cli/options.h"
#include "bench/cli/selfcheck.h"
#include "bench/measure/measure.h"

struct doctor_options {
	struct doctor look;
	bool speed, hardware, list;
	const char *fleet;
	struct plan plan; /* of --speed */
	unsigned int rounds;
	struct selfcheck_request checks; /* of --hardware */
};

static const struct opt options[] = {
	{ "cpu", 'c', "N", "The CPU that measures (default: as the driver takes it)",
	  OPT_UINT(struct doctor_options, look.cpu, 0, INT_MAX) },
	{ "root", 'R', "FOLDER",
	  "Look for noise in the sys and proc of this folder, not of this host",
	  OPT_TEXT(struct doctor_options, look.root) },
	OPT_HEADER("What only real hardware can show:"),
	{ "hardware", 0, NULL,
	  "Check it on this machine, as root for all of it, and write one file to send; of CHECKs, "
	  "those alone",
	  OPT_FLAG(struct doctor_options, hardware) },
	{ "list", 0, NULL, "With --hardware: tell the checks, and do none",
	  OPT_FLAG(struct doctor_options, list) },
	{ "kvm", 0, NULL, "With --hardware: use KVM as well; by default nobody asks for it",
	  OPT_FLAG(struct doctor_options, checks.kvm) },
	{ "module", 0, "FILE",
	  "With --hardware: a ptwalk.ko that was built elsewhere, for the running kernel",
	  OPT_TEXT(struct doctor_options, checks.module) },
	{ "out", 0, "FILE",
	  "With --hardware: the file to send (default: ptwalk-hardware-TIME.tar.gz in this folder)",
	  OPT_TEXT(struct doctor_options, checks.out) },
	OPT_HEADER("Other hosts:"),
	{ "fleet", 0, "HOSTS",
	  "Ask each of these hosts by ssh, [N/][USER@]HOST with commas between them or a file of "
	  "them: can it run, and does it count as the others do, by a short run",
	  OPT_TEXT(struct doctor_options, fleet) },
	OPT_HEADER("How fast ptwalk itself is:"),
	{ "speed", 0, NULL,
	  "Time whole runs: boot to the driver, to the first window, the whole, and the share of "
	  "it that is spent inside windows; nothing is kept",
	  OPT_FLAG(struct doctor_options, speed) },
	{ "rounds", 0, "N", "With --speed: whole runs to time (default: 3)",
	  OPT_UINT(struct doctor_options, rounds, 1, 100) },
	OPT_PART(struct doctor_options, plan, plan_opts),
	OPT_MAYBE_ARG("CHECK", OPT_TEXTS(struct doctor_options, checks.only)),
	{ 0 },
};

static int check_modes(const struct doctor_options *o, struct err *err)
{
	const char *hardware = o->list		  ? "--list"
			       : o->checks.kvm	  ? "--kvm"
			       : o->checks.module ? "--module"
			       : o->checks.out	  ? "--out"
			       : o->checks.only.n ? o->checks.only.v[0]
						  : NULL;

	if (o->hardware + o->speed + !!o->fleet > 1)
		return err_set(err, EINVAL, "--hardware, --speed and --fleet exclude each other");
	if (hardware && !o->hardware)
		return err_set(err, EINVAL, "%s goes with --hardware", hardware);
	if (o->plan.kernel && !(o->hardware || o->speed || o->fleet))
		return err_set(err, EINVAL, "--kernel goes with --hardware, --speed or --fleet");
	return 0;
}

static void print_round(unsigned int round, double seconds, const struct records *records)
{
	for (size_t i = 0; i < records->nr_ends; i++) {
		const struct record_end *end = &records->ends[i];

		printf("%5u %4u %10.2f %12.2f %9.2f %9.2f %8.1f %8.2f %8zu %9.0f\n", round,
		       end->boot, end->program_seconds, end->first_window_seconds,
		       end->total_seconds, end->window_seconds,
		       end->total_seconds > 0 ? 100 * end->window_seconds / end->total_seconds : 0,
		       seconds, records->nr_series, (double)end->peak_rss_kib / 1024);
	}
	fflush(stdout);
}

static int time_runs(struct plan *plan, unsigned int rounds, const char *results, struct err *err)
{
	const struct measurement m = {
		.plan = plan,
		.results = results,
		.command = "ptwalk doctor --speed",
		.quiet = true,
	};

	puts("wall seconds, from starting QEMU; not to be compared across machines\n"
	     "round boot  to driver  to 1st win.  all boot  windows  share %  whole s   series  peak MiB");
	for (unsigned int round = 1; round <= rounds; round++) {
		_cleanup_(arm_release) struct arm arm = { .spec = xstrdup(plan->kernel) };
		const double start = host_seconds();
		int ret = measure(&m, &arm, 1, err);

		if (ret)
			return ret;
		print_round(round, host_seconds() - start, &arm.run.records);
	}
	return 0;
}

/*
 * The suite's own speed: so many whole runs, of which nothing is kept. Figures are printed and
 * nothing is asserted: machines are shared and noisy, and these are wall times.
 */
static int time_suite(struct plan *plan, unsigned int rounds, struct err *err)
{
	_cleanup_(fs_temp_endp) char *results = NULL;
	int ret = plan_resolve(plan, err);

	if (ret)
		return ret;
	results = fs_temp(NULL, "ptwalk-speed", err);
	return results ? time_runs(plan, rounds, results, err) : -errno;
}

static int check_hardware(struct doctor_options *o, struct err *err)
{
	o->checks.kernel = o->plan.kernel;
	if (!o->list)
		return selfcheck_do(&o->checks, err);
	selfcheck_list();
	return 0;
}

static void options_release(struct doctor_options *o)
{
	plan_release(&o->plan);
	strv_release(&o->checks.only);
}

static int run(int argc, char **argv)
{
	_cleanup_(options_release) struct doctor_options o = {
		.look = { .root = "", .cpu = DOCTOR_ANY_CPU },
		.rounds = 3,
	};
	char worst[DOCTOR_TEXT];
	struct err err = { 0 };
	bool well = false;

	if (command_parse(&command_doctor, argc, argv, &o))
		return STATUS_ERROR;
	if (check_modes(&o, &err))
		return command_fail("doctor", &err);
	if (o.fleet)
		return doctor_fleet(o.fleet, o.plan.kernel ? o.plan.kernel : "debian:6.1");
	well = o.speed	    ? !time_suite(&o.plan, o.rounds, &err)
	       : o.hardware ? !check_hardware(&o, &err)
			    : doctor_look(&o.look, stdout, worst, &err);
	if (*err.text && !well)
		command_fail("doctor", &err);
	return well ? STATUS_CLEAN : STATUS_ERROR;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "can this host run it, what to do about it; check its hardware",
	.args = "\n--hardware [CHECK...]\n--fleet HOSTS\n--speed",
	.doc = "Look at what a run on the exact machine needs, and at what makes times noisy here; say "
	       "what to do about it.\vExit status: 0 where `ptwalk run` can work, else 2; noise does "
	       "not change it. With --hardware 0 where what is possible here passed, 2 where a check "
	       "failed or the file could not be written. With --fleet 0 where all hosts can and count "
	       "alike, 5 where some count otherwise, 2 where some cannot.",
	.examples = "  ptwalk doctor\n"
		    "  ptwalk doctor --hardware --kvm         # what only real hardware can show\n"
		    "  ptwalk doctor --fleet node1,8/node2    # do these hosts count alike?\n",
	.options = options,
	.run = run,
};
