/* SPDX-License-Identifier: GPL-2.0-only */
/* What hwloc sees of this host. */
#ifndef PTWALK_CLI_TOPOLOGY_H
#define PTWALK_CLI_TOPOLOGY_H

#include <stdio.h>

#include "base/err.h"

/* Print how many there are of each kind, and each NUMA node: memory, CPUs, distances. */
int topology_print(FILE *f, struct err *err);

#endif
