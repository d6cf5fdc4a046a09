// SPDX-License-Identifier: GPL-2.0-only
#include "facts/plugin/code.h"

#include <capstone/capstone.h>
#include <stdlib.h>
#include <string.h>

#include "kmod/uapi/tell.h"

struct symbol {
	uint64_t address;
	char *name;
};

static csh capstone;
static cs_insn *scratch;

static struct insn **all, **hash; /* by address, open addressing */
static size_t nr_all, hash_size;

static struct symbol *symbols;
static size_t nr_symbols, room_symbols;
static bool symbols_sorted;

int code_init(const char *target)
{
	if (strcmp(target, "x86_64") != 0 ||
	    cs_open(CS_ARCH_X86, CS_MODE_64, &capstone) != CS_ERR_OK)
		return -1;
	cs_option(capstone, CS_OPT_DETAIL, CS_OPT_ON);
	scratch = cs_malloc(capstone);
	hash_size = 2 * (size_t)CODE_MOST;
	hash = calloc(hash_size, sizeof(*hash));
	all = calloc(CODE_MOST, sizeof(struct insn *));
	return scratch && hash && all ? 0 : -1;
}

static enum flow flow_of(const cs_insn *i)
{
	const cs_x86 *x86 = &i->detail->x86;
	bool indirect = x86->op_count == 1 && x86->operands[0].type != X86_OP_IMM;

	if (cs_insn_group(capstone, i, CS_GRP_RET) || cs_insn_group(capstone, i, CS_GRP_IRET))
		return FLOW_RETURN;
	if (cs_insn_group(capstone, i, CS_GRP_CALL))
		return indirect ? FLOW_ICALL : FLOW_CALL;
	if (cs_insn_group(capstone, i, CS_GRP_JUMP))
		return i->id == X86_INS_JMP || i->id == X86_INS_LJMP ? FLOW_JUMP : FLOW_BRANCH;
	return FLOW_NONE;
}

static bool has_memory(const cs_x86 *x86)
{
	for (unsigned int o = 0; o < x86->op_count; o++)
		if (x86->operands[o].type == X86_OP_MEM)
			return true;
	return false;
}

static void decode(struct insn *insn)
{
	const uint8_t *bytes = insn->bytes;
	size_t size = insn->size;
	uint64_t address = insn->address;
	const cs_x86 *x86;

	insn->flow = FLOW_NONE;
	insn->atomic = insn->percpu = false;
	if (!cs_disasm_iter(capstone, &bytes, &size, &address, scratch))
		return;
	x86 = &scratch->detail->x86;
	insn->flow = flow_of(scratch);
	insn->atomic = x86->prefix[0] == X86_PREFIX_LOCK ||
		       (scratch->id == X86_INS_XCHG && has_memory(x86));
	insn->percpu = x86->prefix[1] == X86_PREFIX_GS;
}

/* Its place in the table, or where it would be. */
static size_t place_of(uint64_t address)
{
	size_t at = (address * 0x9e3779b97f4a7c15ULL >> 20) % hash_size;

	for (; hash[at] && hash[at]->address != address; at = (at + 1) % hash_size)
		;
	return at;
}

struct insn *code_at(uint64_t address)
{
	return hash[place_of(address)];
}

struct insn *code_insn(uint64_t address, const uint8_t *bytes, size_t size)
{
	const size_t at = place_of(address);
	struct insn *insn = hash[at];

	if (!insn) {
		if (nr_all == CODE_MOST)
			return NULL;
		insn = calloc(1, sizeof(*insn));
		if (!insn)
			abort();
		insn->address = address;
		insn->index = nr_all;
		all[nr_all++] = hash[at] = insn;
	}
	if (size > CODE_MOST_BYTES)
		size = CODE_MOST_BYTES;
	/*
	 * Where an instruction lies on two pages, QEMU 7.2 ends the block before with its first bytes, and
	 * runs none of that. No instruction begins as another, shorter one.
	 */
	if (size < insn->size && !memcmp(insn->bytes, bytes, size))
		return insn;
	if (insn->size != size || memcmp(insn->bytes, bytes, size) != 0) {
		insn->size = (uint8_t)size;
		memcpy(insn->bytes, bytes, size);
		decode(insn);
	}
	return insn;
}

struct insn *const *code_all(size_t *n)
{
	*n = nr_all;
	return all;
}

bool code_tells(const uint8_t *bytes, size_t size)
{
	const uint32_t mark = FACTS_TELL_MARK;

	return size == FACTS_TELL_OPCODE_BYTES + sizeof(mark) &&
	       !memcmp(bytes, FACTS_TELL_OPCODE, FACTS_TELL_OPCODE_BYTES) &&
	       !memcmp(bytes + FACTS_TELL_OPCODE_BYTES, &mark, sizeof(mark));
}

uint32_t code_mark(const uint8_t *bytes, size_t size)
{
	uint32_t mark = 0;

	/* nopl MARK(%rax, %rax, 1) */
	if (size == 8 && !memcmp(bytes, "\x0f\x1f\x84\x00", 4))
		memcpy(&mark, bytes + 4, sizeof(mark));
	return mark;
}

void code_symbol(uint64_t address, const char *name)
{
	if (nr_symbols == room_symbols) {
		room_symbols = room_symbols ? 2 * room_symbols : 65536;
		symbols = realloc(symbols, room_symbols * sizeof(*symbols));
	}
	if (!symbols)
		abort();
	symbols[nr_symbols].address = address;
	symbols[nr_symbols++].name = strdup(name);
	symbols_sorted = false;
}

/* Of several names of one place the first in the alphabet, whatever order they came in. */
static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

const char *code_function(uint64_t address, uint64_t *start)
{
	size_t low = 0, high = nr_symbols;

	if (!symbols_sorted && nr_symbols)
		qsort(symbols, nr_symbols, sizeof(*symbols), compare_symbols);
	symbols_sorted = true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	*start = address;
	if (!low)
		return "?";
	while (low > 1 && symbols[low - 2].address == symbols[low - 1].address)
		low--;
	*start = symbols[low - 1].address;
	return symbols[low - 1].name;
}
