/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Architectures of kernels under test: what the host has to know of one to fetch a kernel of it,
 * build for it and boot it. One folder and one const struct each. User space of the guest knows
 * arch/ticks.h and arch/guest.h, which are of the one that they are compiled for.
 */
#ifndef PTWALK_ARCH_ARCH_H
#define PTWALK_ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/size.h"

/* QEMU's program, and what its machine is made of. Lists are NULL-terminated. */
struct arch_qemu {
	const char *program, *package; /* "qemu-system-x86_64", Debian's "qemu-system-x86" */
	const char *firmware, *firmware_package; /* path; NULL: its own */
	const char *board;			 /* of -machine: "pc,hpet=off" */
	/* The CPU model of exact and tcg machines, and what is added to it and to --cpu's. */
	const char *cpu, *cpu_adds;
	/* The device whose end on the host is the chardev "channel", and what ends QEMU. */
	const char *const *channel;
	int power_status; /* what it exits with where the guest powered off */
};

/* The guest kernel's words: of every machine, and of those of one. NULL-terminated. */
struct arch_words {
	const char *const *all;
	const char *const *exact, *const *tcg;
	/*
	 * One more of tcg's, which this host says; owned by the caller, NULL: it has none. The member
	 * is NULL where there never is one.
	 */
	char *(*tcg_here)(void);
	const char *driver; /* exact's, where no other program runs than ptwalk's; NULL: none */
	size_t room;	    /* bytes that a command line may have, its NUL included */
};

/* Physical addresses of the guest. */
struct arch_memory {
	uint64_t ram; /* where it begins, if it is in one piece */
	uint64_t low; /* else: most bytes from 0; the rest comes from @above on */
	uint64_t above;
	uint64_t end; /* first address that there is not */
	/* The same with @wide_bits address bits, which the CPU is given; 0: it has no more. */
	uint64_t wide_above, wide_end;
	unsigned int wide_bits;
	/*
	 * Device-dax memory is NVDIMMs, after all RAM. Else it is RAM that words of the kernel's
	 * command line take away (memmap=), which can be had with no device, too.
	 */
	bool dimms;
	uint64_t aligns; /* of device-dax, that some kernel of it offers: a bit each */
};

/* Its code, as `ab` compares it and `profile` shows it. */
struct arch_code {
	int capstone_arch, capstone_mode;
	const char *models;		    /* the CPU that llvm-mca models where none is named */
	uint32_t word;			    /* relocation of an address, as in jump tables */
	bool (*is_relative)(uint32_t type); /* is it counted from its instruction's end? */
	bool words; /* instructions are words, of which a relocation fills a part, zero before */
	unsigned int (*bytes)(uint32_t type); /* that it fills */
};

struct arch {
	const char *name;    /* "x86": in records, keys and options */
	const char *debian;  /* "amd64" */
	const char *target;  /* "x86_64": QEMU's name of it */
	const char *triplet; /* "x86_64-linux-gnu": of compilers, and its libraries' folder */
	const char *ci;	     /* "x86_64": KCIDB's name of it */
	const char *loader;  /* "ld-linux-x86-64.so.2" */
	const char *library; /* "lib64": where programs have it */
	uint16_t elf_machine;
	const char *kbuild;	/* make's ARCH=, and the folder of its part of a kernel tree */
	const char *image;	/* in a build tree: "arch/x86/boot/bzImage" */
	const char *boot_image; /* its name where a build is kept: "bzImage" */
	bool raw_image; /* it is the kernel as it lies in memory; else an ELF file is within */
	const char *const
		*headers; /* of the tree, beside its include, that modules are built with */
	struct arch_qemu qemu;
	struct arch_words words;
	struct arch_memory memory;
	struct arch_code code;
	/* Kernel options: of any guest, and of persistent memory with the modules of these. */
	const char *const *needs, *const *pmem_needs, *const *pmem_modules;
};

/* The architectures, in the order they are listed: one line each. */
#define ARCHES(X) X(x86) X(arm64)

#define X(name) extern const struct arch arch_##name;
ARCHES(X)
#undef X

extern const struct arch *const arches[];
extern const size_t nr_arches;

/* That of this host, whose programs run as they are. */
extern const struct arch *const arch_host;

/* @arch, or that of this host where it is NULL. */
static inline const struct arch *arch_of(const struct arch *arch)
{
	return arch ? arch : arch_host;
}

/* Two words, "-" and "arm64", or "" and "" of this host's: as the end of a name in the cache. */
#define ARCH_SUFFIX(arch) \
	((arch) == arch_host ? "" : "-"), ((arch) == arch_host ? "" : (arch)->name)

/* The same with its triplet: as the end of the name of a cross compiler's package. */
#define ARCH_ENDING(arch) \
	((arch) == arch_host ? "" : "-"), ((arch) == arch_host ? "" : (arch)->triplet)

/* NULL where there is none of that name; and of that e_machine of ELF files. */
const struct arch *arch_find(const char *name);
const struct arch *arch_of_elf(uint16_t machine);

/* The same; -EINVAL with the names there are where there is none. */
int arch_known(const char *name, const struct arch **arch, struct err *err);

/*
 * A tool of the host that makes code for it: "strip" is "aarch64-linux-gnu-strip" where it is not
 * this host's. Owned by the caller.
 */
char *arch_tool(const struct arch *, const char *name);

#endif
