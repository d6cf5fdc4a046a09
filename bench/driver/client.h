/* SPDX-License-Identifier: GPL-2.0-only */
/* The ioctl client of /dev/ptwalk. */
#ifndef PTWALK_DRIVER_CLIENT_H
#define PTWALK_DRIVER_CLIENT_H

#include <errno.h>
#include <stdbool.h>

#include "base/err.h"
#include "bench/op/op.h"
#include "kmod/uapi/ptwalk.h"

struct client {
	int fd;
	struct ptwalk_query query;
	struct ptwalk_query_op
		ops[PTWALK_NR_OP_NUMBERS]; /* by PTWALK_OP_*; name is empty if unknown */
	struct ptwalk_query_own *owns;
	size_t nr_owns;
};

/**
 * client_open - open the device and ask what it can do
 *
 * Returns: 0; -ENOENT (the module is not loaded); -EPERM; -EPROTONOSUPPORT
 * (its ABI is not ours).
 */
int client_open(struct client *client, struct err *err);
void client_close(struct client *);

/* 0, or -EOPNOTSUPP with the module's reason. */
int client_can_run(const struct client *, const struct variant *, struct err *err);

/* What ptwalk_run.own takes for a variant; 0 where it is not own code, or is not there. */
uint32_t client_own(const struct client *, const struct variant *);

int client_inspect(const struct client *, void *addr, uint64_t len, struct ptwalk_inspect *met,
		   struct err *err);

/*
 * What an op did in its windows is wrong: its array, its references, its table. Negative, it stands
 * for that in the place of an errno's.
 */
#define CLIENT_WRONG ENOTRECOVERABLE

/* Are sums of hashes? Else the module is older. */
static inline bool client_hashes(const struct client *client)
{
	return client->query.features & PTWALK_FEATURE_HASH;
}

/* Of the same what is of blocks; of an older module nothing. */
int client_blocks(const struct client *, void *addr, uint64_t len, struct ptwalk_blocks *met,
		  struct err *err);

/*
 * One PTWALK_IOC_RUN; @run is as the ABI says, its sums are of hashes where the module can.
 * -CLIENT_WRONG as above; any other failure says where, and whether the kernel said so.
 */
int client_run(const struct client *, struct ptwalk_run *run, struct err *err);

/**
 * client_overhead - ticks of an empty window
 * @exact:	all of them must be equal, else -EBADE
 *
 * The least of 64 windows. It is taken off every sample.
 */
int client_overhead(const struct client *, bool exact, uint64_t *ticks, struct err *err);

#endif
