// SPDX-License-Identifier: Apache-2.0
#include "engine/console.h"

#include "protocol/host/transport.h"
#include "protocol/wire/frame.h"

#define BAUD_DEFAULT 115200
#define IDLE_MS      10
#define CHUNK        4096

struct _GyConsole {
	GObject parent;

	GyTransport *transport;
	GThread *thread;
	GMainContext *context;
	GCancellable *stop;

	GMutex lock;
	GByteArray *outgoing;
	GCancellable *wake; /* cancelled when there is something to send; replaced by the thread */
};

G_DEFINE_FINAL_TYPE(GyConsole, gy_console, G_TYPE_OBJECT)

enum { SIGNAL_TEXT, SIGNAL_CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

typedef struct {
	GyConsole *console;
	GBytes *text;
	GError *error;
} Message;

static gboolean
deliver(gpointer data)
{
	Message *message = data;

	/* after gy_console_close() nothing more is told */
	if (g_cancellable_is_cancelled(message->console->stop))
		return G_SOURCE_REMOVE;
	if (message->text)
		g_signal_emit(message->console, signals[SIGNAL_TEXT], 0, message->text);
	else
		g_signal_emit(message->console, signals[SIGNAL_CLOSED], 0, message->error);
	return G_SOURCE_REMOVE;
}

static void
message_free(gpointer data)
{
	Message *message = data;

	g_clear_pointer(&message->text, g_bytes_unref);
	g_clear_error(&message->error);
	g_object_unref(message->console);
	g_free(message);
}

/* Takes over @text and @error. */
static void
post(GyConsole *console, GBytes *text, GError *error)
{
	Message *message = g_new(Message, 1);

	*message = (Message){.console = g_object_ref(console), .text = text, .error = error};
	g_main_context_invoke_full(console->context, G_PRIORITY_DEFAULT, deliver, message, message_free);
}

/* ---- the thread ---- */

typedef struct {
	struct gyw_receiver receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	GByteArray *text;
} Demultiplexer;

/* Frames of a session that somebody else holds are left out of the text like our own. */
static void
demultiplex(Demultiplexer *d, const guint8 *bytes, gsize size, guint32 now_ms)
{
	struct gyw_frame frame;

	for (gsize i = 0; i < size; i++) {
		switch (gyw_receiver_push(&d->receiver, bytes[i], now_ms, &frame)) {
		case GYW_RECEIVE_TEXT: g_byte_array_append(d->text, &bytes[i], 1); break;
		case GYW_RECEIVE_RELEASED: g_byte_array_append(d->text, d->buffer, d->receiver.used); break;
		case GYW_RECEIVE_NOTHING:
		case GYW_RECEIVE_FRAME:
		case GYW_RECEIVE_FAILED: break;
		}
	}
}

static gboolean
write_outgoing(GyConsole *console, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);
	gssize taken;

	if (g_cancellable_is_cancelled(console->wake)) {
		g_object_unref(console->wake);
		console->wake = g_cancellable_new();
	}
	if (console->outgoing->len == 0)
		return TRUE;
	taken = gy_transport_write(
		console->transport, console->outgoing->data, console->outgoing->len, error);
	if (taken > 0)
		g_byte_array_remove_range(console->outgoing, 0, (guint) taken);
	return taken >= 0;
}

/* What to wait for, and what ends the wait early: both under one lock, so that no byte is left waiting. */
static GCancellable *
ref_wake(GyConsole *console, GIOCondition *what)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);

	*what = console->outgoing->len > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN;
	return g_object_ref(console->wake);
}

static gboolean
turn(GyConsole *console, Demultiplexer *d, GError **error)
{
	GIOCondition what;
	g_autoptr(GCancellable) wake = ref_wake(console, &what);
	guint8 bytes[CHUNK];
	gssize got;
	guint32 now_ms;

	/* a candidate that falls silent is text and must not wait for the next byte */
	gy_transport_wait(
		console->transport, what, d->receiver.state == GYW_RECEIVER_TEXT ? -1 : IDLE_MS, wake);
	if (!write_outgoing(console, error))
		return FALSE;
	got = gy_transport_read(console->transport, bytes, sizeof bytes, error);
	if (got < 0)
		return FALSE;
	now_ms = (guint32) (g_get_monotonic_time() / 1000);
	demultiplex(d, bytes, (gsize) got, now_ms);
	if (got == 0 && gyw_receiver_idle(&d->receiver, now_ms) == GYW_RECEIVE_RELEASED)
		g_byte_array_append(d->text, d->buffer, d->receiver.used);
	return TRUE;
}

static gpointer
run_thread(gpointer data)
{
	g_autoptr(GyConsole) console = data;
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree Demultiplexer *d = g_new0(Demultiplexer, 1);
	GError *error = NULL;

	d->text = text;
	gyw_receiver_init(&d->receiver, d->buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN), true);
	while (!g_cancellable_is_cancelled(console->stop)) {
		if (!turn(console, d, &error))
			break;
		if (text->len > 0)
			post(console, g_bytes_new(text->data, text->len), NULL);
		g_byte_array_set_size(text, 0);
	}
	if (error)
		post(console, NULL, error);
	return NULL;
}

/* ---- the object ---- */

static void
gy_console_finalize(GObject *object)
{
	GyConsole *console = GY_CONSOLE(object);

	g_clear_object(&console->transport);
	g_main_context_unref(console->context);
	g_object_unref(console->stop);
	g_object_unref(console->wake);
	g_byte_array_unref(console->outgoing);
	g_mutex_clear(&console->lock);
	G_OBJECT_CLASS(gy_console_parent_class)->finalize(object);
}

static void
gy_console_class_init(GyConsoleClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_console_finalize;
	signals[SIGNAL_TEXT] = g_signal_new(
		"text", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
	signals[SIGNAL_CLOSED] = g_signal_new(
		"closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
gy_console_init(GyConsole *console)
{
	g_mutex_init(&console->lock);
	console->outgoing = g_byte_array_new();
	console->stop = g_cancellable_new();
	console->wake = g_cancellable_new();
	console->context = g_main_context_ref_thread_default();
}

GyConsole *
gy_console_open(const char *port, guint baud, GError **error)
{
	g_autoptr(GyTransport) transport = gy_transport_new(port, error);
	GyConsole *console;

	if (!transport || !gy_transport_open(transport, baud ? baud : BAUD_DEFAULT, NULL, error))
		return NULL;
	console = g_object_new(GY_TYPE_CONSOLE, NULL);
	console->transport = g_steal_pointer(&transport);
	console->thread = g_thread_new("gantry-console", run_thread, g_object_ref(console));
	return console;
}

static void
wake(GyConsole *console)
{
	GIOCondition what;
	g_autoptr(GCancellable) current = ref_wake(console, &what);

	g_cancellable_cancel(current);
}

void
gy_console_send(GyConsole *console, const guint8 *bytes, gsize size)
{
	g_mutex_lock(&console->lock);
	g_byte_array_append(console->outgoing, bytes, (guint) size);
	g_mutex_unlock(&console->lock);
	wake(console);
}

void
gy_console_close(GyConsole *console)
{
	if (!console->thread)
		return;
	g_cancellable_cancel(console->stop);
	wake(console);
	g_clear_pointer(&console->thread, g_thread_join);
	gy_transport_close(console->transport);
}
