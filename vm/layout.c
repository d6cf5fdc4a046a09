// SPDX-License-Identifier: GPL-2.0-only
#include "vm/layout.h"

#include <errno.h>

#include "base/size.h"
#include "base/str.h"

/* The info block is 8 KiB; namespaces begin on a subsection, and data on one more. */
#define HEAD (2 * MIB)

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/*
 * Bytes from a region's start to its data. The kernel counts a namespace's folios
 * from the region's start: it is aligned as the leaf entries are, or folios and
 * leaves of 1 GiB would not begin at the same pages.
 */
static uint64_t head(uint64_t align)
{
	return align > HEAD ? align : HEAD;
}

int layout_init(struct vm_layout *l, const struct vm_config *c, struct err *err)
{
	uint64_t ram = (c->ram_mib ? c->ram_mib : LAYOUT_DEFAULT_RAM_MIB) * MIB;

	if (c->nr_dax > LAYOUT_MAX_DAX)
		return err_set(err, EINVAL, "%zu device-dax devices: at most %d", c->nr_dax,
			       LAYOUT_MAX_DAX);
	*l = (struct vm_layout){ .low = ram < 3 * GIB ? ram : 3 * GIB, .nr_dax = c->nr_dax };
	l->high = l->end = 4 * GIB + (ram - l->low);
	for (size_t i = 0; i < c->nr_dax; i++) {
		const struct vm_dax *d = &c->dax[i];
		struct layout_region *r = &l->dax[i];

		if (d->align && d->align != PAGE && d->align != 2 * MIB && d->align != GIB)
			return err_set(err, EINVAL,
				       "device-dax alignment %s is not one of 4K, 2M, 1G",
				       size_name(d->align).text);
		if (!d->size || d->size % (2 * MIB) || (d->align && d->size % d->align))
			return err_set(err, EINVAL, "device-dax size %s is not a multiple of %s",
				       size_name(d->size).text,
				       size_name(d->align > 2 * MIB ? d->align : 2 * MIB).text);
		r->data = round_up(l->end + HEAD + head(d->align), GIB);
		r->start = r->data - head(d->align);
		r->size = d->size;
		r->align = d->align;
		l->end = r->data + r->size;
	}
	l->total = l->low + (l->end - 4 * GIB);
	if (l->end > LAYOUT_END)
		return err_set(
			err, EFBIG,
			"memory and devices end at %lluG; the machine's addresses hold %lluG",
			(unsigned long long)((l->end + GIB - 1) / GIB),
			(unsigned long long)(LAYOUT_END / GIB));
	return 0;
}

char *layout_words(const struct vm_layout *l)
{
	struct strv words = { 0 };
	char *text;

	if (!l->nr_dax)
		return xstrdup("");
	/* Where entries overlap the higher type wins: pmem over reserved. */
	strv_addf(&words, "memmap=%s$%s", size_name(l->end - l->high).text,
		  size_name(l->high).text);
	for (size_t i = 0; i < l->nr_dax; i++)
		strv_addf(&words, "memmap=%s!%s",
			  size_name(l->dax[i].data - l->dax[i].start + l->dax[i].size).text,
			  size_name(l->dax[i].start).text);
	text = strv_join(&words, " ");
	strv_release(&words);
	return text;
}
