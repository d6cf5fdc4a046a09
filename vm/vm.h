/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machines: boot a kernel with an image made in process, run one program in
 * it, and carry out what it says, on a channel apart from the console.
 */
#ifndef PTWALK_VM_VM_H
#define PTWALK_VM_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"

/* Most NUMA nodes of a guest. */
#define VM_MAX_NODES 8

/* Most CPUs of one. */
#define VM_MAX_CPUS 64

/* Kernel options without which no guest of ours comes up, beside its arch's; NULL-terminated. */
extern const char *const vm_needs[];

/* A file to put into the guest. ELF programs bring the libraries they are linked with. */
struct vm_file {
	const char *host;  /* path on this host */
	const char *guest; /* absolute path in the guest; its mode is kept */
};

/* A device to make in the guest, over legacy pmem of its own. */
struct vm_dax {
	uint64_t size;	   /* usable bytes */
	uint64_t align;	   /* device-dax of 4 KiB, 2 MiB or 1 GiB: one mapping level; or
			 * 0: a block device for a file system with DAX (module nd_pmem) */
	unsigned int node; /* NUMA node that its memory is of */
};

/*
 * Memory of the guest that its kernel leaves alone (memmap=SIZE$START), for a
 * program that has a use for it: at low physical addresses, right after RAM, or
 * at the highest that the machine has.
 */
enum vm_spare {
	VM_SPARE_LOW,
	VM_SPARE_HIGH,
	VM_NR_SPARE
};

/* What happens in a guest, as it happens. Any may be NULL. */
struct vm_events {
	/* A line the program wrote to descriptor 3, without its newline. -errno ends the run. */
	int (*record)(void *arg, const char *line, size_t len, struct err *err);
	/* A piece of the program's stdout or stderr. */
	void (*output)(void *arg, const char *data, size_t len);
	/* A file that the program left in /out, at its end. */
	int (*file)(void *arg, const char *name, const void *data, size_t len, struct err *err);
	/* The guest reached a stage: "kernel", "init", "modules", "dax", "program". */
	void (*stage)(void *arg, const char *stage);
	/* Something that the user is to know, in one line. */
	void (*note)(void *arg, const char *text);
	/*
	 * Seconds (on the exact machine of QEMU's CPU time) that the guest may say nothing as it is
	 * now, 0: the default; *@doing (may stay as it is) is what it is at.
	 */
	unsigned int (*patience)(void *arg, const char **doing);
};

struct vm_config {
	const struct arch *arch;	    /* of the kernel; NULL: this host's */
	const char *kernel;		    /* bzImage or ELF vmlinux */
	const char *release;		    /* "6.1.0-56-amd64" */
	const char *modules_root;	    /* holds lib/modules/RELEASE */
	const char *const *modules;	    /* to load, in this order, after what they depend on; of
				     * "?NAME" a kernel need have no module */
	const char *module;		    /* ptwalk.ko, loaded last; NULL: none */
	const char *const *foreign_modules; /* files, loaded after it; NULL: none */
	const struct vm_file *files;
	size_t nr_files;
	const char *const *argv; /* the program: guest paths; NULL-terminated */
	/* It is not the suite's: what is appended to @argv is told by its environment instead
	 * (PTWALK_DAX0, PTWALK_PMEM0, PTWALK_SPARE_LOW), and debugfs is mounted. */
	bool foreign;
	const struct vm_dax *dax; /* appended to @argv as "--dax=/dev/daxN.0" or
				   * "--pmem=/dev/pmemN", in this order */
	size_t nr_dax;
	unsigned int ram_mib;	     /* RAM of each node beside the dax devices; 0: the default */
	unsigned int nodes;	     /* NUMA nodes; 0 and 1: one, and the guest is told of none */
	uint64_t spare[VM_NR_SPARE]; /* bytes, a multiple of 1 GiB, 0: none; appended to @argv as
				      * "--spare=low:START:SIZE", "--spare=high:START:SIZE" */
	unsigned int p2pdma_mib;     /* of a PCI device's memory for peer-to-peer DMA; 0: none */
	unsigned int cpus;	     /* spread over the nodes; 0: one */
	bool mitigations;	     /* leave CPU mitigations on */
	bool strict; /* a guest whose kernel warns, oopses or stalls once the program runs is ended */
	bool races; /* with it, of a kernel with KCSAN: no warning ends it, for each race is one */
	const char *append; /* more words for the kernel's command line, or NULL */
	bool kaslr; /* a bzImage may lie where it puts itself; else where it is linked for */
	unsigned int limit_seconds;  /* whole run; 0: the default */
	unsigned int silent_seconds; /* no byte on console or channel; 0: the default */
	const char *qemu;	     /* NULL: the arch's along $PATH */
	const char *init;	     /* the guest's; NULL: $PTWALK_INIT, or the one beside this */
	const char *libraries;	     /* folder that the guest's are in as below "/"; NULL: "/" */
	const char *cpu;	     /* a model of QEMU's; NULL: the arch's */
	const char
		*facts;	 /* have QEMU's plugin count what windows hold, into this file; NULL: no */
	bool model;	 /* have it model caches, too */
	const char *out; /* where there is no guest: the program's folder, made and removed */
	const char *folder; /* for initramfs.cpio (removed at the end), console.log,
				     * qemu.txt (the command line) and qemu.log */
};

