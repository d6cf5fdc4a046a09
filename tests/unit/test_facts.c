// SPDX-License-Identifier: GPL-2.0-only
/* What is read of the plugin's file, and what callgrind and flame graphs get of it. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch.h"
#include "base/str.h"
#include "facts/model.h"
#include "facts/profile.h"

/* a() calls b() twice, and both c(): 3 + 2 x 4 + (2 + 1) x 5 instructions. */
#define SERIES                                \
	"s hmm/devdax-pte/2M\n"               \
	"w 3 same\n"                          \
	"t 26 4 2 1 0 8 5 0\n"                \
	"m tables 1 0 1 0 1\n"                \
	"m stack 3 2 2 1 1\n"                 \
	"f 1000 a\n"                          \
	"i 1000 90 1 0 0 0 0 0 0 0\n"         \
	"i 1001 e8fa0f0000 1 0 0 0 0 1 1 0\n" \
	"i 1006 e8f51f0000 1 0 0 0 0 1 1 0\n" \
	"f 2000 b\n"                          \
	"i 2000 f048ff00 4 2 1 1 0 0 0 0\n"   \
	"i 2004 e8f70f0000 4 1 0 0 0 3 2 0\n" \
	"f 3000 c [ptwalk]\n"                 \
	"i 3000 90 15 1 1 0 0 3 1 0\n"        \
	"c 1001 2000 2 18 3 1 1 0 5 3 0\n"    \
	"c 1006 3000 1 5 0 0 0 0 1 0 0\n"     \
	"c 2004 3000 2 10 1 1 0 0 2 1 0\n"    \
	"e\n"
#define FIRST "facts 1\n"

static char path[] = "/tmp/ptwalk-facts-XXXXXX";

static int read_text(const char *text, struct profiles *profiles, struct err *err)
{
	FILE *f;
	int ret;

	strcpy(path + sizeof(path) - 7, "XXXXXX");
	close(mkstemp(path));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	ret = profiles_read(path, profiles, err);
	unlink(path);
	return ret;
}

static void refused(const char *text, int code, const char *why)
{
	struct profiles profiles;
	struct err err = { 0 };

	assert_int_equal(read_text(text, &profiles, &err), code);
	if (!strstr(err.text, why))
		fail_msg("'%s' does not say '%s'", err.text, why);
}

TEST(a_whole_file_is_read)
{
	struct profiles profiles;
	const struct facts_profile *p;
	struct err err = { 0 };

	if (read_text(FIRST SERIES "s hmm/anon-pte/2M\nw 0 same\ne\nend\n", &profiles, &err))
		fail_msg("%s", err.text);
	/* The other could not be measured. */
	assert_int_equal(profiles.n, 1);
	assert_null(profiles_find(&profiles, "hmm/anon-pte/2M"));
	p = profiles_find(&profiles, "hmm/devdax-pte/2M");
	assert_non_null(p);
	assert_int_equal(p->windows, 3);
	assert_true(p->same);
	assert_int_equal(p->facts.events[FACT_INSTRUCTIONS], 26);
	assert_int_equal(p->facts.memory[FACT_KIND_STACK].lines_written, 1);
	assert_int_equal(facts_memory(&p->facts).lines, 3);
	assert_int_equal(p->nr_functions, 3);
	assert_string_equal(p->functions[1].module, "");
	assert_string_equal(p->functions[2].name, "c");
	assert_string_equal(p->functions[2].module, "ptwalk");
	assert_int_equal(p->functions[0].self[FACT_INSTRUCTIONS], 3);
	assert_int_equal(p->functions[0].inclusive[FACT_INSTRUCTIONS], 26);
	assert_int_equal(p->functions[1].self[FACT_ATOMICS], 1);
	assert_int_equal(p->functions[1].inclusive[FACT_INSTRUCTIONS], 18);
	assert_int_equal(p->insns[3].size, 4);
	assert_int_equal(p->insns[3].bytes[0], 0xf0);
	assert_int_equal(p->calls[2].caller, 1);
	assert_int_equal(p->calls[2].function, 2);
	profiles_release(&profiles);
}

