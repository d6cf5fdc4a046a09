// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/cli/runs.h"
#include "bench/event/event.h"
#include "bench/measure/folder.h"
#include "bench/op/op.h"
#include "bench/op/placement.h"
#include "kernels/apt.h"
#include "kernels/build.h"
#include "vm/vm.h"
#include "workloads/workload.h"

/* What is offered: what @word begins, with @before in front. */
struct offer {
	const char *before, *word;
	size_t before_len;
};

static void say(const struct offer *o, const char *name)
{
	if (str_starts(name, o->word))
		printf("%.*s%s\n", (int)o->before_len, o->before, name);
}

/* Names with commas, or one "or", between them; @list is taken apart. */
static void say_list(const struct offer *o, char *list)
{
	for (char *rest = NULL, *name = strtok_r(list, " ,", &rest); name;
	     name = strtok_r(NULL, " ,", &rest))
		if (strcmp(name, "or") != 0)
			say(o, name);
}

static void say_workloads(const struct offer *o)
{
	for (size_t i = 0; i < nr_workloads; i++)
		say(o, workloads[i]->name);
}

static void say_policies(const struct offer *o)
{
	for (size_t i = 0; i < nr_own_policies; i++)
		say(o, own_policies[i].name);
}

static void say_ops(const struct offer *o)
{
	const char *slash = strchr(o->word, '/');
	const struct offer policy = { o->before, slash ? slash + 1 : "",
				      (size_t)(slash ? slash + 1 - o->before : 0) };

	if (slash)
		return say_policies(&policy);
	for (size_t i = 0; i < nr_ops; i++)
		say(o, ops[i].name);
}

static void say_placements(const struct offer *o)
{
	for (size_t i = 0; i < nr_placement_names; i++)
		say(o, placement_names[i].name);
}

static void say_machines(const struct offer *o)
{
	for (size_t i = 0; i < nr_machines; i++)
		say(o, machines[i]->name);
}

static void say_kernels(const struct offer *o)
{
	_cleanup_free_ char *debian = debian_specs(arch_host);
	struct build_entry *builds;
	size_t n;

	say_list(o, debian);
	builds = builds_list(&n);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *spec =
			xasprintf("build:%s", *builds[i].name ? builds[i].name : builds[i].key);

		say(o, spec);
	}
	builds_free(builds, n);
	say(o, "host");
}

static void say_runs(const struct offer *o)
{
	_cleanup_free_ char *runs = place_runs();
	_cleanup_(strv_release) struct strv ids = { 0 };

	folder_list(runs, &ids);
	say(o, "last");
	for (size_t i = 0; i < ids.n; i++)
		say(o, ids.v[i]);
}

static void say_sources(const struct offer *o)
{
	_cleanup_free_ char *debian = debian_specs(arch_host);

	say_list(o, debian);
}

static void say_configs(const struct offer *o)
{
	_cleanup_(strv_release) struct strv names = { 0 }, summaries = { 0 };

	build_configs(&names, &summaries);
	for (size_t i = 0; i < names.n; i++)
		say(o, names.v[i]);
}

/* Those of the last run. */
static void say_series(const struct offer *o)
{
	_cleanup_(strv_release) struct strv said = { 0 };
	struct records records;

	if (runs_read(&(struct runs_places){ 0 }, "last", &records, NULL))
		return;
	for (size_t i = 0; i < records.nr_series; i++) {
		const char *name = records.series[i].name;

		if (strv_has(&said, name))
			continue;
		strv_add(&said, name);
		say(o, name);
	}
	records_release(&records);
}

static void say_event(void *arg, const char *name, const char *what)
{
	(void)what;
	say(arg, name);
}

static void say_events(const struct offer *o)
{
	for (size_t i = 0; i < nr_event_sources; i++)
		if (event_sources[i]->each)
			event_sources[i]->each("/sys", say_event, (void *)o);
}

