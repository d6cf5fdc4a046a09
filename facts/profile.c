// SPDX-License-Identifier: GPL-2.0-only
#include "facts/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

const char *fact_event_name(enum fact_event event)
{
	static const char *const names[] = {
#define X(id, name, what) name,
		FACT_EVENTS(X)
#undef X
	};

	return names[event];
}

const char *fact_kind_name(enum fact_kind kind)
{
	static const char *const names[] = {
#define X(id, name) name,
		FACT_KINDS(X)
#undef X
	};

	return names[kind];
}

struct fact_memory facts_memory(const struct facts *facts)
{
	struct fact_memory sum = { 0 };

	for (int k = 0; k < FACT_NR_KINDS; k++) {
		sum.reads += facts->memory[k].reads;
		sum.writes += facts->memory[k].writes;
		sum.lines += facts->memory[k].lines;
		sum.lines_written += facts->memory[k].lines_written;
		sum.pages += facts->memory[k].pages;
	}
	return sum;
}

void facts_totals(const struct facts *facts, uint64_t totals[FACT_NR_TOTALS])
{
	const struct fact_memory memory = facts_memory(facts);

#define X(id, name, what) totals[FACT_TOTAL_##id] = facts->events[FACT_##id];
	FACT_BESIDE(X)
#undef X
	totals[FACT_TOTAL_LINES] = memory.lines;
	totals[FACT_TOTAL_LINES_WRITTEN] = memory.lines_written;
	totals[FACT_TOTAL_PAGES] = memory.pages;
}

void facts_profile_release(struct facts_profile *p)
{
	free(p->series);
	for (size_t i = 0; i < p->nr_functions; i++) {
		free(p->functions[i].name);
		free(p->functions[i].module);
	}
	free(p->functions);
	free(p->insns);
	free(p->calls);
	free(p->trace);
}

void profiles_release(struct profiles *profiles)
{
	for (size_t i = 0; i < profiles->n; i++)
		facts_profile_release(&profiles->v[i]);
	free(profiles->v);
	*profiles = (struct profiles){ 0 };
}

const struct facts_profile *profiles_find(const struct profiles *profiles, const char *series)
{
	for (size_t i = 0; i < profiles->n; i++)
		if (!strcmp(profiles->v[i].series, series))
			return &profiles->v[i];
	return NULL;
}

/* " N N N": as many numbers as there are, and nothing behind them. */
static bool read_numbers(const char *text, uint64_t *to, size_t n)
{
	char *end;

	for (size_t i = 0; i < n; i++, text = end) {
		to[i] = strtoull(text, &end, 10);
		if (end == text)
			return false;
	}
	return !*text;
}

static bool add_function(struct facts_profile *p, const char *text)
{
	struct profile_function f = { 0 };
	const char *module;
	char *name;

	f.address = strtoull(text, &name, 16);
	if (*name++ != ' ' || !*name)
		return false;
	module = strstr(name, " [");
	f.name = xstrndup(name, module ? (size_t)(module - name) : strlen(name));
	f.module = module ? xstrndup(module + 2, strcspn(module + 2, "]")) : xstrdup("");
	p->functions = xgrow(p->functions, p->nr_functions, sizeof(f));
	p->functions[p->nr_functions++] = f;
	return true;
}

static bool add_insn(struct facts_profile *p, const char *text)
{
	struct profile_insn insn = { .function = p->nr_functions - 1 };
	struct profile_function *f = &p->functions[insn.function];
	unsigned int byte;
	char *at;

	insn.address = strtoull(text, &at, 16);
	if (*at++ != ' ')
		return false;
	for (; insn.size < PROFILE_INSN_BYTES && sscanf(at, "%2x", &byte) == 1 && *at != ' ';
	     at += 2)
		insn.bytes[insn.size++] = (uint8_t)byte;
	if (!read_numbers(at, insn.events, FACT_NR_EVENTS))
		return false;
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		f->self[e] += insn.events[e];
	p->insns = xgrow(p->insns, p->nr_insns, sizeof(insn));
	p->insns[p->nr_insns++] = insn;
	return true;
}

