// SPDX-License-Identifier: Apache-2.0
#include "engine/job/device-query-async.h"

typedef struct {
	char *port;
	guint baud;
	guint answer_ms;
} Asked;

static void
asked_free(gpointer data)
{
	Asked *asked = data;

	g_free(asked->port);
	g_free(asked);
}

static void
free_info(gpointer info)
{
	gy_device_info_free(info);
}

static void
query(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Asked *asked = data;
	GError *error = NULL;
	GyDeviceInfo *info = gy_device_query(asked->port, asked->baud, asked->answer_ms, cancellable, &error);

	if (info)
		g_task_return_pointer(task, info, free_info);
	else
		g_task_return_error(task, error);
}

void
gy_device_query_async(const char *port, guint baud, guint answer_ms, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
	const Asked asked = {.port = g_strdup(port), .baud = baud, .answer_ms = answer_ms};

	g_task_set_task_data(task, g_memdup2(&asked, sizeof asked), asked_free);
	g_task_run_in_thread(task, query);
}

GyDeviceInfo *
gy_device_query_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
