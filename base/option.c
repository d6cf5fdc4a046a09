// SPDX-License-Identifier: GPL-2.0-only
#include "base/cleanup.h"
#include "base/option.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/size.h"

#define MOST_COLUMNS 79 /* of help, which a narrower terminal breaks earlier */

/* Keys of options without a letter, for getopt and argp: behind all letters. */
#define KEY_FIRST (UCHAR_MAX + 1)

enum {
	HELP = 'h',
	USAGE = 2,
	VERSION = 'V',
};

/* An entry of a table, with all parts spread out. */
struct flat {
	const struct opt *opt;
	char *config; /* what its offset is in */
	int group;    /* of the header before it */
};

struct flat_table {
	struct flat *v;
	size_t n;
	int group;
};

static void flatten(struct flat_table *t, const struct opt *opts, char *config)
{
	for (const struct opt *o = opts; o->type || o->help; o++) {
		if (o->type == OPT_TYPE_PART) {
			flatten(t, o->part, config ? config + o->offset : NULL);
			continue;
		}
		if (!o->type)
			t->group++;
		t->v = xgrow(t->v, t->n, sizeof(*t->v));
		t->v[t->n++] = (struct flat){ o, config, t->group };
	}
}

void opts_each(const struct opt *opts, void (*tell)(void *arg, const struct opt *), void *arg)
{
	struct flat_table t = { 0 };

	flatten(&t, opts, NULL);
	for (size_t i = 0; i < t.n; i++)
		if (t.v[i].opt->name)
			tell(arg, t.v[i].opt);
	free(t.v);
}

static int key_of(const struct opt *o, size_t i)
{
	return o->letter ? o->letter : KEY_FIRST + (int)i;
}

static const struct argp_option common[] = {
	{ "help", '?', NULL, 0, "Give this help list; so does -h", -1 },
	{ "usage", USAGE, NULL, 0, "Give a short usage message", 0 },
	{ "version", VERSION, NULL, 0, "Print program version", -1 },
	{ 0 },
};

/* @flags: ARGP_HELP_*. Texts with choices have them added: "How it is written: csv or json". */
static void print_help(const struct flat_table *t, const struct opt_about *about,
		       unsigned int flags)
{
	struct argp_option *options = xcalloc(t->n + ARRAY_SIZE(common), sizeof(*options));
	_cleanup_(strv_release) struct strv texts = { 0 };
	_cleanup_free_ char *margin = NULL;
	unsigned int columns;
	const struct argp argp = { .options = options, .args_doc = about->args, .doc = about->doc };
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct opt *o = t->v[i].opt;
		char *list = opt_choices(o);

		if (o->type && !o->name) {
			free(list);
			continue;
		}
		if (list && o->type == OPT_TYPE_ENTRY)
			strv_addf(&texts, "%s: %s", o->help, list);
		else
			strv_add(&texts, o->help);
		free(list);
		options[n++] = (struct argp_option){
			.name = o->name,
			.key = o->name ? key_of(o, i) : 0,
			.arg = o->argument,
			.flags = o->may_lack ? OPTION_ARG_OPTIONAL : 0,
			.doc = texts.v[texts.n - 1],
			.group = t->v[i].group,
		};
	}
	memcpy(&options[n], common, sizeof(common));
	columns = terminal_columns(stdout, MOST_COLUMNS);
	margin = xasprintf("rmargin=%u", columns < MOST_COLUMNS ? columns : MOST_COLUMNS);
	setenv("ARGP_HELP_FMT", margin, 0);
	argp_help(&argp, stdout, flags, (char *)about->program);
	if (flags == ARGP_HELP_STD_HELP && about->examples)
		printf("\nExamples:\n%s", about->examples);
	free(options);
}

/* What getopt calls unknown: a name that is none, or that begins several. */
static int fail_unknown(const struct flat_table *t, const char *typed, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *word = xstrndup(typed, strcspn(typed, "="));
	const char *meant;
	int ret;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].opt->name)
			strv_add(&names, t->v[i].opt->name);
	meant = str_starts(word, "--") ? strv_meant(&names, word + 2) : NULL;
	if (meant)
		ret = err_set(err, EINVAL, "unknown option '%s'; did you mean --%s?", word, meant);
	else
		ret = err_set(err, EINVAL, "unknown option '%s'; --help lists them", word);
	return ret;
}

struct getopt_table {
	struct option *names;
	char *letters;
};

static struct getopt_table getopt_table(const struct flat_table *t, bool in_order)
{
	struct getopt_table g = {
		.names = xcalloc(t->n + 4, sizeof(*g.names)),
		.letters = xcalloc(3 * t->n + 8, 1),
	};
	char *letter = stpcpy(g.letters, in_order ? "+:Vh" : ":Vh");
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct opt *o = t->v[i].opt;
		const int has = !o->argument  ? no_argument
				: o->may_lack ? optional_argument
					      : required_argument;

