// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/runs.h"
#include "bench/report/aa.h"

enum key {
	KEY_POWER = 256,
	KEY_METHOD_EVIDENCE,
};

struct aa_request {
	struct runs_places places;
	struct strv runs;
	struct aa_options aa;
	const char *change_text, *power_text;
	bool json;
};

static const struct argp_option argp_options[] = {
	{ "all-sizes", 'a', NULL, 0, "Every size, not the largest of each workload alone", 0 },
	{ "change", 'c', "PERCENT", 0, "The change that is to be found (default: 1)", 0 },
	{ "power", KEY_POWER, "PERCENT", 0, "In so many of 100 cases (default: 80)", 0 },
	{ "json", 'j', NULL, 0, "Print it as JSON", 0 },
	OPTION_RESULTS(0),
	OPTION_STORE(0),
	{ "method-evidence", KEY_METHOD_EVIDENCE, NULL, 0,
	  "Take runs that were made with that option, and only these: figures of no kernel", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct aa_request *o = state->input;

	switch (key) {
	case 'a':
		o->aa.every_size = true;
		return 0;
	case 'c':
		o->change_text = arg;
		return 0;
	case KEY_POWER:
		o->power_text = arg;
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 'r':
		o->places.results = arg;
		return 0;
	case KEY_STORE:
		o->places.store = arg;
		return 0;
	case KEY_METHOD_EVIDENCE:
		o->aa.method_evidence = true;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->runs, arg);
		return 0;
	case ARGP_KEY_END:
		if (!o->runs.n || o->runs.n > 2)
			argp_error(state, "which run? One, or two of the same kernel");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Per cent above @least and below @end, as a share. */
static int parse_percent(const char *text, double usual, double least, double end, const char *what,
			 double *share, struct err *err)
{
	char *rest;
	const double percent = text ? strtod(text, &rest) : usual;

	if (text && (rest == text || *rest || !(percent > least) || !(percent < end)))
		return err_set(err, EINVAL, "'%s' is not %s in per cent (above %g, below %g)", text,
			       what, least, end);
	*share = percent / 100;
	return 0;
}

static int judge(const struct aa *aa)
{
	if (aa->nr_differ)
		return STATUS_REGRESSION;
	return aa->nr_told < aa->nr_rows || !aa->nr_rows ? STATUS_MISSING : STATUS_CLEAN;
}

static int tell(const struct aa_request *o, const struct records *runs, size_t n)
{
	struct err err = { 0 };
	struct aa aa;
	int status, ret = aa_build(&runs[0], n > 1 ? &runs[1] : NULL, &o->aa, &aa, &err);

	if (ret) {
		command_fail("aa", &err);
		return ret == -EXDEV || ret == -EOPNOTSUPP ? STATUS_NOT_COMPARABLE : STATUS_ERROR;
	}
	if (o->json)
		aa_json(&aa, stdout);
	else
		aa_text(&aa, stdout, isatty(STDOUT_FILENO));
	status = judge(&aa);
	aa_release(&aa);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	err_set(&err, errno, "cannot write to standard output: %s", strerror(errno));
	return command_fail("aa", &err);
}

static int aa(const struct aa_request *o)
{
	struct records runs[2];
	struct err err = { 0 };
	size_t n = 0;
	int status, ret = 0;

	for (; !ret && n < o->runs.n; n += !ret)
		ret = runs_read(&o->places, o->runs.v[n], &runs[n], &err);
	status = ret ? command_fail("aa", &err) : tell(o, runs, n);
	while (n)
		records_release(&runs[--n]);
	return status;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "RUN [RUN]",
		.doc = "How noisy is a machine, series by series? Odd against even boots of one run, "
		       "or two runs of one kernel; and how many boots it takes to find a change of "
		       "1 %.\vExit status: 0 no series differs from itself, 1 one does, 3 a series "
		       "has too few boots, 4 the runs are not of one kernel and environment, or "
		       "exact, 2 any other error.",
	};
	struct aa_request o = { 0 };
	struct err err = { 0 };
	int status, ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = parse_percent(o.change_text, 1, 0, 1000, "a change", &o.aa.change, &err);
	if (!ret)
		ret = parse_percent(o.power_text, 80, 5, 100, "a power", &o.aa.power, &err);
	status = ret ? command_fail("aa", &err) : aa(&o);
	strv_release(&o.runs);
	return status;
}

const struct command command_aa = {
	.name = "aa",
	.summary = "how noisy a machine is, and how many boots that takes",
	.run = run,
};
