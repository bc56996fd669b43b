// SPDX-License-Identifier: Apache-2.0
#include "app/batch-control.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/batch-objects.h"

#define LINE_BYTES_MAX 1024

struct _GyBatchControl {
	GyBatch *batch;
	GSocketService *service;
	char *path;
	GyBatchControlStop on_stop;
	gpointer data;
	GPtrArray *clients;
};

/* One connection. It goes when its peer does, or with the control. */
typedef struct {
	GyBatchControl *control; /* NULL: it has gone */
	GSocketConnection *connection;
	GDataInputStream *input;
	GCancellable *stop;
} Client;

/* ---- answers -------------------------------------------------------------------------------------------- */

typedef struct {
	GString *text;
	guint n_started;
	GError *error;
} Answer;

static void
add(Answer *answer, JsonObject *object)
{
	g_autofree char *line = gy_json_line(object);

	g_string_append_printf(answer->text, "%s\n", line);
	json_object_unref(object);
}

static void
finish(Answer *answer, const char *command)
{
	JsonObject *object = gy_json_new("control");

	gy_json_text(object, "command", command);
	json_object_set_boolean_member(object, "ok", answer->error == NULL);
	gy_json_number(object, "started", answer->n_started);
	gy_json_text(object, "code", answer->error ? gy_error_code(answer->error) : NULL);
	gy_json_text(object, "message", answer->error ? answer->error->message : NULL);
	add(answer, object);
}

/* ---- commands ------------------------------------------------------------------------------------------- */

static GySlot *
find_slot(GyBatch *batch, const char *name, Answer *answer)
{
	GySlot *slot = gy_gang_find(gy_batch_gang(batch), name);

	if (!slot)
		g_set_error(&answer->error, GY_ERROR, GY_ERROR_SLOT_UNKNOWN, "there is no slot %s",
			*name ? name : "without a name");
	return slot;
}

static void
run_status(GyBatchControl *control, const char *argument, Answer *answer)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(control->batch));

	for (guint i = 0; i < g_list_model_get_n_items(slots); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(slots, i);

		add(answer, gy_batch_slot_object(control->batch, slot));
	}
	add(answer, gy_batch_totals_object(control->batch));
}

static void
run_start(GyBatchControl *control, const char *argument, Answer *answer)
{
	GySlot *slot = *argument ? find_slot(control->batch, argument, answer) : NULL;

	if (answer->error)
		return;
	answer->n_started = gy_batch_go(control->batch, slot);
	if (slot && answer->n_started == 0)
		g_set_error(&answer->error, GY_ERROR, GY_ERROR_SLOT_BUSY,
			"slot %s was not started: it is %s%s", argument,
			gy_slot_state_word(gy_slot_state(slot)),
			gy_batch_is_stopping(control->batch) ? ", and the batch stops" : "");
}

static void
run_scan(GyBatchControl *control, const char *argument, Answer *answer)
{
	(void) gy_batch_scan(control->batch, argument, NULL, &answer->error);
}

static void
run_retry(GyBatchControl *control, const char *argument, Answer *answer)
{
	GySlot *slot = find_slot(control->batch, argument, answer);

	if (slot && gy_batch_retry(control->batch, slot, &answer->error))
		answer->n_started = gy_slot_state(slot) == GY_SLOT_BUSY;
}

static void
run_stop(GyBatchControl *control, const char *argument, Answer *answer)
{
	gboolean abort = g_str_equal(argument, "abort");

	if (*argument && !abort && !g_str_equal(argument, "finish"))
		g_set_error(&answer->error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"stop takes finish or abort, not \"%s\"", argument);
	else
		control->on_stop(abort, control->data);
}

static const struct {
	const char *word;
	void (*run)(GyBatchControl *control, const char *argument, Answer *answer);
} commands[] = {
	{"status", run_status},
	{"start", run_start},
	{"scan", run_scan},
	{"retry", run_retry},
	{"stop", run_stop},
};

