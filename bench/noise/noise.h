/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes the times of a host noisy, as it says itself: one const struct a check, one line in
 * NOISE_CHECKS. Each only reads; quiet_begin() changes what can be changed.
 */
#ifndef PTWALK_NOISE_NOISE_H
#define PTWALK_NOISE_NOISE_H

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/settings.h"
#include "base/str.h"

/* What a host says of itself in /sys and /proc, wherever these are. */

struct noise_host {
	const char *root;    /* "" is this host; else a folder with a sys and a proc in it */
	hwloc_bitmap_t cpus; /* those that measure */
};

/* The path of a file under @host's root. Owned by the caller. */
char *noise_path(const struct noise_host *host, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What it holds, blanks at its end cut off; NULL where it is not there. Owned by the caller. */
char *noise_read(const struct noise_host *host, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The numbers N of all PREFIXN in @folder, ascending. Owned by the caller; @n (out). */
unsigned int *noise_numbers(const struct noise_host *host, const char *folder, const char *prefix,
			    size_t *n);

/* "0-3,8" as a set; an empty one where it is none. End it with hwloc_bitmap_free(). */
hwloc_bitmap_t noise_cpus(const char *list);

/* "0-3,8". Owned by the caller. */
char *noise_list(hwloc_const_bitmap_t cpus);

/* Files that are both looked at and set. */

#define NOISE_GOVERNOR	   "/sys/devices/system/cpu/cpu%u/cpufreq/scaling_governor"
#define NOISE_NO_TURBO	   "/sys/devices/system/cpu/intel_pstate/no_turbo"
#define NOISE_BOOST	   "/sys/devices/system/cpu/cpufreq/boost"
#define NOISE_NMI_WATCHDOG "/proc/sys/kernel/nmi_watchdog"
#define NOISE_WATCHDOG	   "/proc/sys/kernel/watchdog"
#define NOISE_IRQS	   "/proc/irq"
#define NOISE_IRQ	   "/proc/irq/%u/smp_affinity_list"

#define NOISE_TEXT 256

enum noise_health {
	NOISE_QUIET,
	NOISE_NOISY,
	NOISE_UNKNOWN, /* the host does not say */
};

struct noise_check {
	const char *name;
	const char *why;  /* it matters: a clause */
	const char *todo; /* where it is noisy */
	/* What is found goes to @found, in a clause. */
	enum noise_health (*look)(const struct noise_host *host, char found[NOISE_TEXT]);
};

/* In the order they are told. */
#define NOISE_CHECKS(X) \
	X(governor)     \
	X(turbo)        \
	X(smt)          \
	X(isolation)    \
	X(watchdog)     \
	X(irqs)         \
	X(thp)          \
	X(aslr)         \
	X(mitigations)  \
	X(load)

#define X(name) extern const struct noise_check noise_check_##name;
NOISE_CHECKS(X)
#undef X

extern const struct noise_check *const noise_checks[];
extern const size_t nr_noise_checks;

const char *noise_health_name(enum noise_health); /* "quiet", "noisy", "?" */

/*
 * Make a host quieter while something is measured, and put it back, also after a
 * kill (base/settings.h): governor to performance, turbo off, watchdogs off,
 * interrupts to CPUs that do not measure, no ASLR for the processes started
 * meanwhile.
 */

struct quiet;

/**
 * quiet_begin - set what can be set
 * @settings:	open, the caller's; what is set is put back when it is closed, or by
 *		quiet_end()
 * @quiet:	(out) to be ended with quiet_end(), on success only
 * @done:	(out) a line for each thing: what was set, was so already, or could not
 *		be set and why
 *
 * What a host does not have is left out; what it refuses (an interrupt that
 * cannot be moved) is told, and no error.
 *
 * Returns: 0, or a negative errno.
 */
int quiet_begin(struct quiet **quiet, struct settings *settings, const struct noise_host *host,
		struct strv *done, struct err *err);

/* "governor, turbo, watchdog, irqs, aslr": what is as it should be. Owned by @quiet. */
const char *quiet_text(const struct quiet *);

/* Put back the ASLR of this process, and free; settings_close() does the rest. */
void quiet_end(struct quiet *);

#endif
