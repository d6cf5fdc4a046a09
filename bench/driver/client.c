// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/client.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/size.h"
#include "bench/driver/failure.h"
#include "workloads/workload.h"

#define OVERHEAD_WINDOWS 64

static int query_ops(struct client *client, struct err *err)
{
	for (uint32_t i = 0; i < client->query.nr_ops; i++) {
		struct ptwalk_query_op op = { .index = i };

		if (ioctl(client->fd, PTWALK_IOC_QUERY_OP, &op))
			return err_errno(err, "%s: cannot query op %u", PTWALK_DEVICE, i);
		if (op.op < PTWALK_NR_OP_NUMBERS)
			client->ops[op.op] = op;
	}
	return 0;
}

static void query_owns(struct client *client)
{
	struct ptwalk_query_own own = { .index = 0 };

	if (!(client->query.features & PTWALK_FEATURE_OWN))
		return;
	while (!ioctl(client->fd, PTWALK_IOC_QUERY_OWN, &own)) {
		client->owns = xgrow(client->owns, client->nr_owns, sizeof(own));
		client->owns[client->nr_owns++] = own;
		own = (struct ptwalk_query_own){ .index = (uint32_t)client->nr_owns };
	}
}

int client_open(struct client *client, struct err *err)
{
	int ret;

	*client = (struct client){ .query.abi = PTWALK_ABI };
	client->fd = open(PTWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (client->fd < 0 && errno == ENOENT)
		return err_set(err, ENOENT, "%s is not there: the ptwalk module is not loaded",
			       PTWALK_DEVICE);
	if (client->fd < 0)
		return err_errno(err, "cannot open %s", PTWALK_DEVICE);
	ret = ioctl(client->fd, PTWALK_IOC_QUERY, &client->query) ? -errno : 0;
	if (ret || client->query.abi != PTWALK_ABI)
		ret = err_set(err, EPROTONOSUPPORT, "the ptwalk module speaks ABI %u, not %u",
			      client->query.abi, PTWALK_ABI);
	else
		ret = query_ops(client, err);
	if (!ret)
		query_owns(client);
	if (ret)
		client_close(client);
	return ret;
}

void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
	free(client->owns);
	client->owns = NULL;
}

uint32_t client_own(const struct client *client, const struct variant *v)
{
	for (size_t i = 0; variant_is_own(v) && i < client->nr_owns; i++)
		if (client->owns[i].op == v->op->id &&
		    !strcmp(client->owns[i].name, v->policy->name))
			return client->owns[i].own;
	return 0;
}

int client_can_run(const struct client *client, const struct variant *v, struct err *err)
{
	const struct op *op = v->op;
	const struct ptwalk_query_op *known = &client->ops[op->id];

	if (!known->name[0])
		return err_set(err, EOPNOTSUPP, "the module does not know op %s", op->name);
	if (!(known->flags & PTWALK_OPF_RUNNABLE))
		return err_set(err, EOPNOTSUPP, "%.*s", (int)sizeof(known->reason), known->reason);
	if (variant_is_own(v) && !client_own(client, v))
		return err_set(err, EOPNOTSUPP, "the module was built without it");
	return 0;
}

int client_inspect(const struct client *client, void *addr, uint64_t len,
		   struct ptwalk_inspect *met, struct err *err)
{
	*met = (struct ptwalk_inspect){
		.addr = (uintptr_t)addr,
		.len = len,
		.flags = client_hashes(client) ? PTWALK_INSPECT_HASH : 0,
	};
	if (ioctl(client->fd, PTWALK_IOC_INSPECT, met))
		return err_errno(err, "cannot inspect %s at %p", size_name(len).text, addr);
	return 0;
}

int client_blocks(const struct client *client, void *addr, uint64_t len, struct ptwalk_blocks *met,
		  struct err *err)
{
	*met = (struct ptwalk_blocks){ .addr = (uintptr_t)addr, .len = len };
	if (client->query.features & PTWALK_FEATURE_PAGES &&
	    ioctl(client->fd, PTWALK_IOC_BLOCKS, met))
		return err_errno(err, "cannot inspect %s at %p", size_name(len).text, addr);
	return 0;
}

int client_run(const struct client *client, struct ptwalk_run *run, struct err *err)
{
	int error;

	if (client_hashes(client))
		run->flags |= PTWALK_RUN_HASH;
	error = ioctl(client->fd, PTWALK_IOC_RUN, run) ? errno : 0;
	if (!error)
		return 0;
	return client_hashes(client)
		       ? failure_said(run, error, err)
		       : err_set(err, error, "the module could not run it: %s", strerror(error));
}

int client_overhead(const struct client *client, bool exact, uint64_t *ticks, struct err *err)
{
	struct ptwalk_sample samples[OVERHEAD_WINDOWS] = { 0 };
	struct ptwalk_run run = {
		.op = PTWALK_OP_EMPTY,
		.addr = (uintptr_t)WORKLOAD_BASE,
		.len = units_page(),
		.iterations = OVERHEAD_WINDOWS,
		.flags = PTWALK_RUN_IRQS_OFF,
		.samples = (uintptr_t)samples,
	};
	int ret = client_run(client, &run, err);

	if (ret) {
		err_prefix(err, "empty window");
		return ret;
	}
	*ticks = samples[0].ticks;
	for (int i = 1; i < OVERHEAD_WINDOWS; i++) {
		if (exact && samples[i].ticks != *ticks)
			return err_set(err, EBADE,
				       "the empty window is not constant: %" PRIu64 " and %" PRIu64,
				       *ticks, (uint64_t)samples[i].ticks);
		if (samples[i].ticks < *ticks)
			*ticks = samples[i].ticks;
	}
	return 0;
}
