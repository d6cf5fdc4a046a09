/* SPDX-License-Identifier: GPL-2.0-only */
/* The native machine's parts: what its file knows of the others. */
#ifndef PTWALK_VM_NATIVE_H
#define PTWALK_VM_NATIVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
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

/* Device-dax devices of this host that the user names: found, and never taken with data in them. */

/*
 * Is @path ("/dev/dax0.0") a device-dax device? Takes no right but to look. Returns 0, or
 * -ENODEV with those there are in @err.
 */
int native_dax_find(const char *path, struct err *err);

/**
 * native_dax_check - may a workload map this device, whole?
 * @overwrite:	the user has named it: what is in it does not matter
 *
 * Data is a byte that is not 0 in the first and the last 64 MiB, or in the first page
 * of each 2 MiB between; what lies elsewhere alone is not found. Only read, in a
 * process of its own: a bad block ends that alone.
 *
 * Returns: 0; -EBUSY where a process has it open or mapped, with its name; -EEXIST where
 * it has data; -EIO where it cannot be read.
 */
int native_dax_check(const char *path, bool overwrite, struct err *err);

#endif
