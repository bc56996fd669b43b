// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/devices/reset-sequence.h"

/** GyBoot2Arguments: options of `flash --boot2`. */
typedef struct {
	gboolean boot2;
	char *board;
	char *to;
	char *address; /* as it is given */
	char *expect;
} GyBoot2Arguments;

#define GY_BOOT2_OPTIONS(boot2_arguments)                                                                    \
	{"boot2", 0, 0, G_OPTION_ARG_NONE, &(boot2_arguments)->boot2,                                        \
		"Write FILE through the menu of AliOS Things' second boot loader; the board has to be "      \
		"reset "                                                                                     \
		"meanwhile",                                                                                 \
		NULL},                                                                                       \
		{"boot2-board", 0, 0, G_OPTION_ARG_STRING, &(boot2_arguments)->board,                        \
			"With --boot2: the board, whose flash map and rate are known: mk3060", "BOARD"},     \
		{"boot2-to", 0, 0, G_OPTION_ARG_STRING, &(boot2_arguments)->to,                              \
			"With --boot2: the partition, app or ota (app)", "PARTITION"},                       \
		{"address", 0, 0, G_OPTION_ARG_STRING, &(boot2_arguments)->address,                          \
			"With --boot2: where in one of the board's partitions, instead of its start", "N"},  \
	{                                                                                                    \
		"expect", 0, 0, G_OPTION_ARG_STRING, &(boot2_arguments)->expect,                             \
			"With --boot2: what the board has to print when it starts, such as its version",     \
			"TEXT"                                                                               \
	}

void gy_boot2_arguments_clear(GyBoot2Arguments *arguments);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyBoot2Arguments, gy_boot2_arguments_clear)

/** gy_boot2_arguments_check: %FALSE with %GY_USAGE_ERROR for options that need --boot2, or have no such value. */
gboolean gy_boot2_arguments_check(const GyBoot2Arguments *arguments, GError **error);

/**
 * gy_flash_boot2:
 * @output: where it is shown
 * @input: the image
 * @arguments: checked
 * @port: where
 * @baud: 0: what the board has
 * @sequence: (nullable): resets the board
 * @stay: do not reset it at the end
 * @database: (nullable): of records, see gy_records_open()
 *
 * An agent in what starts is asked what it runs.
 *
 * Returns: what the program ends with
 */
int gy_flash_boot2(const GyOutput *output, const char *input, const GyBoot2Arguments *arguments,
	const char *port, guint baud, const GyResetSequence *sequence, gboolean stay, const char *database);
