/* SPDX-License-Identifier: GPL-2.0-only */
/* What an open /dev/ptwalk has of its own. */
#ifndef PTWALK_FILE_H
#define PTWALK_FILE_H

#include <linux/fs.h>
#include <linux/workqueue.h>

#include "device.h"

struct pagemaps_file;
struct race;

/**
 * struct ptwalk_file - from open() on until it is closed and nobody holds a page of it
 * @pagemaps:	that it registers; NULL: it is closed, and they are gone
 * @devices:	whose memory it has
 * @race:	the driver that it is; NULL: none
 * @close:	the end, which may have to be waited for
 */
struct ptwalk_file {
	struct pagemaps_file *pagemaps;
	struct devices devices;
	struct race *race;
	struct delayed_work close;
};

static inline struct ptwalk_file *file_of(const struct file *file)
{
	return file->private_data;
}

#endif
