// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/cli/command.h"

enum key {
	KEY_FORCE = 1024,
};

static const struct argp_option argp_options[] = {
	{ "format", 'f', "NAME", 0, "terminal (default), lkml, markdown, csv or json", 4 },
	{ "all-sizes", 'a', NULL, 0, "Every size, not the largest of each workload alone", 4 },
	{ "threshold", 't', "PERCENT", 0,
	  "A change of no more than this is no regression (default: 0)", 4 },
	{ "force", KEY_FORCE, NULL, 0, "Compare runs of different environments; the table says so",
	  4 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct verdict_options *o = state->input;

	switch (key) {
	case 'f':
		o->format_name = arg;
		return 0;
	case 'a':
		o->compare.every_size = true;
		return 0;
	case 't':
		o->threshold_text = arg;
		return 0;
	case KEY_FORCE:
		o->force = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp verdict_argp = { .options = argp_options, .parser = parse_one };

static int unknown_format(const char *name, struct err *err)
{
	struct strv known = { 0 };
	char *list;
	int ret;

	for (size_t i = 0; i < nr_formats; i++)
		strv_add(&known, formats[i]->name);
	list = strv_join(&known, ", ");
	ret = err_set(err, EINVAL, "unknown format '%s'; there are: %s", name, list);
	free(list);
	strv_release(&known);
	return ret;
}

int verdict_resolve(struct verdict_options *o, struct err *err)
{
	char *end;

	o->format = format_find(o->format_name ? o->format_name : "terminal");
	if (!o->format)
		return unknown_format(o->format_name, err);
	if (!o->threshold_text)
		return 0;
	o->compare.threshold = strtod(o->threshold_text, &end);
	if (end == o->threshold_text || *end || !(o->compare.threshold >= 0) ||
	    o->compare.threshold > 1000)
		return err_set(err, EINVAL, "'%s' is not a threshold in per cent (0 to 1000)",
			       o->threshold_text);
	return 0;
}

static int judge(const char *command, const struct verdict_options *o, const struct compare *c)
{
	if (c->nr_differences && !o->force) {
		for (size_t i = 0; i < c->nr_differences; i++)
			fprintf(stderr, "ptwalk %s: %s differs: %s against %s\n", command,
				c->differences[i].field, c->differences[i].base,
				c->differences[i].new);
		fprintf(stderr, "ptwalk %s: not comparable; --force compares all the same\n",
			command);
		return STATUS_NOT_COMPARABLE;
	}
	o->format->write(c, stdout, isatty(STDOUT_FILENO));
	if (c->counts[COMPARE_WORSE])
		return STATUS_REGRESSION;
	if (c->counts[COMPARE_MISSING_BASE] || c->counts[COMPARE_MISSING_NEW] || !c->nr_rows)
		return STATUS_MISSING;
	return STATUS_CLEAN;
}

int verdict_print(const char *command, const struct verdict_options *o, const struct records *base,
		  const struct records *new, const struct compare_notes *notes)
{
	struct err err = { 0 };
	struct compare c;
	int ret = compare_build(base, new, &o->compare, &c, &err), status;

	if (ret == -EBADE) {
		command_fail(command, &err);
		return STATUS_NOT_REPEATABLE;
	}
	if (ret)
		return command_fail(command, &err);
	if (notes)
		c.notes = *notes;
	status = judge(command, o, &c);
	compare_release(&c);
	if (fflush(stdout) || ferror(stdout)) {
		err_set(&err, errno, "cannot write to standard output: %s", strerror(errno));
		return command_fail(command, &err);
	}
	return status;
}
