// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/plan.h"

static void add(char **list, size_t *n, size_t room, char *what)
{
	if (*n == room)
		guest_fail("plan: more than %zu orders of one kind", room);
	list[(*n)++] = what;
}

static void order(struct guest_plan *p, char *word, char *rest)
{
	if (!strcmp(word, "module")) {
		add(p->modules, &p->nr_modules, GUEST_MAX, rest);
	} else if (!strcmp(word, "env")) {
		add(p->env, &p->nr_env, GUEST_MAX, rest);
	} else if (!strcmp(word, "arg")) {
		/* Room for --dax= words and the NULL. */
		add(p->argv, &p->nr_args, 3 * GUEST_MAX - 1, rest);
	} else if (!strcmp(word, "dax") && p->nr_dax < GUEST_MAX) {
		struct guest_dax *d = &p->dax[p->nr_dax++];
		unsigned long start, size, align;

		if (sscanf(rest, "%lx %lx %lx", &start, &size, &align) != 3)
			guest_fail("plan: bad dax order: %s", rest);
		*d = (struct guest_dax){ .start = start, .size = size, .align = align };
		free(rest);
	} else {
		guest_fail("plan: unknown order: %s", word);
	}
}

void guest_plan_read(struct guest_plan *p)
{
	FILE *f = fopen(PLAN_PATH, "re");
	char *line = NULL, *space;
	size_t room = 0;
	ssize_t n;

	if (!f)
		guest_fail("cannot read %s: %s", PLAN_PATH, strerror(errno));
	while ((n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		space = strchr(line, ' ');
		if (!space)
			guest_fail("plan: bad line: %s", line);
		*space = '\0';
		order(p, line, strdup(space + 1));
	}
	free(line);
	fclose(f);
	if (!p->nr_args)
		guest_fail("plan: no program");
}
