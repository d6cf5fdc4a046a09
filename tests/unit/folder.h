/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder in /tmp that a program's tests have to themselves. */
#ifndef PTWALK_TESTS_FOLDER_H
#define PTWALK_TESTS_FOLDER_H

#include <stddef.h>

extern char *folder_path;

/* Of UNIT_GROUP(), or called by what is. */
int folder_make(void **state);
int folder_remove(void **state);

/* A path in it, owned by the caller. */
char *folder_at(const char *name);

/* Write a file there, whose folder is there. */
void folder_put(const char *name, const void *data, size_t len);

#endif
