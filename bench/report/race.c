// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* All of a race. */
struct race {
	const struct race_record *v;
	size_t n;
};

#define FOR_EACH(r, race) \
	for (const struct race_record *(r) = (race)->v; (r) < (race)->v + (race)->n; (r)++)

static bool is_of(const struct race_record *r, enum race_kind kind,
		  const struct race_record *verdict)
{
	return r->kind == kind && !strcmp(r->memory, verdict->memory) &&
	       !strcmp(r->protocol, verdict->protocol);
}

/* Were there no walkers at work in it? */
static bool untested(const struct race_record *phase)
{
	return phase->rounds && !phase->overlaps;
}

/* It cannot be here, which is told by itself. */
static bool is_missing(const struct race *race, const struct race_record *phase)
{
	FOR_EACH(r, race)
	if (r->kind == RACE_MISSING && !strcmp(r->phase, phase->phase))
		return true;
	return false;
}

static bool all_tested(const struct race *race, const struct race_record *verdict)
{
	FOR_EACH(r, race)
	if (is_of(r, RACE_PHASE, verdict) && untested(r) && !is_missing(race, r))
		return false;
	return true;
}

enum race_outcome race_outcome(const struct race_record *v, size_t n)
{
	const struct race race = { v, n };
	enum race_outcome outcome = RACE_CLEAN;
	bool any = false;

	FOR_EACH(r, &race)
	{
		if (r->kind == RACE_MISSING)
			outcome = RACE_UNTESTED;
		if (r->kind != RACE_VERDICT)
			continue;
		any = true;
		if (!r->wrong[0] && race_failed(r))
			return RACE_FAILED;
		if (r->wrong[0] ? !race_failed(r) : !all_tested(&race, r))
			outcome = RACE_UNTESTED;
	}
	return any ? outcome : RACE_UNTESTED;
}

static double ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static double seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

static const struct sheet_column pair_columns[] = {
	SHEET_WORDS("phase"),
	SHEET_WORDS("walker"),
	SHEET_FIGURE("rounds"),
	SHEET_FIGURE("of them\ntested"),
	SHEET_FIGURE("entries\nchecked"),
	SHEET_FIGURE("stale"),
	SHEET_FIGURE("retries"),
	SHEET_FIGURE("longest\nchunk, ms"),
	SHEET_FIGURE("longest\nphase, ms"),
};

static void pair_row(struct sheet *s, const struct race_record *r)
{
	sheet_words(s, "%s", r->phase);
	sheet_words(s, "%s", r->walker);
	sheet_count(s, r->rounds);
	if (untested(r)) {
		sheet_missing(s, "not tested: this walker was not at work in any of these phases");
		sheet_missing(s, "not tested: this walker was not at work in any of these phases");
	} else {
		sheet_count(s, r->overlaps);
		sheet_count(s, r->checks);
	}
	sheet_count(s, r->stale);
	if (r->stale)
		sheet_mark(s, SHEET_WORSE);
	sheet_count(s, r->retries);
	sheet_number(s, ms(r->pass_ns), "%.1f", ms(r->pass_ns));
	sheet_number(s, ms(r->took_ns), "%.1f", ms(r->took_ns));
}

static void add_pairs(const struct race *race, const struct race_record *verdict, struct sheets *to)
{
	struct sheet *s = sheets_add(to, pair_columns, ARRAY_SIZE(pair_columns),
				     "%s over %s: each walker in each phase", verdict->protocol,
				     verdict->memory);

	FOR_EACH(r, race)
	if (is_of(r, RACE_PHASE, verdict))
		pair_row(s, r);
}

static const struct sheet_column phase_columns[] = {
	SHEET_WORDS("phase"),
	SHEET_FIGURE("rounds"),
	SHEET_FIGURE("walkers\ntested"),
	SHEET_FIGURE("entries\nchecked"),
	SHEET_FIGURE("stale"),
	SHEET_FIGURE("retries"),
	SHEET_FIGURE("longest\nchunk, ms"),
	SHEET_FIGURE("longest\nphase, ms"),
};

/* Has a record of the same phase come before? */
static bool is_first(const struct race *race, const struct race_record *verdict,
		     const struct race_record *of)
{
	FOR_EACH(r, race)
	if (is_of(r, RACE_PHASE, verdict) && !strcmp(r->phase, of->phase))
		return r == of;
	return false;
}

