// SPDX-License-Identifier: GPL-2.0-only
#define WALK_NAME   walk_range
#define WALK_POLICY PTWALK_POLICY_RANGE
#include "walk.h"