/* The function that holds @address; nr_functions where none does. */
static size_t function_at(const struct facts_profile *p, uint64_t address)
{
	size_t i = p->nr_functions;

	while (i && p->functions[i - 1].address > address)
		i--;
	return i ? i - 1 : p->nr_functions;
}

static bool add_call(struct facts_profile *p, const char *text)
{
	uint64_t numbers[1 + FACT_NR_EVENTS];
	struct profile_call call = { 0 };
	int read = 0;

	if (sscanf(text, "%" SCNx64 " %" SCNx64 "%n", &call.site, &call.callee, &read) != 2 ||
	    !read_numbers(text + read, numbers, ARRAY_SIZE(numbers)))
		return false;
	call.calls = numbers[0];
	memcpy(call.inclusive, numbers + 1, sizeof(call.inclusive));
	call.caller = function_at(p, call.site);
	call.function = function_at(p, call.callee);
	if (call.caller == p->nr_functions || call.function == p->nr_functions)
		return false;
	p->calls = xgrow(p->calls, p->nr_calls, sizeof(call));
	p->calls[p->nr_calls++] = call;
	return true;
}

static bool add_memory(struct facts_profile *p, const char *text)
{
	const char *numbers = strchr(text, ' ');
	uint64_t n[5];

	if (!numbers || !read_numbers(numbers, n, ARRAY_SIZE(n)))
		return false;
	for (int k = 0; k < FACT_NR_KINDS; k++) {
		const char *name = fact_kind_name(k);

		if (strlen(name) == (size_t)(numbers - text) &&
		    !strncmp(name, text, strlen(name))) {
			p->facts.memory[k] = (struct fact_memory){ n[0], n[1], n[2], n[3], n[4] };
			return true;
		}
	}
	return false;
}

/* " ADDRESS ADDRESS..." */
static bool add_trace(struct facts_profile *p, const char *text)
{
	char *end;

	p->trace = xcalloc(strlen(text) + 1, sizeof(*p->trace));
	for (; *text; text = end) {
		p->trace[p->nr_trace++] = strtoull(text, &end, 16);
		if (end == text)
			return false;
	}
	return true;
}

static bool add_windows(struct facts_profile *p, const char *text)
{
	char word[8];

	if (sscanf(text, "%u %7s", &p->windows, word) != 2)
		return false;
	p->same = !strcmp(word, "same");
	return p->same || !strcmp(word, "differ");
}

static int read_line(struct facts_profile *p, const char *line, struct err *err)
{
	bool good = false;

	if (str_starts(line, "bad "))
		return err_set(err, EBADE, "%s: %s: the facts are not of what was timed",
			       p->series ? p->series : "before the first series", line + 4);
	if (!*line || line[1] != ' ' || !p->series != (line[0] == 's'))
		return err_set(err, EBADMSG, "not a line of facts");
	switch (line[0]) {
	case 's':
		p->series = xstrdup(line + 2);
		good = true;
		break;
	case 'w':
		good = add_windows(p, line + 2);
		break;
	case 't':
		good = read_numbers(line + 1, p->facts.events, FACT_NR_EVENTS);
		break;
	case 'm':
		good = add_memory(p, line + 2);
		break;
	case 'f':
		good = add_function(p, line + 2);
		break;
	case 'i':
		good = p->nr_functions && add_insn(p, line + 2);
		break;
	case 'c':
		good = add_call(p, line + 2);
		break;
	case 'x':
		good = p->modelled = read_numbers(line + 1, p->misses, ARRAY_SIZE(p->misses));
		break;
	case 'l':
		good = !p->trace && add_trace(p, line + 1);
		break;
	}
	return good ? 0 : err_set(err, EBADMSG, "a line of kind '%c' is cut", line[0]);
}

