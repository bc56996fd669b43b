// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-build.h"

#include <glib/gi18n-lib.h>

#include "engine/file.h"

typedef struct {
	const GyFormat *format;
	GyBuildOptions *options;
	GyPackageAsker asker;
	char *path; /* (nullable) */
} Work;

static void
work_free(gpointer data)
{
	Work *work = data;

	gy_build_options_free(work->options);
	g_clear_object(&work->asker.cancellable);
	g_free(work->path);
	g_free(work);
}

void
gy_package_built_free(GyPackageBuilt *built)
{
	if (!built)
		return;
	g_clear_pointer(&built->bytes, g_bytes_unref);
	g_clear_object(&built->package);
	g_clear_pointer(&built->notes, g_ptr_array_unref);
	g_free(built);
}

static gboolean
is_same_file(const char *one, const char *other)
{
	g_autoptr(GFile) a = g_file_new_for_path(one);
	g_autoptr(GFile) b = g_file_new_for_path(other);

	return g_file_equal(a, b);
}

static gboolean
check_output(const Work *work, GError **error)
{
	const char *input = NULL;

	for (const GyOption *option = work->format->options; option->key && !input; option++) {
		const char *value = gy_build_options_get(work->options, option->key);
		gboolean is_file = option->kind == GY_OPTION_FILE || option->kind == GY_OPTION_KEY;

		if (is_file && value && is_same_file(value, work->path))
			input = value;
	}
	for (guint i = 0; i < work->options->images->len && !input; i++) {
		const GyBuildImage *image = g_ptr_array_index(work->options->images, i);

		if (image->path && is_same_file(image->path, work->path))
			input = image->path;
	}
	if (!input)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE,
		_("%s is one of the files that the package is made from"), input);
	return FALSE;
}

static GyPackageBuilt *
build(Work *work, GError **error)
{
	g_autoptr(GyPackageBuilt) built = g_new0(GyPackageBuilt, 1);
	g_autofree char *name =
		g_path_get_basename(work->path ? work->path : gy_format_file_name(work->format));

	work->options->passphrase = &work->asker.passphrase;
	built->notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	built->bytes = gy_format_build(work->format, work->options, built->notes, error);
	if (!built->bytes)
		return NULL;
	built->package = gy_package_load_bytes(built->bytes, name, error);
	if (!built->package || !gy_package_verify(built->package, NULL, error))
		return NULL;
	return g_steal_pointer(&built);
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	Work *work = data;
	GError *error = NULL;
	GyPackageBuilt *built;

	if (work->path && !check_output(work, &error)) {
		g_task_return_error(task, error);
		return;
	}
	built = build(work, &error);
	/* whoever cancelled was told so already: from here on nothing is written */
	if (built && work->path && g_task_set_return_on_cancel(task, FALSE) &&
		!gy_file_write(work->path, built->bytes, 0666, &error))
		g_clear_pointer(&built, gy_package_built_free);
	if (built)
		g_task_return_pointer(task, built, (GDestroyNotify) gy_package_built_free);
	else
		g_task_return_error(task, error);
}

static void
start(Work *work, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);

	gy_package_asker_init(&work->asker);
	g_set_object(&work->asker.cancellable, cancellable);
	g_task_set_task_data(task, work, work_free);
	g_task_set_return_on_cancel(task, TRUE);
	g_task_run_in_thread(task, run);
}

static Work *
work_new(GyPackageRecipe *recipe)
{
	Work *work = g_new0(Work, 1);

	work->format = gy_package_recipe_format(recipe);
	work->options = gy_package_recipe_copy_options(recipe);
	return work;
}

void
gy_package_build_async(GyPackageRecipe *recipe, GyPackageAsk ask, gpointer ask_data,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	gy_package_save_async(recipe, NULL, ask, ask_data, cancellable, callback, data);
}

void
gy_package_save_async(GyPackageRecipe *recipe, const char *path, GyPackageAsk ask, gpointer ask_data,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	Work *work = work_new(recipe);

	work->path = g_strdup(path);
	work->asker.ask = ask;
	work->asker.data = ask_data;
	start(work, cancellable, callback, data);
}

void
gy_package_build_preview_async(
	GyPackageRecipe *recipe, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	Work *work = work_new(recipe);

	if (gy_build_options_get_signing(work->options) == GY_SIGNING_KEYS)
		gy_build_options_set_signing(work->options, GY_SIGNING_NONE);
	start(work, cancellable, callback, data);
}

GyPackageBuilt *
gy_package_build_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
