// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/noise/noise.h"

static char *under(const struct noise_host *host, const char *fmt, va_list args)
{
	char name[512];

	vsnprintf(name, sizeof(name), fmt, args);
	return xasprintf("%s%s", host->root, name);
}

char *noise_path(const struct noise_host *host, const char *fmt, ...)
{
	va_list args;
	char *path;

	va_start(args, fmt);
	path = under(host, fmt, args);
	va_end(args);
	return path;
}

char *noise_read(const struct noise_host *host, const char *fmt, ...)
{
	char *path, *text;
	va_list args;
	size_t len;

	va_start(args, fmt);
	path = under(host, fmt, args);
	va_end(args);
	text = fs_read(path, &len, NULL);
	free(path);
	while (text && len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return text;
}

static int ascending(const void *a, const void *b)
{
	const unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

unsigned int *noise_numbers(const struct noise_host *host, const char *folder, const char *prefix,
			    size_t *n)
{
	char *path = noise_path(host, "%s", folder), *end;
	unsigned int *numbers = NULL;
	DIR *dir = opendir(path);
	struct dirent *entry;

	*n = 0;
	free(path);
	while (dir && (entry = readdir(dir))) {
		const char *number = entry->d_name + strlen(prefix);

		if (!str_starts(entry->d_name, prefix) || !isdigit((unsigned char)*number))
			continue;
		numbers = xgrow(numbers, *n, sizeof(*numbers));
		numbers[*n] = (unsigned int)strtoul(number, &end, 10);
		*n += !*end;
	}
	if (dir)
		closedir(dir);
	if (*n)
		qsort(numbers, *n, sizeof(*numbers), ascending);
	return numbers;
}

hwloc_bitmap_t noise_cpus(const char *list)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();

	/* "(null)" is how some kernels write an empty list. */
	if (!list || !isdigit((unsigned char)*list) || hwloc_bitmap_list_sscanf(cpus, list) < 0)
		hwloc_bitmap_zero(cpus);
	return cpus;
}

char *noise_list(hwloc_const_bitmap_t cpus)
{
	char *list = NULL;

	if (hwloc_bitmap_list_asprintf(&list, cpus) < 0)
		list = xstrdup("?");
	return list;
}

#define ASK_PERSONALITY 0xffffffff

struct quiet {
	struct settings *settings;
	const struct noise_host *host;
	struct strv *done;
	struct strv names; /* what is as it should be */
	char *text;
	int persona; /* as it was; -1: not changed */
};

/* Files of one kind, all to one value. */
struct tally {
	size_t there, set, refused;
	struct err why; /* the first refusal */
};

static void set(struct quiet *q, char *path, const char *value, struct tally *t)
{
	struct err err;
	_cleanup_free_ char *before = fs_read_setting(path);

	if (before) {
		t->there++;
		if (!strcmp(before, value) || !settings_change(q->settings, path, value, &err))
			t->set++;
		else if (!t->refused++)
			t->why = err;
	}
	free(path);
}

static void tell(struct quiet *q, const char *name, const char *what, const struct tally *t)
{
	if (!t->there) {
		strv_addf(q->done, "%s: this host has none", name);
		return;
	}
	if (t->set)
		strv_add(&q->names, name);
	if (t->refused)
		strv_addf(q->done, "%s: %s for %zu of %zu; %s", name, what, t->set, t->there,
			  t->why.text);
	else
		strv_addf(q->done, "%s: %s", name, what);
}

static void quiet_clock(struct quiet *q)
{
	struct tally governor = { 0 }, turbo = { 0 };
	size_t n;
	unsigned int *cpus = noise_numbers(q->host, "/sys/devices/system/cpu", "cpu", &n);

	for (size_t i = 0; i < n; i++)
		set(q, noise_path(q->host, NOISE_GOVERNOR, cpus[i]), "performance", &governor);
	free(cpus);
	set(q, noise_path(q->host, NOISE_NO_TURBO), "1", &turbo);
	if (!turbo.there)
		set(q, noise_path(q->host, NOISE_BOOST), "0", &turbo);
	tell(q, "governor", "performance", &governor);
	tell(q, "turbo", "off", &turbo);
}

static void quiet_watchdog(struct quiet *q)
{
	struct tally t = { 0 };

	set(q, noise_path(q->host, NOISE_NMI_WATCHDOG), "0", &t);
	set(q, noise_path(q->host, NOISE_WATCHDOG), "0", &t);
	tell(q, "watchdog", "off", &t);
}

/* @cpus without those that measure; where none is left, all others that are online. */
static char *elsewhere(const struct quiet *q, hwloc_bitmap_t cpus)
{
	char *online;

	hwloc_bitmap_andnot(cpus, cpus, q->host->cpus);
	if (hwloc_bitmap_iszero(cpus)) {
		online = noise_read(q->host, "/sys/devices/system/cpu/online");
		if (online)
			hwloc_bitmap_list_sscanf(cpus, online);
		free(online);
		hwloc_bitmap_andnot(cpus, cpus, q->host->cpus);
	}
	return hwloc_bitmap_iszero(cpus) ? NULL : noise_list(cpus);
}

static void quiet_irq(struct quiet *q, unsigned int irq, struct tally *t)
{
	char *list = noise_read(q->host, NOISE_IRQ, irq), *others = NULL;
	hwloc_bitmap_t cpus = noise_cpus(list);

	if (list && !hwloc_bitmap_intersects(cpus, q->host->cpus)) {
		t->there++;
		t->set++;
	} else if (list) {
		others = elsewhere(q, cpus);
		if (others) {
			set(q, noise_path(q->host, NOISE_IRQ, irq), others, t);
		} else {
			t->there++;
			t->refused++;
			err_set(&t->why, ENODEV, "all CPUs measure");
		}
	}
	free(others);
	hwloc_bitmap_free(cpus);
	free(list);
}

static void quiet_irqs(struct quiet *q)
{
	struct tally t = { 0 };
	size_t n;
	unsigned int *irqs = noise_numbers(q->host, NOISE_IRQS, "", &n);

	for (size_t i = 0; i < n; i++)
		quiet_irq(q, irqs[i], &t);
	free(irqs);
	tell(q, "irqs", "away from the CPUs that measure", &t);
}

/* Children have it from their parent; this process itself stays where it is. */
static int quiet_aslr(struct quiet *q, struct err *err)
{
	const int before = personality(ASK_PERSONALITY);

	if (before < 0 || personality((unsigned int)before | ADDR_NO_RANDOMIZE) < 0)
		return err_errno(err, "cannot put ASLR off for the driver");
	q->persona = before;
	strv_add(&q->names, "aslr");
	strv_add(q->done, "aslr: off for the driver");
	return 0;
}

int quiet_begin(struct quiet **quiet, struct settings *settings, const struct noise_host *host,
		struct strv *done, struct err *err)
{
	struct quiet *q = xcalloc(1, sizeof(*q));
	int ret;

	*q = (struct quiet){ .settings = settings, .host = host, .done = done, .persona = -1 };
	quiet_clock(q);
	quiet_watchdog(q);
	quiet_irqs(q);
	ret = quiet_aslr(q, err);
	if (ret) {
		quiet_end(q);
		return ret;
	}
	q->text = strv_join(&q->names, ", ");
	*quiet = q;
	return 0;
}

const char *quiet_text(const struct quiet *q)
{
	return q->text;
}

void quiet_end(struct quiet *q)
{
	if (!q)
		return;
	if (q->persona >= 0)
		personality((unsigned int)q->persona);
	strv_release(&q->names);
	free(q->text);
	free(q);
}
