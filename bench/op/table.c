// SPDX-License-Identifier: GPL-2.0-only
#include "base/str.h"
#include "bench/op/op.h"

/* As the list of ops says. */
#define WHOLE(number_, constant, name_, flags_, kernels_, summary_) \
	{                                                           \
		.name = #name_,                                     \
		.summary = (summary_),                              \
		.id = PTWALK_OP_##constant,                         \
		.flags = (flags_),                                  \
	},

#define X(number, constant, name, flags, ...) FLAGS_##constant = (flags),
enum {
	PTWALK_OPS(X)
};
#undef X

/* The same op, asked for more, or in other pieces. */
#define VARIANT(constant, name_, summary_, ...)                                                 \
	{                                                                                       \
		.name = (name_), .summary = (summary_), .id = PTWALK_OP_##constant,             \
		.flags = FLAGS_##constant & ~(PTWALK_OPF_DEFAULT | PTWALK_OPF_OWN), __VA_ARGS__ \
	}
#define HMM_CHUNKS(nr)                  \
	VARIANT(HMM_CHUNKS, "hmm_" #nr, \
		"hmm in chunks of " #nr " pages, each with its own notifier", .chunk = (nr))
#define MIRROR(constant, name, changes_, summary)                                             \
	VARIANT(constant, name, summary, .req = PTWALK_REQ_FAULT, .chunk = 512, .budget = 64, \
		.changes = (changes_))

#define CALL(constant, name_, summary_)                                        \
	{                                                                      \
		.name = (name_), .summary = (summary_), .id = PTWALK_OP_EMPTY, \
		.call = OP_CALL_##constant,                                    \
	}

const struct op ops[] = {
	PTWALK_OPS_WHOLE(WHOLE) VARIANT(
		HMM, "hmm_fault", "hmm_range_fault() asked to fault in pages that are all present",
		.req = PTWALK_REQ_FAULT),
	VARIANT(HMM, "hmm_write", "the same, asked to make pages writable that all are",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE),
	HMM_CHUNKS(1),
	HMM_CHUNKS(64),
	HMM_CHUNKS(512),
	HMM_CHUNKS(4096),
	MIRROR(MIRROR, "mirror", OP_CHANGES_NOT,
	       "a driver's protocol in chunks of 512 pages: walk, lock, test for retry, fill"),
	MIRROR(MIRROR, "mirror_rare", OP_CHANGES_RARE,
	       "the same while the range changes now and then"),
	MIRROR(MIRROR, "mirror_constant", OP_CHANGES_CONSTANT,
	       "the same while it changes all the time"),
	MIRROR(MIRROR_ONCE, "mirror_once", OP_CHANGES_NOT,
	       "mirror, the sequence read once before a chunk's retries: wrong"),
	MIRROR(MIRROR_ONCE, "mirror_once_rare", OP_CHANGES_RARE,
	       "the same while the range changes now and then"),
	MIRROR(MIRROR_ONCE, "mirror_once_constant", OP_CHANGES_CONSTANT,
	       "the same while it changes all the time"),
	VARIANT(HMM_REFUSED, "hmm_refused",
		"hmm_range_fault() that asks for what cannot be walked: its errno, and its cost",
		.req = PTWALK_REQ_FAULT),
	VARIANT(HMM_REFUSED, "hmm_refused_write", "the same for writing",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE),
	VARIANT(GUP_REFUSED, "gup_refused",
		"get_user_pages() that asks for what cannot be had: its errno, and its cost",
		.req = PTWALK_REQ_FAULT),
	VARIANT(GUP_REFUSED, "gup_refused_write", "the same for writing",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE),
	/* Last: others find the layout as it was laid out, and need no second one. */
	VARIANT(HMM, "hmm_populate",
		"hmm_range_fault() that faults in every page, none being there",
		.req = PTWALK_REQ_FAULT, .populates = true),
	VARIANT(HMM, "hmm_populate_write", "the same for writing",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE, .populates = true),
	VARIANT(HMM, "hmm_populate_half", "hmm_populate where every second leaf is there already",
		.req = PTWALK_REQ_FAULT, .populates = true, .half = true),
	VARIANT(HMM, "hmm_populate_half_write", "the same for writing",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE, .populates = true, .half = true),
	VARIANT(MIRROR, "mirror_cow",
		"mirror that asks to write what a child shares: each page is copied",
		.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE, .chunk = 512, .budget = 64,
		.populates = true, .copies = true),
	CALL(ZAP, "zap", "madvise(MADV_DONTNEED) of the range"),
	CALL(MUNMAP, "munmap", "munmap() of the range"),
	CALL(FORK, "fork",
	     "fork() of a process that has the range, until it is back in the parent"),
};

const size_t nr_ops = ARRAY_SIZE(ops);

const struct policy policies[] = {
#define X(number_, constant, name_, summary_) \
	{ .name = #name_, .summary = (summary_), .id = PTWALK_POLICY_##constant },
	PTWALK_POLICIES(X)
#undef X
};

const size_t nr_policies = ARRAY_SIZE(policies);

#define BARE (1U << PTWALK_OP_BARE)
#define HMM  (1U << PTWALK_OP_HMM)
#define GUP  (1U << PTWALK_OP_GUP_FAST | 1U << PTWALK_OP_PIN_FAST | 1U << PTWALK_OP_GUP)

const struct policy own_policies[] = {
	{
		.name = "none",
		.summary = "no lookup of the dev_pagemap",
		.ops = HMM | GUP,
		.by_default = true,
		.gate = HMM,
	},
	{
		.name = "range",
		.summary = "one reference cached over the whole call, put at its end",
		.ops = HMM,
		.by_default = true,
	},
	{
		.name = "batch",
		.summary = "one reference cached within a PMD or PUD callback, as v5.3 did",
		.ops = HMM,
		.by_default = true,
	},
	{
		.name = "entry",
		.summary = "get and put for every entry",
		.ops = HMM | GUP,
		.by_default = true,
	},
	{
		.name = "range-late",
		.summary = "range, looked up at a PTE after vm_normal_page()",
		.ops = HMM,
	},
	{
		.name = "batch-late",
		.summary = "batch, looked up at a PTE after vm_normal_page()",
		.ops = HMM,
	},
	{
		.name = "entry-late",
		.summary = "entry, looked up at a PTE after vm_normal_page()",
		.ops = HMM,
	},
	{
		.name = "own",
		.summary = "the kernel's file as it is: must count what is built in",
		.ops = BARE | HMM | GUP,
		.gate = BARE | HMM | GUP,
	},
};

const size_t nr_own_policies = ARRAY_SIZE(own_policies);
