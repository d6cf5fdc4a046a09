// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>

#include "arch/arch.h"

#define HEADERS "arch/arm64"

/*
 * A tick of the counter is an instruction at this rate, which has to be asked for. The model has
 * LSE atomics, 48 address bits and no pointer authentication, and kernels of all versions boot
 * on it without a warning.
 */
#define TICKS ",cntfrq=1000000000"

/* NVDIMMs are ACPI's, which comes with the firmware; 0.7 s of a boot. */
const struct arch arch_arm64 = {
	.name = "arm64",
	.debian = "arm64",
	.target = "aarch64",
	.triplet = "aarch64-linux-gnu",
	.loader = "ld-linux-aarch64.so.1",
	.library = "lib",
	.elf_machine = EM_AARCH64,
	.kbuild = "arm64",
	.image = HEADERS "/boot/Image",
	.boot_image = "Image",
	.raw_image = true,
	.headers = (const char *const[]){ HEADERS "/Makefile", HEADERS "/include",
					  HEADERS "/kernel/module.lds", HEADERS "/tools", NULL },
	.qemu = {
		.program = "qemu-system-aarch64",
		.package = "qemu-system-arm",
		.firmware = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
		.firmware_package = "qemu-efi-aarch64",
		.board = "virt,gic-version=3,nvdimm=on",
		.cpu = "neoverse-n1",
		.cpu_adds = TICKS,
		.channel = (const char *const[]){ "-device", "pci-serial,chardev=channel", NULL },
	},
	.words = {
		.all = (const char *const[]){ "console=ttyAMA0", NULL },
		.exact = (const char *const[]){ "cryptomgr.notests", NULL },
		.tcg = (const char *const[]){ "cryptomgr.notests", NULL },
		.room = 2048, /* asm/setup.h */
	},
	.memory = {
		.ram = GIB,
		.end = 240 * GIB, /* where the board has devices, if there is no more memory */
		.dimms = true,
		/* A PTE and a PMD of 4K, 16K and 64K pages. */
		.aligns = 4 * KIB | 2 * MIB | 16 * KIB | 32 * MIB | 64 * KIB | 512 * MIB,
	},
	.needs = (const char *const[]){ "CONFIG_SERIAL_AMBA_PL011_CONSOLE",
					"CONFIG_SERIAL_8250_PCI", "CONFIG_PCI_HOST_GENERIC",
					"CONFIG_ACPI", "CONFIG_EFI", NULL },
	.pmem_needs = (const char *const[]){ "CONFIG_ACPI_NFIT", NULL },
	.pmem_modules = (const char *const[]){ "nfit", NULL },
};
