/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user side of what is timed: ops, policies, and the pair of the two,
 * which is a column of the table: "hmm", "hmm/entry".
 */
#ifndef PTWALK_OP_OP_H
#define PTWALK_OP_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "kmod/uapi/ptwalk.h"

/* In a list of names: every one there is. */
#define SELECT_ALL "all"

/* Does the range change while it is walked? */
enum op_changes {
	OP_CHANGES_NOT,
	OP_CHANGES_RARE,
	OP_CHANGES_CONSTANT,
};

/* A system call of the driver's own over the range, which the module has no part in. */
enum op_call {
	OP_CALL_NONE,
	OP_CALL_ZAP,
	OP_CALL_MUNMAP,
	OP_CALL_FORK,
};

/* What the suite asks of an op of kmod/uapi/op.h; some ops are asked in several ways. */
struct op {
	const char *name;
	const char *summary;
	uint32_t id;	 /* PTWALK_OP_* */
	uint32_t flags;	 /* PTWALK_OPF_* */
	uint32_t req;	 /* PTWALK_REQ_* */
	uint32_t chunk;	 /* 4 KiB pages a chunk; 0: works on the whole range at once */
	uint32_t budget; /* times that a chunk may be begun again; 0: never is */
	enum op_changes changes;
	bool populates; /* finds no page present, and faults all in */
	bool half;	/* but for every second leaf, which is there already */
	enum op_call call;
	bool copies; /* finds all present, but shared with a child: writing copies them */
};

struct policy {
	const char *name;
	const char *summary;
	uint32_t id; /* PTWALK_POLICY_*; of own code none */
	/* Of own code: for the ops of these numbers, a bit each. */
	uint32_t ops;
	uint32_t gate;	 /* under it own code must count what the built-in counts: the first, where
			* none of them is named */
	bool by_default; /* where nothing is named */
};

extern const struct op ops[];
extern const size_t nr_ops;
extern const struct policy policies[];
extern const size_t nr_policies;

/* Those that own code runs under, but for a user's. */
extern const struct policy own_policies[];
extern const size_t nr_own_policies;

/* One more, which a user made, or one of these for more ops. -EINVAL where it has no good name. */
int policy_add(const char *name, uint32_t ops, struct err *err);

/* The @i-th that own code of @op runs under; NULL behind the last. */
const struct policy *op_own_policy(const struct op *, size_t i);

static inline bool op_is(const struct op *op, uint32_t flag)
{
	return op->flags & flag;
}

/* Does its array, while it stays as it is, hold what the page tables do? */
static inline bool op_shows_pages(const struct op *op)
{
	return op_is(op, PTWALK_OPF_PFNS) && !op_is(op, PTWALK_OPF_PRIVATE | PTWALK_OPF_REFUSED);
}

/* NULL where there is none of that name. */
const struct op *op_find(const char *name);

/* An op under a policy; @policy is NULL where the op takes none. */
struct variant {
	const struct op *op;
	const struct policy *policy;
	bool cold; /* page tables and result array are put out of the caches before each window */
};

struct variants {
	struct variant *v;
	size_t n;
};

/**
 * variants_select - the variants that two lists name, in the order of the tables
 *
 * Beside own code there are always the built-in function, and own code that must count the same.
 * @op_names:	"teardown_held" (with every policy of @policy_names), "hmm" (with own code under
 *		those that are named, and a user's) or "hmm/entry"; "all"; empty: the default ones
 * @policy_names: "none", ...; empty: all; for own code the default ones
 * @out:	(out) to be ended with variants_release(), on success only
 *
 * Returns: 0, or -EINVAL with the unknown name and the known ones in @err.
 */
int variants_select(const struct strv *op_names, const struct strv *policy_names,
		    struct variants *out, struct err *err);
void variants_release(struct variants *);

/*
 * What the counts of an op depend on beside the walk, "" where on nothing: on what earlier series
 * left in the allocator, or on when a sleeper is woken. They are judged as such, not as exact.
 * @told are the module's PTWALK_OPFS_BY_KERNEL.
 */
const char *op_varies(const struct op *, uint32_t told);

/* Can it be timed with cold caches: is what it walks there before, and does it stay? */
bool op_can_be_cold(const struct op *);

/* Is it own code? */
static inline bool variant_is_own(const struct variant *v)
{
	return v->policy && op_is(v->op, PTWALK_OPF_OWN);
}

/* "" where the op takes none. */
const char *variant_policy_name(const struct variant *);

/* Who walks at once: so many threads, on so many address spaces (1, or one for each). */
struct walkers {
	unsigned int threads, mms;
};

/*
 * "hmm/entry/devdax-pte/1G", "hmm/entry/devdax-pte/1G@remote-pt",
 * "hmm/anon-pte/1G/threads:4/mms:4", "hmm/anon-pte/1G/cache:cold": the name of a
 * series; PLACEMENT_DEFAULT, one walker, one address space and warm caches are not
 * named. Owned by the caller.
 */
char *variant_series_name(const struct variant *, const char *workload, uint64_t size,
			  const char *placement, const struct walkers *walkers);

#endif
