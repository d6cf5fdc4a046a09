// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/device/calls.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#define PAGE	    4096ULL
#define MOST_NS	    10000000ULL
/* Of races: passes of a chunk; a delay in microseconds; walks and patience in milliseconds. */
#define MOST_PASSES 32U
#define MOST_DELAY  1000U
#define MOST_MS	    1000U

#define X(constant, name, bytes) [AREA_##constant] = (bytes),
const uint64_t area_bytes[NR_AREAS] = { AREAS(X) };
#undef X
#define X(constant, name, ...) [CALL_##constant] = #name,
const char *const call_names[NR_CALLS] = { CALLS(X) };
#undef X
#define X(constant, name, command, ...) [CALL_##constant] = (command),
const unsigned long call_ioctls[NR_CALLS] = { CALLS(X) };
#undef X
#define X(constant, name, command, bytes) [CALL_##constant] = (bytes),
const size_t call_bytes[NR_CALLS] = { CALLS(X) };
#undef X

/* Fields that have a name in the text; all others are words by their number. */
struct field {
	enum call_kind kind;
	const char *name;
	size_t offset, bytes;
};

#define FIELD(kind_, type, member)                                                       \
	{                                                                                \
		.kind = CALL_##kind_, .name = #member, .offset = offsetof(type, member), \
		.bytes = sizeof(((type *)0)->member)                                     \
	}
#define RUN(member)	 FIELD(RUN, struct ptwalk_run, member)
#define PAGEMAPS(member) FIELD(PAGEMAPS, struct ptwalk_pagemaps, member)
#define MIGRATE(member)	 FIELD(MIGRATE, struct ptwalk_migrate, member)
#define INSPECT(member)	 FIELD(INSPECT, struct ptwalk_inspect, member)
#define DRIVER(member)	 FIELD(DRIVER, struct ptwalk_race_driver, member)
#define TEARDOWN(member) FIELD(TEARDOWN, struct ptwalk_race_teardown, member)
#define SYSTEM(member)	 FIELD(RAW, struct system_call, member)

static const struct field fields[] = {
	FIELD(QUERY, struct ptwalk_query, abi),
	FIELD(QUERY_OP, struct ptwalk_query_op, index),
	FIELD(QUERY_OWN, struct ptwalk_query_own, index),
	FIELD(BLOCKS, struct ptwalk_blocks, addr),
	FIELD(BLOCKS, struct ptwalk_blocks, len),
	INSPECT(addr),
	INSPECT(len),
	INSPECT(flags),
	RUN(op),
	RUN(policy),
	RUN(addr),
	RUN(len),
	RUN(iterations),
	RUN(flags),
	RUN(req),
	RUN(nr_events),
	RUN(samples),
	RUN(result_want),
	RUN(stages),
	RUN(chunk),
	RUN(collide),
	RUN(budget),
	RUN(event_configs),
	RUN(own),
	RUN(budget_ns),
	PAGEMAPS(start),
	PAGEMAPS(piece),
	PAGEMAPS(leaf),
	PAGEMAPS(grain),
	PAGEMAPS(nr),
	MIGRATE(addr),
	MIGRATE(len),
	MIGRATE(to),
	MIGRATE(phys),
	FIELD(PROTOCOL, struct ptwalk_protocol, index),
	DRIVER(addr),
	DRIVER(len),
	DRIVER(op),
	DRIVER(own),
	DRIVER(req),
	DRIVER(protocol),
	DRIVER(chunk),
	DRIVER(budget),
	DRIVER(delay),
	DRIVER(seed),
	FIELD(WALK, struct race_walk, ms),
	FIELD(MARK, struct ptwalk_race_mark, phase),
	FIELD(MARK, struct ptwalk_race_mark, mark),
	TEARDOWN(delay),
	TEARDOWN(patience),
	TEARDOWN(seed),
	SYSTEM(addr),
	SYSTEM(len),
	SYSTEM(how),
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool is_of(const struct field *f, enum call_kind kind)
{
	return f->kind == (kind >= CALL_RAW ? CALL_RAW : kind);
}

static void set(struct call *call, const struct field *f, uint64_t value)
{
	memcpy((char *)call->words + f->offset, &value, f->bytes);
}

static uint64_t get(const struct call *call, const struct field *f)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)call->words + f->offset, f->bytes);
	return value;
}

