// SPDX-License-Identifier: GPL-2.0-only
#define WALK_NAME   walk_none
#define WALK_POLICY PTWALK_POLICY_NONE
#include "walk.h"
