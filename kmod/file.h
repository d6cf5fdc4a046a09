/* SPDX-License-Identifier: GPL-2.0-only */
/* What an open /dev/ptwalk has of its own. */
#ifndef PTWALK_FILE_H
#define PTWALK_FILE_H

#include <linux/fs.h>

#include "device.h"

struct pagemaps_file;

struct ptwalk_file {
	struct pagemaps_file *pagemaps;
	struct devices devices;
};

static inline struct ptwalk_file *file_of(const struct file *file)
{
	return file->private_data;
}

#endif