TEST(what_is_no_whole_file_is_refused)
{
	refused("", -EBADMSG, "ends early");
	refused("facts 9\nend\n", -EBADMSG, "line 1: no facts");
	refused(FIRST SERIES, -EBADMSG, "ends early");
	refused(FIRST "s x\nw 1 same\nend\n", -EBADMSG, "line 4: not a line");
	refused(FIRST "t 1 2 3\n", -EBADMSG, "not a line");
	refused(FIRST "s x\nt 1 2 3\ne\nend\n", -EBADMSG, "'t' is cut");
	refused(FIRST "s x\ni 1000 90 1 0 0 0 0 0 0 0\ne\nend\n", -EBADMSG, "'i' is cut");
	refused(FIRST "s x\nm nowhere 1 2 3 4 5\ne\nend\n", -EBADMSG, "'m' is cut");
	refused(FIRST "s x\nf 1000 a\nc 900 1000 1 0 0 0 0 0 0 0 0\ne\nend\n", -EBADMSG,
		"'c' is cut");
}

static void assert_symbols(const char *text, int code, const char *why)
{
	struct profiles profiles;
	struct err err = { 0 };

	if (read_text(text, &profiles, &err))
		fail_msg("%s", err.text);
	assert_int_equal(profile_symbols(&profiles.v[0], &err), code);
	if (code && !strstr(err.text, why))
		fail_msg("'%s' does not say '%s'", err.text, why);
	profiles_release(&profiles);
}

TEST(symbols_fit_the_boot_or_are_refused)
{
	assert_symbols(FIRST SERIES "end\n", 0, "");
	assert_symbols(FIRST "s x\nw 1 same\nf 1000 ?\ni 1000 90 1 0 0 0 0 0 0 0\ne\nend\n", -EPERM,
		       "x: the guest told no symbols");
	assert_symbols(FIRST "s x\nw 1 same\nf f00 a\ni 1000 e8fa0f0000 1 0 0 0 0 1 1 0\n"
			     "f 1f00 b\ni 2000 c3 1 1 0 0 0 1 0 0\n"
			     "c 1000 2000 1 1 1 0 0 0 1 0 0\ne\nend\n",
		       -ESTALE, "of 1 calls 0 go to where");
}

TEST(counts_that_are_not_the_ticks_are_refused)
{
	refused(FIRST "s hmm/x/2M\nw 1 same\nbad a window of 5 ticks has 6 instructions\ne\nend\n",
		-EBADE, "hmm/x/2M: a window of 5 ticks has 6 instructions");
}

static char *written(void (*write)(const struct facts_profile *, FILE *))
{
	struct profiles profiles;
	struct err err = { 0 };
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	if (read_text(FIRST SERIES "end\n", &profiles, &err))
		fail_msg("%s", err.text);
	write(&profiles.v[0], f);
	fclose(f);
	profiles_release(&profiles);
	return text;
}

TEST(a_flame_graph_has_all_paths_and_no_more)
{
	char *text = written(profile_folded);

	assert_string_equal(text, "a 3\n"
				  "a;b 8\n"
				  "a;b;c 10\n"
				  "a;c 5\n");
	free(text);
}

static void write_flame(const struct facts_profile *p, FILE *f)
{
	profile_flame(p, 2, f);
}

TEST(a_flame_is_as_wide_as_what_it_costs)
{
	char *text = written(write_flame);

	assert_non_null(strstr(text, "hmm/devdax-pte/2M: 26 instructions a call, 13.00 a page"));
	assert_non_null(strstr(text, "<title>b: 18 instructions, 9.00 a page, 8 of its own"));
	/* 1200 pixels of 26 instructions. */
	assert_non_null(strstr(text, "x=\"0.00\" y=\"60\" width=\"830.77\""));
	free(text);
}

static void find_line(void *arg, uint64_t address, struct profile_line *line)
{
	(void)arg;
	if (address == 0x2004)
		*line = (struct profile_line){ "mm/b.h", 7 };
}

static void write_callgrind(const struct facts_profile *p, FILE *f)
{
	profile_callgrind(p, &(struct profile_lines){ .find = find_line }, f);
}