/* What takes names: an option by its name, or whatever is written so in its help. */
static const struct {
	const char *name;
	void (*say)(const struct offer *);
} named[] = {
	{ "workload", say_workloads },
	{ "op", say_ops },
	{ "policy", say_policies },
	{ "machine", say_machines },
	{ "placement", say_placements },
	{ "events", say_events },
	{ "series", say_series },
	{ "SERIES", say_series },
	{ "RUN", say_runs },
	{ "KERNEL", say_kernels },
	{ "SPEC", say_sources },
	{ "FRAGMENT", say_configs },
};

/* The option that a word names, while all of a table are told. */
struct search {
	const char *word; /* "--kernel", "-k" */
	const struct opt *found;
	const struct offer *offer; /* NULL: only search */
};

static void tell(void *arg, const struct opt *o)
{
	struct search *s = arg;
	const char letter[] = { '-', (char)o->letter, '\0' };
	_cleanup_free_ char *name = xasprintf("--%s", o->name);

	if (s->offer)
		say(s->offer, name);
	else if (!strcmp(name, s->word) || (o->letter && !strcmp(letter, s->word)))
		s->found = o;
}

static const struct opt *find_option(const struct command *c, const char *word)
{
	struct search s = { .word = word };

	if (c->options && *word == '-')
		opts_each(c->options, tell, &s);
	return s.found && s.found->argument ? s.found : NULL;
}

static void say_values(const struct opt *option, const struct offer *whole)
{
	_cleanup_free_ char *choices = opt_choices(option);
	const char *comma = strrchr(whole->word, ',');
	struct offer o = *whole;

	if (comma && option->name) {
		o.word = comma + 1;
		o.before_len = (size_t)(o.word - o.before);
	}
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if ((option->name && !strcmp(named[i].name, option->name)) ||
		    !strcmp(named[i].name, option->argument))
			return named[i].say(&o);
	if (choices)
		say_list(&o, choices);
}

static const struct command *find(const struct command *const *list, const char *name)
{
	for (; list && *list; list++)
		if (!strcmp((*list)->name, name))
			return *list;
	return NULL;
}

static void say_commands(const struct command *const *list, const char *word)
{
	const struct offer o = { "", word, 0 };

	for (; list && *list; list++)
		say(&o, (*list)->name);
}

/* @words of the command itself; the last one is what is completed. */
static void say_words(const struct command *c, size_t n, char **words)
{
	char *word = words[n - 1], *equals = str_starts(word, "--") ? strchr(word, '=') : NULL;
	_cleanup_free_ char *name = equals ? xstrndup(word, (size_t)(equals - word)) : NULL;
	const char *before = equals ? name : n > 1 ? words[n - 2] : "";
	const struct opt *option = find_option(c, before), *o;
	const struct offer offer = { word, equals ? equals + 1 : word,
				     (size_t)(equals ? equals + 1 - word : 0) };
	struct search all = { .offer = &offer };

	if (option)
		return say_values(option, &offer);
	if (*word == '-' && c->options)
		return opts_each(c->options, tell, &all);
	/* Of a part of a table no command has an argument. */
	for (o = c->options; o && (o->type || o->help); o++)
		if (!o->name && o->argument && o->type != OPT_TYPE_REST)
			say_values(o, &offer);
}

void complete(const struct command *const *commands, size_t n, char **words)
{
	const struct command *c = n > 1 ? find(commands, words[0]) : NULL;

	if (n == 1)
		return say_commands(commands, words[0]);
	if (!strcmp(words[0], "help")) {
		const struct command *of = n == 3 ? find(commands, words[1]) : NULL;

		return say_commands(of ? of->verbs : n == 2 ? commands : NULL, words[n - 1]);
	}
	if (c && c->verbs && n == 2)
		return say_commands(c->verbs, words[1]);
	if (c && c->verbs) {
		c = find(c->verbs, words[1]);
		n--;
		words++;
	}
	if (c)
		say_words(c, n - 1, words + 1);
}
