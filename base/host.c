// SPDX-License-Identifier: GPL-2.0-only
#include "base/host.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/str.h"

double host_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

uint64_t host_available(void)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f) &&
	       sscanf(line, "MemAvailable: %llu kB", &kib) != 1)
		;
	return kib * 1024;
}

/* The value of a line "NAME\t: VALUE" of /proc/cpuinfo, or NULL. */
static const char *value_of(const char *line, const char *name)
{
	const char *colon = strstr(line, ": ");

	return str_starts(line, name) && colon ? colon + 2 : NULL;
}

/* Arm's have numbers for names: "0x41 0xd0c r4p1, LSE". */
char *host_cpu_model(void)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/cpuinfo", "re");
	_cleanup_free_ char *line = NULL;
	char maker[16] = "", part[16] = "", major[16] = "", minor[16] = "";
	bool lse = false;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0) {
		const char *model = value_of(line, "model name");

		if (model)
			return xstrndup(model, strcspn(model, "\n"));
		sscanf(line, "CPU implementer\t: %15s", maker);
		sscanf(line, "CPU part\t: %15s", part);
		sscanf(line, "CPU variant\t: %15s", major);
		sscanf(line, "CPU revision\t: %15s", minor);
		lse |= value_of(line, "Features") && strstr(line, " atomics");
	}
	if (!*maker)
		return xstrdup("");
	return xasprintf("%s %s r%ldp%ld%s", maker, part, strtol(major, NULL, 0),
			 strtol(minor, NULL, 0), lse ? ", LSE" : "");
}

bool host_has_network(void)
{
	struct ifaddrs *all;
	bool found = false;

	if (getifaddrs(&all))
		return true; /* not known */
	for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next)
		found = i->ifa_addr && (i->ifa_flags & IFF_UP) && !(i->ifa_flags & IFF_LOOPBACK) &&
			(i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6);
	freeifaddrs(all);
	return found;
}

unsigned int terminal_columns(FILE *f, unsigned int otherwise)
{
	struct winsize size;

	if (ioctl(fileno(f), TIOCGWINSZ, &size) || !size.ws_col)
		return otherwise;
	return size.ws_col;
}

static volatile sig_atomic_t pending;

static void note(int sig)
{
	pending = sig;
}

void interrupt_install(void)
{
	struct sigaction act = { .sa_handler = note };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

int interrupt_pending(void)
{
	return pending;
}

void interrupt_broken_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

void interrupt_reraise(void)
{
	int sig = pending;

	if (!sig)
		return;
	signal(sig, SIG_DFL);
	raise(sig);
}
