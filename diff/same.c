// SPDX-License-Identifier: GPL-2.0-only
#include "diff/functions.h"

#include <capstone/capstone.h>
#include <string.h>

#include "base/cleanup.h"

/* One of the two functions, and the place in it that is looked at. */
struct side {
	const struct object *object;
	const struct object_symbol *function;
	const struct object_section *section;
	const uint8_t *code;
};

/* Goes through a function's instructions, in order, once one is asked for. */
struct decoder {
	csh engine;
	bool words;    /* as arch_code.words */
	cs_insn *insn; /* NULL: not begun */
	const uint8_t *code;
	size_t left;
	uint64_t end; /* of @insn */
};

struct place {
	uint32_t section;
	uint64_t offset;
};

/* Of data, without the number that the compiler gave it: "__func__.12" and "__func__.13". */
static size_t stem_length(const char *name)
{
	size_t len = strlen(name), digits = len;

	while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
		digits--;
	return digits > 1 && digits < len && name[digits - 1] == '.' ? digits - 1 : len;
}

static bool same_name(const struct object_symbol *a, const struct object_symbol *b)
{
	size_t len = a->function ? strlen(a->name) : stem_length(a->name);

	return a->function == b->function &&
	       len == (b->function ? strlen(b->name) : stem_length(b->name)) &&
	       !memcmp(a->name, b->name, len);
}

static const struct object_section *section_of(const struct object *o, struct place p)
{
	return p.section < o->nr_sections ? &o->sections[p.section] : NULL;
}

static bool same_string(const struct object_section *a, uint64_t in_a,
			const struct object_section *b, uint64_t in_b)
{
	for (; in_a < a->size && in_b < b->size; in_a++, in_b++) {
		if (a->data[in_a] != b->data[in_b])
			return false;
		if (!a->data[in_a])
			return true;
	}
	return false;
}

static bool same_bytes(const struct object_section *a, uint64_t in_a,
		       const struct object_section *b, uint64_t in_b, uint64_t len)
{
	return in_a <= a->size && in_b <= b->size && len <= a->size - in_a &&
	       len <= b->size - in_b && !memcmp(a->data + in_a, b->data + in_b, len);
}

/* The jump target at a place of a table, if it is in the function that uses the table. */
static bool own_target(const struct side *s, const struct object_section *table, uint64_t offset,
		       uint64_t *target)
{
	size_t i = object_reloc_from(table, offset);
	struct object_target t;

	if (i >= table->nr_relocs || table->relocs[i].r_offset != offset ||
	    ELF64_R_TYPE(table->relocs[i].r_info) != s->object->arch->code.word)
		return false;
	t = object_target(s->object, &table->relocs[i]);
	*target = (uint64_t)t.offset - s->function->offset;
	return !t.undefined && t.section == s->function->section && *target < s->function->size;
}

/* Jump tables stand one after another: a table ends where targets are another function's. */
static bool same_table(const struct side *a, const struct object_section *in_a, uint64_t at_a,
		       const struct side *b, const struct object_section *in_b, uint64_t at_b)
{
	uint64_t to_a, to_b;

	for (;; at_a += 8, at_b += 8) {
		bool own_a = own_target(a, in_a, at_a, &to_a);

		if (own_a != own_target(b, in_b, at_b, &to_b))
			return false;
		if (!own_a)
			return true;
		if (to_a != to_b)
			return false;
	}
}

/* Behind the same symbol, as far: @end: at its very end, as pointers past an array are. */
static bool same_behind(const struct side *a, struct place in_a, const struct side *b,
			struct place in_b, bool end)
{
	const struct object_symbol *x, *y;

	x = object_symbol_before(a->object, in_a.section, in_a.offset);
	y = object_symbol_before(b->object, in_b.section, in_b.offset);
	if (!x || !y)
		return !x && !y && in_a.offset == in_b.offset;
	return same_name(x, y) && in_a.offset - x->offset == in_b.offset - y->offset &&
	       (!end || (in_a.offset - x->offset == x->size && x->size == y->size));
}

