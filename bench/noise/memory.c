// SPDX-License-Identifier: GPL-2.0-only
/* Where memory lies, and what the kernel does on the way to it: THP, ASLR, mitigations. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/noise/check.h"

/* The chosen one of "always [madvise] never". */
static enum noise_health look_thp(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *text = noise_read(host, "/sys/kernel/mm/transparent_hugepage/enabled");
	const char *open = text ? strchr(text, '[') : NULL;
	enum noise_health health = NOISE_UNKNOWN;

	if (open) {
		snprintf(found, NOISE_TEXT, "%.*s", (int)strcspn(open + 1, "]"), open + 1);
		health = strcmp(found, "always") != 0 ? NOISE_QUIET : NOISE_NOISY;
	} else {
		snprintf(found, NOISE_TEXT, "the kernel has none");
	}
	free(text);
	return health;
}

static enum noise_health look_aslr(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *text = noise_read(host, "/proc/sys/kernel/randomize_va_space");
	enum noise_health health = !text		    ? NOISE_UNKNOWN
				   : strcmp(text, "0") != 0 ? NOISE_NOISY
							    : NOISE_QUIET;

	snprintf(found, NOISE_TEXT, "%s",
		 health == NOISE_UNKNOWN ? "the kernel does not say"
		 : health == NOISE_NOISY ? "on"
					 : "off");
	free(text);
	return health;
}

static enum noise_health look_mitigations(const struct noise_host *host, char found[NOISE_TEXT])
{
	char *path = noise_path(host, "/sys/devices/system/cpu/vulnerabilities");
	size_t on = 0, all = 0;
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		char *text =
			*entry->d_name == '.'
				? NULL
				: noise_read(host, "/sys/devices/system/cpu/vulnerabilities/%s",
					     entry->d_name);

		all += text != NULL;
		on += text && strstr(text, "Mitigation") != NULL;
		free(text);
	}
	if (dir)
		closedir(dir);
	free(path);
	snprintf(found, NOISE_TEXT, "%zu of %zu on", on, all);
	return all ? NOISE_QUIET : NOISE_UNKNOWN;
}

const struct noise_check noise_check_thp = {
	.name = "thp",
	.why = "khugepaged joins pages, of this program too, while others are measured",
	.todo = "madvise into /sys/kernel/mm/transparent_hugepage/enabled",
	.look = look_thp,
};

const struct noise_check noise_check_aslr = {
	.name = "aslr",
	.why = "other addresses are other cache sets and TLB entries in every process",
	.todo = "--quiet-system puts it off for the driver alone; or setarch -R",
	.look = look_aslr,
};

const struct noise_check noise_check_mitigations = {
	.name = "mitigations",
	.why = "no noise, but a part of every figure: recorded, and compared only with the same",
	.todo = "nothing, unless two runs differ in it",
	.look = look_mitigations,
};
