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

void boot_emit(struct emit *emit, const struct client *client, const char *topology,
	       uint64_t overhead, unsigned int iterations)
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
		.overhead = overhead,
		.iterations = iterations,
	};
	emit_record(emit, &record);
	record_release(&record);
}
