// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/here.h"

#include <stdio.h>

int here_begin(const struct plan *plan, struct progress *progress, struct settings **settings,
	       struct err *err)
{
	struct strv repaired = { 0 };
	int ret;

	*settings = NULL;
	if (!plan->machine->here)
		return 0;
	ret = settings_open(settings, NULL, &repaired, err);
	for (size_t i = 0; i < repaired.n; i++) {
		if (progress)
			progress_note(progress, "%s", repaired.v[i]);
		else
			fprintf(stderr, "ptwalk: %s\n", repaired.v[i]);
	}
	strv_release(&repaired);
	return ret;
}
