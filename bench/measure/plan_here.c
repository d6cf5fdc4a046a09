// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/plan_here.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "bench/op/nodes.h"
#include "vm/native.h"

enum key {
	KEY_MODULE = 768,
	KEY_DAX,
	KEY_OVERWRITE,
};

static const struct argp_option argp_options[] = {
	{ "dax", KEY_DAX, "DEVICE", 0,
	  "A device-dax device, \"/dev/dax0.0\", that workloads may map; one with data is "
	  "refused; repeatable",
	  0 },
	{ "overwrite", KEY_OVERWRITE, "DEVICE", 0,
	  "What is in this device of --dax does not matter; repeatable", 0 },
	{ "module", KEY_MODULE, "FILE", 0,
	  "A ptwalk.ko that was built elsewhere, for the running kernel", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case KEY_DAX:
		strv_add(&plan->dax_paths, arg);
		return 0;
	case KEY_OVERWRITE:
		strv_add(&plan->overwrite, arg);
		return 0;
	case KEY_MODULE:
		plan->module = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp plan_here_argp = { .options = argp_options, .parser = parse_one };

/* Options of a guest. */
static int check_guest_options(const struct plan *plan, struct err *err)
{
	const struct {
		const char *name, *given;
	} options[] = {
		{ "--append", plan->append },	       { "--cpus", plan->cpus_text },
		{ "--dax-size", plan->dax_size_text }, { "--mitigations", plan->mitigations_text },
		{ "--nodes", plan->nodes_text },       { "--qemu", plan->qemu },
		{ "--ram", plan->ram_text },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].given)
			return err_set(
				err, EINVAL,
				"%s is of a guest: the %s machine runs on this host as it is",
				options[i].name, plan->machine->name);
	return 0;
}

static int check_devices(const struct plan *plan, struct err *err)
{
	struct strv seen = { 0 };
	int ret = 0;

	for (size_t i = 0; i < plan->dax_paths.n && !ret; i++) {
		ret = native_dax_find(plan->dax_paths.v[i], err);
		if (!ret && strv_has(&seen, plan->dax_paths.v[i]))
			ret = err_set(err, EINVAL, "--dax %s is there twice", plan->dax_paths.v[i]);
		strv_add(&seen, plan->dax_paths.v[i]);
	}
	for (size_t i = 0; i < plan->overwrite.n && !ret; i++)
		if (!strv_has(&seen, plan->overwrite.v[i]))
			ret = err_set(err, EINVAL, "--overwrite %s is not among --dax",
				      plan->overwrite.v[i]);
	strv_release(&seen);
	return ret;
}

/* Options of the running kernel's host. */
static int check_host_options(const struct plan *plan, struct err *err)
{
	const struct {
		const char *name;
		bool given;
	} options[] = {
		{ "--dax", plan->dax_paths.n },
		{ "--module", plan->module },
		{ "--overwrite", plan->overwrite.n },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].given)
			return err_set(err, EINVAL,
				       "%s goes with --machine native: a guest is given its own",
				       options[i].name);
	return 0;
}

int plan_check_here(const struct plan *plan, struct err *err)
{
	int ret;

	if (plan->machine->here && plan->kernel && strcmp(plan->kernel, "host") != 0)
		return err_set(err, EINVAL,
			       "--kernel %s: the %s machine measures the running kernel; leave "
			       "--kernel out",
			       plan->kernel, plan->machine->name);
	if (!plan->machine->here)
		return check_host_options(plan, err);
	ret = check_guest_options(plan, err);
	return ret ? ret : check_devices(plan, err);
}

static bool mitigated(void)
{
	char *cmdline = fs_read_line("/proc/cmdline");
	bool off = cmdline && strstr(cmdline, "mitigations=off");

	free(cmdline);
	return !off;
}

int plan_resolve_here(struct plan *plan, struct err *err)
{
	struct placement_map map;
	int ret = nodes_map_host(&map, &plan->cpus, err);

	if (ret)
		return ret;
	plan->nodes = 1;
	plan->mitigations = mitigated();
	ret = selection_check_cpus(&plan->selection, plan->cpus, "", err);
	return ret ? ret : selection_place(&plan->selection, &map, err);
}
