// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/host.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/op/placement.h"
#include "vm/native.h"
#include "vm/pins.h"

static int check_devices(const struct plan *plan, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < plan->dax_paths.n && !ret; i++)
		ret = native_dax_check(plan->dax_paths.v[i],
				       strv_has(&plan->overwrite, plan->dax_paths.v[i]), err);
	return ret;
}

/* What was left by a process that was killed is said in any case. */
static void tell(struct progress *progress, struct strv *repaired, struct strv *done)
{
	for (size_t i = 0; i < repaired->n; i++)
		progress_tell(progress, repaired->v[i]);
	for (size_t i = 0; done && i < done->n; i++)
		progress_note(progress, "%s", done->v[i]);
}

int host_repair(const struct plan *plan, struct progress *progress, struct settings **settings,
		struct err *err)
{
	_cleanup_(strv_release) struct strv repaired = { 0 };
	int ret;

	*settings = NULL;
	if (!plan->machine->here)
		return 0;
	ret = settings_open(settings, NULL, &repaired, err);
	tell(progress, &repaired, NULL);
	if (ret)
		return ret;
	ret = check_devices(plan, err);
	if (ret)
		settings_close(TAKE_PTR(*settings), NULL);
	return ret;
}

/* As the driver does where no CPU is asked for: the first that this process may use. */
static int driver_cpu(hwloc_bitmap_t cpus, struct err *err)
{
	hwloc_topology_t topology;
	hwloc_obj_t pu;
	int ret = nodes_load(&topology, err);

	if (ret)
		return ret;
	pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, 0);
	if (pu)
		hwloc_bitmap_only(cpus, pu->os_index);
	hwloc_topology_destroy(topology);
	return pu ? 0 : err_set(err, EIO, "hwloc knows no CPU of this host");
}

int quieting_cpus(const struct plan *plan, hwloc_bitmap_t cpus, struct err *err)
{
	struct vm_pins pins;
	int ret;

	if (!plan || !plan->machine->binds_cpus)
		return driver_cpu(cpus, err);
	ret = pins_host(plan->cpus, plan->nodes, &pins, err);
	for (unsigned int i = 0; !ret && i < pins.nr_cpus; i++)
		hwloc_bitmap_set(cpus, pins.cpus[i]);
	return ret;
}

int quieting_begin(struct quieting *q, const struct plan *plan, struct progress *progress,
		   struct err *err)
{
	_cleanup_(strv_release) struct strv repaired = { 0 }, done = { 0 };
	int ret;

	*q = (struct quieting){ .host.root = "" };
	if (!plan->quiet_system)
		return 0;
	q->host.cpus = hwloc_bitmap_alloc();
	ret = quieting_cpus(plan, q->host.cpus, err);
	if (!ret)
		ret = settings_open(&q->settings, NULL, &repaired, err);
	if (!ret)
		ret = quiet_begin(&q->quiet, q->settings, &q->host, &done, err);
	if (ret)
		err_prefix(err, "--quiet-system");
	tell(progress, &repaired, &done);
	return ret ? quieting_end(q, ret, NULL) : 0;
}

const char *quieting_text(const struct quieting *q)
{
	return q->quiet ? quiet_text(q->quiet) : "";
}

int quieting_end(struct quieting *q, int ret, struct err *err)
{
	struct err own = { "" };
	int back;

	quiet_end(q->quiet);
	back = settings_close(q->settings, &own);
	if (q->host.cpus)
		hwloc_bitmap_free(q->host.cpus);
	if (!ret && back)
		ret = err_set(err, back, "%s", own.text);
	*q = (struct quieting){ 0 };
	return ret;
}
