// SPDX-License-Identifier: Apache-2.0
#include "app/console-view.h"

#include <stdio.h>

#include "app/text.h"
#include "engine/steady-clock.h"

/* A prompt or half a row is shown when the device says nothing more for so long. */
#define PAUSE_MS 200

void
gy_console_view_init(GyConsoleView *view, const GyOutput *output)
{
	*view = (GyConsoleView){.output = output, .text = gy_console_text_new()};
	gy_console_lines_init(&view->lines);
}

void
gy_console_line_object(const GyOutput *output, const GyConsoleLine *line)
{
	JsonObject *object = gy_json_new("console");
	g_autofree char *time = gy_time_stamp(line->time_us);

	gy_json_text(object, "time", time);
	gy_json_text(object, "text", line->text);
	json_object_set_boolean_member(object, "whole", line->is_whole);
	gy_output_object(output, object);
}

static void
print_lines(GyConsoleView *view)
{
	GyConsoleLine line;

	while (gy_console_lines_next(&view->lines, &line)) {
		gy_console_line_object(view->output, &line);
		g_free(line.text);
	}
}

static void
flush(GyConsoleView *view)
{
	g_autofree char *rest = gy_console_text_flush(view->text);

	gy_console_lines_flush(&view->lines);
	print_lines(view);
	gy_output_print(view->output, "%s", rest);
	fflush(stdout);
}

static gboolean
on_pause(gpointer data)
{
	GyConsoleView *view = data;

	view->pause = 0;
	flush(view);
	return G_SOURCE_REMOVE;
}

static void
watch_pause(GyConsoleView *view)
{
	gboolean is_waiting = view->output->json ? gy_console_lines_is_waiting(&view->lines)
						 : gy_console_text_is_waiting(view->text);

	g_clear_handle_id(&view->pause, g_source_remove);
	if (is_waiting)
		view->pause = g_timeout_add(PAUSE_MS, on_pause, view);
}

void
gy_console_view_clear(GyConsoleView *view)
{
	g_clear_handle_id(&view->pause, g_source_remove);
	flush(view);
	/* what follows, be it a sentence or the shell's prompt, has a line of its own */
	if (view->output->terminal && gy_console_text_is_in_line(view->text))
		gy_output_print(view->output, "\n");
	fflush(stdout);
	gy_console_text_free(view->text);
	gy_console_lines_clear(&view->lines);
}

void
gy_console_view_text(GyConsoleView *view, GBytes *bytes, gint64 time_us)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *shown = NULL;

	if (view->output->json) {
		gy_console_lines_feed(&view->lines, data, size, time_us);
		print_lines(view);
	} else {
		shown = gy_console_text_feed(view->text, data, size, time_us);
		gy_output_print(view->output, "%s", shown);
		fflush(stdout);
	}
	watch_pause(view);
}

void
gy_console_view_echo(GyConsoleView *view, const guint8 *bytes, gsize size)
{
	g_autofree char *shown = gy_console_text_echo(view->text, bytes, size, g_get_real_time());

	gy_output_print(view->output, "%s", shown);
	fflush(stdout);
}

/* On a terminal both streams meet: a sentence begins a line, and the device's text after it too. */
static void
make_room(GyConsoleView *view)
{
	flush(view);
	if (!view->output->terminal || !gy_console_text_is_in_line(view->text))
		return;
	gy_output_print(view->output, "\n");
	gy_console_text_break_line(view->text);
	fflush(stdout);
}

void
gy_console_view_notice(GyConsoleView *view, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list arguments;

	if (view->output->json)
		return;
	va_start(arguments, format);
	sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	make_room(view);
	fprintf(stderr, "gantry: %s\n", sentence);
}

void
gy_console_view_state(GyConsoleView *view, GyConsoleState state, const char *port, const GError *why)
{
	JsonObject *object = gy_json_new("console-state");
	g_autofree char *message = why ? gy_text_safe(why->message) : NULL;
	g_autofree char *name = gy_text_safe(port);

	if (view->output->json)
		flush(view);
	if (state == GY_CONSOLE_RECONNECTING)
		gy_console_view_notice(view, "%s; waiting until it is back", message);
	else if (state == GY_CONSOLE_OPEN)
		gy_console_view_notice(view, "the port %s is back", name);
	gy_json_text(object, "state", gy_console_state_name(state));
	gy_json_text(object, "message", message);
	gy_output_object(view->output, object);
}

void
gy_console_view_toggle_hex(GyConsoleView *view)
{
	make_room(view);
	gy_console_text_set_hex(view->text, !gy_console_text_is_hex(view->text));
	gy_console_view_notice(
		view, "hexadecimal view %s", gy_console_text_is_hex(view->text) ? "on" : "off");
}

void
gy_console_view_toggle_timestamps(GyConsoleView *view)
{
	gy_console_text_set_timestamps(view->text, !gy_console_text_has_timestamps(view->text));
	gy_console_view_notice(
		view, "timestamps %s", gy_console_text_has_timestamps(view->text) ? "on" : "off");
}
