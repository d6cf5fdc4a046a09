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

static void decode(struct insn *insn)
{
	const uint8_t *bytes = insn->bytes;
	size_t size = insn->size;
	uint64_t address = insn->address;
	const cs_x86 *x86;

	if (!cs_disasm_iter(capstone, &bytes, &size, &address, scratch))
		return;
	x86 = &scratch->detail->x86;
	insn->flow = flow_of(scratch);
	insn->atomic = x86->prefix[0] == X86_PREFIX_LOCK ||
		       (scratch->id == X86_INS_XCHG && has_memory(x86));
	insn->percpu = x86->prefix[1] == X86_PREFIX_GS;
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
