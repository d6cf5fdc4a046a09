// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/kallsyms.h"

#include <endian.h>
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

/* Kernels are linked for multiples of it. */
#define LINKED UINT64_C(0x200000)

#define MAX_POINTERS 20000

static uint64_t get(const unsigned char *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return le64toh(v);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* How many of @pointers point at a symbol, if the kernel lies at @base. @places: sorted. */
static size_t hits(const uint64_t *pointers, size_t n, const uint64_t *places, size_t nr,
		   uint64_t base)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t place = pointers[i] - base;

		sum += bsearch(&place, places, nr, sizeof(place), by_value) != NULL;
	}
	return sum;
}

/* What looks like pointers into the kernel: all of one 2 GiB, where the most are. */
static size_t find_pointers(const unsigned char *data, size_t len, uint64_t *pointers)
{
	size_t n = 0, lead = 0;
	uint64_t half = 0;

	for (size_t at = 0; at + 8 <= len; at += 8) {
		const uint64_t v = get(data + at);

		if (v < KERNEL_HALF)
			continue;
		if (!lead)
			half = v >> 31;
		lead += v >> 31 == half ? 1 : -(size_t)1;
	}
	for (size_t at = 0; at + 8 <= len && n < MAX_POINTERS; at += 8)
		if (get(data + at) >> 31 == half)
			pointers[n++] = get(data + at);
	return n;
}

uint64_t kallsyms_base(const struct kallsyms *syms, const unsigned char *data, size_t len)
{
	_cleanup_free_ uint64_t *pointers = xcalloc(MAX_POINTERS, sizeof(*pointers));
	_cleanup_free_ uint64_t *places = xcalloc(syms->n, sizeof(*places));
	const size_t n = find_pointers(data, len, pointers);
	uint64_t least = UINT64_MAX, most = 0, best = 0;
	size_t found = n / 4; /* by fewer it is no base */

	for (size_t i = 0; i < syms->n; i++)
		places[i] = syms->v[i].addr;
	qsort(places, syms->n, sizeof(*places), by_value);
	for (size_t i = 0; i < n; i++) {
		least = pointers[i] < least ? pointers[i] : least;
		most = pointers[i] > most ? pointers[i] : most;
	}
	for (uint64_t base = (least - len) & ~(LINKED - 1); n && base < most; base += LINKED) {
		const size_t sum = hits(pointers, n, places, syms->n, base);

		if (sum > found) {
			found = sum;
			best = base;
		}
	}
	return best;
}
