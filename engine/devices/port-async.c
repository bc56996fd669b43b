// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/port-async.h"

typedef struct {
	char *port;
	guint baud;
	guint answer_ms;
	gboolean reconnect;
} Wanted;

static void
wanted_free(gpointer data)
{
	Wanted *wanted = data;

	g_free(wanted->port);
	g_free(wanted);
}

static void
run(Wanted content, GTaskThreadFunc work, GCancellable *cancellable, GAsyncReadyCallback callback,
	gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);

	g_task_set_task_data(task, g_memdup2(&content, sizeof content), wanted_free);
	g_task_run_in_thread(task, work);
}

static void
free_info(gpointer info)
{
	gy_device_info_free(info);
}

static void
query(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Wanted *wanted = data;
	GError *error = NULL;
	GyDeviceInfo *info =
		gy_device_query(wanted->port, wanted->baud, wanted->answer_ms, cancellable, &error);

	if (info)
		g_task_return_pointer(task, info, free_info);
	else
		g_task_return_error(task, error);
}

void
gy_device_query_async(const char *port, guint baud, guint answer_ms, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	run((Wanted){.port = g_strdup(port), .baud = baud, .answer_ms = answer_ms}, query, cancellable,
		callback, data);
}

GyDeviceInfo *
gy_device_query_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static void
open_console(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Wanted *wanted = data;
	GError *error = NULL;
	const GyConsoleOptions options = {
		.port = wanted->port, .baud = wanted->baud, .reconnect = wanted->reconnect};
	GyConsole *console = gy_console_open(&options, &error);

	if (console)
		g_task_return_pointer(task, console, g_object_unref);
	else
		g_task_return_error(task, error);
}

void
gy_console_open_async(const char *port, guint baud, gboolean reconnect, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	run((Wanted){.port = g_strdup(port), .baud = baud, .reconnect = reconnect}, open_console, cancellable,
		callback, data);
}

GyConsole *
gy_console_open_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
