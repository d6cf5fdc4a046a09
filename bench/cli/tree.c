// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/tree.h"

#include <errno.h>

const struct opt tree_opts[] = {
	{ "tree", 0, "FOLDER", "Build from this tree of kernel sources; it is never written to",
	  OPT_TEXT(struct tree_options, tree) },
	{ "source", 0, "SPEC", "Build from a distribution's sources: debian:6.1",
	  OPT_TEXT(struct tree_options, source) },
	{ "config", 0, "FRAGMENT",
	  "Build with this config fragment: a name in kernels/config, or a path; may be given "
	  "again (default: bench)",
	  OPT_TEXTS(struct tree_options, configs) },
	{ 0 },
};

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
