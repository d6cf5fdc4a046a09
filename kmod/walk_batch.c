// SPDX-License-Identifier: GPL-2.0-only
#define WALK_NAME   walk_batch
#define WALK_POLICY PTWALK_POLICY_BATCH
#include "walk.h"
