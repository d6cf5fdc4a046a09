/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and folders. Paths that are returned are owned by the caller. */
#ifndef PTWALK_BASE_FS_H
#define PTWALK_BASE_FS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/err.h"

bool fs_exists(const char *path);
bool fs_is_dir(const char *path);

/* A regular file: to read it ends, as of a FIFO it may not. */
bool fs_is_file(const char *path);

/* Make a folder and those above it; one that is there is no error. */
int fs_mkdir_p(const char *path, struct err *err);

/* Remove a file, or a folder and all below it; one that is not there is no error. */
int fs_remove(const char *path, struct err *err);

/*
 * A new folder that nobody else may enter, "@above/@name.XXXXXX"; @above NULL: in $TMPDIR, or /tmp.
 * Its path is absolute where that is. Returns NULL and sets @err on failure.
 */
char *fs_temp(const char *above, const char *name, struct err *err);

/* It and all that is in it, gone; and the path given back. */
void fs_temp_end(char *folder);
DEFINE_CLEANUP(char *, fs_temp_end);

/*
 * Read a whole file, NUL-terminated; @len may be NULL. Returns NULL and sets @err on failure. A device,
 * which may have no end, is refused.
 */
char *fs_read(const char *path, size_t *len, struct err *err);

/* The first line of a small file, without its newline, or NULL where it cannot be read. */
char *fs_read_line(const char *path);

/*
 * The same of a setting of the kernel's: of "always [madvise] never", "madvise". NULL with errno
 * set where it cannot be read.
 */
char *fs_read_setting(const char *path);

/* Write all of @data to @fd; a short write goes on. @path is for the error alone. */
int fs_write_all(int fd, const void *data, size_t len, const char *path, struct err *err);

/*
 * Write a file whole or not at all: a temporary one beside it, synced, renamed.
 * On failure the temporary one is gone and @path is as it was.
 */
int fs_write_file(const char *path, const void *data, size_t len, mode_t mode, struct err *err);

/* For scandir(): names that do not begin with a dot. */
int fs_visible(const struct dirent *);

/* Copy a regular file with @mode, whole or not at all. */
int fs_copy(const char *from, const char *to, mode_t mode, struct err *err);

/*
 * Take the lock file @path (made if need be), for others to see as held until
 * the descriptor is closed. Waits if @wait; else -EWOULDBLOCK when it is held.
 * Of an owner that was killed it is waited for, 5 s at most: its children have it too.
 * The file then holds the owner's process id, for the error line. Its holder may
 * remove it before closing it.
 * Returns: the descriptor, or a negative errno.
 */
int fs_lock(const char *path, bool wait, struct err *err);

/* Find a program along $PATH (or take a path with a slash as is); NULL where there is none. */
char *fs_find_program(const char *name);

/* Lower-case hexadecimal SHA-256 of a file, NUL-terminated, into @hex. */
int fs_sha256(const char *path, char hex[65], struct err *err);

#endif
