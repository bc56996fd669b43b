// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "app/command.h"

static void
print_overview(const GyOutput *output)
{
	gy_output_print(output,
		"gantry builds, signs, inspects and flashes firmware upgrade packages.\n\nCommands:\n");
	for (const GyCommand *const *at = gy_commands(); *at; at++) {
		gy_output_print(output, "  %-14s  %s\n", (*at)->name, (*at)->summary);
		gy_command_print_object(output, *at);
	}
	gy_output_print(output,
		"\nEnds with: 0 done, 1 something on this computer, 2 wrong command line, 3 package or input "
		"refused, 4 key,\n"
		"5 link, 6 refused by the device, 7 upgrade failed on the device, 8 some of several devices "
		"failed, "
		"130 interrupted.\n"
		"\nExample:\n"
		"  gantry help flash\n");
}

static void
print_members(const GyOutput *output, const GyJsonMember *member, JsonArray *members)
{
	for (; member->name; member++) {
		JsonObject *one = json_object_new();

		gy_output_print(output, "  %-18s  %-15s  %s\n", member->name, member->kind, member->meaning);
		gy_json_text(one, "name", member->name);
		gy_json_text(one, "kind", member->kind);
		gy_json_text(one, "meaning", member->meaning);
		json_array_add_object_element(members, one);
	}
}

static void
print_json_type(const GyOutput *output, const GyJsonType *type)
{
	JsonObject *object = gy_json_new("json-type");
	JsonArray *members = json_array_new();

	gy_output_styled(output, GY_STYLE_BOLD, "%s", type->name);
	gy_output_print(output, ": %s\n", type->meaning);
	print_members(output, type->members, members);
	if (type->has_identity)
		print_members(output, gy_json_identity_members(), members);
	gy_output_print(output, "\n");
	gy_json_text(object, "name", type->name);
	gy_json_text(object, "meaning", type->meaning);
	json_object_set_array_member(object, "members", members);
	gy_output_object(output, object);
}

static void
print_json(const GyOutput *output)
{
	gy_output_print(output, "With --json every command prints objects to standard output, one on a line, "
				"each with a member \"type\".\n"
				"A failure is an object too: standard error stays empty. New members and "
				"types may be added; what is\n"
				"here keeps its meaning. An offset or a size is in bytes.\n\n");
	for (const GyJsonType *type = gy_json_types(); type->name; type++)
		print_json_type(output, type);
	gy_output_print(output, "Example:\n"
				"  gantry inspect update.fwpkg --json\n");
}

/* The command's own --help knows its options. */
static int
print_command(GyOutput *output, const GyCommand *command)
{
	char *words[] = {(char *) "--help", output->json ? (char *) "--json" : NULL, NULL};

	return command->run(command, output, g_strdupv(words));
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *name = NULL;
	g_autoptr(GError) error = NULL;
	const GyCommand *asked;

	if (!gy_command_parse(command, NULL, &inputs, &error))
		return gy_output_error(output, error, 0);
	if (!inputs[0]) {
		print_overview(output);
		return GY_EXIT_DONE;
	}
	name = g_strjoinv(" ", inputs);
	if (g_str_equal(name, "json")) {
		print_json(output);
		return GY_EXIT_DONE;
	}
	asked = gy_command_find(name);
	if (asked)
		return print_command(output, asked);
	gy_usage(&error, "there is no help on \"%s\"", name);
	return gy_output_error(output, error, 0);
}

const GyCommand gy_command_help = {
	.name = "help",
	.arguments = "[COMMAND|json]",
	.summary = "Lists the commands, explains one of them, or describes what --json prints",
	.example = "  gantry help flash",
	.run = run,
};