static void print_call(const struct call *call, FILE *out)
{
	struct call rest = *call;

	fputs(call_names[call->kind], out);
	if (call->file)
		fprintf(out, " file=%u", call->file);
	for (size_t i = 0; i < NR_FIELDS; i++)
		if (is_of(&fields[i], call->kind) && get(call, &fields[i])) {
			fprintf(out, " %s=%#" PRIx64, fields[i].name, get(call, &fields[i]));
			set(&rest, &fields[i], 0);
		}
	for (size_t i = 0; i < CALL_WORDS; i++)
		if (rest.words[i])
			fprintf(out, " w%zu=%#" PRIx64, i, rest.words[i]);
	putc('\n', out);
}

void program_print(const struct program *p, FILE *out)
{
	for (size_t i = 0; i < p->n; i++)
		print_call(&p->calls[i], out);
	fputs("end\n", out);
}

/* "name=value" of a call. A word comes on top of the fields in it. */
static int read_value(struct call *call, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : 0, word;
	char *end;
	uint64_t value;

	if (!len || !equals[1])
		return -EINVAL;
	errno = 0;
	value = strtoull(equals + 1, &end, 0);
	if (*end || errno)
		return -EINVAL;
	if (len == 4 && !strncmp(text, "file", len) && value < CALL_FILES) {
		call->file = (unsigned int)value;
		return 0;
	}
	for (size_t i = 0; i < NR_FIELDS; i++)
		if (is_of(&fields[i], call->kind) && strlen(fields[i].name) == len &&
		    !strncmp(fields[i].name, text, len)) {
			if (fields[i].bytes < 8 && value >> 8 * fields[i].bytes)
				return -EINVAL;
			set(call, &fields[i], value);
			return 0;
		}
	word = strtoul(text + 1, &end, 10);
	if (*text != 'w' || end != equals || end == text + 1 || word >= call_bytes[call->kind] / 8)
		return -EINVAL;
	call->words[word] |= value;
	return 0;
}

static int read_call(struct call *call, char *text)
{
	char *rest, *word = strtok_r(text, " ", &rest);
	unsigned int kind = 0;
	int ret = 0;

	while (kind < NR_CALLS && strcmp(call_names[kind], word) != 0)
		kind++;
	if (kind == NR_CALLS)
		return -EINVAL;
	*call = (struct call){ .kind = kind };
	while (!ret && (word = strtok_r(NULL, " ", &rest)))
		ret = read_value(call, word);
	return ret;
}

int program_read(FILE *in, struct program *p, unsigned int *line)
{
	char text[4096];

	p->n = 0;
	while (fgets(text, sizeof(text), in)) {
		++*line;
		if (!strchr(text, '\n'))
			return -EINVAL;
		text[strcspn(text, "\n")] = '\0';
		if (!*text || *text == '#')
			continue;
		if (!strcmp(text, "end"))
			return p->n ? 1 : -EINVAL;
		if (p->n == PROGRAM_CALLS || text[strspn(text, " ")] == '\0' ||
		    read_call(&p->calls[p->n], text))
			return -EINVAL;
		p->n++;
	}
	return p->n ? -EINVAL : 0;
}

static int read_file(const char *path, struct program *programs, size_t room, size_t *n)
{
	FILE *f = fopen(path, "re");
	unsigned int line = 0;
	int ret = 0;

	if (!f) {
		perror(path);
		return -errno;
	}
	while (*n < room && (ret = program_read(f, &programs[*n], &line)) == 1)
		++*n;
	fclose(f);
	if (ret < 0)
		fprintf(stderr, "%s:%u: no program\n", path, line);
	return ret < 0 ? ret : 0;
}

int programs_read(const char *folder, struct program *programs, size_t room, size_t *n)
{
	struct dirent **names;
	int nr = scandir(folder, &names, NULL, alphasort), ret = nr < 0 ? -errno : 0;

	*n = 0;
	if (ret)
		perror(folder);
	for (int i = 0; i < nr; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && !ret)
			ret = read_file(path, programs, room, n);
		free(names[i]);
	}
	if (nr >= 0)
		free(names);
	return ret;
}

