// SPDX-License-Identifier: GPL-2.0-only
#define WALK_NAME   walk_entry
#define WALK_POLICY PTWALK_POLICY_ENTRY
#include "walk.h"