int profile_symbols(const struct facts_profile *p, struct err *err)
{
	size_t named = 0, begin = 0;

	for (size_t i = 0; i < p->nr_functions; i++)
		named += strcmp(p->functions[i].name, "?") != 0;
	for (size_t i = 0; i < p->nr_calls; i++) {
		const struct profile_function *f = &p->functions[p->calls[i].function];

		begin += f->address == p->calls[i].callee && strcmp(f->name, "?") != 0;
	}
	if (!named)
		return err_set(err, EPERM,
			       "%s: the guest told no symbols: does its /proc/kallsyms hide them "
			       "(kernel.kptr_restrict)?",
			       p->series);
	if (2 * begin < p->nr_calls)
		return err_set(
			err, ESTALE,
			"%s: the guest's symbols do not fit its boot: of %zu calls %zu go to where one of "
			"its functions begins",
			p->series, p->nr_calls, begin);
	return 0;
}

/* What each function costs with all that it calls: its own, and that of its calls to others. */
static void sum_inclusive(struct facts_profile *p)
{
	if (!p->nr_functions)
		return;
	for (size_t i = 0; i < p->nr_functions; i++)
		memcpy(p->functions[i].inclusive, p->functions[i].self,
		       sizeof(p->functions[i].self));
	for (size_t i = 0; i < p->nr_calls; i++)
		for (int e = 0; p->calls[i].caller != p->calls[i].function && e < FACT_NR_EVENTS;
		     e++)
			p->functions[p->calls[i].caller].inclusive[e] += p->calls[i].inclusive[e];
}

int profile_reader_open(struct profile_reader *r, const char *path, struct err *err)
{
	*r = (struct profile_reader){ .file = fopen(path, "r"), .path = xstrdup(path) };
	return r->file ? 0 : err_set(err, errno, "cannot read %s: %s", path, strerror(errno));
}

void profile_reader_close(struct profile_reader *r)
{
	if (r->file)
		fclose(r->file);
	free(r->path);
	free(r->line);
	*r = (struct profile_reader){ 0 };
}

/* The next line without its newline. Returns: whether there is one. */
static bool next_line(struct profile_reader *r)
{
	ssize_t len = getline(&r->line, &r->room, r->file);

	if (len <= 0)
		return false;
	r->number++;
	if (r->line[len - 1] == '\n')
		r->line[len - 1] = '\0';
	return true;
}

static int read_series(struct profile_reader *r, struct facts_profile *p, struct err *err)
{
	int ret = 0;

	while (!ret && next_line(r)) {
		if (r->number == 1)
			ret = strcmp(r->line, FACT_FILE_FIRST) != 0
				      ? err_set(err, EBADMSG, "no facts of a plugin of this ptwalk")
				      : 0;
		else if (!strcmp(r->line, "end") && !p->series)
			return -ENODATA;
		else if (!strcmp(r->line, "e") && p->series)
			return 0;
		else
			ret = read_line(p, r->line, err);
	}
	return ret ? ret : err_set(err, EBADMSG, "it ends early: QEMU did not end its plugin");
}

int profile_next(struct profile_reader *r, struct facts_profile *p, struct err *err)
{
	int ret;

	*p = (struct facts_profile){ 0 };
	ret = read_series(r, p, err);
	if (!ret) {
		sum_inclusive(p);
		return 0;
	}
	facts_profile_release(p);
	if (ret != -ENODATA)
		err_prefix(err, "%s, line %zu", r->path, r->number);
	return ret;
}

int profiles_read(const char *path, struct profiles *profiles, struct err *err)
{
	struct profile_reader reader;
	struct facts_profile p;
	int ret = profile_reader_open(&reader, path, err);

	*profiles = (struct profiles){ 0 };
	while (!ret && !(ret = profile_next(&reader, &p, err))) {
		if (!p.windows) {
			facts_profile_release(&p);
			continue;
		}
		profiles->v = xgrow(profiles->v, profiles->n, sizeof(p));
		profiles->v[profiles->n++] = p;
	}
	profile_reader_close(&reader);
	if (ret == -ENODATA)
		return 0;
	profiles_release(profiles);
	return ret;
}
