// SPDX-License-Identifier: GPL-2.0-only
#include <capstone/capstone.h>
#include <elf.h>
#include <math.h>
#include <unistd.h>

#include "arch/arch.h"
#include "arch/x86/channel.h"
#include "base/host.h"
#include "base/str.h"

#define TEXT_(number) #number
#define TEXT(number)  TEXT_(number)
#define PORT	      TEXT(CHANNEL_PORT)

/*
 * Calibrating and checking timers waits in loops of RDTSC, slow here: 3 s of 6. What the TSC then has
 * depends on where the timer stood, and on whether it was refined by the ACPI clock, a second later:
 * the guests of one run's shards would differ.
 * Self-tests of ciphers: 0.3 s. Where all CPUs read the host's one clock, no watchdog may find
 * otherwise.
 *
 * Patching lock prefixes away: each changes address spaces, and that empties the TLB; the plugin is
 * to see them, too. What the kernel would begin with and nobody here asks for: names for enums of
 * trace events, a search of all symbols for functions that ftrace must leave alone, another clock,
 * a self-test, and what has the kernel's types (BTF) read. Who looks for one of these finds it absent.
 */
static const char *const exact_words[] = {
	"tsc=reliable",
	"tsc_early_khz=1000000",
	"nolapic_timer",
	"no_timer_check",
	"cryptomgr.notests",
	"noreplace-smp",
	"pmtmr=0",
	("initcall_blacklist=trace_eval_init,ftrace_check_for_weak_functions,blake2s_mod_init,"
	 "cubictcp_register"),
	NULL
};
static const char *const tcg_words[] = { "tsc=reliable", "no_timer_check", "cryptomgr.notests",
					 NULL };

#ifdef __x86_64__
/* The TSC and the time at once, as far as nobody comes between: of some tries the shortest. */
static void read_clocks(double *seconds, double *ticks)
{
	double shortest = INFINITY;

	for (int i = 0; i < 20; i++) {
		const double before = host_seconds();
		const uint64_t tsc = __builtin_ia32_rdtsc();
		const double took = host_seconds() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		*seconds = before + took / 2;
		*ticks = (double)tsc;
	}
}
#endif

/*
 * The guest's TSC is the host's. Left alone the kernel calibrates it by a timer of QEMU's, which
 * errs where the host is busy: mostly by a thousandth, and once a guest's clock ran ten times too fast.
 */
static char *tsc_here(void)
{
#ifdef __x86_64__
	double seconds[2] = { 0 }, ticks[2] = { 0 };

	read_clocks(&seconds[0], &ticks[0]);
	usleep(20000);
	read_clocks(&seconds[1], &ticks[1]);
	return xasprintf("tsc_early_khz=%.0f",
			 (ticks[1] - ticks[0]) / (seconds[1] - seconds[0]) / 1e3);
#else
	return NULL;
#endif
}

static bool is_relative(uint32_t type)
{
	return type == R_X86_64_PC32 || type == R_X86_64_PLT32 || type == R_X86_64_GOTPCREL ||
	       type == R_X86_64_GOTPCRELX || type == R_X86_64_REX_GOTPCRELX;
}

static unsigned int reloc_bytes(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	default:
		return 4;
	}
}

/*
 * CPU model: 1 GiB pages; no LA57, no ERMS: either would change counts. One model: the same
 * paths. It has 40 address bits; the last 12 GiB below 1 TiB are HyperTransport's on the CPUs
 * that it models, and QEMU moves memory past them where it and the 2 GiB of PCI addresses after
 * it do not lie below. With more bits the end is twice what is walked at most.
 */
const struct arch arch_x86 = {
	.name = "x86",
	.debian = "amd64",
	.target = "x86_64",
	.triplet = "x86_64-linux-gnu",
	.ci = "x86_64",
	.loader = "ld-linux-x86-64.so.2",
	.library = "lib64",
	.elf_machine = EM_X86_64,
	.kbuild = "x86",
	.image = "arch/x86/boot/bzImage",
	.boot_image = "bzImage",
	.headers = (const char *const[]){ "arch/x86/Makefile", "arch/x86/Makefile.um",
					  "arch/x86/Makefile_32.cpu",
					  "arch/x86/Makefile.postlink", "arch/x86/include", NULL },
	.qemu = {
		.program = "qemu-system-x86_64",
		.package = "qemu-system-x86",
		.board = "pc,hpet=off",
		.cpu = "qemu64-v1,+pdpe1gb",
		.cpu_adds = "",
		.channel = (const char *const[]){
			"-device",
			"isa-debugcon,iobase=" PORT ",readback=" PORT ",chardev=channel",
			"-device",
			"isa-debug-exit,iobase=" TEXT(CHANNEL_POWER_PORT) ",iosize=4",
			NULL },
		.power_status = CHANNEL_POWER_STATUS,
	},
	.words = {
		.all = (const char *const[]){ "console=ttyS0", NULL },
		.exact = exact_words,
		.tcg = tcg_words,
		.tcg_here = tsc_here,
		/* Files of trace events: a program of somebody else's may want to trace. */
		.driver = "initcall_blacklist=tracer_init_tracefs",
		.room = 2048, /* asm/setup.h */
	},
	.memory = {
		.low = 3 * GIB,
		.above = 4 * GIB,
		.end = 1010 * GIB,
		.wide_above = TIB,
		.wide_end = 4 * TIB,
		.wide_bits = 46,
		.aligns = 4 * KIB | 2 * MIB | GIB,
	},
	.code = {
		.capstone_arch = CS_ARCH_X86,
		.capstone_mode = CS_MODE_64,
		.models = "skylake",
		.word = R_X86_64_64,
		.is_relative = is_relative,
		.bytes = reloc_bytes,
	},
	.needs = (const char *const[]){ "CONFIG_SERIAL_8250_CONSOLE", "CONFIG_X86_IOPL_IOPERM",
					NULL },
	.pmem_needs = (const char *const[]){ "CONFIG_X86_PMEM_LEGACY", NULL },
	.pmem_modules = (const char *const[]){ "nd_e820", NULL },
};
