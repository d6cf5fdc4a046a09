/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels under test: where they come from, what they are, and ptwalk.ko for
 * each. Nothing is installed: all is unpacked and built in the cache folder.
 */
#ifndef PTWALK_KERNELS_KERNEL_H
#define PTWALK_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"

/* A kernel that is ready to be booted. Strings are owned; "" where unknown, never NULL. */
struct kernel {
	const struct arch *arch;
	char *spec;	 /* as the user named it: "debian:6.1", "host", "/home/me/linux" */
	char *release;	 /* "6.1.0-56-amd64" */
	char *version;	 /* the package's version, "6.1.192-2" */
	char *image;	 /* path of the bzImage or the ELF vmlinux */
	char *vmlinux;	 /* path of an ELF vmlinux to boot, extracted into the cache where it
			      * can be (CONFIG_PVH=y); "" where it cannot */
	char *config;	 /* path of its .config */
	char *root;	 /* folder that holds lib/modules/RELEASE, with modules.dep */
	char *build;	 /* what `make -C` takes to build a module */
	char *build_key; /* of all that is below @build, where that is known: kernels with the same
			      * have the same ptwalk.ko */
	char *image_sha256;  /* of @image */
	char *config_sha256; /* of @config */
	char *compiler;	     /* CONFIG_CC_VERSION_TEXT */
	char *tools;	     /* folder of that program and those it calls; "": the host's */
	char *cc;	     /* program that compiles modules for it; "": as @compiler says */
	bool running;	     /* it is the one that runs, to be measured as it is */
	bool with_sources;   /* where it is fetched, so are the sources of its own code */
};

struct own;

/* One place kernels come from. One const struct a file. */
struct kernel_source {
	const char *name; /* "debian:VERSION", "host", "DIR": for help */
	const char *summary;
	/* Does @spec name a kernel of this source? */
	bool (*matches)(const char *spec);
	/* Is it one that there is? -EINVAL with those there are; NULL: find() tells. */
	int (*check)(const char *spec, const struct arch *, struct err *);
	/* Fill in @kernel, fetching what is missing; its arch is the one that is asked for. */
	int (*find)(const char *spec, struct kernel *kernel, struct progress *, struct err *err);
};

/* All of them, in the order they are asked. */
#define KERNEL_SOURCES(X) X(debian) X(build) X(host) X(package) X(installed) X(tree)

extern const struct kernel_source *const kernel_sources[];
extern const size_t nr_kernel_sources;

/*
 * Does @spec name a kernel of @arch (NULL: this host's), as far as that is known with nothing
 * fetched? -EINVAL: no.
 */
int kernel_spec_check(const char *spec, const struct arch *arch, struct err *err);

/**
 * kernel_find - make a kernel ready
 * @spec:	"debian:6.1", "host", the path of a build tree, ...: see kernel_sources
 * @arch:	that it is of; NULL: this host's
 * @kernel:	(out) to be ended with kernel_release()
 *
 * Takes what the cache has, without a network; fetches or unpacks what it
 * lacks, whole or not at all. $PTWALK_REFRESH=1 fetches a newer build of a
 * packaged kernel where there is one. Safe with several processes. Enters the
 * progress stage "kernel" where there is something to do.
 *
 * Returns: 0, -EINVAL (no such spec), -ENOENT (something is missing; @err says
 * what and how to get it), or another negative errno. On failure @kernel is
 * empty, and need not be released.
 */
int kernel_find(const char *spec, const struct arch *arch, struct kernel *kernel, struct progress *,
		struct err *err);
void kernel_release(struct kernel *);

/* The same; where a package is missing, the sources of its own code are fetched beside it. */
int kernel_find_own(const char *spec, const struct arch *arch, struct kernel *kernel,
		    struct progress *, struct err *err);

/**
 * kernel_running - the running kernel, to be measured without a boot
 * @build:	it needs what modules are built with
 *
 * Its image and config may be nowhere: they and their digests are "" then. The
 * config comes from /boot, /proc/config.gz or its headers.
 *
 * Returns: 0, or -ENOENT with what is missing and what brings it.
 */
int kernel_running(struct kernel *kernel, bool build, struct err *err);

/**
 * kernel_module - the path of ptwalk.ko for this kernel, built if need be
 * @own:	the kernel's own code that it is to have; NULL: none
 * @path:	(out) owned by the caller
 *
 * Builds from the kmod/ folder of this checkout in a copy in the cache, where the last build
 * for this kernel is, so that what has not changed since is not compiled again; keyed
 * by the kernel's headers (or, where these may change, the kernel), the module's
 * sources, own code and the compiler; $PTWALK_SOURCE names another checkout. Own code is bound
 * to the addresses of this image, or of the running kernel. Enters the progress stage "module"
 * where it has to build.
 *
 * Returns: 0, or a negative errno: -ENOENT (no headers, no compiler), -ESTALE
 * (the headers are not of this image), -EINVAL (make cannot be shown the
 * cache: make_possible()), -ECHILD (the build failed; @err holds its first error and the
 * log's path); of own code -ENOTUNIQ (a symbol that is not one, or data of its own).
 */
int kernel_module(const struct kernel *, struct own *own, char **path, struct progress *,
		  struct err *err);

/*
 * The module as it was built, with its debug information, beside what kernel_module() made of it.
 */
#define KERNEL_MODULE_LINES "ptwalk.ko.gz"

/* Its path, owned by the caller; NULL: there is none. */
char *kernel_module_lines(const char *module);

/* Can modules be built in the cache? To be asked before anything is fetched; -EINVAL: its path. */
int kernel_module_possible(struct err *err);

/**
 * kernel_lacks - which of these options does the kernel lack?
 * @options:	NULL-terminated, "CONFIG_X"
 *
 * Returns: a string with the missing ones, ", " between them, owned by the
 * caller; NULL where none is missing (or where @err is set: no config).
 */
char *kernel_lacks(const struct kernel *, const char *const *options, struct err *err);

/* Does its config say that it has this option? Where there is none, it does not. */
bool kernel_has(const struct kernel *, const char *option);

/* Bytes of a page of it, by its config; 4096 where there is none. */
uint64_t kernel_page_size(const struct kernel *);

#endif
