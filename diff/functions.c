// SPDX-License-Identifier: GPL-2.0-only
#include "diff/functions.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "diff/object.h"

/* The functions of one file by name, and which of them have been dealt with. */
struct list {
	const struct object *object;
	const struct object_symbol **v;
	bool *done;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	const struct object_symbol *x = *(const struct object_symbol *const *)a;
	const struct object_symbol *y = *(const struct object_symbol *const *)b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = strcmp(x->file, y->file);
	if (order)
		return order;
	return x < y ? -1 : x > y;
}

static void list_fill(struct list *list, const struct object *o)
{
	*list = (struct list){ .object = o };
	list->v = xcalloc(o->nr_symbols + 1, sizeof(*list->v));
	list->done = xcalloc(o->nr_symbols + 1, sizeof(*list->done));
	for (size_t i = 0; i < o->nr_symbols; i++) {
		const struct object_symbol *s = &o->symbols[i];

		if (s->function && s->size && o->sections[s->section].flags & SHF_EXECINSTR)
			list->v[list->n++] = s;
	}
	qsort(list->v, list->n, sizeof(*list->v), by_name);
}

static void list_release(struct list *list)
{
	free(list->v);
	free(list->done);
}

/* From @from on, all of one name. */
static size_t group_end(const struct list *list, size_t from)
{
	size_t end = from;

	while (end < list->n && !strcmp(list->v[end]->name, list->v[from]->name))
		end++;
	return end;
}

static void add(struct function_changes *c, const struct object_symbol *base,
		const struct object_symbol *new)
{
	const struct object_symbol *any = base ? base : new;

	c->v = xrealloc(c->v, (c->n + 1) * sizeof(*c->v));
	c->v[c->n++] = (struct function_change){
		.name = xstrdup(any->name),
		.file = xstrdup(any->file),
		.fate = !new	? FUNCTION_GONE
			: !base ? FUNCTION_NEW
				: FUNCTION_CHANGED,
		.base_size = base ? base->size : 0,
		.new_size = new ? new->size : 0,
	};
}

/* Ranges of one name in the two lists. */
struct pair {
	struct list *base, *new;
	size_t base_from, base_end, new_from, new_end;
};

/* Pair what is left of the group: those that are the same code, or, if not @code, any. */
static void match(struct pair *p, bool file, bool code, struct function_changes *changes)
{
	for (size_t i = p->base_from; i < p->base_end; i++)
		for (size_t j = p->new_from; j < p->new_end && !p->base->done[i]; j++) {
			const struct object_symbol *a = p->base->v[i], *b = p->new->v[j];

			if (p->new->done[j] || (file && strcmp(a->file, b->file)) ||
			    (code && !same_code(p->base->object, a, p->new->object, b)))
				continue;
			p->base->done[i] = p->new->done[j] = true;
			if (!code)
				add(changes, a, b);
		}
}

static void match_group(struct pair *p, struct function_changes *changes)
{
	match(p, true, true, changes);
	match(p, false, true, changes);
	match(p, true, false, changes);
	/* One of each: its file was renamed. */
	if (p->base_end - p->base_from == 1 && p->new_end - p->new_from == 1)
		match(p, false, false, changes);
	for (size_t i = p->base_from; i < p->base_end; i++)
		if (!p->base->done[i])
			add(changes, p->base->v[i], NULL);
	for (size_t i = p->new_from; i < p->new_end; i++)
		if (!p->new->done[i])
			add(changes, NULL, p->new->v[i]);
}

static void match_all(struct list *base, struct list *new, struct function_changes *changes)
{
	struct pair p = { .base = base, .new = new };

	while (p.base_from < base->n || p.new_from < new->n) {
		int order;

		if (p.base_from == base->n)
			order = 1;
		else if (p.new_from == new->n)
			order = -1;
		else
			order = strcmp(base->v[p.base_from]->name, new->v[p.new_from]->name);
		p.base_end = order <= 0 ? group_end(base, p.base_from) : p.base_from;
		p.new_end = order >= 0 ? group_end(new, p.new_from) : p.new_from;
		match_group(&p, changes);
		p.base_from = p.base_end;
		p.new_from = p.new_end;
	}
}

int functions_diff(const char *base, const char *new, struct function_changes *changes,
		   struct err *err)
{
	struct object a, b;
	struct list in_a, in_b;
	int ret = object_open(&a, base, err);

	if (ret)
		return ret;
	ret = object_open(&b, new, err);
	if (!ret) {
		*changes = (struct function_changes){ 0 };
		list_fill(&in_a, &a);
		list_fill(&in_b, &b);
		match_all(&in_a, &in_b, changes);
		list_release(&in_a);
		list_release(&in_b);
		object_close(&b);
	}
	object_close(&a);
	return ret;
}

void function_changes_release(struct function_changes *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		free(changes->v[i].name);
		free(changes->v[i].file);
	}
	free(changes->v);
	*changes = (struct function_changes){ 0 };
}
