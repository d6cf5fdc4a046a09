/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels that are built: CACHE/builds/KEY, whole or not at all.
 *
 *     boot/          bzImage, vmlinux with its symbols, System.map, config
 *     lib/modules/   as make modules_install leaves them
 *     headers/       what a module is built with
 *     facts, about   struct kernel's strings; struct build_entry's
 *
 * CACHE/builds/names/NAME holds a key.
 */
#ifndef PTWALK_KERNELS_BUILDS_H
#define PTWALK_KERNELS_BUILDS_H

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "kernels/build.h"
#include "kernels/kernel.h"
#include "kernels/source.h"

/*
 * Where kernels of one series and config are compiled, one after another: the
 * files of the tree at hand, changed in place so that only what differs has a
 * new time, and make's output folder beside them. Kept between builds.
 */

struct workspace {
	char *folder; /* CACHE/workspaces/NAME */
	char *src;    /* the tree */
	char *out;    /* make's O= */
	char *log;    /* of this build */
	const struct arch *arch;
	int lock;
};

/**
 * workspace_open - lock one, and bring it in order
 * @name:	of series, config and compiler
 * @log:	of the build; begun anew
 *
 * What a killed make left half-written is removed: it would be taken for
 * finished. End with workspace_close() in either case.
 */
int workspace_open(struct workspace *, const char *name, const struct arch *, const char *log,
		   struct progress *, struct err *err);
void workspace_close(struct workspace *);

/* Make @w->src the tree of @source, touching only the files that differ. */
int workspace_checkout(const struct workspace *, const struct source *, struct err *err);

/**
 * workspace_make - run make in @w->src, into @w->out
 * @words:	NULL-terminated: targets and variables
 * @progress:	is told the share of files that are done; may be NULL
 *
 * Returns: 0; -ECHILD with the log's first error in @err; -EINTR; -ETIMEDOUT;
 * -ECANCELED (a signal ended make); another negative errno.
 */
int workspace_make(const struct workspace *, const char *const *words, unsigned int seconds,
		   struct progress *, struct err *err);

/*
 * While one is begun and not ended, @w->out is not to be trusted after a crash.
 * Begin before the first make, end when the last has ended by itself, whatever came of it.
 */
int workspace_begin(const struct workspace *, struct err *err);
void workspace_end(const struct workspace *);

/*
 * Remove what was made after its .cmd file said it was done, or in a time of doubt, and .cmd
 * files of that time that are not whole.
 */
int workspace_repair(const char *out, const char *marker, struct err *err);

/* The kernel of a key. Returns 0 or -ENOENT; @kernel was kernel_init()ed. */
int builds_load(const char *key, struct kernel *kernel);

/**
 * builds_publish - put what a workspace has built where builds are
 * @entry:	what is told of it; its release and arch are filled in
 * @modules:	the only ones that were made: "fs/ext4/ext4.ko"; none: all of them
 * @version:	struct kernel's
 */
int builds_publish(const char *key, const struct workspace *, struct build_entry *entry,
		   const struct strv *modules, const char *version, struct progress *,
		   struct err *err);

/* Is this a name that a build may have? -EINVAL says what one is. */
int builds_check_name(const char *name, struct err *err);

/* From now on @name means @key. */
int builds_set_name(const char *name, const char *key, struct err *err);

/* A folder that a kernel was built in: make's output, or a tree built in place. */

/*
 * Fill in what a built tree says of its kernel: release, image, config, build,
 * hashes, compiler. Returns: 0, or -ENOENT: what is missing, and what makes it.
 */
int tree_describe(struct kernel *, const char *tree, struct err *err);

/*
 * Put the modules of @kernel->build, stripped, with their lists, below @root: those @named
 * ("fs/ext4/ext4.ko"), or where none is all that its modules.order has; make's words in @log.
 */
int tree_install(const struct kernel *, const struct strv *named, const char *root, const char *log,
		 struct err *err);

#endif
