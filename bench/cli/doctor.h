/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run on the exact machine needs of this host, and what here makes times noisy. */
#ifndef PTWALK_CLI_DOCTOR_H
#define PTWALK_CLI_DOCTOR_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

#define DOCTOR_ANY_CPU UINT_MAX
#define DOCTOR_TEXT    512

#define DOCTOR_CACHE_MIB 2048 /* one kernel unpacked, with its packages */
#define DOCTOR_RAM_MIB	 3072 /* what the guest of a run has at the most by default */

struct doctor {
	const char *root; /* "": this host's sys and proc; else a folder with both in it */
	unsigned int cpu; /* that measures; DOCTOR_ANY_CPU: as the driver takes it */
};

/**
 * doctor_look - look at all of it, and print what is found
 * @worst:	(out) the first thing without which `ptwalk run` does not work, where there is one
 *
 * Returns: can it work? Where what was asked for is not there, it cannot, and @err says so.
 */
bool doctor_look(const struct doctor *, FILE *out, char worst[DOCTOR_TEXT], struct err *err);

/**
 * doctor_fleet - can these hosts run it, and do they count alike? Prints a line for each
 * @hosts:	as fleet_read() takes them
 * @kernel:	that each runs for a few seconds
 *
 * Returns: an exit status: STATUS_CLEAN; STATUS_NOT_REPEATABLE: some count otherwise; STATUS_ERROR:
 * some cannot run it.
 */
int doctor_fleet(const char *hosts, const char *kernel);

/* Hosts that ssh reaches, as GNU parallel's --sshlogin and --sshloginfile have them. */

struct fleet_host {
	char *login;	   /* "root@node1"; ":" is this host */
	unsigned int jobs; /* that it is to do at a time, "4/node1"; 0: not said */
	struct strv reach; /* words before a command of one more word that it is to run */
};

struct fleet {
	struct fleet_host *v;
	size_t n;
};

/**
 * fleet_read - from words to hosts
 * @hosts:	logins with commas between them, or a file of them, a line each: "[N/]login", where a
 *		login with blanks has the ssh command of its own before it; "#" begins a comment
 * @fleet:	(out) at least one, no two of one login; to be ended with fleet_release()
 *
 * ssh is what $PTWALK_SSH says, with its options; else ssh itself, which asks for no password.
 *
 * Returns: 0, or -EINVAL with what is no login, and in which line.
 */
int fleet_read(const char *hosts, struct fleet *fleet, struct err *err);
void fleet_release(struct fleet *);

#endif