		if (!o->name)
			continue;
		g.names[n++] = (struct option){ o->name, has, NULL, KEY_FIRST + (int)i };
		if (!o->letter)
			continue;
		*letter++ = (char)o->letter;
		letter = stpcpy(letter, has == no_argument	   ? ""
					: has == optional_argument ? "::"
								   : ":");
	}
	g.names[n++] = (struct option){ "help", no_argument, NULL, HELP };
	g.names[n++] = (struct option){ "usage", no_argument, NULL, USAGE };
	g.names[n] = (struct option){ "version", no_argument, NULL, VERSION };
	return g;
}

static const struct flat *find(const struct flat_table *t, int key)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].opt->name && (key == KEY_FIRST + (int)i || key == t->v[i].opt->letter))
			return &t->v[i];
	return NULL;
}

static void print_and_exit(const struct flat_table *t, const struct opt_about *about, int key)
{
	if (key == VERSION)
		puts(about->version);
	else
		print_help(t, about, key == USAGE ? ARGP_HELP_USAGE : ARGP_HELP_STD_HELP);
	if (!fflush(stdout) && !ferror(stdout))
		exit(0);
	if (errno == EPIPE)
		interrupt_broken_pipe();
	fprintf(stderr, "%s: cannot write to standard output: %s\n", about->program,
		strerror(errno));
	exit(2);
}

/* What getopt finds wrong at @key, which it calls @fault. */
static int fail_getopt(const struct flat_table *t, int fault, char **argv, struct err *err)
{
	const struct flat *f = optopt ? find(t, optopt) : NULL;
	const char short_form[] = { '-', (char)optopt, '\0' };

	if (f && fault == ':')
		return err_set(err, EINVAL, "%s takes %s, which is missing", opt_shown(f->opt),
			       f->opt->argument);
	if (optopt >= KEY_FIRST || optopt < 0)
		return err_set(err, EINVAL, "'%s': it takes no argument", argv[optind - 1]);
	return fail_unknown(t, optopt ? short_form : argv[optind - 1], err);
}

static int parse_options(const struct flat_table *t, const struct opt_about *about,
			 const struct getopt_table *g, int argc, char **argv, struct err *err)
{
	int key, ret = 0;

	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while (!ret && (key = getopt_long(argc, argv, g->letters, g->names, NULL)) != -1) {
		const struct flat *f = find(t, key);

		if (key == ':' || (key == '?' && optopt != '?'))
			return fail_getopt(t, key, argv, err);
		if (!f)
			print_and_exit(t, about, key);
		ret = opt_set(f->opt, f->config, optarg, err);
	}
	return ret;
}

static int fail_too_many(const struct opt *last, const char *arg, struct err *err)
{
	if (!last)
		return err_set(err, EINVAL, "'%s' means nothing here: it takes options alone", arg);
	if (last->type == OPT_TYPE_TEXTS)
		return err_set(err, EINVAL, "%.0f %s at most", last->max, last->argument);
	return err_set(err, EINVAL, "one %s at a time, not '%s' as well", last->argument, arg);
}

/* All that this argument takes. */
static int take(const struct flat *f, char ***argv, struct err *err)
{
	const struct opt *o = f->opt;
	const bool many = o->type == OPT_TYPE_TEXTS;
	size_t n = 0;

	if (o->type == OPT_TYPE_REST && **argv) {
		*(char ***)(void *)(f->config + o->offset) = *argv;
		while (**argv)
			(*argv)++;
		return 0;
	}
	for (; **argv && (n < 1 || (many && (o->max <= 0 || (double)n < o->max))); n++) {
		int ret = opt_set(f->opt, f->config, *(*argv)++, err);

		if (ret)
			return ret;
	}
	return (o->needed && !n) || (double)n < o->min ? err_set(err, EINVAL, "%s", o->help) : 0;
}

static int parse_arguments(const struct flat_table *t, char **argv, struct err *err)
{
	const struct opt *last = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct opt *o = t->v[i].opt;
		int ret;

		if (!o->type || o->name)
			continue;
		ret = take(&t->v[i], &argv, err);
		if (ret)
			return ret;
		last = o;
	}
	return *argv ? fail_too_many(last, *argv, err) : 0;
}

/* A program of its own follows: what looks like an option there is the program's. */
static bool has_rest(const struct flat_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].opt->type == OPT_TYPE_REST)
			return true;
	return false;
}

int opts_parse(const struct opt *opts, const struct opt_about *about, int argc, char **argv,
	       void *config, struct err *err)
{
	struct flat_table t = { 0 };
	struct getopt_table g;
	int ret;

	argv[argc] = NULL; /* a library that took words of its own out may leave others behind */
	flatten(&t, opts, config);
	g = getopt_table(&t, has_rest(&t));
	ret = parse_options(&t, about, &g, argc, argv, err);
	if (!ret)
		ret = parse_arguments(&t, argv + optind, err);
	free(g.names);
	free(g.letters);
	free(t.v);
	return ret;
}