struct vm_result {
	int status;		    /* the program's exit status */
	double program_seconds;	    /* wall time from starting QEMU to starting the program */
	double total_seconds;	    /* wall time of the whole run */
	unsigned long peak_rss_kib; /* QEMU's */
};

struct machine {
	const char *name; /* "exact" */
	const char *summary;
	const char *unit; /* of a TSC tick: "instructions" */
	bool exact;	  /* counts repeat: integers, compared bit for bit */
	bool functional;  /* ticks mean nothing: what runs there is tested, never compared */
	/*
	 * It is asked for nothing unless it was chosen by its name: asking takes seconds
	 * where the host does not answer.
	 */
	bool by_name;
	/*
	 * No guest: the running kernel. Of a vm_config it takes modules, module, argv (of
	 * this host), out, limit_seconds and folder.
	 */
	bool here;
	bool binds_cpus;       /* the guest's CPUs are bound to CPUs of the host (pins.h) */
	const char *replicate; /* noisy figures are replicated by it: "boot", "round" (a process) */
	unsigned int cpus, most_cpus; /* of a guest: where none are asked for, and at most */
	/*
	 * 0, or a negative errno with the reason: "qemu-system-... is not there; ..."
	 * Looks at @arch, @qemu, @cpus, @nodes and @module alone.
	 */
	int (*supported)(const struct vm_config *, struct err *err);
	/* Boot, run, end. Bounded in time; leaves no process and no temporary file behind. */
	int (*run)(const struct vm_config *, const struct vm_events *, void *arg,
		   struct vm_result *, struct err *err);
};

/* The machines, in the order they are listed. */
#define MACHINES(X) X(exact) X(tcg) X(kvm) X(native)

#define X(name) extern const struct machine machine_##name;
MACHINES(X)
#undef X

/* Where none is asked for. */
#define MACHINE_DEFAULT (&machine_exact)

extern const struct machine *const machines[];
extern const size_t nr_machines;

const struct machine *machine_find(const char *name);

/* The same; -EINVAL with the names there are where there is none. */
int machine_known(const char *name, const struct machine **machine, struct err *err);

/*
 * The first CPU of @node where @cpus are spread over @nodes in turn of their
 * numbers; CPU 0 is on node 0. The CPUs of a node end where the next one's
 * begin: where there are more nodes than CPUs, some have none.
 */
unsigned int vm_first_cpu(unsigned int cpus, unsigned int nodes, unsigned int node);

/* What the guest is told of the way from node @a to node @b: 10 within a node, more beyond. */
unsigned int vm_distance(unsigned int a, unsigned int b);

/*
 * The last lines of the console that a run left in @folder, newlines between
 * them, printable; "" where it said nothing. Owned by the caller.
 */
char *vm_console_tail(const char *folder, unsigned int lines);

#endif
