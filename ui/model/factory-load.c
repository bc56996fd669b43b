// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-load.h"

void
gy_factory_loaded_free(GyFactoryLoaded *loaded)
{
	if (!loaded)
		return;
	gy_station_free(loaded->station);
	g_clear_object(&loaded->package);
	g_free(loaded);
}

static void
load_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyFactoryLoaded) loaded = g_new0(GyFactoryLoaded, 1);

	loaded->station = gy_station_load(data, &error);
	if (loaded->station && !gy_station_refusal(loaded->station))
		loaded->package = gy_station_package(loaded->station, &error);
	if (error)
		g_task_return_error(task, g_steal_pointer(&error));
	else
		g_task_return_pointer(
			task, g_steal_pointer(&loaded), (GDestroyNotify) gy_factory_loaded_free);
}

void
gy_factory_load_async(
	const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);

	g_task_set_task_data(task, g_strdup(path), g_free);
	g_task_run_in_thread(task, load_in_thread);
}

GyFactoryLoaded *
gy_factory_load_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
