// SPDX-License-Identifier: Apache-2.0
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/interrupt.h"

/* In the order in which help lists them: make, look, keys, devices. */
static const GyCommand *const commands[] = {
	&gy_command_build,
	&gy_command_sign,
	&gy_command_image_sign,
	&gy_command_recipe_from,
	&gy_command_recipe_to,
	&gy_command_inspect,
	&gy_command_verify,
	&gy_command_unpack,
	&gy_command_diff,
	&gy_command_patch,
	&gy_command_store_add,
	&gy_command_store_list,
	&gy_command_store_remove,
	&gy_command_store_path,
	&gy_command_partitions_show,
	&gy_command_partitions_build,
	&gy_command_partitions_check,
	&gy_command_key_new,
	&gy_command_key_show,
	&gy_command_key_cert,
	&gy_command_key_export,
	&gy_command_devices,
	&gy_command_devices_name,
	&gy_command_info,
	&gy_command_wait,
	&gy_command_flash,
	&gy_command_region,
	&gy_command_selftest,
	&gy_command_console,
	&gy_command_ymodem_send,
	&gy_command_ymodem_receive,
	&gy_command_batch,
	&gy_command_station_check,
	&gy_command_station_serials,
	&gy_command_station_give_back,
	&gy_command_station_pin,
	&gy_command_records_list,
	&gy_command_records_show,
	&gy_command_records_export,
	&gy_command_records_stats,
	&gy_command_sim,
	&gy_command_help,
	NULL,
};

const GyCommand *const *
gy_commands(void)
{
	return commands;
}

const GyCommand *
gy_command_find(const char *name)
{
	for (const GyCommand *const *at = commands; *at; at++)
		if (g_str_equal((*at)->name, name))
			return *at;
	return NULL;
}

/* Commands have one word or two; "key" alone is the beginning of some. */
static const GyCommand *
find_by_words(char **words, guint *n_words)
{
	g_autofree char *two = words[0] && words[1] ? g_strdup_printf("%s %s", words[0], words[1]) : NULL;
	const GyCommand *command = two ? gy_command_find(two) : NULL;

	*n_words = 2;
	if (command || !words[0])
		return command;
	*n_words = 1;
	return gy_command_find(words[0]);
}

/* Asked for before anything is parsed, so that a wrong command line is answered in JSON too. */
static gboolean
wants_json(char **words)
{
	for (; *words && !g_str_equal(*words, "--"); words++)
		if (g_str_equal(*words, "--json"))
			return TRUE;
	return FALSE;
}

static char *
commands_beginning_with(const char *word)
{
	GString *names = g_string_new(NULL);

	for (const GyCommand *const *at = commands; *at; at++) {
		const char *name = (*at)->name;

		if (g_str_has_prefix(name, word) && name[strlen(word)] == ' ')
			g_string_append_printf(
				names, "%s%s", names->len ? ", " : "", name + strlen(word) + 1);
	}
	return g_string_free(names, FALSE);
}

static gboolean
begins_commands(const char *word)
{
	g_autofree char *names = commands_beginning_with(word);

	return *names != '\0';
}

static int
refuse_words(const GyOutput *output, char **words)
{
	g_autofree char *choices = words[0] ? commands_beginning_with(words[0]) : g_strdup("");
	g_autoptr(GError) error = NULL;

	if (!words[0])
		gy_usage(&error, "a command is missing");
	else if (*choices)
		gy_usage(&error, "%s is followed by one of: %s", words[0], choices);
	else if (*words[0] == '-')
		gy_usage(&error, "there is no option %s without a command", words[0]);
	else
		gy_usage(&error, "there is no command \"%s\"", words[0]);
	return gy_output_error(output, error, 0);
}

/* `gantry key --help`: what can stand after the word. */
static int
print_group(const GyOutput *output, const char *word)
{
	const char *example = "";

	gy_output_print(output, "Usage: gantry %s COMMAND\n\nCommands:\n", word);
	for (const GyCommand *const *at = commands; *at; at++) {
		const char *name = (*at)->name;

		if (!g_str_has_prefix(name, word) || name[strlen(word)] != ' ')
			continue;
		gy_output_print(output, "  %-14s  %s\n", name, (*at)->summary);
		gy_command_print_object(output, *at);
		example = name;
	}
	gy_output_print(output, "\nExample:\n  gantry %s --help\n", example);
	return GY_EXIT_DONE;
}

static int
print_version(const GyOutput *output)
{
	JsonObject *object = gy_json_new("version");

	gy_output_print(output, "gantry " GANTRY_VERSION "\n");
	gy_json_text(object, "version", GANTRY_VERSION);
	gy_output_object(output, object);
	return GY_EXIT_DONE;
}

static gboolean
is_one_of(const char *word, const char *one, const char *other)
{
	return word && (g_str_equal(word, one) || g_str_equal(word, other));
}

/* `gantry --json COMMAND` means the same as `gantry COMMAND --json`. */
static int
run_words(GyOutput *output, char **words)
{
	g_auto(GStrv) rest = NULL;
	const GyCommand *command;
	guint n_words;

	while (words[0] && g_str_equal(words[0], "--json"))
		words++;
	if (is_one_of(words[0], "--version", "-V"))
		return print_version(output);
	if (is_one_of(words[0], "--help", "-h"))
		words[0] = (char *) "help";
	command = find_by_words(words, &n_words);
	if (!command && words[0] && is_one_of(words[1], "--help", "-h") && begins_commands(words[0]))
		return print_group(output, words[0]);
	if (!command)
		return refuse_words(output, words);
	output->command = command->name;
	/* the array belongs to the command while it runs: it may give it back shorter */
	rest = g_strdupv(words + n_words);
	return command->run(command, output, g_steal_pointer(&rest));
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	GyOutput output;
	int status;

	setlocale(LC_ALL, "");
	/* People's scripts read what is printed: numbers have a point, and sentences are in English in every country. The
	 * engine's are translated for the desktop app alone. */
	setlocale(LC_NUMERIC, "C");
	setlocale(LC_MESSAGES, "C");
	g_set_prgname("gantry");
	gy_output_init(&output, argc > 0 && wants_json(argv + 1));
	gy_interrupt_install(output.json);
	status = argc > 0 ? run_words(&output, argv + 1) : GY_EXIT_USAGE;
	if (!gy_output_finish(&output, &error) && status == GY_EXIT_DONE)
		status = gy_output_error(&output, error, 0);
	return status;
}
