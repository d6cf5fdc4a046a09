/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that the driver was told it may use: device-dax devices, and spare memory. */
#ifndef PTWALK_DRIVER_SITE_H
#define PTWALK_DRIVER_SITE_H

#include "base/str.h"
#include "workloads/workload.h"

/**
 * site_open - read size, alignment and NUMA node of each device from sysfs
 * @paths:	"/dev/dax0.0", ...; must outlive the site
 * @site:	(out) to be ended with site_close()
 *
 * Returns: 0, or a negative errno that names the device.
 */
int site_open(const struct strv *paths, struct workload_site *site, struct err *err);
void site_close(struct workload_site *);

/**
 * site_parse_spare - read "low:START:SIZE" or "high:START:SIZE"
 * @text:	numbers of bytes, decimal or 0x...; whole pages of 2 MiB
 * @spare:	(out) its height among the WORKLOAD_NR_HEIGHTS
 *
 * Returns: 0, or -EINVAL.
 */
int site_parse_spare(const char *text, struct workload_spare *spare, struct err *err);

#endif
