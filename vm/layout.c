// SPDX-License-Identifier: GPL-2.0-only
#include "vm/layout.h"

#include <errno.h>

#include "base/cleanup.h"
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

static int check_spare(const struct vm_config *c, struct err *err)
{
	for (int i = 0; i < VM_NR_SPARE; i++)
		if (c->spare[i] % GIB)
			return err_set(err, EINVAL, "spare memory of %s is not a multiple of 1G",
				       size_name(c->spare[i]).text);
	return 0;
}

static int too_large(const struct vm_layout *l, uint64_t end, struct err *err)
{
	return err_set(
		err, EFBIG, "memory and devices end at %lluG; the machine's addresses hold %lluG",
		(unsigned long long)((end + GIB - 1) / GIB), (unsigned long long)(l->limit / GIB));
}

/* After the RAM of node 0. */
static void place_low(struct vm_layout *l, uint64_t size)
{
	struct layout_node *node = &l->nodes[0];

	if (!size)
		return;
	l->spare[VM_SPARE_LOW] = (struct layout_spare){ round_up(node->end, GIB), size };
	node->end = l->spare[VM_SPARE_LOW].start + size;
}

/* It ends where addresses do, but for room, on the last node: the rest must lie below. */
static int place_high(struct vm_layout *l, uint64_t size, struct err *err)
{
	struct layout_node *node = &l->nodes[l->nr_nodes - 1];
	uint64_t top = l->limit - LAYOUT_ROOM;

	if (!size)
		return 0;
	if (size > top || node->end > top - size)
		return too_large(l, node->end + size + LAYOUT_ROOM, err);
	l->spare[VM_SPARE_HIGH] = (struct layout_spare){ top - size, size };
	node->end = top;
	return 0;
}

/* The regions of node @n, after its RAM and what is spare there. */
static void place_regions(struct vm_layout *l, const struct vm_config *c, size_t n)
{
	struct layout_node *node = &l->nodes[n];

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

static void place_node(struct vm_layout *l, const struct vm_config *c, size_t n, uint64_t ram)
{
	struct layout_node *node = &l->nodes[n];

	node->start = n ? l->nodes[n - 1].end : l->above;
	node->ram_end = node->end = node->start + (n ? ram : ram - l->low);
	if (!n)
		place_low(l, c->spare[VM_SPARE_LOW]);
	place_regions(l, c, n);
	if (n + 1 < l->nr_nodes)
		node->end = round_up(node->end, NODE_GRAIN);
}

/* @l->above and @l->limit are set. */
static int place(struct vm_layout *l, const struct vm_config *c, struct err *err)
{
	uint64_t ram = (c->ram_mib ? c->ram_mib : LAYOUT_DEFAULT_RAM_MIB) * MIB;
	int ret;

	l->low = ram < 3 * GIB ? ram : 3 * GIB;
	l->nr_nodes = c->nodes ? c->nodes : 1;
	l->nr_dax = c->nr_dax;
	for (size_t n = 0; n < l->nr_nodes; n++)
		place_node(l, c, n, ram);
	ret = place_high(l, c->spare[VM_SPARE_HIGH], err);
	l->end = l->nodes[l->nr_nodes - 1].end;
	if (!ret && l->end > l->limit)
		ret = too_large(l, l->end, err);
	l->total = l->low + (l->end - l->above);
	return ret;
}

int layout_init(struct vm_layout *l, const struct vm_config *c, struct err *err)
{
	bool spare = c->spare[VM_SPARE_LOW] || c->spare[VM_SPARE_HIGH];
	size_t nr_nodes = c->nodes ? c->nodes : 1;
	int ret;

	if (nr_nodes > VM_MAX_NODES)
		return err_set(err, EINVAL, "%zu NUMA nodes: at most %d", nr_nodes, VM_MAX_NODES);
	ret = check_devices(c, nr_nodes, err);
	if (!ret)
		ret = check_spare(c, err);
	if (ret)
		return ret;
	*l = (struct vm_layout){ .above = 4 * GIB, .limit = LAYOUT_END };
	ret = place(l, c, err);
	/* What is low or high is so among the addresses that all other runs have. */
	if (ret != -EFBIG || spare)
		return ret;
	*l = (struct vm_layout){ .above = TIB, .limit = LAYOUT_WIDE_END, .wide = true };
	return place(l, c, err);
}

uint64_t layout_node_bytes(const struct vm_layout *l, size_t node)
{
	return (node ? 0 : l->low) + l->nodes[node].end - l->nodes[node].start;
}

char *layout_words(const struct vm_layout *l)
{
	_cleanup_(strv_release) struct strv words = { 0 };
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
	return text;
}

char *layout_spare_word(const struct vm_layout *l, enum vm_spare which, bool variable)
{
	static const char *const words[VM_NR_SPARE] = { "--spare=low:", "--spare=high:" };
	static const char *const variables[VM_NR_SPARE] = { "PTWALK_SPARE_LOW=",
							    "PTWALK_SPARE_HIGH=" };
	const struct layout_spare *spare = &l->spare[which];

	if (!spare->size)
		return NULL;
	return xasprintf("%s%#llx:%#llx", variable ? variables[which] : words[which],
			 (unsigned long long)spare->start, (unsigned long long)spare->size);
}