/* Data that no symbol covers. */
static bool same_data(const struct side *a, struct place in_a, const struct side *b,
		      struct place in_b)
{
	const struct object_section *x = section_of(a->object, in_a);
	const struct object_section *y = section_of(b->object, in_b);
	uint64_t target;

	if (!x || !y || x->flags != y->flags || strcmp(x->name, y->name))
		return false;
	if (!x->data || !y->data || in_a.offset >= x->size || in_b.offset >= y->size)
		return same_behind(a, in_a, b, in_b, false);
	if (x->flags & SHF_STRINGS)
		return same_string(x, in_a.offset, y, in_b.offset);
	if (x->flags & SHF_MERGE)
		return same_bytes(x, in_a.offset, y, in_b.offset, x->entry);
	if (own_target(a, x, in_a.offset, &target))
		return same_table(a, x, in_a.offset, b, y, in_b.offset);
	return same_behind(a, in_a, b, in_b, true) ||
	       same_bytes(x, in_a.offset, y, in_b.offset, sizeof(uint64_t));
}

static bool same_place(const struct side *a, struct place in_a, const struct side *b,
		       struct place in_b)
{
	const struct object_symbol *x = object_symbol_at(a->object, in_a.section, in_a.offset);
	const struct object_symbol *y = object_symbol_at(b->object, in_b.section, in_b.offset);

	if (!x != !y)
		return false;
	if (!x)
		return same_data(a, in_a, b, in_b);
	return same_name(x, y) && in_a.offset - x->offset == in_b.offset - y->offset;
}

/*
 * Decode on to the instruction over byte @at. Both functions' are alike but for their
 * operands, so that of @a is decoded for both. NULL: it is none, as bytes of data are.
 */
static const cs_insn *insn_over(struct decoder *d, const struct side *a, uint64_t at)
{
	if (!d->insn) {
		const struct arch_code *code = &a->object->arch->code;

		if (cs_open((cs_arch)code->capstone_arch, (cs_mode)code->capstone_mode, &d->engine))
			return NULL;
		cs_option(d->engine, CS_OPT_DETAIL, CS_OPT_ON);
		cs_option(d->engine, CS_OPT_SKIPDATA, CS_OPT_ON);
		d->insn = cs_malloc(d->engine);
		d->code = a->code;
		d->left = a->function->size;
	}
	while (d->end <= at)
		if (!cs_disasm_iter(d->engine, &d->code, &d->left, &d->end, d->insn))
			return NULL;
	return d->insn->id ? d->insn : NULL;
}

static void decoder_release(struct decoder *d)
{
	if (!d->insn)
		return;
	cs_free(d->insn, 1);
	cs_close(&d->engine);
}

/* What counts from the end of its instruction: a branch's target, memory by %rip. Its first byte, or 0. */
static uint64_t relative_field(const struct decoder *d, const cs_insn *insn, uint64_t *bytes)
{
	const cs_x86 *x86 = &insn->detail->x86;

	if (d->words)
		return 0;
	if (cs_insn_group(d->engine, insn, CS_GRP_BRANCH_RELATIVE)) {
		*bytes = x86->encoding.imm_size;
		return insn->address + x86->encoding.imm_offset;
	}
	for (int i = 0; i < x86->op_count; i++)
		if (x86->operands[i].type == X86_OP_MEM &&
		    x86->operands[i].mem.base == X86_REG_RIP) {
			*bytes = x86->encoding.disp_size;
			return insn->address + x86->encoding.disp_offset;
		}
	return 0;
}

/* A relocation's field ends its instruction, or has an immediate after it. */
static uint64_t to_end(struct decoder *d, const struct side *a, uint64_t field)
{
	const cs_insn *insn = insn_over(d, a, field);

	return insn ? insn->address + insn->size - field : 4;
}

static bool same_target(struct decoder *d, const struct side *a, const Elf64_Rela *ra,
			const struct side *b, const Elf64_Rela *rb)
{
	struct object_target x = object_target(a->object, ra);
	struct object_target y = object_target(b->object, rb);
	struct place to_a = { x.section, (uint64_t)x.offset };
	struct place to_b = { y.section, (uint64_t)y.offset };

	if (!x.undefined != !y.undefined)
		return false;
	if (x.undefined)
		return x.offset == y.offset && !strcmp(x.undefined, y.undefined);
	if (a->object->arch->code.is_relative(ELF64_R_TYPE(ra->r_info))) {
		uint64_t more = to_end(d, a, ra->r_offset - a->function->offset);

		to_a.offset += more;
		to_b.offset += more;
	}
	return same_place(a, to_a, b, to_b);
}

