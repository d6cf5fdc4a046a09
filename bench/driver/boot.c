// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/boot.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* "meltdown: Not affected; spectre_v2: Vulnerable; ...", sorted, or "". */
static char *mitigations(void)
{
	struct dirent **names = NULL;
	int n = scandir(VULNERABILITIES, &names, visible, alphasort);
	struct strv parts = { 0 };
	char *joined;

	for (int i = 0; i < n; i++) {
		char *path = xasprintf(VULNERABILITIES "/%s", names[i]->d_name);
		char *state = fs_read_line(path);

		if (state)
			strv_addf(&parts, "%s: %s", names[i]->d_name, state);
		free(state);
		free(path);
		free(names[i]);
	}
	free(names);
	joined = strv_join(&parts, "; ");
	strv_release(&parts);
	return joined;
}

/* 0 of the module is that nobody says. */
static uint64_t said(uint64_t khz)
{
	return khz ? khz : RECORD_NO_TICKS;
}

void boot_emit(struct emit *emit, const struct client *client, const char *topology,
	       const struct boot_found *found)
{
	char *cmdline = fs_read_line("/proc/cmdline");
	struct record record = { .kind = RECORD_BOOT };
	struct utsname uts;

	uname(&uts);
	record.boot = (struct record_boot){
		.boot = 1,
		.release = xstrdup(uts.release),
		.build = xstrdup(uts.version),
		.cmdline = cmdline ? cmdline : xstrdup(""),
		.cpu = host_cpu_model(),
		.mitigations = mitigations(),
		.module_compiler = xstrndup(client->query.compiler, sizeof(client->query.compiler)),
		.topology = xstrdup(topology),
		.tsc_khz = client->query.tsc_khz,
		.tsc_cpuid_khz = said(client->query.tsc_cpuid_khz),
		.tsc_hypervisor_khz = said(client->query.tsc_hypervisor_khz),
		.tsc_measured_hz = found->tsc_hz,
		.overhead = found->overhead,
		.iterations = found->iterations,
	};
	emit_record(emit, &record);
	record_release(&record);
}
