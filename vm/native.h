/* SPDX-License-Identifier: GPL-2.0-only */
/* The native machine's parts: what its file knows of the others. */
#ifndef PTWALK_VM_NATIVE_H
#define PTWALK_VM_NATIVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/settings.h"
#include "vm/vm.h"

/* Who would load a module, and where it is looked: "" in front of /proc and /sys. */
struct native_site {
	const char *root;
	bool privileged; /* effective user 0 */
	bool built_here; /* the module, so that nobody signed it; else it is the user's */
};

/**
 * native_check - can a module be loaded into the running kernel?
 *
 * Returns: 0; -EPERM (not root, or root of a container), -EOPNOTSUPP (a kernel
 * without modules, or closed to more of them), -EKEYREJECTED (lockdown, as under
 * Secure Boot, or module.sig_enforce), each with what to do in @err.
 */
int native_check(const struct native_site *, struct err *err);

/**
 * native_load - load what @config names, each noted in @settings before
 *
 * First those of config->modules and what they depend on, where they are not
 * there yet; one that the kernel does not have is left out, which who needs it
 * says. Then config->module.
 *
 * Returns: 0; -EEXIST where a module of its name is there already; or a negative
 * errno with the kernel's reason.
 */
int native_load(const struct vm_config *config, struct settings *settings, struct err *err);

/* The driver, while it runs. */
struct native_child {
	pid_t pid;	    /* 0: it ended, and was reaped */
	int record, output; /* read ends; -1 at their end */
	int status;	    /* as wait() gives it, once it ended */
	char *line;	    /* of a record that is not whole yet */
	size_t len;
	unsigned long peak_rss_kib;
};

/* Start config->argv with records on descriptor 3; a copy of @lock stays with it. */
int native_child_start(struct native_child *, char *const *argv, int lock, struct err *err);

/**
 * native_child_watch - pass on what it says, until it ends
 *
 * Returns: 0 once it ended, however; -EINTR, -ETIMEDOUT after @limit seconds, or what an
 * event returned: it may be alive then.
 */
int native_child_watch(struct native_child *, unsigned int limit, const struct vm_events *,
		       void *arg, struct err *err);

/* End it and its own children, TERM first. -EBUSY where the kernel does not let go of it. */
int native_child_end(struct native_child *, struct err *err);
void native_child_release(struct native_child *);

#endif
