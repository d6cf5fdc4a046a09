// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/kallsyms.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kallsym *)a)->name, ((const struct kallsym *)b)->name);
}

void kallsyms_add(struct kallsyms *syms, uint64_t addr, const char *name)
{
	syms->v = xgrow(syms->v, syms->n, sizeof(*syms->v));
	syms->v[syms->n++] = (struct kallsym){ .addr = addr, .name = xstrdup(name) };
}

void kallsyms_sort(struct kallsyms *syms)
{
	qsort(syms->v, syms->n, sizeof(*syms->v), by_name);
}

int kallsyms_of_text(struct kallsyms *syms, const char *text, struct err *err)
{
	struct strv lines = { 0 };
	bool shown = false;

	*syms = (struct kallsyms){ 0 };
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		unsigned long long addr;
		char name[KALLSYMS_NAME], type;

		/* What a module has is followed by its name. */
		if (sscanf(lines.v[i], "%llx %c %511s", &addr, &type, name) != 3 ||
		    strchr(lines.v[i], '['))
			continue;
		shown |= addr != 0;
		kallsyms_add(syms, addr, name);
	}
	strv_release(&lines);
	kallsyms_sort(syms);
	if (shown)
		return 0;
	kallsyms_release(syms);
	return err_set(err, EPERM,
		       "/proc/kallsyms shows no addresses: set kernel.kptr_restrict to 1 or 0");
}

void kallsyms_release(struct kallsyms *syms)
{
	for (size_t i = 0; i < syms->n; i++)
		free(syms->v[i].name);
	free(syms->v);
	*syms = (struct kallsyms){ 0 };
}

int kallsyms_find(const struct kallsyms *syms, const char *name, uint64_t *addr, struct err *err)
{
	const struct kallsym key = { .name = (char *)name };
	const struct kallsym *hit =
		syms->n ? bsearch(&key, syms->v, syms->n, sizeof(key), by_name) : NULL;
	const struct kallsym *end = syms->v + syms->n;

	if (!hit)
		return err_set(err, ENOENT, "the kernel has no symbol %s", name);
	while (hit > syms->v && !strcmp(hit[-1].name, name))
		hit--;
	*addr = hit->addr;
	for (; hit < end && !strcmp(hit->name, name); hit++)
		if (hit->addr != *addr)
			return err_set(err, ENOTUNIQ,
				       "the kernel has more than one symbol %s: at %#llx, %#llx",
				       name, (unsigned long long)*addr,
				       (unsigned long long)hit->addr);
	return 0;
}