static struct place target_at(const struct side *s, uint64_t field, uint64_t bytes, uint64_t end)
{
	int64_t value = s->code[field] - (s->code[field] & 0x80 ? 0x100 : 0);

	if (bytes == sizeof(int32_t)) {
		int32_t wide;

		memcpy(&wide, s->code + field, sizeof(wide));
		value = wide;
	}
	return (struct place){ s->function->section, s->function->offset + end + (uint64_t)value };
}

/* Is there, over byte @at, an operand with no relocation that names the same place? Its end, or 0. */
static uint64_t same_operand(struct decoder *d, const struct side *a, const struct side *b,
			     uint64_t at)
{
	const cs_insn *insn = insn_over(d, a, at);
	uint64_t bytes = 0, field = insn ? relative_field(d, insn, &bytes) : 0, end;

	if (at < field || at >= field + bytes)
		return 0;
	end = insn->address + insn->size;
	return same_place(a, target_at(a, field, bytes, end), b, target_at(b, field, bytes, end))
		       ? field + bytes
		       : 0;
}

static bool begin(struct side *s, const struct object *o, const struct object_symbol *f)
{
	*s = (struct side){ .object = o, .function = f, .section = &o->sections[f->section] };
	if (!s->section->data || f->offset > s->section->size ||
	    f->size > s->section->size - f->offset)
		return false;
	s->code = s->section->data + f->offset;
	return true;
}

static uint64_t reloc_size(const struct side *s, const Elf64_Rela *reloc)
{
	return s->object->arch->code.bytes(ELF64_R_TYPE(reloc->r_info));
}

/* Bytes from @from up to @to, where there are no relocations. */
static bool same_between(struct decoder *d, const struct side *a, const struct side *b,
			 uint64_t from, uint64_t to)
{
	while (from < to) {
		if (a->code[from] == b->code[from]) {
			from++;
			continue;
		}
		from = same_operand(d, a, b, from);
		if (!from || from > to)
			return false;
	}
	return true;
}

/* The next relocation of the function from index @i on that fills a field, or NULL. */
static const Elf64_Rela *next_reloc(const struct side *s, size_t *i)
{
	uint64_t end = s->function->offset + s->function->size;

	for (; *i < s->section->nr_relocs && s->section->relocs[*i].r_offset < end; (*i)++)
		if (reloc_size(s, &s->section->relocs[*i]))
			return &s->section->relocs[(*i)++];
	return NULL;
}

bool same_code(const struct object *oa, const struct object_symbol *in_a, const struct object *ob,
	       const struct object_symbol *in_b)
{
	_cleanup_(decoder_release) struct decoder d = { .words = oa->arch->code.words };
	struct side a, b;
	uint64_t at = 0;
	size_t i, j;

	if (oa->arch != ob->arch || in_a->size != in_b->size || !begin(&a, oa, in_a) ||
	    !begin(&b, ob, in_b))
		return false;
	i = object_reloc_from(a.section, in_a->offset);
	j = object_reloc_from(b.section, in_b->offset);
	for (;;) {
		const Elf64_Rela *ra = next_reloc(&a, &i), *rb = next_reloc(&b, &j);
		uint64_t field;

		if (!ra != !rb)
			return false;
		if (!ra)
			return same_between(&d, &a, &b, at, in_a->size);
		field = ra->r_offset - in_a->offset;
		if (field != rb->r_offset - in_b->offset ||
		    ELF64_R_TYPE(ra->r_info) != ELF64_R_TYPE(rb->r_info) ||
		    !same_between(&d, &a, &b, at, field) || !same_target(&d, &a, ra, &b, rb))
			return false;
		/* An instruction's other bits count, and its field is zero until it is linked. */
		at = d.words ? field : field + reloc_size(&a, ra);
	}
}
