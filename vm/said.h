/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guest says over one boot: frames become events, and an end. */
#ifndef PTWALK_VM_SAID_H
#define PTWALK_VM_SAID_H

#include <stdbool.h>
#include <sys/types.h>

#include "vm/channel.h"
#include "vm/vm.h"

struct said {
	const struct vm_events *events;
	void *arg;
	double started; /* host_seconds() when QEMU was started */
	struct channel channel;
	char stage[32];		/* the last one that began */
	double program_seconds; /* from start to the program; 0: not reached */
	char *failure;		/* what init said of its failure, or NULL */
	bool passed;		/* something of the program's went on to @events */
	bool exited;		/* the program ended, and: */
	int status;		/* as wait() gives it */
	char *file;		/* a file that is coming in: its name, or NULL */
	char *data;
	size_t size, got;
};

/* Begins at stage "kernel", now. */
void said_init(struct said *, const struct vm_events *, void *arg);

/* Bytes from the channel. Errors as channel_feed(), and what an event returned. */
int said_feed(struct said *, const void *data, size_t len, struct err *err);

/* No more bytes come: -EPROTO where a frame or a file was cut off. */
int said_finish(const struct said *, struct err *err);
void said_release(struct said *);

/* What the guest's console says: read after the fact, for people. */

/* The file's size, or 0 while it is not there. */
off_t console_size(const char *path);

/* The reason of the kernel's panic, owned by the caller, or NULL where it did not panic. */
char *console_panic(const char *path);

/* Did the kernel meet a breakpoint that is none of its own? */
bool console_stray_int3(const char *path);

/* klog_told() of what stands behind byte @from of the console. */
char *console_told(const char *path, off_t from, bool *at_end);

/* The last line of a text file that says something, or NULL. Owned by the caller. */
char *console_last_line(const char *path);

#endif