TEST(callgrind_gets_instructions_lines_and_calls)
{
	char *text = written(write_callgrind);

	assert_non_null(strstr(text, "positions: instr line\n"
				     "events: Ir Dr Dw Atomic Bc Taken Call ICall\n"
				     "summary: 26 4 2 1 0 8 5 0\n"));
	assert_non_null(strstr(text, "ob=vmlinux\nfl=???\nfn=b\n0x2000 0 4 2 1 1 0 0 0 0\n"
				     "fe=mm/b.h\n0x2004 7 4 1 0 0 0 3 2 0\n"
				     "cob=ptwalk\ncfi=???\ncfn=c\ncalls=2 0x3000 0\n"
				     "0x2004 7 10 1 1 0 0 2 1 0\n"));
	free(text);
}

/*
 * What leads into a loop of a load, a store and two more instructions, one of which is met elsewhere, too; 40 rounds; and
 * what follows it.
 */
static char *modelled(void)
{
	char *rounds = xstrdup("l 900 1000 2000");

	for (int i = 0; i < 40; i++) {
		char *more = xasprintf("%s 1000 1003 1007 2000", rounds);

		free(rounds);
		rounds = more;
	}
	char *text = xasprintf(FIRST "s hmm/x/2M\nw 1 same\nt 160 40 40 0 0 0 0 0\nf 900 a\n"
				     "i 900 90 1 0 0 0 0 0 0 0\n"
				     "i 1000 488b06 41 40 0 0 0 0 0 0\n"
				     "i 1003 48894608 40 0 40 0 0 0 0 0\n"
				     "i 1007 4801d8 40 0 0 0 0 0 0 0\n"
				     "f 2000 b\ni 2000 90 42 0 0 0 0 0 0 0\n"
				     "x 12 3\n%s 2000 900\ne\nend\n",
			       rounds);

	free(rounds);
	return text;
}

static void read_modelled(struct profiles *profiles)
{
	char *text = modelled();
	struct err err = { 0 };

	if (read_text(text, profiles, &err))
		fail_msg("%s", err.text);
	free(text);
}

TEST(a_steady_loop_is_found)
{
	struct profiles profiles;
	struct model_loop loop;

	read_modelled(&profiles);
	assert_true(profiles.v[0].modelled);
	assert_int_equal(profiles.v[0].misses[0], 12);
	assert_int_equal(profiles.v[0].misses[1], 3);
	assert_true(model_find_loop(&profiles.v[0], &loop));
	assert_int_equal(loop.n, 4 * loop.rounds);
	/* Too short to say. */
	profiles.v[0].nr_trace = 60;
	assert_false(model_find_loop(&profiles.v[0], &loop));
	profiles.v[0].nr_trace = 0;
	assert_false(model_find_loop(&profiles.v[0], &loop));
	profiles_release(&profiles);
	refused(FIRST "s x\nx 1\ne\nend\n", -EBADMSG, "'x' is cut");
	refused(FIRST "s x\nl 12 zz\ne\nend\n", -EBADMSG, "'l' is cut");
}

TEST(cycles_are_a_bracket)
{
	struct profiles profiles;
	struct model_cycles cycles;
	struct model_loop loop;
	struct err err = { 0 };
	char *programs = xstrdup(getenv("PATH"));

	read_modelled(&profiles);
	assert_true(model_find_loop(&profiles.v[0], &loop));
	if (model_ask(&profiles.v[0], &loop, arch_x86.target, arch_x86.code.models, &cycles, &err))
		fail_msg("%s", err.text);
	/* A round of them is no less than a cycle; and the load waits for the store, or does not. */
	assert_true(cycles.low >= 1 && cycles.high > cycles.low);
	assert_int_equal(model_ask(&profiles.v[0], &loop, "x86_64", "nope", &cycles, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "does it know that CPU?"));
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(model_ask(&profiles.v[0], &loop, "x86_64", "skylake", &cycles, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "package llvm"));
	setenv("PATH", programs, 1);
	free(programs);
	profiles_release(&profiles);
}
