// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/interrupt.h"
#include "app/text.h"
#include "engine/file.h"

#define MAX_BAUD 12000000

void
gy_usage(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (error && !*error)
		*error = g_error_new_valist(GY_USAGE_ERROR, GY_USAGE_ERROR_ARGUMENTS, format, arguments);
	va_end(arguments);
}

/* --help is ours and not GLib's, so that it reads the same in every command. */
static GOptionContext *
new_context(const GyCommand *command, const GOptionEntry *entries, gboolean *json, gboolean *help)
{
	GOptionContext *context = g_option_context_new(NULL);
	const GOptionEntry every[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, json,
			"Print one JSON object per line (see gantry help json)", NULL},
		{"help", 'h', 0, G_OPTION_ARG_NONE, help, "Print this help", NULL},
		{NULL},
	};

	g_option_context_set_help_enabled(context, FALSE);
	if (entries)
		g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, every, NULL);
	return context;
}

static void
print_option(const GOptionEntry *entry)
{
	g_autoptr(GString) left = g_string_new("  ");

	if (entry->short_name)
		g_string_append_printf(left, "-%c, ", entry->short_name);
	else
		g_string_append(left, "    ");
	g_string_append_printf(left, "--%s", entry->long_name);
	if (entry->arg_description)
		g_string_append_printf(left, " %s", entry->arg_description);
	if (left->len > 34)
		printf("%s\n%36s%s\n", left->str, "", entry->description);
	else
		printf("%-36s%s\n", left->str, entry->description);
}

void
gy_command_print_object(const GyOutput *output, const GyCommand *command)
{
	JsonObject *object = gy_json_new("command");

	gy_json_text(object, "name", command->name);
	gy_json_text(object, "arguments", command->arguments);
	gy_json_text(object, "summary", command->summary);
	gy_json_text(object, "example", command->example);
	gy_output_object(output, object);
}

void
gy_command_print_help(const GyOutput *output, const GyCommand *command, const GOptionEntry *entries)
{
	static const GOptionEntry every[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, NULL,
			"Print one JSON object per line (see gantry help json)", NULL},
		{"help", 'h', 0, G_OPTION_ARG_NONE, NULL, "Print this help", NULL},
		{NULL},
	};

	if (output->json) {
		gy_command_print_object(output, command);
		return;
	}
	printf("Usage: gantry %s%s%s\n\n%s.\n\nOptions:\n", command->name, *command->arguments ? " " : "",
		command->arguments, command->summary);
	for (const GOptionEntry *entry = entries; entry && entry->long_name; entry++)
		if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
			print_option(entry);
	for (const GOptionEntry *entry = every; entry->long_name; entry++)
		print_option(entry);
	printf("\nExample:\n%s\n", command->example);
}

/* GLib leaves a "--" in; what stands after it are inputs. */
static void
drop_separator(char **arguments)
{
	for (char **at = arguments; *at; at++) {
		if (!g_str_equal(*at, "--"))
			continue;
		g_free(*at);
		memmove(at, at + 1, sizeof *at * (g_strv_length(at + 1) + 1));
		return;
	}
}

gboolean
gy_command_parse(const GyCommand *command, const GOptionEntry *entries, char ***arguments, GError **error)
{
	gboolean json = FALSE, help = FALSE;
	g_autoptr(GOptionContext) context = new_context(command, entries, &json, &help);
	GPtrArray *words = g_ptr_array_new();

	/* GLib takes the first word for the program's name */
	g_ptr_array_add(words, g_strdup("gantry"));
	for (char **at = *arguments; *at; at++)
		g_ptr_array_add(words, *at);
	g_ptr_array_add(words, NULL);
	g_free(*arguments);
	*arguments = (char **) g_ptr_array_free(words, FALSE);
	if (!g_option_context_parse_strv(context, arguments, error))
		return FALSE;
	if (help) {
		const GyOutput output = {.json = json};

		gy_command_print_help(&output, command, entries);
		exit(fflush(stdout) == 0 ? GY_EXIT_DONE : 1);
	}
	g_free((*arguments)[0]);
	memmove(*arguments, *arguments + 1,
		sizeof **arguments * g_strv_length(*arguments + 1) + sizeof **arguments);
	drop_separator(*arguments);
	return TRUE;
}

const char *
gy_command_need_input(char **arguments, const char *what, GError **error)
{
	if (!arguments[0]) {
		gy_usage(error, "%s is missing", what);
		return NULL;
	}
	if (arguments[1]) {
		gy_usage(error, "\"%s\" is one argument too many", arguments[1]);
		return NULL;
	}
	return arguments[0];
}

gboolean
gy_command_check_no_input(char **arguments, GError **error)
{
	if (!arguments[0])
		return TRUE;
	gy_usage(error, "\"%s\" is one argument too many", arguments[0]);
	return FALSE;
}

gboolean
gy_command_check_baud(const char *option, int baud, GError **error)
{
	if (baud >= 0 && baud <= MAX_BAUD)
		return TRUE;
	gy_usage(error, "%s takes a rate up to %d, not %d", option, MAX_BAUD, baud);
	return FALSE;
}

gboolean
gy_command_check_reset_sequence(const char *text, GyResetSequence **sequence, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!text)
		return TRUE;
	*sequence = gy_reset_sequence_parse(text, &cause);
	if (*sequence)
		return TRUE;
	gy_usage(error, "%s", cause->message);
	return FALSE;
}

gboolean
gy_command_need_option(const char *value, const char *option, GError **error)
{
	if (value && *value)
		return TRUE;
	gy_usage(error, "%s is missing", option);
	return FALSE;
}

/* The same file by another name too: through a link, or by a longer way round. */
static gboolean
is_same_file(const char *one, const char *other)
{
	struct stat a, b;
	g_autofree char *one_full = g_canonicalize_filename(one, NULL);
	g_autofree char *other_full = g_canonicalize_filename(other, NULL);

	if (stat(one, &a) == 0 && stat(other, &b) == 0)
		return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	return g_str_equal(one_full, other_full);
}

gboolean
gy_command_check_output(const char *output, const char *const *inputs, GError **error)
{
	for (; *inputs; inputs++) {
		if (!is_same_file(output, *inputs))
			continue;
		gy_usage(error, "the output %s is also an input", output);
		return FALSE;
	}
	return TRUE;
}

gboolean
gy_command_write(const char *path, GBytes *bytes, GError **error)
{
	gboolean done;

	gy_interrupt_hold();
	done = gy_file_write(path, bytes, 0666, error);
	gy_interrupt_release();
	return done;
}

void
gy_command_print_written(const GyOutput *output, const char *path, GBytes *bytes, const char *what)
{
	gy_command_print_verdict(output, path, bytes, what, NULL);
}

void
gy_command_print_verdict(
	const GyOutput *output, const char *path, GBytes *bytes, const char *what, const char *verdict)
{
	JsonObject *object = gy_json_new("result");
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *size = gy_text_size(g_bytes_get_size(bytes));
	g_autofree char *name = gy_text_safe(path);
	g_autofree char *sentence = g_strdup_printf("%s  %s, %s", name, what, size);

	gy_output_print(output, "%s\n", sentence);
	gy_json_text(object, "command", output->command);
	gy_json_text(object, "path", path);
	gy_json_number(object, "size", g_bytes_get_size(bytes));
	gy_json_text(object, "sha256", digest);
	gy_json_text(object, "verdict", verdict);
	gy_json_text(object, "sentence", sentence);
	gy_output_object(output, object);
}
