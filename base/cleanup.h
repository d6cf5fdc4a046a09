/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a variable holds is given back where its block ends, however it ends, as
 * systemd and libvirt do it. The variable is set where it is declared, and functions
 * return early:
 *
 *	_cleanup_free_ char *path = xasprintf("%s/index", folder);
 *	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
 *	_cleanup_(strv_release) struct strv lines = { 0 };
 *	_cleanup_(progress_freep) struct progress *progress = progress_new(...);
 *
 *	if (fd < 0)
 *		return err_errno(err, "cannot open %s", path);
 *	*out = TAKE_PTR(path);
 *	return 0;
 *
 * S_release() takes a pointer to the struct and is named as it is; of S_free(), which
 * takes the pointer, DEFINE_CLEANUP() beside it in the header makes S_freep().
 * What is given back here leaves errno alone. What fails to be given back where that
 * matters (a file that was written) is closed by hand: fclose(TAKE_PTR(file)).
 */
#ifndef PTWALK_BASE_CLEANUP_H
#define PTWALK_BASE_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn)	   __attribute__((cleanup(fn)))
#define _cleanup_free_	   _cleanup_(freep)
#define _cleanup_close_	   _cleanup_(closep)
#define _cleanup_fclose_   _cleanup_(fclosep)
#define _cleanup_closedir_ _cleanup_(closedirp)

/* The value of a variable, which is left empty: who takes it owns what it holds. */
#define TAKE_GENERIC(var, empty)            \
	({                                  \
		__auto_type taken_ = (var); \
		(var) = (empty);            \
		taken_;                     \
	})
#define TAKE_PTR(ptr)  TAKE_GENERIC(ptr, NULL)
#define TAKE_FD(fd)    TAKE_GENERIC(fd, -1)
#define TAKE_STRUCT(s) TAKE_GENERIC(s, (typeof(s)){ 0 })

/*
 * DEFINE_CLEANUP(struct S *, S_free): S_freep() for _cleanup_(). A second name is that of
 * a library's function: DEFINE_CLEANUP_AS(struct kmod_ctx *, kmod_unref, kmod_unrefp).
 */
#define DEFINE_CLEANUP_AS(type, fn, name)         \
	static inline void name(typeof(type) *at) \
	{                                         \
		int before = errno;               \
                                                  \
		if (*at)                          \
			fn(*at);                  \
		errno = before;                   \
	}                                         \
	struct cleanup_wants_semicolon
#define DEFINE_CLEANUP(type, fn) DEFINE_CLEANUP_AS(type, fn, fn##p)

DEFINE_CLEANUP(FILE *, fclose);
DEFINE_CLEANUP(DIR *, closedir);

static inline void freep(void *at)
{
	free(*(void **)at); /* free() leaves errno alone since glibc 2.33 */
}

static inline void closep(const int *fd)
{
	int before = errno;

	if (*fd >= 0)
		close(*fd);
	errno = before;
}

#endif
