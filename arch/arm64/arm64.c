// SPDX-License-Identifier: GPL-2.0-only
#include <capstone/capstone.h>
#include <elf.h>

#include "arch/arch.h"

#define HEADERS "arch/arm64"

/* Instructions count from their own address: nothing is added. */
static bool is_relative(uint32_t type)
{
	(void)type;
	return false;
}

static unsigned int reloc_bytes(uint32_t type)
{
	return type == R_AARCH64_NONE				     ? 0
	       : type == R_AARCH64_ABS64 || type == R_AARCH64_PREL64 ? 8
								     : 4;
}

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
	.code = {
		.capstone_arch = CS_ARCH_ARM64,
		.capstone_mode = CS_MODE_ARM,
		.models = "neoverse-n1",
		.word = R_AARCH64_ABS64,
		.words = true,
		.is_relative = is_relative,
		.bytes = reloc_bytes,
	},
	.needs = (const char *const[]){ "CONFIG_SERIAL_AMBA_PL011_CONSOLE",
					"CONFIG_SERIAL_8250_PCI", "CONFIG_PCI_HOST_GENERIC",
					"CONFIG_ACPI", "CONFIG_EFI", NULL },
	.pmem_needs = (const char *const[]){ "CONFIG_ACPI_NFIT", NULL },
	.pmem_modules = (const char *const[]){ "nfit", NULL },
};
