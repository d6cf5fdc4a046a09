// SPDX-License-Identifier: GPL-2.0-only
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

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

void interrupt_reraise(void)
{
	int sig = pending;

	if (!sig)
		return;
	signal(sig, SIG_DFL);
	raise(sig);
}
