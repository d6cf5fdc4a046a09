/* SPDX-License-Identifier: GPL-2.0-only */
/* The device-dax devices that the driver was told it may use. */
#ifndef PTWALK_DRIVER_DAX_H
#define PTWALK_DRIVER_DAX_H

#include "base/str.h"
#include "workloads/workload.h"

/**
 * dax_open_site - read size, alignment and NUMA node of each device from sysfs
 * @paths:	"/dev/dax0.0", ...; must outlive the site
 * @site:	(out) to be ended with dax_close_site()
 *
 * Returns: 0, or a negative errno that names the device.
 */
int dax_open_site(const struct strv *paths, struct workload_site *site, struct err *err);
void dax_close_site(struct workload_site *);

#endif
