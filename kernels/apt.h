/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apt, without root and without touching the system's own: a state folder in
 * the cache that knows one Debian release with its security and other updates,
 * which a machine's own sources need not list. What apt downloads, it verifies
 * against the Debian archive keyring.
 */
#ifndef PTWALK_KERNELS_APT_H
#define PTWALK_KERNELS_APT_H

#include <stdbool.h>

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"

/* Where the Debian archive is; each ends without a slash. */
struct apt_mirrors {
	char *debian;
	char *security;
	bool guessed; /* the security archive is only taken to be beside the other */
};

/**
 * apt_mirrors_parse - read the mirrors from the machine's own apt configuration
 * @targets:	what APT_TARGETS_FORMAT makes `apt-get indextargets` print
 *
 * $PTWALK_DEBIAN_MIRROR and $PTWALK_DEBIAN_SECURITY come before what it says.
 *
 * Returns: 0, or -ENOENT where it names no Debian mirror.
 */
int apt_mirrors_parse(const char *targets, struct apt_mirrors *, struct err *err);
void apt_mirrors_release(struct apt_mirrors *);

#define APT_TARGETS_FORMAT "$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)"

/* A Debian release, and the parts it has beside itself. */
struct apt_release {
	const char *suite; /* "bookworm" */
	bool updates;	   /* SUITE-updates, on the same mirror */
	bool security;	   /* SUITE-security, on the security archive */
};

struct apt {
	const struct apt_release *release;
	const struct arch *arch;
	char *folder; /* CACHE/apt/SUITE, or CACHE/apt/SUITE-ARCH where that is not this host's */
	char *conf;   /* its configuration, for `apt-get -c` */
	char *log;    /* of what apt said since apt_open() */
	bool updated; /* its lists were fetched since apt_open() */
};

/*
 * Make the state folder if need be, for packages of @arch, and of this host's as "NAME:ARCH". The
 * caller holds the lock of the cache's kernels.
 */
int apt_open(struct apt *, const struct apt_release *, const struct arch *arch, struct err *err);
void apt_close(struct apt *);

/* Fetch the lists where they are missing or older than a day, or if @force. */
int apt_update(struct apt *, bool force, struct err *err);

/**
 * apt_field - a field of the candidate version of a package
 *
 * Returns: its text, owned by the caller; NULL with @err where there is no such
 * package or it has no such field.
 */
char *apt_field(const struct apt *, const char *package, const char *field, struct err *err);

/* The names in a Depends field that start with @prefix, the first of each alternative. */
void apt_depends(const char *depends, const char *prefix, struct strv *names);

/**
 * apt_closure - packages, with all that they depend on
 * @arch:	that they are of: one that the state folder knows
 * @packages:	(out) "NAME=VERSION" of each, as for a machine that has none; those that are
 *		recommended are not among them
 */
int apt_closure(const struct apt *, const struct arch *arch, const struct strv *names,
		struct strv *packages, struct err *err);

/* What one apt fetches, beside others. */
struct apt_wanted {
	const char *what;	     /* "kernel": for the progress */
	const struct strv *packages; /* "NAME" or "NAME=VERSION"; none: nothing to fetch */
	const char *folder;	     /* where to, made if need be */
	bool optional;		     /* where it cannot be had, @folder is left without */
};

/**
 * apt_download - packages, verified, all of @wanted at once
 * @until:	of the stage of @progress, how much is done when they are here
 *
 * Returns: 0, -ECHILD where apt says that it cannot, -ETIMEDOUT, -EINTR or another.
 */
int apt_download(const struct apt *, const struct apt_wanted *wanted, size_t n, double until,
		 struct progress *, struct err *err);

/* The same of one package. */
int apt_download_one(const struct apt *, const char *package, const char *folder, double until,
		     struct progress *, struct err *err);

/* What apt runs with, for proc.h. */
extern const char *const apt_words[];

/* What Debian serves: shared by its packaged kernels and by their sources (debian.c). */

/* The release that serves kernel "6.1" ("bookworm") of @arch (NULL: of any); NULL where none does. */
const struct apt_release *debian_release(const char *version, const struct arch *arch);

/* "debian:6.1, debian:6.12", those of @arch, for messages. Owned by the caller. */
char *debian_specs(const struct arch *arch);

/* Does $PTWALK_REFRESH ask for the newest packages? */
bool debian_refresh(void);

#endif
