// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/device/calls.h"
#include "tests/unit/unit.h"

#define PROGRAMS 2000

static char *text_of(const struct program *p)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	program_print(p, f);
	fclose(f);
	return text;
}

static int read_text(const char *text, struct program *p, unsigned int *line)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	int ret;

	*line = 0;
	ret = program_read(f, p, line);
	fclose(f);
	return ret;
}

static uint64_t hash_of(struct source *s, uint64_t seed, bool mutate)
{
	static struct program p, other;
	uint64_t hash = 0;

	source_begin(s, seed);
	program_make(s, &other);
	for (int i = 0; i < 100; i++) {
		program_make(s, &p);
		if (mutate)
			program_mutate(s, &p, &other);
		for (size_t k = 0; k < p.n; k++)
			for (size_t w = 0; w < CALL_WORDS; w++)
				hash = ptwalk_hash(hash ^ p.calls[k].words[w], k);
	}
	return hash;
}

TEST(a_seed_makes_the_same_calls_and_another_seed_makes_others)
{
	struct source s = { .spare_start = 1ULL << 32, .spare_bytes = 1ULL << 30 };

	for (int mutate = 0; mutate < 2; mutate++) {
		const uint64_t first = hash_of(&s, 1, mutate);

		assert_true(first == hash_of(&s, 1, mutate));
		assert_true(first != hash_of(&s, 2, mutate));
		assert_true(first != hash_of(&s, 0, mutate));
	}
}

TEST(a_program_comes_back_from_its_text)
{
	static struct program p, other, again;
	struct source s = { .spare_start = 1ULL << 32, .spare_bytes = 1ULL << 30 };
	unsigned int line;

	source_begin(&s, 5);
	program_make(&s, &other);
	for (int i = 0; i < PROGRAMS; i++) {
		char *text, *second;

		program_make(&s, &p);
		if (i % 2)
			program_mutate(&s, &p, &other);
		text = text_of(&p);
		assert_int_equal(read_text(text, &again, &line), 1);
		second = text_of(&again);
		assert_string_equal(text, second);
		assert_int_equal(p.n, again.n);
		for (size_t k = 0; k < p.n; k++)
			assert_memory_equal(p.calls[k].words, again.calls[k].words,
					    sizeof(p.calls[k].words));
		free(text);
		free(second);
	}
}

TEST(every_call_and_every_op_comes_and_most_are_whole)
{
	static struct program p;
	struct source s = { .spare_start = 1ULL << 32, .spare_bytes = 1ULL << 30 };
	unsigned int kinds[NR_CALLS] = { 0 }, ops[PTWALK_NR_OP_NUMBERS] = { 0 }, odd = 0, runs = 0;
	unsigned int all = 0;

	source_begin(&s, 3);
	for (int i = 0; i < 50 * PROGRAMS; i++) {
		program_make(&s, &p);
		for (size_t k = 0; k < p.n; k++) {
			const struct call *call = &p.calls[k];

			kinds[call->kind]++;
			if (call->kind != CALL_RUN)
				continue;
			runs++;
			odd += call->run.valid_pages || call->run.done || call->run.told;
			if (call->run.op < PTWALK_NR_OP_NUMBERS)
				ops[call->run.op]++;
		}
	}
	for (unsigned int i = 0; i < NR_CALLS; i++) {
		assert_true(kinds[i] > 0);
		all += kinds[i];
	}
	/* What concerns everybody for a second does not come every second. */
	assert_true((kinds[CALL_UNBIND] + kinds[CALL_RELOAD]) * 5000 < all);
#define X(number, ...) assert_true(ops[number] > runs / 500);
	PTWALK_OPS(X)
#undef X
	assert_true(odd > 0 && odd < runs / 4);
}

/* Whatever is spoilt: nothing takes for ever, and nothing patches text where that is asked for. */
TEST(what_is_made_is_tame)
{
	static struct program p, other;
	struct source s = { .spare_start = 1ULL << 32, .spare_bytes = 1ULL << 30, .still = true };

	source_begin(&s, 9);
	program_make(&s, &other);
	for (int i = 0; i < 10 * PROGRAMS; i++) {
		program_make(&s, &p);
		program_mutate(&s, &p, &other);
		for (size_t k = 0; k < p.n; k++) {
			const struct ptwalk_run *run = &p.calls[k].run;

			if (p.calls[k].kind != CALL_RUN)
				continue;
			assert_true(run->len / 4096 > PTWALK_MAX_PAGES ||
				    run->iterations > PTWALK_MAX_ITERATIONS ||
				    run->iterations == 1 ||
				    run->iterations * (run->len / 4096) <= CALL_MOST_PAGES);
			assert_int_equal(run->nr_events, 0);
			assert_true(run->op < PTWALK_OP_TEARDOWN ||
				    run->op > PTWALK_OP_TEARDOWN_HELD);
			for (size_t e = 0; e < PTWALK_MAX_EVENTS; e++)
				assert_int_not_equal(run->events[e].type, 2);
		}
	}
}

TEST(what_is_no_program_is_refused_with_its_line)
{
	static const struct {
		const char *text;
		unsigned int line;
	} bad[] = {
		{ "run op=1\n", 1 },
		{ "\n# run\nrun op=\nend\n", 3 },
		{ "run op=1 op\nend\n", 1 },
		{ "run opp=1\nend\n", 1 },
		{ "run op=0x100000000\nend\n", 1 },
		{ "run op=1x\nend\n", 1 },
		{ "run w27=1\nend\n", 1 },
		{ "run w=1\nend\n", 1 },
		{ "run file=2\nend\n", 1 },
		{ "walk op=1\nend\n", 1 },
		{ "run len=99999999999999999999\nend\n", 1 },
		{ "run\nrun\nrun\nrun\nrun\nrun\nrun\nrun\nrun\nrun\nrun\nend\n", 11 },
		{ "end\n", 1 },
		{ " \nend\n", 1 },
		{ "run op=1\nend", 2 },
	};
	static struct program p;
	unsigned int line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_text(bad[i].text, &p, &line), -EINVAL);
		assert_int_equal(line, bad[i].line);
	}
	assert_int_equal(read_text("# nothing\n", &p, &line), 0);
	assert_int_equal(read_text("run op=2 w26=7\n\nreload\nend\n", &p, &line), 1);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.calls[0].words[26], 7);
}
