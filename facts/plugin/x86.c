// SPDX-License-Identifier: GPL-2.0-only
#include <capstone/capstone.h>
#include <string.h>

#include "facts/plugin/code.h"
#include "kmod/uapi/tell.h"

static csh capstone;
static cs_insn *scratch;

static int init(void)
{
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &capstone) != CS_ERR_OK)
		return -1;
	cs_option(capstone, CS_OPT_DETAIL, CS_OPT_ON);
	scratch = cs_malloc(capstone);
	return scratch ? 0 : -1;
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

/* Arithmetic on registers, which no fault can end. */
static bool is_plain(const cs_insn *i)
{
	static const unsigned int plain[] = {
		X86_INS_MOV, X86_INS_MOVABS, X86_INS_MOVZX, X86_INS_MOVSX, X86_INS_MOVSXD,
		X86_INS_ADD, X86_INS_SUB,    X86_INS_AND,   X86_INS_OR,	   X86_INS_XOR,
		X86_INS_CMP, X86_INS_TEST,   X86_INS_SHL,   X86_INS_SHR,   X86_INS_SAR,
		X86_INS_INC, X86_INS_DEC,    X86_INS_NOT,   X86_INS_NEG,
	};

	if (i->id == X86_INS_LEA || i->id == X86_INS_NOP)
		return true;
	/* A privileged one moves to segments, or registers that control the CPU. */
	if (has_memory(&i->detail->x86) || cs_insn_group(capstone, i, CS_GRP_PRIVILEGE))
		return false;
	for (size_t k = 0; k < sizeof(plain) / sizeof(*plain); k++)
		if (i->id == plain[k])
			return true;
	return false;
}

/* CR3 and other control registers, INVLPG, INVPCID; more than do it, but for those that are frequent. */
static bool moves(const cs_insn *i)
{
	return cs_insn_group(capstone, i, CS_GRP_PRIVILEGE) && i->id != X86_INS_CLI &&
	       i->id != X86_INS_STI && i->id != X86_INS_CLAC && i->id != X86_INS_STAC;
}

static void decode(struct insn *insn)
{
	const uint8_t *bytes = insn->bytes;
	size_t size = insn->size;
	uint64_t address = insn->address;
	const cs_x86 *x86;

	if (!cs_disasm_iter(capstone, &bytes, &size, &address, scratch)) {
		insn->moves = true; /* perhaps */
		return;
	}
	x86 = &scratch->detail->x86;
	insn->flow = flow_of(scratch);
	insn->atomic = x86->prefix[0] == X86_PREFIX_LOCK ||
		       (scratch->id == X86_INS_XCHG && has_memory(x86));
	insn->percpu = x86->prefix[1] == X86_PREFIX_GS;
	insn->plain = is_plain(scratch);
	insn->moves = moves(scratch);
}

static bool tells(const uint8_t *bytes, size_t size)
{
	const uint32_t mark = FACTS_TELL_MARK;

	return size == FACTS_TELL_OPCODE_BYTES + sizeof(mark) &&
	       !memcmp(bytes, FACTS_TELL_OPCODE, FACTS_TELL_OPCODE_BYTES) &&
	       !memcmp(bytes + FACTS_TELL_OPCODE_BYTES, &mark, sizeof(mark));
}

static uint32_t mark_of(const uint8_t *bytes, size_t size)
{
	uint32_t mark = 0;

	/* nopl MARK(%rax, %rax, 1) */
	if (size == 8 && !memcmp(bytes, "\x0f\x1f\x84\x00", 4))
		memcpy(&mark, bytes + 4, sizeof(mark));
	return mark;
}

const struct target target_x86 = {
	.name = "x86_64",
	.init = init,
	.decode = decode,
	.tells = tells,
	.mark = mark_of,
};
