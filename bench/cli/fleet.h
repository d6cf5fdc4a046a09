/* SPDX-License-Identifier: GPL-2.0-only */
/* Hosts that ssh reaches, as GNU parallel's --sshlogin and --sshloginfile have them. */
#ifndef PTWALK_CLI_FLEET_H
#define PTWALK_CLI_FLEET_H

#include "base/err.h"
#include "base/str.h"

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
