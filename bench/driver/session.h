/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session: what all series of one run of the driver share. A workload is laid
 * out once a placement, at the largest of its sizes, and its parts are walked.
 */
#ifndef PTWALK_DRIVER_SESSION_H
#define PTWALK_DRIVER_SESSION_H

#include "bench/driver/client.h"
#include "bench/driver/emit.h"
#include "bench/driver/failure.h"
#include "bench/driver/numa.h"
#include "bench/driver/options.h"

struct session {
	const struct options *options;
	const struct client *client;
	struct numa *numa;
	struct emit *emit;
	struct perf *perf;	   /* on while windows are measured */
	struct klog klog;	   /* what the kernel says of itself meanwhile */
	uint64_t overhead;	   /* ticks of an empty window */
	struct layout layout;	   /* .workload is NULL where nothing is laid out */
	struct workload_site site; /* the options', and where it is laid out next */
	struct {
		const struct workload *workload;
		struct workload_place place;
		uint64_t size;
		int code;
		struct err err;
	} refused; /* the last lay-out that failed: what is as large fails without a try */
	struct {
		const struct workload *workload; /* NULL: none */
		struct workload_place place;
		uint64_t size;
		struct settings *settings;
	} held; /* memory, for the workload that is being measured */
	struct {
		bool holds; /* nobody has walked it since; else the rest says nothing */
		uint64_t start, size;
		struct ptwalk_inspect proof;
		struct ptwalk_blocks blocks;
	} met; /* of what is laid out, when a series was last found to have left it as it was */
};

/* None of what is given is owned; all must outlive the session, which session_end() ends. */
void session_init(struct session *, const struct options *, const struct client *, struct numa *,
		  struct emit *, struct perf *, uint64_t overhead);

/*
 * Hold what @workload needs of memory in large pieces until this is asked for another; where
 * there is not enough, laying out says so.
 */
void session_hold(struct session *, const struct workload *, const struct placement_nodes *,
		  uint64_t size);

/*
 * Have @workload laid out over at least @size bytes on @nodes, in session->layout: what
 * is laid out already stays if it serves, else it is torn down first. Where
 * the largest of the sizes cannot be had, @size is.
 */
int session_lay_out(struct session *, const struct workload *workload,
		    const struct placement_nodes *nodes, uint64_t size, struct err *err);

/* The same over @size bytes and no more, where nothing is laid out. */
int session_lay_out_alone(struct session *, const struct workload *workload,
			  const struct placement_nodes *nodes, uint64_t size, struct err *err);

/* Tear down what is laid out, if anything is: it is not what it was. */
void session_drop_layout(struct session *);

/* The same at the end, with what is held of memory. */
void session_end(struct session *);

#endif
