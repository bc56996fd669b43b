// SPDX-License-Identifier: Apache-2.0
#include "engine/console/console.h"

#include "engine/console/line-control-private.h"
#include "engine/console/shell-pass.h"
#include "engine/devices/port-names.h"
#include "engine/devices/reset-sequence-private.h"
#include "engine/steady-clock.h"
#include "protocol/host/transport/transport.h"
#include "protocol/wire/releasing.h"

#define BAUD_DEFAULT    115200
#define IDLE_MS         10
#define REOPEN_EVERY_MS 250
#define CHUNK           4096

struct _GyConsole {
	GObject parent;

	/* fixed from the start */
	GyTransport *transport;
	GyResetSequence *reset_sequence;
	GyAgentKey *agent_key; /* NULL: no frame is ever sent */
	guint baud;
	gboolean reconnect;
	GThread *thread;
	GMainContext *context;
	GCancellable *stop;

	/* of the context */
	GyConsoleState state;

	GyLineControl control;

	GMutex lock;
	gboolean is_open; /* whether text is taken */
	GByteArray *outgoing;
	GCancellable *wake; /* cancelled when there is something to do; replaced by the thread */
};

G_DEFINE_FINAL_TYPE(GyConsole, gy_console, G_TYPE_OBJECT)

enum { SIGNAL_TEXT, SIGNAL_STATE, N_SIGNALS };

static guint signals[N_SIGNALS];

const char *
gy_console_state_name(GyConsoleState state)
{
	switch (state) {
	case GY_CONSOLE_OPEN: return "open";
	case GY_CONSOLE_RECONNECTING: return "reconnecting";
	case GY_CONSOLE_CLOSED: break;
	}
	return "closed";
}

/* ---- from the thread to the context ---- */

typedef struct {
	GyConsole *console;
	GBytes *text; /* NULL: a state */
	gint64 time_us;
	GyConsoleState state;
	GError *error;
} Message;

static gboolean
deliver(gpointer data)
{
	Message *message = data;
	GyConsole *console = message->console;

	/* after gy_console_close() nothing more is told */
	if (g_cancellable_is_cancelled(console->stop))
		return G_SOURCE_REMOVE;
	if (message->text) {
		g_signal_emit(console, signals[SIGNAL_TEXT], 0, message->text, message->time_us);
	} else {
		console->state = message->state;
		g_signal_emit(console, signals[SIGNAL_STATE], 0, (int) message->state, message->error);
	}
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

/* Not g_main_context_invoke(): before the loop runs it would deliver on this thread, to nobody who listens yet. */
static void
post(GyConsole *console, Message content)
{
	Message *message = g_new(Message, 1);
	g_autoptr(GSource) source = NULL;

	*message = content;
	message->console = g_object_ref(console);
	source = g_idle_source_new();
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, deliver, message, message_free);
	g_source_attach(source, console->context);
}

/* ---- the thread ---- */

/* What belongs to the thread alone. */
typedef struct {
	struct gyw_releasing receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
	GByteArray *text;
	GyShellPass *pass;  /* NULL: no key */
	GByteArray *frames; /* the pass's, on their way to the port */
	GySteadyClock clock;
	GyResetRun reset;
} Reader;

static gint64
now(void)
{
	return g_get_monotonic_time() / 1000;
}

/* Frames of a session that somebody else holds are left out of the text like our own. */
static void
demultiplex(Reader *d, const guint8 *bytes, gsize size, guint32 now_ms)
{
	struct gyw_frame frame;

	for (gsize i = 0; i < size; i++) {
		switch (gyw_releasing_push(&d->receiver, bytes[i], now_ms, &frame)) {
		case GYW_RECEIVE_TEXT: g_byte_array_append(d->text, &bytes[i], 1); break;
		case GYW_RECEIVE_RELEASED:
			g_byte_array_append(d->text, d->buffer, d->receiver.receiver.used);
			break;
		case GYW_RECEIVE_NOTHING:
		case GYW_RECEIVE_FRAME:
		case GYW_RECEIVE_FAILED: break;
		}
	}
}

