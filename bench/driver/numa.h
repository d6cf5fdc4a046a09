/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the driver runs and takes its memory from, through hwloc. */
#ifndef PTWALK_DRIVER_NUMA_H
#define PTWALK_DRIVER_NUMA_H

#include "base/err.h"
#include "bench/op/placement.h"

struct hwloc_topology;

struct numa {
	struct hwloc_topology *topology;
	char *description;	  /* what hwloc sees, "1 package, 1 core, 1 PU, 1 node" */
	struct placement_map map; /* its home is the node of the CPU that was asked for */
	unsigned int cpu;	  /* OS index of that CPU */
	unsigned int at;	  /* node that the thread is on */
};

/**
 * numa_init - bind this thread to one CPU and its memory to that CPU's node
 * @cpu:	OS index, or -1: the first CPU this process may use
 * @numa:	(out) to be ended with numa_release(), on success only
 *
 * Returns: 0, or -EINVAL where there is no such CPU, with those there are.
 */
int numa_init(struct numa *, int cpu, struct err *err);
void numa_release(struct numa *);

/* CPUs that this process may use. */
unsigned int numa_cpus(const struct numa *);

/*
 * Bind this thread to the @number-th CPU from the one that was asked for on, which is
 * number 0, its memory to that CPU's node. @numa is this thread's own copy.
 */
int numa_take(struct numa *numa, unsigned int number, struct err *err);

/* Bind this thread to a CPU of @node (at home: the first one's), its memory likewise. */
int numa_move(struct numa *, unsigned int node, struct err *err);

#endif
