// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/counters.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "kmod/uapi/tell.h"
#include "workloads/workload.h"

#define PMU    "/sys/bus/event_source/devices/cpu"
#define PROBES 64 /* empty windows */

/* The number at *@at, and the character that must follow it. */
static bool number(const char **at, uint64_t *n, char then)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*n = strtoull(*at, &end, 0);
	*at = end + 1;
	return !errno && *end == then;
}

int counters_add(struct counters *c, const char *text, struct err *err)
{
	struct record_event event = { .overhead = RECORD_NO_TICKS };
	const char *at = text;
	uint64_t type;

	if (!number(&at, &type, ':') || type > UINT32_MAX || !number(&at, &event.config, ':') ||
	    !number(&at, &event.config1, ':') || !number(&at, &event.config2, '=') || !*at)
		return err_set(err, EINVAL, "'%s' is not TYPE:CONFIG:CONFIG1:CONFIG2=NAME", text);
	if (c->nr_asked == PTWALK_MAX_EVENTS)
		return err_set(err, E2BIG, "%s is one event too many: the module counts %d at most",
			       at, PTWALK_MAX_EVENTS);
	event.name = xstrdup(at);
	event.reason = xstrdup("");
	event.type = (unsigned)type;
	c->asked[c->nr_asked++] = event;
	return 0;
}

void counters_release(struct counters *c)
{
	for (size_t i = 0; i < c->nr_asked; i++) {
		free(c->asked[i].name);
		free(c->asked[i].reason);
	}
	*c = (struct counters){ 0 };
}

/* Empty windows with what is in @c->events. */
static int run_empty(const struct counters *c, const struct client *client,
		     struct ptwalk_sample *samples, uint32_t iterations, struct err *err)
{
	struct ptwalk_run run = {
		.op = PTWALK_OP_EMPTY,
		.addr = (uintptr_t)WORKLOAD_BASE,
		.len = units_page(),
		.iterations = iterations,
		.flags = PTWALK_RUN_IRQS_OFF,
		.samples = (uintptr_t)samples,
	};

	counters_ask(c, &run);
	return client_run(client, &run, err);
}

static bool of_the_cpu(const struct record_event *event)
{
	return event->type == PERF_TYPE_HARDWARE || event->type == PERF_TYPE_HW_CACHE ||
	       event->type == PERF_TYPE_RAW;
}

static char *why_not(const struct record_event *event, int error)
{
	if (error != ENOENT && error != EOPNOTSUPP && error != ENODEV)
		return xasprintf("perf refuses it: %s", strerror(error));
	if (of_the_cpu(event) && !fs_exists(PMU) && !fs_exists(PMU "_core"))
		return xstrdup("this machine has no PMU");
	return xstrdup("this machine has no such event");
}

