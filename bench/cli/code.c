// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/code.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "diff/functions.h"

/* "(hmm.c, new)" and the like; "" where there is nothing to say. */
static void add(struct strv *functions, const struct function_change *c, const char *where)
{
	static const char *const fates[] = {
		[FUNCTION_CHANGED] = "",
		[FUNCTION_GONE] = "gone",
		[FUNCTION_NEW] = "new",
	};
	const char *file = *where ? where : c->file, *fate = fates[c->fate];

	if (*file || *fate)
		strv_addf(functions, "%s (%s%s%s)", c->name, file, *file && *fate ? ", " : "",
			  fate);
	else
		strv_add(functions, c->name);
}

static int compare(struct strv *functions, const char *base, const char *new, const char *where,
		   struct err *err)
{
	struct function_changes changes;
	int ret = functions_diff(base, new, &changes, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < changes.n; i++)
		add(functions, &changes.v[i], where);
	function_changes_release(&changes);
	return 0;
}

/*
 * What the build linked everything into, with its relocations: in a build tree,
 * or beside the image where we built it. NULL where it is not kept.
 */
static char *find_object(const struct side *s)
{
	const struct kernel *k = &s->prepared.kernel;
	const char *slash = strrchr(k->image, '/');
	char *path = xasprintf("%s/vmlinux.o", k->build);

	if (!fs_exists(path) && slash) {
		free(path);
		path = xasprintf("%.*s/vmlinux.o", (int)(slash - k->image), k->image);
	}
	if (fs_exists(path))
		return path;
	free(path);
	return NULL;
}

static void lacks_object(const struct side *s, struct code *code)
{
	code->unknown = xasprintf("%s has no vmlinux.o, as packages have none", s->spec);
}

void code_differences(const struct side *base, const struct side *new, struct code *code)
{
	char *from, *to;
	struct err err;
	int ret;

	*code = (struct code){ 0 };
	if (!strcmp(base->prepared.kernel.image_sha256, new->prepared.kernel.image_sha256) &&
	    !strcmp(base->prepared.module, new->prepared.module))
		return;
	from = find_object(base);
	to = find_object(new);
	if (!from || !to) {
		lacks_object(from ? new : base, code);
	} else {
		ret = compare(&code->functions, from, to, "", &err);
		if (!ret)
			ret = compare(&code->functions, base->prepared.module, new->prepared.module,
				      "ptwalk.ko", &err);
		if (ret)
			code->unknown = xstrdup(err.text);
	}
	free(to);
	free(from);
}

void code_release(struct code *code)
{
	strv_release(&code->functions);
	free(code->unknown);
	*code = (struct code){ 0 };
}
