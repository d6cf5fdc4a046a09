// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/modules.h"
#include "kernels/builds.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/facts.h"
#include "kernels/source.h"
#include "kernels/toolchain.h"

#define FORMAT	      1 /* of builds: raised where another way to build makes others of them */
#define CONTENTS      2 /* of what is published: raised where there is more of it */
#define LIMIT_SECONDS (4 * 3600)
#define MAKE_SECONDS  600 /* of what is no compiling */

/* One request on its way to a kernel. */
struct job {
	const struct build_request *request;
	struct build *build;
	struct fragments fragments;
	struct source source;
	struct strv changes; /* files: of the policy, of the patches */
	char *config;	     /* what Kconfig is given */
	struct strv modules; /* targets of make: "fs/ext4/ext4.ko"; none: all there are */
	char *toolchain;
	char *place; /* the workspace's name */
};

static void job_release(struct job *job)
{
	fragments_release(&job->fragments);
	source_close(&job->source);
	strv_release(&job->changes);
	strv_release(&job->modules);
	free(job->config);
	free(job->toolchain);
	free(job->place);
}

static int read_request(struct job *job, struct err *err)
{
	const struct build_request *request = job->request;
	int ret = request->name ? builds_check_name(request->name, err) : 0;

	if (!ret)
		ret = fragments_load(&job->fragments, &request->configs, request->arch, err);
	if (!ret && request->policy) {
		_cleanup_free_ char *path = catalog_path("policy", request->policy, ".cocci", err);

		if (path)
			strv_add(&job->changes, path);
		else
			ret = -EINVAL;
	}
	for (size_t i = 0; !ret && i < request->patches.n; i++) {
		if (access(request->patches.v[i], R_OK))
			ret = err_set(err, ENOENT, "cannot read the patch %s: %s",
				      request->patches.v[i], strerror(errno));
		strv_add(&job->changes, request->patches.v[i]);
	}
	return ret;
}

/* What make is to be told of the modules that the fragments name, as Debian's @kernel has them. */
static int name_modules(struct job *job, const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *above = xasprintf("/lib/modules/%s/kernel/", kernel->release);
	_cleanup_(strv_release) struct strv files = { 0 };
	int ret = modules_resolve(kernel->root, kernel->release,
				  (const char *const *)job->fragments.modules.v, &files, err);

	if (ret)
		err_prefix(err, "\"# modules:\" of the config");
	for (size_t i = 0; !ret && i < files.n; i++) {
		const char *name = strstr(files.v[i], above), *end;

		name = name ? name + strlen(above) : "";
		end = strstr(name, ".ko");
		if (end)
			strv_addf(&job->modules, "%.*s.ko", (int)(end - name), name);
		else
			ret = err_set(err, EINVAL, "%s is no module of the kernel's own",
				      files.v[i]);
	}
	return ret;
}

/* What the fragments come on top of: nothing, or the config of Debian's kernel of that series. */
static int make_config(struct job *job, struct progress *progress, struct err *err)
{
	struct kernel kernel;
	_cleanup_free_ char *series = NULL, *spec = NULL, *base = NULL;
	int ret;

	if (!job->fragments.debian) {
		job->config = fragments_text(&job->fragments, "");
		return 0;
	}
	series = source_series(&job->source, err);
	if (!series)
		return -EINVAL;
	spec = xasprintf("debian:%s", series);
	ret = kernel_find(spec, job->fragments.arch, &kernel, progress, err);
	if (ret)
		err_prefix(err, "config distro");
	if (!ret) {
		base = fs_read(kernel.config, NULL, err);
		ret = base ? name_modules(job, &kernel, err) : -EIO;
		kernel_release(&kernel);
	}
	if (!ret)
		job->config = fragments_text(&job->fragments, base);
	return ret;
}

/*
 * A workspace is of a series and a config, whatever the source: trees of one
 * series have most files in common, and what is the same is not compiled again.
 */
static int make_keys(struct job *job, struct err *err)
{
	_cleanup_free_ char *series = source_series(&job->source, err), *place = NULL;
	char *modules;
	struct build *build = job->build;
	_cleanup_(manifest_release) struct manifest m = { 0 };

	if (!series)
		return -EINVAL;
	manifest_addf(&m, "format %d\n", FORMAT);
	manifest_addf(&m, "toolchain %s\n", job->toolchain);
	if (job->fragments.arch != arch_host)
		manifest_addf(&m, "arch %s\n", job->fragments.arch->name);
	manifest_addf(&m, "base %s\n", job->fragments.debian ? "debian" : "nothing");
	manifest_addf(&m, "%s", job->config);
	modules = strv_join(&job->modules, " ");
	if (*modules)
		manifest_addf(&m, "modules %s\n", modules);
	free(modules);
	place = manifest_key(&m);
	job->place = xasprintf("%s-%.12s", series, place);
	manifest_addf(&m, "tree %s\ncontents %d\n", job->source.tree, CONTENTS);
	build->key = manifest_key(&m);
	build->folder = cache_path("builds/%s", build->key);
	build->log = cache_path("builds/%s.log", build->key);
	build->tree = xstrdup(job->source.tree);
	build->label = xstrdup(job->source.label);
	build->configs = strv_join(&job->fragments.names, " ");
	return 0;
}

