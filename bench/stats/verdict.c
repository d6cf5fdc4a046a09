// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/verdict.h"

enum verdict verdict_judge(const struct verdict_case *verdict_case, const struct verdict_rule *rule)
{
	const struct hodges *change = verdict_case->change;
	const bool higher = change->low > 1, lower = change->high < 1;

	if (change->bounded && change->low * (1 + rule->delta) >= 1 &&
	    change->high <= 1 + rule->delta)
		return VERDICT_SAME;
	if (verdict_case->p_adjusted <= rule->alpha && change->bounded && (higher || lower))
		return higher ? VERDICT_WORSE : VERDICT_BETTER;
	if (verdict_case->smallest_p > rule->alpha)
		return VERDICT_UNDERPOWERED;
	return VERDICT_INCONCLUSIVE;
}

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_BETTER:
		return "better";
	case VERDICT_WORSE:
		return "worse";
	case VERDICT_SAME:
		return "same";
	case VERDICT_INCONCLUSIVE:
		return "inconclusive";
	case VERDICT_UNDERPOWERED:
		return "underpowered";
	case VERDICT_NOT_COMPARABLE:
		return "not comparable";
	}
	return "?";
}
