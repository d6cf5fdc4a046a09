// SPDX-License-Identifier: GPL-2.0-only
#include "bench/noise/check.h"

#define X(name) &noise_check_##name,
const struct noise_check *const noise_checks[] = { NOISE_CHECKS(X) };
#undef X

const size_t nr_noise_checks = ARRAY_SIZE(noise_checks);

const char *noise_health_name(enum noise_health health)
{
	static const char *const names[] = {
		[NOISE_QUIET] = "quiet",
		[NOISE_NOISY] = "noisy",
		[NOISE_UNKNOWN] = "?",
	};

	return names[health];
}