static void phase_row(const struct race *race, const struct race_record *verdict, const char *phase,
		      struct sheet *s)
{
	struct race_record all = { 0 };
	unsigned int walkers = 0, tested = 0;

	FOR_EACH(r, race)
	{
		if (!is_of(r, RACE_PHASE, verdict) || strcmp(r->phase, phase) != 0)
			continue;
		walkers++;
		tested += !untested(r);
		all.rounds = all.rounds > r->rounds ? all.rounds : r->rounds;
		all.checks += r->checks;
		all.stale += r->stale;
		all.retries += r->retries;
		all.pass_ns = all.pass_ns > r->pass_ns ? all.pass_ns : r->pass_ns;
		all.took_ns = all.took_ns > r->took_ns ? all.took_ns : r->took_ns;
	}
	sheet_words(s, "%s", phase);
	sheet_count(s, all.rounds);
	sheet_number(s, tested, "%u of %u", tested, walkers);
	sheet_count(s, all.checks);
	sheet_count(s, all.stale);
	if (all.stale)
		sheet_mark(s, SHEET_WORSE);
	sheet_count(s, all.retries);
	sheet_number(s, ms(all.pass_ns), "%.1f", ms(all.pass_ns));
	sheet_number(s, ms(all.took_ns), "%.1f", ms(all.took_ns));
}

static const struct sheet_column walker_columns[] = {
	SHEET_WORDS("walker"),		 SHEET_FIGURE("chunks"),
	SHEET_FIGURE("pages\nmapped"),	 SHEET_FIGURE("us\na page"),
	SHEET_FIGURE("passes\na page"),	 SHEET_FIGURE("retries"),
	SHEET_FIGURE("of them\nfutile"), SHEET_FIGURE("given\nup"),
	SHEET_FIGURE("errors"),
};

/* @n for each page that was mapped. */
static void per_page(struct sheet *s, double n, const struct race_record *r)
{
	n /= (double)r->mapped;
	if (r->mapped)
		sheet_number(s, n, n < 0.1 ? "%.4f" : "%.2f", n);
	else
		sheet_missing(s, "it mapped no page");
}

static void walker_row(struct sheet *s, const struct race_record *r)
{
	sheet_words(s, "%s", r->walker);
	sheet_count(s, r->chunks);
	sheet_count(s, r->mapped);
	per_page(s, (double)r->ns / 1e3, r);
	per_page(s, (double)(r->chunks + r->retries), r);
	sheet_count(s, r->retries);
	sheet_count(s, r->futile);
	sheet_count(s, r->gave_up + r->stuck);
	sheet_count(s, r->errors);
}

static void add_right(const struct race *race, const struct race_record *verdict, bool pairs,
		      struct sheets *to)
{
	struct sheet *s;

	if (pairs) {
		add_pairs(race, verdict, to);
	} else {
		s = sheets_add(to, phase_columns, ARRAY_SIZE(phase_columns),
			       "%s over %s: phases, %" PRIu64 " rounds in %.0f s",
			       verdict->protocol, verdict->memory, verdict->rounds,
			       seconds(verdict->ns));
		FOR_EACH(r, race)
		if (is_of(r, RACE_PHASE, verdict) && is_first(race, verdict, r))
			phase_row(race, verdict, r->phase, s);
	}
	s = sheets_add(to, walker_columns, ARRAY_SIZE(walker_columns), "%s over %s: walkers",
		       verdict->protocol, verdict->memory);
	FOR_EACH(r, race)
	if (is_of(r, RACE_WALKER, verdict))
		walker_row(s, r);
}

static const struct sheet_column wrong_columns[] = {
	SHEET_WORDS("protocol"),     SHEET_FIGURE("found\nafter, s"), SHEET_FIGURE("stale"),
	SHEET_FIGURE("late\nlooks"), SHEET_FIGURE("never\ndone"),     SHEET_WORDS("shown by"),
};

