// SPDX-License-Identifier: Apache-2.0
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

#include "app/command.h"
#include "app/text.h"
#include "engine/devices/devices.h"
#include "engine/devices/port-names.h"

#define EXIT_INTERRUPTED 130

/* ---- a port in words and as an object ------------------------------------------------------------------- */

static void
set_id(JsonObject *object, const char *member, int id)
{
	if (id >= 0)
		gy_json_number(object, member, (guint64) id);
	else
		json_object_set_null_member(object, member);
}

static JsonObject *
new_object(GyDevice *device)
{
	JsonObject *object = gy_json_new("port");
	const GyPort *port = gy_device_port(device);

	gy_json_text(object, "path", port->path);
	gy_json_text(object, "name", gy_device_name(device));
	gy_json_text(object, "kind", gy_device_kind(device));
	gy_json_text(object, "description", port->description);
	set_id(object, "vendor_id", port->vendor_id);
	set_id(object, "product_id", port->product_id);
	gy_json_text(object, "serial_number", port->serial_number);
	gy_json_text(object, "usb_path", port->usb_path);
	gy_json_text(object, "place", port->place);
	gy_json_text(object, "driver", port->driver);
	json_object_set_boolean_member(object, "can_open", port->can_open);
	gy_json_text(object, "holder", port->holder);
	return object;
}

static void
print_row(const GyOutput *output, GyDevice *device)
{
	const GyPort *port = gy_device_port(device);
	g_autofree char *description = gy_text_safe(port->description);
	g_autofree char *serial_number = gy_text_safe(port->serial_number);
	g_autofree char *holder = gy_text_safe(port->holder);
	g_autofree char *name = gy_text_safe(gy_device_name(device));
	g_autofree char *ids = port->vendor_id >= 0 && port->product_id >= 0
				       ? g_strdup_printf("%04x:%04x", port->vendor_id, port->product_id)
				       : g_strdup("");

	gy_output_print(output, "%-16s  %-9s  %-8s  ", port->path, ids, port->usb_path);
	if (*name)
		gy_output_styled(output, GY_STYLE_BOLD, "%s  ", name);
	gy_output_print(output, "%s%s%s", description, *serial_number ? " " : "", serial_number);
	if (*holder)
		gy_output_styled(output, GY_STYLE_WARN, "  in use by %s", holder);
	else if (!port->can_open)
		gy_output_styled(output, GY_STYLE_WARN, "  no permission");
	gy_output_print(output, "\n");
}

static void
print_device(const GyOutput *output, GyDevice *device)
{
	gy_output_object(output, new_object(device));
	print_row(output, device);
}

/* ---- devices -------------------------------------------------------------------------------------------- */

static int
list(const GyOutput *output)
{
	g_autoptr(GPtrArray) devices = gy_devices_list();

	for (guint i = 0; i < devices->len; i++)
		print_device(output, g_ptr_array_index(devices, i));
	if (devices->len == 0)
		gy_output_print(output, "no serial ports: connect a board, or try one with gantry sim\n");
	return GY_EXIT_DONE;
}

typedef struct {
	const GyOutput *output;
	GMainLoop *loop;
	GPtrArray *shown; /* the model's devices: it tells only where something left */
	int status;
} Watch;

static void
print_change(Watch *watch, gboolean is_added, GyDevice *device)
{
	JsonObject *object = gy_json_new("port-change");

	gy_json_text(object, "change", is_added ? "added" : "removed");
	json_object_set_object_member(object, "port", new_object(device));
	gy_output_object(watch->output, object);
	gy_output_styled(watch->output, is_added ? GY_STYLE_GOOD : GY_STYLE_DIM, "%c ", is_added ? '+' : '-');
	print_row(watch->output, device);
}

static void
on_changed(GListModel *model, guint at, guint n_removed, guint n_added, gpointer data)
{
	Watch *watch = data;

	for (guint i = 0; i < n_removed; i++) {
		print_change(watch, FALSE, g_ptr_array_index(watch->shown, at));
		g_ptr_array_remove_index(watch->shown, at);
	}
	for (guint i = at; i < at + n_added; i++) {
		GyDevice *device = g_list_model_get_item(model, i);

		print_change(watch, TRUE, device);
		g_ptr_array_insert(watch->shown, (gint) i, device);
	}
	/* a reader that has gone needs no more lines */
	if (fflush(stdout) != 0)
		g_main_loop_quit(watch->loop);
}

