/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPUs and nodes of the host a guest's are bound to. A guest's CPU has a
 * host CPU of its own, of a core of its own while there are such; a guest's node
 * has a host node of its own, with its CPUs and its memory.
 */
#ifndef PTWALK_VM_PINS_H
#define PTWALK_VM_PINS_H

#include <hwloc.h>
#include <stdbool.h>
#include <sys/types.h>

#include "vm/vm.h"

struct vm_pins {
	unsigned int nr_cpus, nr_nodes;
	unsigned int cpus[VM_MAX_CPUS];	  /* the host's CPU of each of the guest's */
	unsigned int nodes[VM_MAX_NODES]; /* the host's node of each of the guest's */
	bool bind_memory;		  /* the host has more than one node */
	bool shared_cores;		  /* two of the guest's CPUs are of one core */
};

/* What of a host there is to choose from. */
struct pins_choice {
	hwloc_topology_t topology;
	hwloc_bitmap_t usable;	  /* CPUs that may be taken */
	hwloc_bitmap_t preferred; /* those of them that are taken first: isolated ones */
	hwloc_bitmap_t cpu_nodes; /* nodes that have CPUs: hwloc gives all others those nearby */
};

/**
 * pins_plan - choose CPUs and nodes
 * @cpus:	of the guest; 0 is 1
 * @nodes:	of the guest; 0 is 1
 *
 * Of what is equally good the CPU 0 comes last: interrupts go there.
 *
 * Returns: 0; -EINVAL where the host has fewer of either. A guest's node that
 * shares a host node with another one would be remote in name only.
 */
int pins_plan(const struct pins_choice *, unsigned int cpus, unsigned int nodes, struct vm_pins *,
	      struct err *err);

/* The same on this host, of the CPUs that this process may use, and those isolated. */
int pins_host(unsigned int cpus, unsigned int nodes, struct vm_pins *, struct err *err);

/**
 * pins_bind - bind threads, and read back that they are bound
 * @process:	whose other threads go to the CPUs that are left, where any are; 0: none
 * @threads:	of the guest's CPUs, @pins->nr_cpus of them
 */
int pins_bind(const struct vm_pins *pins, pid_t process, const pid_t *threads, struct err *err);

/* What is bound to what, a line each. Owned by the caller. */
char *pins_text(const struct vm_pins *);

#endif
