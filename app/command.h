// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/devices/reset-sequence.h"

/** What --port takes, in every command that has it. */
#define GY_PORT_HELP "A path, a name, usb:, path:, bt:, serial:, socket: or tcp: (see gantry(1))"

/**
 * GyCommand:
 * @name: its words: "build", "key new"
 * @arguments: what stands after it on its line of help
 * @summary: what it does, without a full stop
 * @example: the end of its help: one line, or several
 * @run: does it; @arguments begins after the words and is ended by %NULL. Returns the exit status
 *
 * One entry of the table in gantry.c.
 */
typedef struct _GyCommand GyCommand;
struct _GyCommand {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *example;
	int (*run)(const GyCommand *command, GyOutput *output, char **arguments);
};

extern const GyCommand gy_command_batch;
extern const GyCommand gy_command_build;
extern const GyCommand gy_command_console;
extern const GyCommand gy_command_devices;
extern const GyCommand gy_command_devices_name;
extern const GyCommand gy_command_diff;
extern const GyCommand gy_command_flash;
extern const GyCommand gy_command_help;
extern const GyCommand gy_command_image_sign;
extern const GyCommand gy_command_info;
extern const GyCommand gy_command_region;
extern const GyCommand gy_command_inspect;
extern const GyCommand gy_command_key_cert;
extern const GyCommand gy_command_key_export;
extern const GyCommand gy_command_key_new;
extern const GyCommand gy_command_key_show;
extern const GyCommand gy_command_records_export;
extern const GyCommand gy_command_records_list;
extern const GyCommand gy_command_records_show;
extern const GyCommand gy_command_records_stats;
extern const GyCommand gy_command_patch;
extern const GyCommand gy_command_partitions_build;
extern const GyCommand gy_command_partitions_check;
extern const GyCommand gy_command_partitions_show;
extern const GyCommand gy_command_recipe_from;
extern const GyCommand gy_command_recipe_to;
extern const GyCommand gy_command_selftest;
extern const GyCommand gy_command_sign;
extern const GyCommand gy_command_sim;
extern const GyCommand gy_command_station_check;
extern const GyCommand gy_command_station_give_back;
extern const GyCommand gy_command_station_pin;
extern const GyCommand gy_command_station_serials;
extern const GyCommand gy_command_store_add;
extern const GyCommand gy_command_store_list;
extern const GyCommand gy_command_store_path;
extern const GyCommand gy_command_store_remove;
extern const GyCommand gy_command_unpack;
extern const GyCommand gy_command_verify;
extern const GyCommand gy_command_ymodem_receive;
extern const GyCommand gy_command_ymodem_send;
extern const GyCommand gy_command_wait;

/** gy_commands: all of them in the order of help, ended by %NULL. */
const GyCommand *const *gy_commands(void);

/** gy_command_find: (nullable): by its words. */
const GyCommand *gy_command_find(const char *name);

/**
 * gy_command_parse:
 * @command: which
 * @entries: its options, ended by an empty entry
 * @arguments: (inout): what stands after the words; what is left are inputs
 * @error: return location
 *
 * Reads the options, --json and --help, which prints the help and ends the program.
 *
 * Returns: %FALSE with %GY_USAGE_ERROR or %G_OPTION_ERROR
 */
gboolean gy_command_parse(const GyCommand *command, const GOptionEntry *entries, char ***arguments,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_command_print_help: what --help prints; with --json the command's object. */
void gy_command_print_help(const GyOutput *output, const GyCommand *command, const GOptionEntry *entries);

/** gy_command_print_object: the command's object; nothing without --json. */
void gy_command_print_object(const GyOutput *output, const GyCommand *command);

/** gy_command_need_input: (nullable): the one input, or %NULL with %GY_USAGE_ERROR; @what names it: "FILE". */
const char *gy_command_need_input(char **arguments, const char *what, GError **error);

/** gy_command_check_no_input: %FALSE with %GY_USAGE_ERROR if there is one. */
gboolean gy_command_check_no_input(char **arguments, GError **error);

/** gy_command_check_baud: %FALSE with %GY_USAGE_ERROR if no port has such a rate; 0 stands for the default of @option. */
gboolean gy_command_check_baud(const char *option, int baud, GError **error);

/**
 * gy_command_check_reset_sequence: (nullable) @text: of --reset-sequence; then @sequence stays %NULL.
 *
 * Returns: %FALSE with %GY_USAGE_ERROR that names the column
 */
gboolean gy_command_check_reset_sequence(const char *text, GyResetSequence **sequence, GError **error);

/** gy_command_need_option: %FALSE with %GY_USAGE_ERROR if @value is %NULL; @option as it is typed: "-o OUT". */
gboolean gy_command_need_option(const char *value, const char *option, GError **error);

/** gy_command_check_output: refuses an output that is one of the inputs (ended by %NULL). */
gboolean gy_command_check_output(const char *output, const char *const *inputs, GError **error);

/** gy_command_write: gy_file_write() that no signal can cut in two. */
gboolean gy_command_write(const char *path, GBytes *bytes, GError **error);

/** gy_command_print_written: the last line, or the result object, for a file that was written. */
void gy_command_print_written(const GyOutput *output, const char *path, GBytes *bytes, const char *what);

/** gy_command_print_verdict: the same with the object's verdict, which may be %NULL. */
void gy_command_print_verdict(
	const GyOutput *output, const char *path, GBytes *bytes, const char *what, const char *verdict);

/** gy_usage: sets %GY_USAGE_ERROR. */
void gy_usage(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
