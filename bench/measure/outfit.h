/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest is given for a plan: the driver's command line, files, devices. */
#ifndef PTWALK_MEASURE_OUTFIT_H
#define PTWALK_MEASURE_OUTFIT_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "vm/vm.h"

/* Most files, and most devices, that a plan asks for. */
size_t outfit_room(const struct plan *);

/*
 * The driver's command line, appended to @argv; of a guest, the machine adds the devices.
 * @folder is the run's.
 */
void outfit_command(const struct plan *, const struct prepared *, const char *folder,
		    struct strv *argv);

/* Where the driver leaves files. Owned by the caller. */
char *outfit_out(const struct plan *, const char *folder);

/* Each returns how many it wrote. */
size_t outfit_files(const struct plan *, const struct prepared *, struct vm_file *files);
/* Of device-dax one for each alignment and node, of block devices one for all. */
size_t outfit_devices(const struct plan *, const struct prepared *, struct vm_dax *dax);

/* Spare memory, in bytes: of each kind as much as a device has, where a workload needs it. */
void outfit_spare(const struct plan *, const struct prepared *, uint64_t spare[VM_NR_SPARE]);

#endif