static const uint32_t op_flags[PTWALK_NR_OP_NUMBERS] = {
#define X(number, constant, name, flags, ...) [number] = (flags),
	PTWALK_OPS(X)
#undef X
};

static void run_still(struct ptwalk_run *run)
{
	if (run->op < PTWALK_NR_OP_NUMBERS && op_flags[run->op] & PTWALK_OPF_PAGEMAPS)
		run->op = PTWALK_OP_HMM;
	run->nr_events = 0;
}

static void run_tame(struct ptwalk_run *run)
{
	const uint64_t pages = run->len / PAGE;

	if (pages > CALL_MOST_PAGES && pages <= PTWALK_MAX_PAGES)
		run->len = CALL_MOST_PAGES * PAGE | (run->len & (PAGE - 1));
	if (run->iterations <= PTWALK_MAX_ITERATIONS &&
	    run->iterations * (run->len / PAGE) > CALL_MOST_PAGES)
		run->iterations = 1;
	if (run->iterations <= PTWALK_MAX_ITERATIONS && run->iterations > 1000)
		run->iterations = 1000;
	if (run->budget_ns <= PTWALK_MAX_BUDGET_NS && run->budget_ns > MOST_NS)
		run->budget_ns = MOST_NS;
	/* Of 5 to 15 are break points and probes, by numbers that a boot gives. */
	for (size_t i = 0; i < PTWALK_MAX_EVENTS; i++)
		if (run->events[i].type == PERF_TYPE_TRACEPOINT ||
		    (run->events[i].type >= PERF_TYPE_BREAKPOINT && run->events[i].type < 16))
			run->events[i].type = PERF_TYPE_SOFTWARE;
}

/* At most @most; what is more than @limit stays so, and is refused. */
static void at_most(__u32 *n, uint32_t most, uint32_t limit)
{
	if (*n > most && *n <= limit)
		*n = most;
}

static void race_tame(struct call *call)
{
	struct ptwalk_race_driver *driver = &call->driver;
	struct ptwalk_race_teardown *teardown = &call->teardown;

	if (call->kind == CALL_DRIVER) {
		if (driver->len / PAGE > CALL_MOST_PAGES && driver->len / PAGE <= PTWALK_MAX_PAGES)
			driver->len = CALL_MOST_PAGES * PAGE | (driver->len & (PAGE - 1));
		at_most(&driver->budget, MOST_PASSES, PTWALK_MAX_BUDGET);
		at_most(&driver->delay, MOST_DELAY, PTWALK_RACE_MAX_DELAY);
	}
	if (call->kind == CALL_WALK)
		at_most(&call->walk.ms, MOST_MS, PTWALK_RACE_MAX_WALK);
	if (call->kind == CALL_TEARDOWN) {
		at_most(&teardown->delay, MOST_DELAY, PTWALK_RACE_MAX_DELAY);
		at_most(&teardown->patience, MOST_MS, PTWALK_RACE_MAX_PATIENCE);
	}
}

void call_tame(struct call *call, bool still)
{
	const uint64_t most = CALL_MOST_PAGES * PAGE;

	if (call->kind == CALL_RUN)
		run_tame(&call->run);
	if (call->kind == CALL_RUN && still)
		run_still(&call->run);
	if (call->kind == CALL_INSPECT && call->inspect.len > 16 * most &&
	    call->inspect.len <= PTWALK_MAX_PAGES * PAGE)
		call->inspect.len = most | (call->inspect.len & (PAGE - 1));
	if (call->kind == CALL_BLOCKS && call->blocks.len > 16 * most &&
	    call->blocks.len <= PTWALK_MAX_PAGES * PAGE)
		call->blocks.len = most | (call->blocks.len & (PAGE - 1));
	if (call->kind == CALL_MIGRATE && call->migrate.len > most &&
	    call->migrate.len <= PTWALK_MAX_PAGES * PAGE)
		call->migrate.len = most | (call->migrate.len & (PAGE - 1));
	race_tame(call);
	if (call->kind == CALL_KILLED && call->system.how > 100000)
		call->system.how = 100000;
}
