/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder that a child process, and no other, finds at another place as well. */
#ifndef PTWALK_BASE_BIND_H
#define PTWALK_BASE_BIND_H

struct bind {
	const char *folder; /* NULL ends a list */
	const char *at;	    /* a folder, too: what it holds is hidden */
};

/*
 * For a child that is to run a program. As root, or in a user namespace in which it has its own
 * id alone.
 *
 * Returns: 0 or a negative errno: -EPERM (namespaces are not to be had here), ...
 */
int bind_enter(const struct bind *binds);

#endif
