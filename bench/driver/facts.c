// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "kmod/uapi/tell.h"

#define SYMBOLS "/proc/kallsyms"

static const _Alignas(256) unsigned char table[256];

static void tell(const char *text)
{
	for (; *text; text++)
		facts_tell_byte(table, (unsigned char)*text);
}

static __attribute__((format(printf, 1, 2))) void tellf(const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	tell(line);
}

int facts_tell_symbols(struct err *err)
{
	unsigned long long address, text = 0, end = 0;
	char line[1024], name[512], module[128], type;
	FILE *f = fopen(SYMBOLS, "r");
	bool any = false;

	if (!f)
		return err_set(err, errno, "cannot read " SYMBOLS ": %s", strerror(errno));
	setvbuf(f, NULL, _IOFBF, 1 << 20);
	while (fgets(line, sizeof(line), f)) {
		*module = '\0';
		if (sscanf(line, "%llx %c %511s %127s", &address, &type, name, module) < 3 ||
		    !address)
			continue;
		any = true;
		if (!strcmp(name, "_text"))
			text = address;
		if (!strcmp(name, "_end"))
			end = address;
		/* Padding before functions has names that are no functions. */
		if (strchr("tTwW", type) && !str_starts(name, "__pfx_"))
			tellf("S %llx %s%s%s\n", address, name, *module ? " " : "", module);
	}
	fclose(f);
	if (!any)
		return err_set(err, EPERM, SYMBOLS " hides its addresses (kernel.kptr_restrict)");
	if (text < end)
		tellf("M image %llx %llx\n", text, end - text);
	return 0;
}

void facts_tell_series(const char *name)
{
	tellf("B %s\n", name);
}

void facts_tell_samples(const struct ptwalk_sample *samples, uint32_t n)
{
	tellf("E %" PRIu32, n);
	for (uint32_t i = 0; i < n; i++)
		tellf(" %" PRIu64, (uint64_t)samples[i].ticks);
	tell("\n");
}