/* TRUE if nothing of a frame is left, so that text may follow. */
static gboolean
write_frames(GyConsole *console, Reader *reader, GError **error)
{
	guint8 bytes[CHUNK];
	gssize taken;

	if (reader->frames->len == 0)
		g_byte_array_append(reader->frames, bytes,
			(guint) gy_shell_pass_send(reader->pass, bytes, sizeof bytes, now()));
	if (reader->frames->len == 0)
		return TRUE;
	taken = gy_transport_write(console->transport, reader->frames->data, reader->frames->len, error);
	if (taken > 0)
		g_byte_array_remove_range(reader->frames, 0, (guint) taken);
	return reader->frames->len == 0;
}

static gboolean
write_text(GyConsole *console, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);
	gssize taken;

	if (console->outgoing->len == 0)
		return TRUE;
	taken = gy_transport_write(
		console->transport, console->outgoing->data, console->outgoing->len, error);
	if (taken > 0)
		g_byte_array_remove_range(console->outgoing, 0, (guint) taken);
	return taken >= 0;
}

/* Text may go out; asks the device first if it has to be asked. */
static gboolean
takes_text(const Reader *reader)
{
	return !reader->pass || gy_shell_pass_takes_text(reader->pass, now());
}

static gboolean
write_outgoing(GyConsole *console, Reader *reader, GError **error)
{
	GError *failed = NULL;

	if (reader->pass && !write_frames(console, reader, &failed)) {
		g_propagate_error(error, failed);
		return failed == NULL;
	}
	return gy_console_queued(console) == 0 || !takes_text(reader) || write_text(console, error);
}

static void
renew_wake(GyConsole *console)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);

	if (!g_cancellable_is_cancelled(console->wake))
		return;
	g_object_unref(console->wake);
	console->wake = g_cancellable_new();
}

/* What ends the wait early, and whether there is text: both under one lock, so that no byte is left waiting. */
static GCancellable *
ref_wake(GyConsole *console, gboolean *has_text)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);

	*has_text = console->outgoing->len > 0;
	return g_object_ref(console->wake);
}

static GIOCondition
what_to_wait_for(Reader *reader, gboolean has_text)
{
	gboolean has_bytes = has_text && takes_text(reader);

	if (reader->pass)
		has_bytes = has_bytes || reader->frames->len > 0 ||
			    gy_shell_pass_wants_to_send(reader->pass, now());
	return has_bytes ? G_IO_IN | G_IO_OUT : G_IO_IN;
}

/* -1: for ever. */
static gint
wait_ms(const GyConsole *console, const Reader *reader)
{
	gint64 until_ms = gy_line_control_due_ms(&console->control);

	/* a candidate that falls silent is text and must not wait for the next byte */
	if (reader->receiver.receiver.state != GYW_RECEIVER_TEXT)
		until_ms = MIN(until_ms, now() + IDLE_MS);
	if (reader->pass)
		until_ms = MIN(until_ms, gy_shell_pass_deadline(reader->pass));
	if (!gy_reset_run_is_done(&reader->reset))
		until_ms = MIN(until_ms, reader->reset.due_ms);
	return until_ms == G_MAXINT64 ? -1 : (gint) MAX(until_ms - now(), 0);
}

static gboolean
read_text(GyConsole *console, Reader *reader, GError **error)
{
	guint8 bytes[CHUNK];
	gssize got = gy_transport_read(console->transport, bytes, sizeof bytes, error);
	guint32 now_ms = (guint32) now();

	if (got < 0)
		return FALSE;
	if (reader->pass) {
		gy_shell_pass_receive(reader->pass, bytes, (gsize) got, now());
		return gy_shell_pass_step(reader->pass, now(), reader->text, error);
	}
	demultiplex(reader, bytes, (gsize) got, now_ms);
	if (got == 0 && gyw_releasing_idle(&reader->receiver, now_ms) == GYW_RECEIVE_RELEASED)
		g_byte_array_append(reader->text, reader->buffer, reader->receiver.receiver.used);
	return TRUE;
}

