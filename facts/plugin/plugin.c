// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TCG plugin that QEMU loads: `-plugin ptwalk-facts.so,out=FILE[,model=on]`. Until the guest says that
 * a series begins (tell.h) it looks for such words and nothing else, so that the boot runs at full
 * speed, and so does all that is told of symbols; from then on every instruction is counted. There
 * is no way back: QEMU 7.2 would call what it has freed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/plugin/code.h"
#include "facts/plugin/model.h"
#include "facts/plugin/qemu_plugin.h"
#include "facts/plugin/window.h"

#define WINDOW_BEGIN 0x50545701 /* kmod/window.h */
#define WINDOW_END   0x50545702

#define MOST_LINE (1 << 20)

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;

static qemu_plugin_id_t plugin;
static int api;
static bool full; /* looks at everything */
static struct counters counters;
static struct qemu_plugin_scoreboard *score;
static char line[MOST_LINE];
static size_t line_len;

/* Which API this is can only be told before QEMU asks for it. */
static __attribute__((constructor)) void pick_api(void)
{
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = 4;
}

static size_t bytes_of(const struct qemu_plugin_insn *insn, uint8_t *bytes, size_t room)
{
	size_t n = qemu_plugin_insn_size(insn);

	if (n > room)
		n = room;
	if (api >= 3)
		return qemu_plugin_insn_data_3(insn, bytes, n);
	memcpy(bytes, qemu_plugin_insn_data_1(insn), n);
	return n;
}

static void count(struct qemu_plugin_insn *insn, size_t index)
{
	if (!score) {
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &counters.executed[index], 1);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   counters.total, 1);
		return;
	}
	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
		insn, QEMU_PLUGIN_INLINE_ADD_U64,
		(qemu_plugin_u64){ score, index * sizeof(uint64_t) }, 1);
	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
		insn, QEMU_PLUGIN_INLINE_ADD_U64,
		(qemu_plugin_u64){ score, CODE_MOST * sizeof(uint64_t) }, 1);
}

/* With API 1 QEMU adds to our memory; later to its own, for each CPU. */
static int make_counters(void)
{
	const size_t bytes = (CODE_MOST + 1) * sizeof(uint64_t);

	if (qemu_plugin_scoreboard_new)
		score = qemu_plugin_scoreboard_new(bytes);
	else
		counters.executed = calloc(1, bytes);
	return score || counters.executed ? 0 : -1;
}

/* Where they are: known once there is a CPU. */
static void find_counters(void)
{
	if (score)
		counters.executed = qemu_plugin_scoreboard_find(score, 0);
	counters.total = counters.executed + CODE_MOST;
}

static void on_begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	window_open();
}

static void on_end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	window_close();
}

static void on_arrival(unsigned int cpu, void *insn)
{
	(void)cpu;
	if (window_is_open)
		window_arrive(insn);
}

static void on_departure(unsigned int cpu, void *insn)
{
	(void)cpu;
	if (window_is_open)
		window_leave(insn);
}

static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *insn)
{
	const struct qemu_plugin_hwaddr *hw;

	(void)cpu;
	if (!window_is_open)
		return;
	hw = qemu_plugin_get_hwaddr(info, vaddr);
	window_access(insn, vaddr, hw ? qemu_plugin_hwaddr_phys_addr(hw) : vaddr,
		      1U << qemu_plugin_mem_size_shift(info), qemu_plugin_mem_is_store(info));
}

static void install(qemu_plugin_id_t id);

/* What was translated is no more before the guest goes on. */
static void look_at_all(void)
{
	if (full)
		return;
	find_counters();
	full = true;
	qemu_plugin_reset(plugin, install);
}

static void on_word(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	(void)cpu;
	(void)info;
	(void)data;
	if ((char)vaddr != '\n') {
		if (line_len < sizeof(line) - 1)
			line[line_len++] = (char)vaddr;
		return;
	}
	line[line_len] = '\0';
	line_len = 0;
	if (line[0] == 'B')
		look_at_all();
	window_told(line);
}

static void look_at(struct qemu_plugin_insn *in, bool first)
{
	uint8_t bytes[CODE_MOST_BYTES + 1];
	size_t size = bytes_of(in, bytes, sizeof(bytes));
	uint32_t mark;
	struct insn *insn;

	if (code_tells(bytes, size))
		/* 7.2's filter never matches a load: all accesses are asked for. */
		qemu_plugin_register_vcpu_mem_cb(in, on_word, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	if (!full)
		return;
	insn = code_insn(qemu_plugin_insn_vaddr(in), bytes, size);
	if (!insn)
		return;
	mark = code_mark(bytes, size);
	/* What is said before an instruction runs comes before it is counted. */
	if (mark == WINDOW_END)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (mark == WINDOW_BEGIN)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (first)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_arrival, QEMU_PLUGIN_CB_NO_REGS,
						       insn);
	if (insn->flow != FLOW_NONE)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_departure, QEMU_PLUGIN_CB_NO_REGS,
						       insn);
	count(in, insn->index);
	qemu_plugin_register_vcpu_mem_cb(in, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
					 insn);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++)
		look_at(qemu_plugin_tb_get_insn(tb, i), i == 0);
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	window_end();
}

static void install(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	FILE *out = NULL;

	plugin = id;
	api = info->version.cur;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strcmp(argv[i], "model=on"))
			model_init();
	if (!out) {
		fputs("ptwalk-facts: out=FILE is missing, or cannot be made\n", stderr);
		return -1;
	}
	if (!info->system_emulation || info->system.smp_vcpus != 1) {
		fputs("ptwalk-facts: counts the windows of one CPU alone\n", stderr);
		return -1;
	}
	if (code_init(info->target_name) || make_counters()) {
		fprintf(stderr, "ptwalk-facts: knows no instructions of %s\n", info->target_name);
		return -1;
	}
	window_init(out, &counters);
	install(id);
	return 0;
}
