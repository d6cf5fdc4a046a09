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

static int bad_align(uint64_t align, uint64_t aligns, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *list = NULL;

	for (uint64_t bit = 1; bit; bit <<= 1)
		if (aligns & bit)
			strv_add(&names, size_name(bit).text);
	list = strv_join(&names, ", ");
	return err_set(err, EINVAL, "device-dax alignment %s is not one of %s",
		       size_name(align).text, list);
}

static int check_device(const struct vm_dax *d, size_t nr_nodes, uint64_t aligns, struct err *err)
{
	if (d->align && (d->align & (d->align - 1) || !(d->align & aligns)))
		return bad_align(d->align, aligns, err);
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
		ret = check_device(&c->dax[i], nr_nodes, arch_of(c->arch)->memory.aligns, err);
	return ret;
}

static int check_spare(const struct vm_config *c, struct err *err)
{
	for (int i = 0; i < VM_NR_SPARE; i++)
		if (c->spare[i] && arch_of(c->arch)->memory.dimms)
			return err_set(
				err, EOPNOTSUPP,
				"%s has no memory that its kernel can be told to leave alone",
				arch_of(c->arch)->name);
		else if (c->spare[i] % GIB)
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

/* After address @end; returns the first one behind it. */
static uint64_t place_region(struct layout_region *r, const struct vm_dax *d, uint64_t end)
{
	r->data = round_up(end + HEAD + head(d->align), GIB);
	r->start = r->data - head(d->align);
	r->size = d->size;
	r->align = d->align;
	return r->data + r->size;
}

/* The regions of node @n, after its RAM and what is spare there. */
static void place_regions(struct vm_layout *l, const struct vm_config *c, size_t n)
{
	for (size_t i = 0; i < c->nr_dax; i++)
		if (c->dax[i].node == n)
			l->nodes[n].end = place_region(&l->dax[i], &c->dax[i], l->nodes[n].end);
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

/* RAM of all nodes in turn; QEMU takes NVDIMMs behind it. */
static int place_dimms(struct vm_layout *l, const struct vm_config *c, uint64_t ram,
		       struct err *err)
{
	for (size_t n = 0; n < l->nr_nodes; n++)
		l->nodes[n] = (struct layout_node){ l->above + n * ram, l->above + (n + 1) * ram,
						    l->above + (n + 1) * ram };
	l->end = l->above + l->nr_nodes * ram;
	l->total = l->nr_nodes * ram;
	l->dimms = c->nr_dax;
	for (size_t i = 0; i < c->nr_dax; i++)
		l->end = place_region(&l->dax[i], &c->dax[i], l->end);
	return l->end > l->limit ? too_large(l, l->end, err) : 0;
}

/* @l->above and @l->limit are set. */
static int place(struct vm_layout *l, const struct vm_config *c, struct err *err)
{
	const struct arch_memory *m = &arch_of(c->arch)->memory;
	uint64_t ram = (c->ram_mib ? c->ram_mib : LAYOUT_DEFAULT_RAM_MIB) * MIB;
	int ret;

	l->low = ram < m->low ? ram : m->low;
	l->nr_nodes = c->nodes ? c->nodes : 1;
	l->nr_dax = c->nr_dax;
	if (m->dimms)
		return place_dimms(l, c, ram, err);
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
	const struct arch_memory *m = &arch_of(c->arch)->memory;
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
	*l = (struct vm_layout){ .above = m->low ? m->above : m->ram, .limit = m->end };
	ret = place(l, c, err);
	/* What is low or high is so among the addresses that all other runs have. */
	if (ret != -EFBIG || spare || !m->wide_bits)
		return ret;
	*l = (struct vm_layout){ .above = m->wide_above, .limit = m->wide_end, .wide = true };
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

	if (l->dimms)
		return xstrdup("");
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