static gboolean
turn(GyConsole *console, Reader *reader, GError **error)
{
	gboolean has_text;
	g_autoptr(GCancellable) wake = ref_wake(console, &has_text);

	gy_transport_wait(
		console->transport, what_to_wait_for(reader, has_text), wait_ms(console, reader), wake);
	renew_wake(console);
	return gy_line_control_step(&console->control, console->transport, now(), error) &&
	       gy_reset_run_step(&reader->reset, console->transport, now(), error) &&
	       write_outgoing(console, reader, error) && read_text(console, reader, error);
}

static void
tell_text(GyConsole *console, Reader *reader)
{
	if (reader->text->len > 0)
		post(console, (Message){.text = g_bytes_new(reader->text->data, reader->text->len),
				      .time_us = gy_steady_clock_now(&reader->clock)});
	g_byte_array_set_size(reader->text, 0);
}

/* On request, with the port still there: the line is not left in a break, and what can go at once goes. */
static void
leave_open(GyConsole *console, Reader *reader)
{
	g_autoptr(GError) error = NULL;

	if (!gy_transport_is_open(console->transport))
		return;
	if (!gy_line_control_leave(&console->control, console->transport, &error) ||
		!write_outgoing(console, reader, &error))
		g_info("%s", error->message);
}

/* A port that was opened begins with text, whatever half of a frame the last one ended in. */
static void
run_open(GyConsole *console, Reader *reader, GError **error)
{
	gyw_releasing_init(&reader->receiver, reader->buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	g_byte_array_set_size(reader->frames, 0);
	if (reader->pass)
		gy_shell_pass_open(reader->pass, now());
	while (!g_cancellable_is_cancelled(console->stop) && turn(console, reader, error)) {
		gy_line_control_note(&console->control, console->transport);
		tell_text(console, reader);
	}
	tell_text(console, reader);
	leave_open(console, reader);
}

static void
set_open(GyConsole *console, gboolean is_open)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);

	console->is_open = is_open;
	gy_line_control_set_open(&console->control, is_open);
	g_byte_array_set_size(console->outgoing, 0);
}

static void
wait_for_next_try(GyConsole *console)
{
	GPollFD poll_fd = {.fd = -1};
	gboolean can_wake = g_cancellable_make_pollfd(console->stop, &poll_fd);

	g_poll(&poll_fd, can_wake ? 1 : 0, REOPEN_EVERY_MS);
	if (can_wake)
		g_cancellable_release_fd(console->stop);
}

/* FALSE when it is to end. A port that has only just gone may still look as if it were there: the first try waits too. */
static gboolean
reopen(GyConsole *console)
{
	for (;;) {
		g_autoptr(GError) error = NULL;

		wait_for_next_try(console);
		if (g_cancellable_is_cancelled(console->stop))
			return FALSE;
		if (gy_transport_open(console->transport, console->baud, console->stop, &error))
			return TRUE;
		g_debug("%s: %s", gy_transport_name(console->transport), error->message);
	}
}

/* What would be the same when the port was opened again. */
static gboolean
is_final(const GError *error)
{
	return g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REQUIRED) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED);
}

static gpointer
run_thread(gpointer data)
{
	g_autoptr(GyConsole) console = data;
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autoptr(GByteArray) frames = g_byte_array_new();
	g_autoptr(GyShellPass) pass = console->agent_key ? gy_shell_pass_new(console->agent_key) : NULL;
	g_autofree Reader *reader = g_new0(Reader, 1);

	reader->text = text;
	reader->frames = frames;
	reader->pass = pass;
	gy_reset_run_start(&reader->reset, console->reset_sequence, now());
	for (;;) {
		GError *error = NULL;
		GyConsoleState state = GY_CONSOLE_CLOSED;

		run_open(console, reader, &error);
		gy_transport_close(console->transport);
		set_open(console, FALSE);
		/* the port's lines went with it */
		gy_reset_run_start(&reader->reset, NULL, 0);
		if (!error)
			return NULL;
		if (console->reconnect && !is_final(error))
			state = GY_CONSOLE_RECONNECTING;
		post(console, (Message){.state = state, .error = error});
		if (state == GY_CONSOLE_CLOSED || !reopen(console))
			return NULL;
		set_open(console, TRUE);
		post(console, (Message){.state = GY_CONSOLE_OPEN});
	}
}

