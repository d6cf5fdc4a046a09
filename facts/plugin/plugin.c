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
#include "facts/plugin/memory.h"
#include "facts/plugin/model.h"
#include "facts/plugin/qemu_plugin.h"
#include "facts/plugin/window.h"

#define WINDOW_BEGIN 0x50545701 /* kmod/window.h */
#define WINDOW_END   0x50545702

#define MOST_LINE  (1 << 20)
#define MOST_BLOCK 512	/* instructions: TCG_MAX_INSNS */
#define PAGE_BYTES 4096 /* QEMU's, of either guest */

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;

static qemu_plugin_id_t plugin;
static int api;
static bool full;	/* looks at everything */
static uint64_t *total; /* of instructions: window.h */
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

static void count(struct qemu_plugin_insn *insn, uint64_t n)
{
	if (score)
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, (qemu_plugin_u64){ score, 0 }, n);
	else
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, total,
							   n);
}

/* With API 1 QEMU adds to our memory; later to its own, for each CPU. */
static int make_counter(void)
{
	static uint64_t own;

	if (qemu_plugin_scoreboard_new)
		score = qemu_plugin_scoreboard_new(sizeof(*total));
	else
		total = &own;
	return score || total ? 0 : -1;
}

/* Where it is: known once there is a CPU. */
static void find_counter(void)
{
	if (score)
		total = qemu_plugin_scoreboard_find(score, 0);
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

static void on_arrival(unsigned int cpu, void *block)
{
	(void)cpu;
	if (window_is_open)
		window_arrive(block);
}

static void on_move(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	memory_moves();
}

static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *insn)
{
	(void)cpu;
	if (window_is_open)
		window_access(insn, vaddr, info);
}

static void install(qemu_plugin_id_t id);

/* What was translated is no more before the guest goes on. */
static void look_at_all(void)
{
	if (full)
		return;
	find_counter();
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

static struct insn *look_at(struct qemu_plugin_insn *in, uint32_t *mark)
{
	uint8_t bytes[CODE_MOST_BYTES + 1];
	size_t size = bytes_of(in, bytes, sizeof(bytes));

	if (code_tells(bytes, size))
		/* 7.2's filter never matches a load: all accesses are asked for. */
		qemu_plugin_register_vcpu_mem_cb(in, on_word, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	*mark = code_mark(bytes, size);
	return full ? code_insn(qemu_plugin_insn_vaddr(in), bytes, size) : NULL;
}

/* One of QEMU's blocks while it is translated. */
struct translated {
	size_t n;
	struct qemu_plugin_insn *in[MOST_BLOCK];
	struct insn *insns[MOST_BLOCK];
	uint32_t marks[MOST_BLOCK];
};

/* Of it, from @first on, what always runs as one: see struct block. */
static size_t end_of(const struct translated *t, size_t first)
{
	size_t i = first;

	while (++i < t->n) {
		const struct insn *insn = t->insns[i];

		/* What lies on two pages 7.2 ends a block with, and does not run there. */
		if (t->insns[i - 1]->flow != FLOW_NONE || t->marks[i] ||
		    (i == t->n - 1 && insn->address % PAGE_BYTES + CODE_MOST_BYTES > PAGE_BYTES))
			break;
	}
	return i;
}

static void look_at_block(const struct translated *t, size_t first, size_t end)
{
	struct qemu_plugin_insn *in = t->in[first];
	uint64_t uncounted = 0;

	/* What is said before an instruction runs comes before it is counted. */
	if (t->marks[first] == WINDOW_END)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (t->marks[first] == WINDOW_BEGIN)
		qemu_plugin_register_vcpu_insn_exec_cb(in, on_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
	qemu_plugin_register_vcpu_insn_exec_cb(in, on_arrival, QEMU_PLUGIN_CB_NO_REGS,
					       code_block(&t->insns[first], end - first));
	for (size_t i = first; i < end; i++) {
		struct insn *insn = t->insns[i];

		if (insn->moves)
			qemu_plugin_register_vcpu_insn_exec_cb(t->in[i], on_move,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
		uncounted++;
		if (!insn->plain || i == end - 1) {
			count(t->in[i], uncounted);
			uncounted = 0;
		}
		qemu_plugin_register_vcpu_mem_cb(t->in[i], on_access, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, insn);
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	static struct translated t;
	bool whole = full;

	(void)id;
	t.n = qemu_plugin_tb_n_insns(tb);
	if (t.n > MOST_BLOCK)
		abort();
	for (size_t i = 0; i < t.n; i++) {
		t.in[i] = qemu_plugin_tb_get_insn(tb, i);
		t.insns[i] = look_at(t.in[i], &t.marks[i]);
		whole &= t.insns[i] != NULL;
	}
	for (size_t i = 0, end; whole && i < t.n; i = end) {
		end = end_of(&t, i);
		look_at_block(&t, i, end);
	}
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
	if (code_init(info->target_name) || make_counter()) {
		fprintf(stderr, "ptwalk-facts: knows no instructions of %s\n", info->target_name);
		return -1;
	}
	window_init(out, &total);
	install(id);
	return 0;
}