static void wrong_row(struct sheet *s, const struct race_record *r)
{
	double found = seconds(r->first_ns);

	sheet_words(s, "%s", r->protocol);
	if (race_failed(r))
		sheet_number(s, found, "%.2f", found);
	else
		sheet_missing(s, "not found: this race does not show what it should");
	sheet_count(s, r->stale);
	sheet_count(s, r->late);
	sheet_count(s, r->stuck);
	if (r->fewest[0])
		sheet_words(s, "%s", r->fewest);
	else
		sheet_missing(s, "no walker shows it");
	sheet_note(s, "%s: %s", r->protocol, r->wrong);
}

static void unsought_row(struct sheet *s, const struct race_record *r)
{
	_cleanup_free_ char *why = xasprintf("not looked for: %s", r->reason);

	sheet_words(s, "%s", r->protocol);
	for (size_t i = 1; i < ARRAY_SIZE(wrong_columns); i++)
		sheet_missing(s, why);
	sheet_note(s, "%s: %s", r->protocol, r->wrong);
}

static void add_wrong(const struct race *race, struct sheets *to)
{
	struct sheet *s = NULL;

	FOR_EACH(r, race)
	{
		if (r->kind != RACE_UNSOUGHT && (r->kind != RACE_VERDICT || !r->wrong[0]))
			continue;
		if (!s)
			s = sheets_add(to, wrong_columns, ARRAY_SIZE(wrong_columns),
				       "wrong protocols: is each found?");
		(r->kind == RACE_UNSOUGHT ? unsought_row : wrong_row)(s, r);
	}
}

/* What failed, in the words of the field. */
static char *failures(const struct race_record *r)
{
	_cleanup_(strv_release) struct strv words = { 0 };

	if (r->never && *r->never)
		strv_addf(&words, "%s did not end", r->never);
	if (r->stale)
		strv_addf(&words, "%" PRIu64 " times a driver held a page after it was taken away",
			  r->stale);
	if (r->late)
		strv_addf(&words, "%" PRIu64 " looks at pages that were taken away", r->late);
	if (r->stuck)
		strv_addf(&words, "%" PRIu64 " chunks were retried and could not succeed",
			  r->stuck);
	if (r->gained)
		strv_addf(&words, "%" PRIu64 " page references were got after the invalidation",
			  r->gained);
	if (r->undead)
		strv_addf(&words, "%" PRIu64 " pagemaps were found when they were gone", r->undead);
	if (r->held)
		strv_addf(&words, "%" PRIu64 " drains did not end in their time", r->held);
	return strv_join(&words, "; ");
}

static void say_verdict(const struct race *race, const struct race_record *r, struct sheets *to)
{
	_cleanup_free_ char *what = failures(r);
	uint64_t checks = 0;

	FOR_EACH(p, race)
	if (is_of(p, RACE_PHASE, r))
		checks += p->checks;
	if (race_failed(r))
		sheets_alarm(to, r->protocol,
			     "over %s: FAILED: %s; seed %" PRIu64
			     ", walkers that still show it: %s",
			     r->memory, what, r->seed, r->fewest[0] ? r->fewest : r->walkers);
	else if (!all_tested(race, r))
		sheets_alarm(to, r->protocol,
			     "over %s: not tested: in some phases no walker of a kind was at work",
			     r->memory);
	else
		sheets_line(to, r->protocol,
			    "over %s: clean: %" PRIu64 " rounds, %" PRIu64
			    " entries checked, none stale; seed %" PRIu64,
			    r->memory, r->rounds, checks, r->seed);
}

static bool said_before(const struct race *race, const struct race_record *of)
{
	FOR_EACH(r, race)
	if (r->kind == RACE_MISSING && !strcmp(r->walker, of->walker) &&
	    !strcmp(r->phase, of->phase) && !strcmp(r->reason, of->reason))
		return r != of;
	return false;
}

void race_report(const struct race_record *v, size_t n, bool pairs, struct sheets *to)
{
	const struct race race = { v, n };

	FOR_EACH(r, &race)
	if (r->kind == RACE_VERDICT && !r->wrong[0]) {
		say_verdict(&race, r, to);
		add_right(&race, r, pairs, to);
	}
	add_wrong(&race, to);
	FOR_EACH(r, &race)
	if (r->kind == RACE_MISSING && !said_before(&race, r))
		sheets_line(to, "missing", "%s%s%s: %s",
			    r->walker[0] || r->phase[0] ? "" : r->memory, r->walker, r->phase,
			    r->reason);
}
