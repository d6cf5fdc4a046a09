// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/key.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/modules.h"
#include "bench/measure/folder.h"
#include "kernels/cache.h"
#include "vm/image.h"

static void add_plan(struct manifest *m, const struct plan *plan)
{
	const struct selection *s = &plan->selection;
	struct selected at = { 0 };

	manifest_addf(m, "machine %s, boots %u, mitigations %d\n", plan->machine->name, plan->boots,
		      plan->mitigations);
	manifest_addf(m, "dax %llu, nodes %u, cpus %u, invalidate %s, ram %u, append %s\n",
		      (unsigned long long)plan->dax_size, plan->nodes, plan->cpus,
		      plan->invalidate ? plan->invalidate : "", plan->ram_mib,
		      plan->append ? plan->append : "");
	if (plan->arch || plan->cpu)
		manifest_addf(m, "arch %s, cpu %s\n", arch_of(plan->arch)->name,
			      plan->cpu ? plan->cpu : "");
	if (plan->retry_limit_text)
		manifest_addf(m, "retry limit %s\n", plan->retry_limit_text);
	if (plan->facts)
		manifest_addf(m, "facts%s\n", plan->model ? ", model" : "");
	manifest_addf(m, "iterations %u\n", s->iterations);
	while (selection_next(s, &at)) {
		_cleanup_free_ char *name = selection_name(s, &at);

		manifest_addf(m, "series %s\n", name);
	}
}

char *key_plan(const struct plan *plan)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };

	add_plan(&m, plan);
	return manifest_key(&m);
}

/* What a file holds, wherever it lies: two builds of one source are in two places. */
static int add_contents(struct manifest *m, const char *path, struct err *err)
{
	char hex[65];
	int ret = fs_sha256(path, hex, err);

	if (!ret)
		manifest_addf(m, "%s\n", hex);
	return ret;
}

static int add_modules(struct manifest *m, const struct prepared *p, struct err *err)
{
	_cleanup_(strv_release) struct strv paths = { 0 };
	int ret = 0;

	if (p->modules.n)
		ret = modules_resolve(p->kernel.root, p->kernel.release,
				      (const char *const *)p->modules.v, &paths, err);
	for (size_t i = 0; !ret && i < paths.n; i++)
		ret = add_contents(m, paths.v[i], err);
	return ret ? ret : add_contents(m, p->module, err);
}

/* Programs of the host that workloads run in the guest; one that is missing is no file. */
static int add_programs(struct manifest *m, const struct plan *plan, const struct prepared *p,
			struct err *err)
{
	_cleanup_free_ char *init =
		p->programs.init ? xstrdup(p->programs.init) : image_init_path();
	const struct selection *s = &plan->selection;
	int ret = add_contents(m, p->driver, err);

	if (!ret)
		ret = add_contents(m, init, err);
	for (size_t i = 0; !ret && i < s->nr_workloads; i++)
		if (s->workloads[i]->program && fs_exists(s->workloads[i]->program))
			ret = add_contents(m, s->workloads[i]->program, err);
	return ret;
}

char *key_make(const struct plan *plan, const struct prepared *p, const char *qemu, struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	int ret;

	manifest_addf(&m, "ptwalk %s, schema %d, qemu %s\n", PTWALK_VERSION, RECORD_SCHEMA, qemu);
	manifest_addf(&m, "image %s, config %s\n", p->kernel.image_sha256, p->kernel.config_sha256);
	add_plan(&m, plan);
	manifest_addf(&m, "pieces %zu\n", p->pieces.n);
	ret = add_modules(&m, p, err);
	if (!ret)
		ret = add_programs(&m, plan, p, err);
	return ret ? NULL : manifest_key(&m);
}

int key_write(const char *folder, const char *key, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_KEY, folder);
	_cleanup_free_ char *line = xasprintf("%s\n", key);

	return fs_write_file(path, line, strlen(line), 0644, err);
}

static bool has_key(const char *folder, const char *key)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_KEY, folder);
	_cleanup_free_ char *own = fs_read_line(path);

	return own && !strcmp(own, key);
}

char *key_find(const char *results, const char *key, struct records *records)
{
	_cleanup_(strv_release) struct strv ids = { 0 };

	folder_list(results, &ids);
	for (size_t i = ids.n; i-- > 0;) {
		_cleanup_free_ char *folder = xasprintf("%s/%s", results, ids.v[i]);

		/* A run that cannot be read, or is damaged, stands for none. */
		if (has_key(folder, key) && !folder_read(folder, records, NULL))
			return TAKE_PTR(folder);
	}
	return NULL;
}
