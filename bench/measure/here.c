// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/here.h"

#include "vm/native.h"

static int check_devices(const struct plan *plan, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < plan->dax_paths.n && !ret; i++)
		ret = native_dax_check(plan->dax_paths.v[i],
				       strv_has(&plan->overwrite, plan->dax_paths.v[i]), err);
	return ret;
}

int here_begin(const struct plan *plan, struct progress *progress, struct settings **settings,
	       struct err *err)
{
	struct strv repaired = { 0 };
	int ret;

	*settings = NULL;
	if (!plan->machine->here)
		return 0;
	ret = settings_open(settings, NULL, &repaired, err);
	for (size_t i = 0; i < repaired.n; i++)
		progress_tell(progress, repaired.v[i]);
	strv_release(&repaired);
	if (ret)
		return ret;
	ret = check_devices(plan, err);
	if (ret) {
		settings_close(*settings, NULL);
		*settings = NULL;
	}
	return ret;
}
