// SPDX-License-Identifier: GPL-2.0-only
#include "vm/layout.h"

#include <errno.h>

#include "base/size.h"
#include "base/str.h"

/* The info block is 8 KiB; namespaces begin on a subsection, and data on one more. */
#define HEAD (2 * MIB)

/* A section of the kernel's memory map is of one node. */
#define NODE_GRAIN (128 * MIB)

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

static int check_device(const struct vm_dax *d, size_t nr_nodes, struct err *err)
{
	if (d->align && d->align != PAGE && d->align != 2 * MIB && d->align != GIB)
		return err_set(err, EINVAL, "device-dax alignment %s is not one of 4K, 2M, 1G",
			       size_name(d->align).text);
	if (!d->size || d->size % (2 * MIB) || (d->align && d->size % d->align))
		return err_set(err, EINVAL, "device-dax size %s is not a multiple of %s",
			       size_name(d->size).text,
			       size_name(d->align > 2 * MIB ? d->align : 2 * MIB).text);
	if (d->node >= nr_nodes)
		return err_set(err, EINVAL,
			       "a device-dax device on node %u: the guest has nodes 0 to %zu",
			       d->node, nr_nodes - 1);
	return 0;
}

static int check_devices(const struct vm_config *c, size_t nr_nodes, struct err *err)
{
	int ret = 0;

	if (c->nr_dax > LAYOUT_MAX_DAX)
		return err_set(err, EINVAL, "%zu device-dax devices: at most %d", c->nr_dax,
			       LAYOUT_MAX_DAX);
	for (size_t i = 0; i < c->nr_dax && !ret; i++)
		ret = check_device(&c->dax[i], nr_nodes, err);
	return ret;
}

/* The regions of node @n, after its RAM. */
static void place_regions(struct vm_layout *l, const struct vm_config *c, size_t n)
{
	struct layout_node *node = &l->nodes[n];

	node->end = node->ram_end;
	for (size_t i = 0; i < c->nr_dax; i++) {
		const struct vm_dax *d = &c->dax[i];
		struct layout_region *r = &l->dax[i];

		if (d->node != n)
			continue;
		r->data = round_up(node->end + HEAD + head(d->align), GIB);
		r->start = r->data - head(d->align);
		r->size = d->size;
		r->align = d->align;
		node->end = r->data + r->size;
	}
}

static void place_nodes(struct vm_layout *l, const struct vm_config *c, uint64_t ram)
{
	uint64_t at = 4 * GIB;

	for (size_t n = 0; n < l->nr_nodes; n++) {
		struct layout_node *node = &l->nodes[n];

		node->start = at;
		node->ram_end = at + (n ? ram : ram - l->low);
		place_regions(l, c, n);
		if (n + 1 < l->nr_nodes)
			node->end = round_up(node->end, NODE_GRAIN);
		at = node->end;
	}
	l->end = at;
	l->total = l->low + (l->end - 4 * GIB);
}

int layout_init(struct vm_layout *l, const struct vm_config *c, struct err *err)
{
	uint64_t ram = (c->ram_mib ? c->ram_mib : LAYOUT_DEFAULT_RAM_MIB) * MIB;
	size_t nr_nodes = c->nodes ? c->nodes : 1;
	int ret;

	if (nr_nodes > VM_MAX_NODES)
		return err_set(err, EINVAL, "%zu NUMA nodes: at most %d", nr_nodes, VM_MAX_NODES);
	ret = check_devices(c, nr_nodes, err);
	if (ret)
		return ret;
	*l = (struct vm_layout){
		.low = ram < 3 * GIB ? ram : 3 * GIB,
		.nr_nodes = nr_nodes,
		.nr_dax = c->nr_dax,
	};
	place_nodes(l, c, ram);
	if (l->end > LAYOUT_END)
		return err_set(
			err, EFBIG,
			"memory and devices end at %lluG; the machine's addresses hold %lluG",
			(unsigned long long)((l->end + GIB - 1) / GIB),
			(unsigned long long)(LAYOUT_END / GIB));
	return 0;
}

uint64_t layout_node_bytes(const struct vm_layout *l, size_t node)
{
	return (node ? 0 : l->low) + l->nodes[node].end - l->nodes[node].start;
}

char *layout_words(const struct vm_layout *l)
{
	struct strv words = { 0 };
	char *text;

	/* Where entries overlap the higher type wins: pmem over reserved. */
	for (size_t i = 0; i < l->nr_nodes; i++)
		if (l->nodes[i].end > l->nodes[i].ram_end)
			strv_addf(&words, "memmap=%s$%s",
				  size_name(l->nodes[i].end - l->nodes[i].ram_end).text,
				  size_name(l->nodes[i].ram_end).text);
	for (size_t i = 0; i < l->nr_dax; i++)
		strv_addf(&words, "memmap=%s!%s",
			  size_name(l->dax[i].data - l->dax[i].start + l->dax[i].size).text,
			  size_name(l->dax[i].start).text);
	text = strv_join(&words, " ");
	strv_release(&words);
	return text;
}
