// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-pin.h"

#include <openssl/crypto.h>
#include <string.h>

#include "engine/file.h"
#include "engine/ini.h"
#include "engine/station/station.h"

typedef struct {
	char *about; /* the hash, or the file's path */
	char *pin;
} Task;

static void
task_free(gpointer data)
{
	Task *own = data;

	OPENSSL_cleanse(own->pin, strlen(own->pin));
	g_free(own->pin);
	g_free(own->about);
	g_free(own);
}

static void
run(const char *about, const char *pin, GTaskThreadFunc function, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, data);
	Task *own = g_new0(Task, 1);

	own->about = g_strdup(about);
	own->pin = g_strdup(pin);
	g_task_set_task_data(task, own, task_free);
	g_task_run_in_thread(task, function);
}

/* ---- comparing ------------------------------------------------------------------------------------------ */

static void
check_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Task *own = data;

	g_task_return_boolean(task, gy_station_pin_check(own->about, own->pin));
}

void
gy_factory_pin_check_async(const char *hash, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	run(hash, pin, check_in_thread, callback, data);
}

gboolean
gy_factory_pin_check_finish(GAsyncResult *result)
{
	return g_task_propagate_boolean(G_TASK(result), NULL);
}

/* ---- storing -------------------------------------------------------------------------------------------- */

static char *
read_hash(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, GY_STATION_MAX, error);
	g_autoptr(GyIni) ini = bytes ? gy_ini_parse(bytes, path, GY_INI_NONE, error) : NULL;

	return ini ? gy_ini_get(ini, "station", "pin") : NULL;
}

static void
store_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Task *own = data;
	g_autoptr(GError) error = NULL;
	char *hash =
		gy_station_pin_store(own->about, own->pin, &error) ? read_hash(own->about, &error) : NULL;

	if (error)
		g_task_return_error(task, g_steal_pointer(&error));
	else
		g_task_return_pointer(task, hash, g_free);
}

void
gy_factory_pin_store_async(const char *path, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	run(path, pin, store_in_thread, callback, data);
}

char *
gy_factory_pin_store_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
