// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/tree.h"

#include <errno.h>

enum key {
	KEY_TREE = 1536,
	KEY_SOURCE,
	KEY_CONFIG,
};

static const struct argp_option options[] = {
	{ "tree", KEY_TREE, "FOLDER", 0,
	  "Build from this tree of kernel sources; it is never written to", 1 },
	{ "source", KEY_SOURCE, "SPEC", 0, "Build from a distribution's sources: debian:6.1", 1 },
	{ "config", KEY_CONFIG, "FRAGMENT", 0,
	  "Build with this config fragment: a name in kernels/config, or a path; may be given "
	  "again (default: bench)",
	  1 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct tree_options *o = state->input;

	switch (key) {
	case KEY_TREE:
		o->tree = arg;
		return 0;
	case KEY_SOURCE:
		o->source = arg;
		return 0;
	case KEY_CONFIG:
		strv_add(&o->configs, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp tree_argp = { .options = options, .parser = parse_one };

void tree_release(struct tree_options *o)
{
	strv_release(&o->configs);
}

bool tree_given(const struct tree_options *o)
{
	return o->tree || o->source;
}

int tree_check(const struct tree_options *o, struct err *err)
{
	if (o->tree && o->source)
		return err_set(err, EINVAL, "either --tree or --source, not both");
	if (o->configs.n && !tree_given(o))
		return err_set(
			err, EINVAL,
			"--config is of a kernel to be built: from --tree FOLDER or --source SPEC");
	return 0;
}

struct build_request tree_request(const struct tree_options *o)
{
	return (struct build_request){
		.tree = o->tree,
		.source = o->source,
		.configs = o->configs,
	};
}