/* From the request to the key. The source is locked no longer than that takes. */
static int identify(struct job *job, struct progress *progress, struct err *err)
{
	int ret = source_open(&job->source, job->request, progress, err);

	if (!ret)
		ret = changes_apply(&job->source, &job->changes, err);
	source_unlock(&job->source);
	if (!ret)
		ret = make_config(job, progress, err);
	if (!ret) {
		job->toolchain = toolchain_version(job->fragments.arch, err);
		ret = job->toolchain ? 0 : -ENOENT;
	}
	return ret ? ret : make_keys(job, err);
}

static bool is_built(const char *key)
{
	struct kernel kernel;
	bool built;

	kernel_init(&kernel, "");
	built = !builds_load(key, &kernel);
	kernel_release(&kernel);
	return built;
}

static int configure(const struct job *job, const struct workspace *w, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/config.in", w->folder),
			    *dot = xasprintf("%s/.config", w->out);
	_cleanup_free_ char *all = xasprintf("KCONFIG_ALLCONFIG=%s", path), *text = NULL;
	bool debian = job->fragments.debian;
	const char *nothing[] = { all, "allnoconfig", NULL };
	const char *olddef[] = { "olddefconfig", NULL };
	int ret = fs_write_file(debian ? dot : path, job->config, strlen(job->config), 0644, err);

	if (!ret)
		ret = workspace_make(w, debian ? olddef : nothing, MAKE_SECONDS, NULL, err);
	if (!ret) {
		text = fs_read(dot, NULL, err);
		ret = text ? fragments_check(&job->fragments, text, err) : -EIO;
	}
	return ret;
}

static int compile(const struct job *job, const struct workspace *w, struct progress *progress,
		   struct err *err)
{
	unsigned int seconds = job->request->limit_seconds;
	_cleanup_free_ char *jobs = xasprintf("-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	const char *all[] = { jobs, "all", NULL }, *image[] = { jobs, w->arch->boot_image, NULL };
	const struct strv *named = &job->modules;
	_cleanup_(strv_release) struct strv words = { 0 };
	int ret;

	seconds = seconds ? seconds : LIMIT_SECONDS;
	ret = workspace_make(w, named->n ? image : all, seconds, progress, err);
	strv_add(&words, jobs);
	for (size_t i = 0; i < named->n; i++)
		strv_add(&words, named->v[i]);
	if (!ret && named->n)
		ret = workspace_make(w, (const char *const *)words.v, seconds, progress, err);
	return ret;
}

/* Any make that ends by itself or by SIGTERM leaves nothing half-made. */
static int make_all(const struct job *job, const struct workspace *w, struct progress *progress,
		    struct err *err)
{
	int ret = workspace_begin(w, err);

	if (ret)
		return ret;
	ret = workspace_checkout(w, &job->source, err);
	if (!ret)
		ret = configure(job, w, err);
	if (!ret)
		ret = compile(job, w, progress, err);
	if (ret == -ECHILD || ret == -EOPNOTSUPP)
		err_prefix(err, "%s", job->source.label);
	return ret;
}

static int publish(struct job *job, const struct workspace *w, struct progress *progress,
		   struct err *err)
{
	struct build_entry entry = {
		.label = job->source.label,
		.configs = job->build->configs,
	};
	int ret = builds_publish(job->build->key, w, &entry, &job->modules, job->source.version,
				 progress, err);

	free(entry.release);
	return ret;
}

static int build_in(struct job *job, struct progress *progress, struct err *err)
{
	double start = host_seconds();
	struct workspace w;
	int ret, made = -1;
	char *builds;

	progress_enter(progress, "build");
	builds = cache_path("builds");
	ret = fs_mkdir_p(builds, err);
	free(builds);
	if (ret)
		return ret;
	ret = workspace_open(&w, job->place, job->fragments.arch, job->build->log, progress, err);
	/* Another process may have built it while this one waited. */
	if (!ret && !is_built(job->build->key)) {
		made = ret = make_all(job, &w, progress, err);
		if (!ret)
			ret = publish(job, &w, progress, err);
		/* A make that was killed, by whomever, may have left what is half-made. */
		if (!made || made == -ECHILD || made == -EOPNOTSUPP)
			workspace_end(&w);
		job->build->built = true;
		job->build->seconds = host_seconds() - start;
	}
	workspace_close(&w);
	return ret;
}

int kernel_build(const struct build_request *request, struct build *build,
		 struct progress *progress, struct err *err)
{
	struct job job = { .request = request, .build = build, .source.lock = -1 };
	int ret;

	*build = (struct build){ 0 };
	ret = read_request(&job, err);
	if (!ret)
		ret = toolchain_check(job.fragments.arch, err);
	if (!ret)
		ret = identify(&job, progress, err);
	if (!ret && !is_built(build->key))
		ret = build_in(&job, progress, err);
	if (!ret && request->name)
		ret = builds_set_name(request->name, build->key, err);
	if (!ret)
		build->spec = xasprintf("build:%s", request->name ? request->name : build->key);
	job_release(&job);
	return ret;
}

void build_release(struct build *build)
{
	free(build->key);
	free(build->spec);
	free(build->folder);
	free(build->log);
	free(build->tree);
	free(build->label);
	free(build->configs);
	*build = (struct build){ 0 };
}

void build_configs(struct strv *names, struct strv *summaries)
{
	catalog_list("config", "", names, summaries);
}

void build_policies(struct strv *names, struct strv *summaries)
{
	catalog_list("policy", ".cocci", names, summaries);
}
