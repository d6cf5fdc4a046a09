// SPDX-License-Identifier: GPL-2.0-only
#include "base/host.h"

#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

double host_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

char *host_cpu_model(void)
{
	_cleanup_free_ char *text = fs_read("/proc/cpuinfo", NULL, NULL);
	const char *at = text ? strstr(text, "model name") : NULL;

	at = at ? strchr(at, ':') : NULL;
	return at ? xstrndup(at + 2, strcspn(at + 2, "\n")) : xstrdup("");
}