static void probe_one(struct counters *c, size_t place, const struct client *client)
{
	struct record_event *event = &c->asked[place];
	struct counters alone = {
		.events = { { .type = event->type, .config = event->config } },
		.configs = { { .config1 = event->config1, .config2 = event->config2 } },
		.n = 1,
	};
	struct ptwalk_sample sample = { 0 };
	int ret = run_empty(&alone, client, &sample, 1, NULL);

	if (ret) {
		free(event->reason);
		event->reason = why_not(event, -ret);
		fprintf(stderr, "ptwalk-driver: event %s is not counted: %s\n", event->name,
			event->reason);
		return;
	}
	c->events[c->n] = alone.events[0];
	c->configs[c->n] = alone.configs[0];
	c->place[c->n++] = place;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The median of the windows in which it was counted all the time. */
static uint64_t overhead(const struct ptwalk_sample *samples, size_t event)
{
	uint64_t counts[PROBES];
	size_t n = 0;

	for (size_t i = 0; i < PROBES; i++)
		if (samples[i].running_ns[event] &&
		    samples[i].running_ns[event] == samples[i].enabled_ns[event])
			counts[n++] = samples[i].events[event];
	qsort(counts, n, sizeof(*counts), compare);
	return n ? counts[(n - 1) / 2] : RECORD_NO_TICKS;
}

int counters_probe(struct counters *c, const struct client *client, struct err *err)
{
	struct ptwalk_sample samples[PROBES] = { 0 };
	int ret;

	for (size_t i = 0; i < c->nr_asked; i++)
		probe_one(c, i, client);
	if (!c->n)
		return 0;
	ret = run_empty(c, client, samples, PROBES, err);
	if (ret)
		err_prefix(err, "empty window with events");
	for (size_t i = 0; i < c->n && !ret; i++)
		c->asked[c->place[i]].overhead = overhead(samples, i);
	return ret;
}

void counters_ask(const struct counters *c, struct ptwalk_run *run)
{
	if (!c->n)
		return;
	run->nr_events = (uint32_t)c->n;
	memcpy(run->events, c->events, sizeof(run->events));
	run->event_configs = (uintptr_t)c->configs;
}

static void move(struct ptwalk_sample *sample, size_t from, size_t to)
{
	if (from == to)
		return;
	sample->events[to] = sample->events[from];
	sample->enabled_ns[to] = sample->enabled_ns[from];
	sample->running_ns[to] = sample->running_ns[from];
	sample->events[from] = sample->enabled_ns[from] = sample->running_ns[from] = 0;
}

void counters_record(const struct counters *c, struct record_series *series)
{
	memcpy(series->events, c->asked, sizeof(series->events));
	series->nr_events = c->nr_asked;
	/* From the last: no place is before the one that is counted there. */
	for (size_t i = 0; i < series->nr_samples; i++)
		for (size_t k = c->n; k--;)
			move(&series->samples[i], k, c->place[k]);
}

#define SYMBOLS "/proc/kallsyms"

static const _Alignas(256) unsigned char table[256];

static void tell(const char *text)
{
	for (; *text; text++)
		facts_tell_byte(table, (unsigned char)*text);
}

static __attribute__((format(printf, 1, 2))) void tellf(const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	tell(line);
}

/* Of "ADDRESS TYPE NAME[\t[MODULE]]\n", which there are many of: @name (out) is all from the name on. */
static bool parse_symbol(char *line, unsigned long long *address, char *type, char **name)
{
	char *end;

	*address = strtoull(line, &end, 16);
	if (!*address || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	*type = end[1];
	*name = end + 3;
	end = strchr(*name, '\t');
	if (end)
		*end = ' ';
	return true;
}

/* Padding before functions has names that are no functions. */
static void tell_symbol(const char *address, char type, const char *name)
{
	if (!strchr("tTwW", type) || str_starts(name, "__pfx_"))
		return;
	tell("S ");
	for (address += strspn(address, "0"); *address != ' '; address++)
		facts_tell_byte(table, (unsigned char)*address);
	tell(" ");
	tell(name);
}

int facts_tell_symbols(struct err *err)
{
	unsigned long long address, text = 0, end = 0;
	FILE *f = fopen(SYMBOLS, "r");
	char line[1024], *name, type;
	bool any = false;

	if (!f)
		return err_set(err, errno, "cannot read " SYMBOLS ": %s", strerror(errno));
	setvbuf(f, NULL, _IOFBF, 1 << 20);
	while (fgets(line, sizeof(line), f)) {
		if (!parse_symbol(line, &address, &type, &name))
			continue;
		any = true;
		if (!strcmp(name, "_text\n"))
			text = address;
		if (!strcmp(name, "_end\n"))
			end = address;
		tell_symbol(line, type, name);
	}
	fclose(f);
	if (!any)
		return err_set(err, EPERM, SYMBOLS " hides its addresses (kernel.kptr_restrict)");
	if (text < end)
		tellf("M image %llx %llx\n", text, end - text);
	return 0;
}

void facts_tell_series(const char *name)
{
	tellf("B %s\n", name);
}

void facts_tell_samples(const struct ptwalk_sample *samples, uint32_t n)
{
	tellf("E %" PRIu32, n);
	for (uint32_t i = 0; i < n; i++)
		tellf(" %" PRIu64, (uint64_t)samples[i].ticks);
	tell("\n");
}
