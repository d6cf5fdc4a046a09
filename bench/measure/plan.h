/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to be measured, and how; and checks on it that need no kernel. */
#ifndef PTWALK_MEASURE_PLAN_H
#define PTWALK_MEASURE_PLAN_H

#include <stdbool.h>

#include "bench/event/event.h"
#include "bench/measure/shard.h"
#include "bench/op/selection.h"
#include "bench/stats/design.h"
#include "vm/vm.h"

struct plan {
	struct selection selection;
	const char *kernel;  /* "debian:6.1"; or several, with commas */
	struct strv kernels; /* each of them */
	const struct machine *machine;
	const struct arch *arch; /* of the kernels; NULL: this host's */
	bool sized;		 /* sizes were asked for */
	bool kernel_asked;	 /* and so was the kernel */
	bool boots_asked;	 /* and so were the boots */
	unsigned int boots; /* at most: those of the last look; of the running kernel, rounds */
	struct looks looks; /* noisy machines: boots at which the figures are looked at */
	uint64_t seed;	    /* noisy machines: of the order of boots */
	double width; /* noisy machines: the widest interval that may end them, 0.01 is +-1 %; or 0 */
	unsigned int jobs;    /* guests at a time; 0: as many as pay */
	unsigned int shards;  /* cut it so; 0: a piece each */
	unsigned int pieces;  /* guests of each boot; 0: as many as pay */
	const char *via;      /* what makes them on other machines; NULL: they are made here */
	struct shard shard;   /* the only one to be measured; .n 0: all */
	bool quiet_system;    /* make the host quieter while it measures */
	bool method_evidence; /* figures show what the method does, and nothing of a kernel */
	bool mitigations;
	uint64_t dax_size;	     /* bytes of each device-dax device of the guest */
	unsigned int nodes;	     /* NUMA nodes of the guest */
	unsigned int cpus;	     /* CPUs of the guest */
	unsigned int ram_mib;	     /* of each node; 0: the machine's default */
	unsigned int limit_seconds;  /* 0: the machine's default */
	unsigned int silent_seconds; /* the same */
	struct event_list events;    /* perf events to count in the windows */
	bool model;		     /* and models caches; with @facts */
	bool facts;	       /* QEMU's plugin counts what windows hold beside instructions, too */
	const char *perf_what; /* "record", "stat"; NULL: no perf */
	const char *perf_args; /* more words for it, or NULL */
	char *perf_program;    /* found along $PATH where one is asked for */
	const char *invalidate;	      /* how a thread changes a range: the driver's word; or NULL */
	const char *retry_limit_text; /* when a chunk is given up: the same */
	const char *qemu, *cpu, *append; /* NULL: as the machine likes */
	struct strv dax_paths;		 /* device-dax devices of this host, "/dev/dax0.0" */
	struct strv overwrite;		 /* those of them whose data does not matter */
	const char *module;   /* a ptwalk.ko of the user's, for the running kernel; or NULL */
	const char *source;   /* a folder with the kernel's sources, for own code; or NULL */
	const char *protocol; /* a file with a protocol for a race; or NULL */
	/* As given, for plan_resolve(). */
	const char *machine_name, *boots_text, *rounds_text, *dax_size_text, *ram_text, *limit_text,
		*nodes_text, *cpus_text, *arch_text, *mitigations_text, *events_text, *seed_text,
		*width_text, *jobs_text, *shards_text, *pieces_text, *shard_text;
};

/* Returns: 0, or -EINVAL and the like with what is wrong, and what would be right, in @err. */
int plan_resolve(struct plan *, struct err *err);
void plan_release(struct plan *);

/* Where nobody asked for boots and figures are noisy: the looks that are usual. */
void plan_look_as_usual(struct plan *);

/* The part of a plan that a guest and the running kernel see otherwise; for plan.c alone. */

/*
 * Refuse what goes with guests alone where there is none, and what goes with the
 * running kernel alone where there is one.
 */
int plan_check_machine(const struct plan *, struct err *err);

/*
 * CPUs, nodes, memory and limits of a guest as they were asked for, and sizes that fit; of the
 * running kernel as this host has them. Placements on these nodes.
 */
int plan_resolve_machine(struct plan *, struct err *err);

/* A size that its device cannot hold is refused before anything is booted. */
int plan_check_sizes(const struct plan *, struct err *err);

#endif