static gboolean
on_signal(gpointer data)
{
	Watch *watch = data;

	watch->status = EXIT_INTERRUPTED;
	g_main_loop_quit(watch->loop);
	return G_SOURCE_CONTINUE;
}

/* First what is there, as without --watch; then each change. */
static int
follow(const GyOutput *output)
{
	g_autoptr(GyDevices) devices = gy_devices_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_object_unref);
	Watch watch = {.output = output, .loop = loop, .shown = shown, .status = GY_EXIT_DONE};
	guint interrupt = g_unix_signal_add(SIGINT, on_signal, &watch);
	guint terminate = g_unix_signal_add(SIGTERM, on_signal, &watch);
	GyDevice *device;

	for (guint i = 0; (device = g_list_model_get_item(G_LIST_MODEL(devices), i)); i++) {
		print_device(output, device);
		g_ptr_array_add(shown, device);
	}
	signal(SIGPIPE, SIG_IGN);
	g_signal_connect(devices, "items-changed", G_CALLBACK(on_changed), &watch);
	if (fflush(stdout) == 0)
		g_main_loop_run(loop);
	g_signal_handlers_disconnect_by_data(devices, &watch);
	g_source_remove(interrupt);
	g_source_remove(terminate);
	return watch.status;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GHashTable) names = NULL;
	g_autoptr(GError) error = NULL;
	gboolean watch = FALSE;
	const GOptionEntry entries[] = {
		{"watch", 'w', 0, G_OPTION_ARG_NONE, &watch, "Go on with a line for each that comes or goes",
			NULL},
		{NULL},
	};

	/* a file of names that cannot be read is told, not passed over */
	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) || !(names = gy_port_names_load(&error)))
		return gy_output_error(output, error, 0);
	return watch ? follow(output) : list(output);
}

const GyCommand gy_command_devices = {
	.name = "devices",
	.arguments = "[--watch]",
	.summary = "Lists the ports of this computer; opens none of them",
	.example = "  gantry devices",
	.run = run,
};

/* ---- devices name --------------------------------------------------------------------------------------- */

static gboolean
check_words(char **inputs, gboolean removes, GError **error)
{
	guint n = g_strv_length(inputs);

	if (n < 1)
		gy_usage(error, "PATH is missing");
	else if (n < 2 && !removes)
		gy_usage(error, "NAME is missing");
	else if (n > (removes ? 1 : 2))
		gy_usage(error, "\"%s\" is one argument too many", inputs[removes ? 1 : 2]);
	else
		return TRUE;
	return FALSE;
}

static int
run_name(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *place = NULL;
	g_autofree char *sentence = NULL;
	g_autoptr(GError) error = NULL;
	JsonObject *object;
	gboolean removes = FALSE;
	const GOptionEntry entries[] = {
		{"remove", 0, 0, G_OPTION_ARG_NONE, &removes, "Take the name away", NULL},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) || !check_words(inputs, removes, &error))
		return gy_output_error(output, error, 0);
	place = removes ? gy_port_name_remove(inputs[0], &error)
			: gy_port_name_set(inputs[0], inputs[1], &error);
	if (!place)
		return gy_output_error(output, error, 0);
	sentence = removes ? g_strdup_printf("the port at %s has no name any more", place)
			   : g_strdup_printf("%s is the port at %s", inputs[1], place);
	gy_output_print(output, "%s\n", sentence);
	object = gy_json_new("port-name");
	gy_json_text(object, "place", place);
	gy_json_text(object, "name", removes ? NULL : inputs[1]);
	gy_json_text(object, "sentence", sentence);
	gy_output_object(output, object);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_devices_name = {
	.name = "devices name",
	.arguments = "PATH NAME | PATH --remove",
	.summary = "Names what is plugged in at a port's place, for --port",
	.example = "  gantry devices name /dev/ttyUSB0 bench-3\n  gantry info --port bench-3",
	.run = run_name,
};
