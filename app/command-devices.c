// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/text.h"
#include "engine/devices.h"

static void
set_id(JsonObject *object, const char *member, int id)
{
	if (id >= 0)
		gy_json_number(object, member, (guint64) id);
	else
		json_object_set_null_member(object, member);
}

static void
print_object(const GyOutput *output, const GyPort *port)
{
	JsonObject *object = gy_json_new("port");

	gy_json_text(object, "path", port->path);
	gy_json_text(object, "description", port->description);
	set_id(object, "vendor_id", port->vendor_id);
	set_id(object, "product_id", port->product_id);
	gy_json_text(object, "serial_number", port->serial_number);
	gy_json_text(object, "usb_path", port->usb_path);
	gy_json_text(object, "driver", port->driver);
	json_object_set_boolean_member(object, "can_open", port->can_open);
	gy_json_text(object, "holder", port->holder);
	gy_output_object(output, object);
}

static void
print_row(const GyOutput *output, const GyPort *port)
{
	g_autofree char *description = gy_text_safe(port->description);
	g_autofree char *serial_number = gy_text_safe(port->serial_number);
	g_autofree char *holder = gy_text_safe(port->holder);
	g_autofree char *ids = port->vendor_id >= 0 && port->product_id >= 0
				       ? g_strdup_printf("%04x:%04x", port->vendor_id, port->product_id)
				       : g_strdup("");

	gy_output_print(output, "%-16s  %-9s  %-8s  %s%s%s", port->path, ids, port->usb_path, description,
		*serial_number ? " " : "", serial_number);
	if (*holder)
		gy_output_styled(output, GY_STYLE_WARN, "  in use by %s", holder);
	else if (!port->can_open)
		gy_output_styled(output, GY_STYLE_WARN, "  no permission");
	gy_output_print(output, "\n");
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GPtrArray) ports = NULL;
	g_autoptr(GError) error = NULL;

	if (!gy_command_parse(command, NULL, &inputs, &error) || !gy_command_check_no_input(inputs, &error))
		return gy_output_error(output, error, 0);
	ports = gy_devices_list();
	for (guint i = 0; i < ports->len; i++) {
		if (output->json)
			print_object(output, g_ptr_array_index(ports, i));
		else
			print_row(output, g_ptr_array_index(ports, i));
	}
	if (ports->len == 0)
		gy_output_print(output, "no serial ports: connect a board, or try one with gantry sim\n");
	return GY_EXIT_DONE;
}

const GyCommand gy_command_devices = {
	.name = "devices",
	.arguments = "",
	.summary = "Lists the serial ports of this computer; opens none of them",
	.example = "  gantry devices",
	.run = run,
};
