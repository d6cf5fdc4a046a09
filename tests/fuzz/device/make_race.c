// SPDX-License-Identifier: GPL-2.0-only
/* Calls of races, made up. */
#include "tests/fuzz/device/calls.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Microseconds: between phases, and at a point of a pass. */
#define DELAY 500

static void driver_make(struct source *s, struct ptwalk_race_driver *driver)
{
	static const uint32_t ops[] = { PTWALK_OP_HMM, PTWALK_OP_HMM, PTWALK_OP_GUP_FAST,
					PTWALK_OP_PIN_FAST };
	static const uint32_t reqs[] = { 0, PTWALK_REQ_FAULT, PTWALK_REQ_FAULT | PTWALK_REQ_WRITE };

	range_make(s, &driver->addr, &driver->len);
	driver->op = ops[source_below(s, COUNT(ops))];
	driver->req = reqs[source_below(s, COUNT(reqs))];
	/* Seven with the place of the user's, of which there is none. */
	driver->protocol = (uint32_t)source_below(s, source_below(s, 2) ? 7 : 1);
	driver->own = source_below(s, 4) ? 0 : (uint32_t)source_below(s, 4);
	driver->chunk = 1 + (uint32_t)source_below(s, source_below(s, 3) ? 1024 : 4);
	driver->budget = 1 + (uint32_t)source_below(s, 8);
	driver->delay = source_below(s, 2) ? (uint32_t)source_below(s, DELAY) : 0;
	driver->seed = source_next(s);
}

void race_make(struct source *s, struct call *call)
{
	switch (call->kind) {
	case CALL_PROTOCOL:
		call->protocol.index = (uint32_t)source_below(s, 8);
		break;
	case CALL_DRIVER:
		driver_make(s, &call->driver);
		break;
	case CALL_WALK:
		call->walk.ms = (uint32_t)source_below(s, 8);
		break;
	case CALL_MARK:
		call->mark.phase = PTWALK_PHASE_OWN +
				   (uint32_t)source_below(s, PTWALK_NR_PHASES - PTWALK_PHASE_OWN);
		call->mark.mark = (uint32_t)source_below(s, 2);
		break;
	case CALL_TEARDOWN:
		call->teardown.delay = (uint32_t)source_below(s, DELAY);
		call->teardown.patience = 1 + (uint32_t)source_below(s, 50);
		call->teardown.seed = source_next(s);
		break;
	default:
		break;
	}
}
