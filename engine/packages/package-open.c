// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/package-open.h"

typedef struct {
	char *path;
	char *key_uri;
} Names;

static void
names_free(gpointer data)
{
	Names *names = data;

	g_free(names->path);
	g_free(names->key_uri);
	g_free(names);
}

static void
open_and_verify(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Names *names = data;
	GError *error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(names->path, &error);

	if (package && gy_package_verify(package, names->key_uri, &error))
		g_task_return_pointer(task, g_steal_pointer(&package), g_object_unref);
	else
		g_task_return_error(task, error);
}

void
gy_package_open_async(const char *path, const char *key_uri, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
	Names *names = g_new(Names, 1);

	names->path = g_strdup(path);
	names->key_uri = g_strdup(key_uri);
	g_task_set_task_data(task, names, names_free);
	g_task_set_return_on_cancel(task, TRUE);
	g_task_run_in_thread(task, open_and_verify);
}

GyPackage *
gy_package_open_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
