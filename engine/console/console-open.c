// SPDX-License-Identifier: Apache-2.0
#include "engine/console/console-open.h"

typedef struct {
	char *port;
	guint baud;
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
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
	const Wanted wanted = {.port = g_strdup(port), .baud = baud, .reconnect = reconnect};

	g_task_set_task_data(task, g_memdup2(&wanted, sizeof wanted), wanted_free);
	g_task_run_in_thread(task, open_console);
}

GyConsole *
gy_console_open_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
