// SPDX-License-Identifier: GPL-2.0-only
#include "facts/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

#define ROUNDS	   32 /* of the loop, handed to the model in one piece */
#define SKIPPED	   2  /* what led into it may be among the first */
#define ITERATIONS 10 /* of that piece, in the model */
#define SECONDS	   60

/* How often each address is met. */
struct met {
	uint64_t at;
	size_t n;
};

static int by_address(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* By address; @n (out): of them. Owned by the caller. */
static struct met *count(const uint64_t *trace, size_t nr, size_t *n)
{
	_cleanup_free_ uint64_t *sorted = xcalloc(nr + 1, sizeof(*sorted));
	struct met *met = xcalloc(nr + 1, sizeof(*met));

	memcpy(sorted, trace, nr * sizeof(*sorted));
	qsort(sorted, nr, sizeof(*sorted), by_address);
	*n = 0;
	for (size_t i = 0; i < nr; i++) {
		if (!*n || met[*n - 1].at != sorted[i])
			met[(*n)++].at = sorted[i];
		met[*n - 1].n++;
	}
	return met;
}

static size_t times(const struct met *met, size_t n, uint64_t at)
{
	const struct met *found = bsearch(&at, met, n, sizeof(*met), by_address);

	return found ? found->n : 0;
}

/* What most addresses are met as often as: once a round. 0: none is met often enough. */
static size_t usual(const struct met *met, size_t n)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		for (size_t k = 0; k < n; k++)
			same += met[k].n == met[i].n;
		if (met[i].n > ROUNDS + SKIPPED && same > most) {
			most = same;
			best = met[i].n;
		}
	}
	return best;
}

bool model_find_loop(const struct facts_profile *p, struct model_loop *loop)
{
	const uint64_t *trace = p->trace;
	size_t n, first = 0, round = 0, begin = 0;
	_cleanup_free_ struct met *met = count(trace, p->nr_trace, &n);
	const size_t often = usual(met, n);

	while (often && first < p->nr_trace && times(met, n, trace[first]) != often)
		first++;
	for (size_t i = first; often && i < p->nr_trace; i++) {
		if (trace[i] != trace[first])
			continue;
		if (round == SKIPPED)
			begin = i;
		if (round++ == SKIPPED + ROUNDS) {
			*loop = (struct model_loop){ &trace[begin], i - begin, ROUNDS };
			return true;
		}
	}
	return false;
}

static int by_insn(const void *key, const void *insn)
{
	return by_address(key, &((const struct profile_insn *)insn)->address);
}

/* The loop's bytes, as llvm-mc disassembles them: a line an instruction. Owned by the caller. */
static char *bytes_of(const struct facts_profile *p, const struct model_loop *loop)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < loop->n; i++) {
		const struct profile_insn *insn =
			bsearch(&loop->at[i], p->insns, p->nr_insns, sizeof(*insn), by_insn);

		for (size_t b = 0; insn && b < insn->size; b++)
			fprintf(f, "0x%02x%c", insn->bytes[b], b + 1 < insn->size ? ' ' : '\n');
	}
	fclose(f);
	return text;
}

static int run(const char *const *argv, char **output, struct err *err)
{
	const struct proc_options options = {
		.output = output,
		.missing = "install the package llvm",
		.timeout_seconds = SECONDS,
	};

	return proc_run(argv, &options, err);
}

static int ask(const char *assembly, const char *target, const char *cpu, bool alias,
	       double *cycles, struct err *err)
{
	_cleanup_free_ char *mcpu = xasprintf("-mcpu=%s", cpu), *output = NULL;
	_cleanup_free_ char *triple = xasprintf("-mtriple=%s", target);
	_cleanup_free_ char *iterations = xasprintf("-iterations=%d", ITERATIONS);
	const char *const argv[] = {
		"llvm-mca", triple, mcpu, iterations, alias ? "-noalias=false" : "-noalias=true",
		assembly,   NULL,
	};
	const char *total;
	int ret = run(argv, &output, err);

	if (ret)
		return ret == -ECHILD
			       ? err_set(err, EINVAL,
					 "llvm-mca -mcpu=%s models no such loop: does it know that CPU? (llvm-mca -mcpu=help)",
					 cpu)
			       : ret;
	total = strstr(output, "Total Cycles:");
	if (!total || sscanf(total, "Total Cycles: %lf", cycles) != 1)
		return err_set(err, EBADMSG, "llvm-mca prints no total of cycles");
	*cycles /= ITERATIONS;
	return 0;
}

/* @folder: a temporary one. */
static int ask_both(const char *folder, const char *bytes, const char *target, const char *cpu,
		    double cycles[2], struct err *err)
{
	_cleanup_free_ char *in = xasprintf("%s/bytes", folder),
			    *out = xasprintf("%s/loop.s", folder);
	_cleanup_free_ char *assembly = NULL, *triple = xasprintf("--triple=%s", target);
	const char *const argv[] = { "llvm-mc", "--disassemble", triple, in, NULL };
	int ret = fs_write_file(in, bytes, strlen(bytes), 0600, err);

	if (!ret)
		ret = run(argv, &assembly, err);
	if (!ret)
		ret = fs_write_file(out, assembly, strlen(assembly), 0600, err);
	for (int alias = 0; !ret && alias < 2; alias++)
		ret = ask(out, target, cpu, alias, &cycles[alias], err);
	return ret;
}

int model_ask(const struct facts_profile *p, const struct model_loop *loop, const char *target,
	      const char *cpu, struct model_cycles *cycles, struct err *err)
{
	_cleanup_free_ char *bytes = bytes_of(p, loop);
	_cleanup_(fs_temp_endp) char *folder = fs_temp(NULL, "ptwalk-model", err);
	double both[2];
	int ret;

	if (!folder)
		return -errno;
	ret = ask_both(folder, bytes, target, cpu, both, err);
	if (!ret)
		*cycles = (struct model_cycles){ both[0] / loop->rounds, both[1] / loop->rounds };
	return ret;
}
