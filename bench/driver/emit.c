// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/emit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "arch/ticks.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"

void emit_line(const struct emit *emit, const char *line)
{
	struct err err;

	if (emit->fd < 0 || !fs_write_all(emit->fd, line, strlen(line), "records", &err))
		return;
	fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	exit(2);
}

void emit_record(struct emit *emit, const struct record *record)
{
	_cleanup_free_ char *line = record_line(record);

	if (record->kind == RECORD_SERIES)
		emit->series++;
	if (record->kind == RECORD_MISSING)
		emit->missing++;
	emit_line(emit, line);
}

void emit_mark(const struct emit *emit, const char *series, unsigned int seconds)
{
	_cleanup_free_ char *line = xasprintf(EMIT_MARK "%s\t%u\n", series, seconds);

	emit_line(emit, line);
}

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

/* "meltdown: Not affected; spectre_v2: Vulnerable; ...", sorted, or "". */
static char *mitigations(void)
{
	struct dirent **names = NULL;
	_cleanup_(strv_release) struct strv parts = { 0 };
	int n = scandir(VULNERABILITIES, &names, fs_visible, alphasort);

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = xasprintf(VULNERABILITIES "/%s", names[i]->d_name);
		_cleanup_free_ char *state = fs_read_line(path);

		if (state)
			strv_addf(&parts, "%s: %s", names[i]->d_name, state);
		free(names[i]);
	}
	free(names);
	return strv_join(&parts, "; ");
}

/* 0 of the module is that nobody says. */
static uint64_t said(uint64_t khz)
{
	return khz ? khz : RECORD_NO_TICKS;
}

void boot_emit(struct emit *emit, const struct client *client, const char *topology,
	       const struct boot_found *found)
{
	char *cmdline = fs_read_line("/proc/cmdline");
	struct record record = { .kind = RECORD_BOOT };
	struct utsname uts;

	uname(&uts);
	record.boot = (struct record_boot){
		.boot = 1,
		.release = xstrdup(uts.release),
		.build = xstrdup(uts.version),
		.cmdline = cmdline ? cmdline : xstrdup(""),
		.cpu = host_cpu_model(),
		.mitigations = mitigations(),
		.module_compiler = xstrndup(client->query.compiler, sizeof(client->query.compiler)),
		.topology = xstrdup(topology),
		.tsc_khz = client->query.tsc_khz,
		.tsc_cpuid_khz = said(client->query.tsc_cpuid_khz),
		.tsc_hypervisor_khz = said(client->query.tsc_hypervisor_khz),
		.tsc_measured_hz = found->tsc_hz,
		.overhead = found->overhead,
		.iterations = found->iterations,
	};
	for (size_t i = 0; i < found->warnings->n; i++)
		strv_add(&record.boot.warnings, found->warnings->v[i]);
	emit_record(emit, &record);
	record_release(&record);
}

#define PAUSE_NS 100000000
#define TRIES	 32
#define NS	 1000000000ULL

/* One moment on both clocks. */
struct moment {
	uint64_t ns, tsc;
};

static struct moment read_once(uint64_t *took)
{
	struct timespec ts;
	uint64_t before = arch_ticks(), after;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	after = arch_ticks();
	*took = after - before;
	return (struct moment){ (uint64_t)ts.tv_sec * NS + (uint64_t)ts.tv_nsec,
				before + *took / 2 };
}

/* Of several readings the shortest: nothing came in between. */
static struct moment read_both(void)
{
	uint64_t least, took;
	struct moment best = read_once(&least), now;

	for (int i = 1; i < TRIES; i++) {
		now = read_once(&took);
		if (took >= least)
			continue;
		least = took;
		best = now;
	}
	return best;
}

uint64_t clock_tsc_hz(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct moment from = read_both(), to;

	nanosleep(&pause, NULL);
	to = read_both();
	if (to.ns <= from.ns || to.tsc <= from.tsc)
		return RECORD_NO_TICKS;
	return (uint64_t)((double)(to.tsc - from.tsc) / (double)(to.ns - from.ns) * (double)NS);
}