/* (transfer full): what is written back. */
static char *
obey(GyBatchControl *control, char *line)
{
	g_auto(GStrv) words = g_strsplit(g_strstrip(line), " ", 2);
	const char *command = words[0] ? words[0] : "";
	char *argument = words[0] && words[1] ? g_strstrip(words[1]) : (char *) "";
	Answer answer = {.text = g_string_new(NULL)};
	gboolean is_known = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(commands) && !is_known; i++) {
		is_known = g_str_equal(command, commands[i].word);
		if (is_known)
			commands[i].run(control, argument, &answer);
	}
	if (!is_known)
		g_set_error(&answer.error, GY_ERROR, GY_ERROR_CFG_VALUE,
			"there is no command \"%s\": expected status, start, scan, retry or stop", command);
	finish(&answer, command);
	g_clear_error(&answer.error);
	return g_string_free(answer.text, FALSE);
}

/* ---- connections ---------------------------------------------------------------------------------------- */

static void read_next(Client *client);

static void
client_free(Client *client)
{
	if (client->control)
		g_ptr_array_remove_fast(client->control->clients, client);
	g_object_unref(client->input);
	g_object_unref(client->connection);
	g_object_unref(client->stop);
	g_free(client);
}

/* The answer is short, and the peer reads it or is gone. */
static gboolean
write_answer(Client *client, const char *text)
{
	GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(client->connection));

	return g_output_stream_write_all(output, text, strlen(text), NULL, client->stop, NULL);
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
	Client *client = data;
	g_autofree char *line =
		g_data_input_stream_read_line_finish_utf8(G_DATA_INPUT_STREAM(source), result, NULL, NULL);
	g_autofree char *answer = NULL;

	if (!line || !client->control || strlen(line) > LINE_BYTES_MAX) {
		client_free(client);
		return;
	}
	answer = obey(client->control, line);
	if (client->control && write_answer(client, answer))
		read_next(client);
	else
		client_free(client);
}

static void
read_next(Client *client)
{
	g_data_input_stream_read_line_async(client->input, G_PRIORITY_DEFAULT, client->stop, on_line, client);
}

static gboolean
on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
	GyBatchControl *control = data;
	Client *client = g_new0(Client, 1);

	client->control = control;
	client->connection = g_object_ref(connection);
	client->input = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	client->stop = g_cancellable_new();
	g_socket_set_timeout(g_socket_connection_get_socket(connection), 0);
	g_ptr_array_add(control->clients, client);
	read_next(client);
	return TRUE;
}

/* A socket that nobody listens at any more is in the way. */
static void
remove_stale(const char *path)
{
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnection) connection = NULL;
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	connection = g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, NULL);
	if (!connection)
		unlink(path);
}

GyBatchControl *
gy_batch_control_new(
	GyBatch *batch, const char *path, GyBatchControlStop on_stop, gpointer data, GError **error)
{
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketService) service = g_socket_service_new();
	g_autoptr(GError) cause = NULL;
	GyBatchControl *control;
	mode_t mask;
	gboolean listens;

	remove_stale(path);
	mask = umask(0077);
	listens = g_socket_listener_add_address(G_SOCKET_LISTENER(service), address, G_SOCKET_TYPE_STREAM,
		G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &cause);
	umask(mask);
	if (!listens) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "the control socket %s: %s", path,
			cause->message);
		return NULL;
	}
	control = g_new0(GyBatchControl, 1);
	control->batch = g_object_ref(batch);
	control->service = g_steal_pointer(&service);
	control->path = g_strdup(path);
	control->on_stop = on_stop;
	control->data = data;
	control->clients = g_ptr_array_new();
	g_signal_connect(control->service, "incoming", G_CALLBACK(on_incoming), control);
	g_socket_service_start(control->service);
	return control;
}

void
gy_batch_control_free(GyBatchControl *control)
{
	if (!control)
		return;
	for (guint i = 0; i < control->clients->len; i++) {
		Client *client = g_ptr_array_index(control->clients, i);

		client->control = NULL;
		g_cancellable_cancel(client->stop);
	}
	g_ptr_array_unref(control->clients);
	g_signal_handlers_disconnect_by_data(control->service, control);
	g_socket_service_stop(control->service);
	g_socket_listener_close(G_SOCKET_LISTENER(control->service));
	unlink(control->path);
	g_object_unref(control->service);
	g_object_unref(control->batch);
	g_free(control->path);
	g_free(control);
}
