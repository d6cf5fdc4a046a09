/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own code: a file of its mm/, changed by a policy or not, in a form
 * that ptwalk.ko is linked with, beside the built-in one. Where it is, what of it
 * cannot be had and why, and the files that make it part of the module.
 */
#ifndef PTWALK_KERNELS_OWN_H
#define PTWALK_KERNELS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "kernels/kernel.h"

/* A unit: one file of mm/. Another is a word here, a list in kmod/own/list.h and its windows. */
#define OWN_UNITS(X) X(hmm) X(gup) X(pagewalk)

enum own_unit {
#define X(unit) OWN_##unit,
	OWN_UNITS(X)
#undef X
	OWN_NR_UNITS,
};

/* "hmm": mm/hmm.c */
extern const char *const own_units[OWN_NR_UNITS];

#define OWN_AS_IT_IS "own" /* the policy under which a file is not changed */

/* One file under one policy; several kinds of op may run it. Units of one policy call one another. */
struct own_want {
	const char *unit;   /* "hmm" */
	const char *policy; /* "range": a name in kernels/policy, "UNIT-NAME" where UNIT is not hmm;
			     * "own" is the file as it is */
	struct strv changes; /* patches and .cocci of the user's instead, in this order; or empty */
};

struct own_variant {
	const char *unit;
	char *policy;
	char *ident;  /* that in C: "range_late" */
	char *file;   /* the changed source in the cache; NULL: cannot be had */
	char *reason; /* why not; NULL where it can */
	char *left;   /* the file, where it was left out */
};

struct own {
	char *source; /* holds mm/ */
	struct own_variant *v;
	size_t n;
	char *reason; /* why there is none at all, or NULL */
	const char
		*protocol; /* a file with a driver's protocol of the user's, beside them; or NULL */
	char *objects;	   /* of kernel_module(): the folder with UNIT_IDENT.o of each */
	double source_seconds, compile_seconds; /* that these took */
};

/**
 * own_open - find sources, and change them
 * @source:	a folder with the kernel's sources that the user names, or NULL
 *
 * A policy of ours that does not apply to this kernel is a variant with a reason; one
 * of the user's is an error. Changed files are kept: spatch is needed once for each.
 * Returns: 0, or -EBADMSG (with the file and the hunk) or another negative errno. End it
 * with own_close() in either case.
 */
int own_open(struct own *, const struct kernel *, const struct own_want *wants, size_t n,
	     const char *source, struct progress *, struct err *err);
void own_close(struct own *);

/* Do without a unit, for @reason; NULL: it is back. False where there is none of it. */
bool own_leave_out(struct own *, const char *unit, const char *reason);

/* Is there anything to be added to the module? */
bool own_any(const struct own *);

/* Is @policy of @unit there? Where not, @reason says why (of the struct's). */
bool own_has(const struct own *, const char *unit, const char *policy, const char **reason);

/*
 * The units that a unified diff or semantic patch changes, a bit each, or-ed into @units.
 * -EINVAL where it changes other files, -EBADMSG where it is neither; of these two @err does not
 * name @change.
 */
int own_units_of(const char *change, unsigned int *units, struct err *err);

/* The path of a unit's object file under a policy; NULL where there is none. Owned by the caller. */
char *own_object(const struct own *, const char *unit, const char *policy);

/* A copy of it with the names of another policy, as long a word; NULL with @err set. */
char *own_object_as(const struct own *, const char *unit, const char *policy, const char *as,
		    struct err *err);

/* Are those of two policies with names of the same length the same, but for these? */
bool own_same(const struct own *, const char *unit, const char *a, const char *b);

struct manifest;

/* All that it adds to a module's sources, for the key. */
int own_manifest(const struct own *, struct manifest *, struct err *err);

/*
 * Write it into @kmod, a copy of the module's sources, and add the names of these files to
 * @sources. What is there already stays as it is.
 */
int own_write(const struct own *, const char *kmod, struct strv *sources, struct err *err);

/* Keep what is compiled of each in @folder, UNIT_IDENT.c: the source lines of the module tell it. */
int own_keep(const struct own *, const char *folder, struct err *err);

/**
 * own_check_objects - refuse what has a state of its own
 * @kmod:	where the module was built
 *
 * Data of a unit would be a second copy of the kernel's. Returns: 0, or -ENOTUNIQ
 * naming the unit and the symbol.
 */
int own_check_objects(const struct own *, const char *kmod, struct err *err);

struct kallsyms;

/**
 * own_bind - give the symbols that no one exports their addresses
 * @from, @to:	ptwalk.ko as it was built, and bound
 * @build:	what the kernel exports is in @build/Module.symvers
 *
 * The addresses are also left in the module, for it to check. Returns: 0; -ENOENT or
 * -ENOTUNIQ with the symbol's name; -ENOEXEC where the file is none of ours.
 */
int own_bind(const char *from, const char *to, const char *build, const struct kallsyms *,
	     struct err *err);

/* mm/ of exactly the kernel under test: what its own code is compiled from. */

/**
 * own_source - the folder with the kernel's mm/, as it was when the kernel was built
 * @asked:	a folder of the user's (--source), which is believed; NULL: none
 * @folder:	(out) owned; holds mm/ with its *.c and *.h
 * @reason:	(out) owned: why there is none; NULL where there is one
 *
 * A packaged kernel's come from the linux-source package of its very version,
 * of which mm/ alone is kept, beside the image, and fetched with it where both are missing
 * (kernel_find_own()); those of builds and of build trees are theirs. Returns: 0, or a negative
 * errno where something failed that should not have.
 */
int own_source(const struct kernel *, const char *asked, char **folder, char **reason,
	       struct progress *, struct err *err);

/* Keep mm/ of the package in @debs in @folder; @span: of the stage, where this begins and ends. */
int own_source_unpack(const char *debs, const char *folder, const double span[2], struct progress *,
		      struct err *err);

#endif