/* ---- the object ---- */

static void
gy_console_finalize(GObject *object)
{
	GyConsole *console = GY_CONSOLE(object);

	g_clear_object(&console->transport);
	g_clear_pointer(&console->reset_sequence, gy_reset_sequence_free);
	g_clear_pointer(&console->agent_key, gy_agent_key_unref);
	g_main_context_unref(console->context);
	g_object_unref(console->stop);
	g_object_unref(console->wake);
	g_byte_array_unref(console->outgoing);
	gy_line_control_clear(&console->control);
	g_mutex_clear(&console->lock);
	G_OBJECT_CLASS(gy_console_parent_class)->finalize(object);
}

static void
gy_console_class_init(GyConsoleClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_console_finalize;
	signals[SIGNAL_TEXT] = g_signal_new("text", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		2, G_TYPE_BYTES, G_TYPE_INT64);
	signals[SIGNAL_STATE] = g_signal_new("state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_ERROR);
}

static void
gy_console_init(GyConsole *console)
{
	g_mutex_init(&console->lock);
	gy_line_control_init(&console->control);
	console->outgoing = g_byte_array_new();
	console->stop = g_cancellable_new();
	console->wake = g_cancellable_new();
	console->context = g_main_context_ref_thread_default();
}

GyConsole *
gy_console_open(const GyConsoleOptions *options, GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(options->port, error);
	guint baud = options->baud ? options->baud : BAUD_DEFAULT;
	GyConsole *console;

	if (!transport || !gy_transport_open(transport, baud, NULL, error))
		return NULL;
	console = g_object_new(GY_TYPE_CONSOLE, NULL);
	console->transport = g_steal_pointer(&transport);
	console->baud = baud;
	console->reconnect = options->reconnect;
	set_open(console, TRUE);
	if (options->reset_sequence)
		console->reset_sequence = gy_reset_sequence_copy(options->reset_sequence);
	if (options->agent_key)
		console->agent_key = gy_agent_key_ref(options->agent_key);
	console->thread = g_thread_new("gantry-console", run_thread, g_object_ref(console));
	return console;
}

GyConsoleState
gy_console_state(GyConsole *console)
{
	return console->state;
}

gboolean
gy_console_has_lines(GyConsole *console)
{
	return gy_transport_has_lines(console->transport);
}

gboolean
gy_console_can_break(GyConsole *console)
{
	return gy_transport_can_break(console->transport);
}

static void
wake(GyConsole *console)
{
	gboolean has_text;
	g_autoptr(GCancellable) current = ref_wake(console, &has_text);

	g_cancellable_cancel(current);
}

void
gy_console_send(GyConsole *console, const guint8 *bytes, gsize size)
{
	g_mutex_lock(&console->lock);
	if (console->is_open)
		g_byte_array_append(console->outgoing, bytes, (guint) size);
	g_mutex_unlock(&console->lock);
	wake(console);
}

gsize
gy_console_queued(GyConsole *console)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&console->lock);

	return console->outgoing->len;
}

void
gy_console_send_break(GyConsole *console)
{
	if (gy_console_can_break(console))
		gy_line_control_ask_break(&console->control);
	wake(console);
}

void
gy_console_set_line(GyConsole *console, GyControlLine line, gboolean is_on)
{
	if (gy_console_has_lines(console))
		gy_line_control_ask_line(&console->control, line, is_on);
	wake(console);
}

gboolean
gy_console_line(GyConsole *console, GyControlLine line)
{
	return gy_line_control_is_on(&console->control, line);
}

void
gy_console_close(GyConsole *console)
{
	if (!console->thread)
		return;
	g_cancellable_cancel(console->stop);
	wake(console);
	g_clear_pointer(&console->thread, g_thread_join);
}
