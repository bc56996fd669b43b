// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"

/** GyPcpArguments: options of `flash --pcp`. */
typedef struct {
	gboolean pcp;
	int fragment;
} GyPcpArguments;

#define GY_PCP_OPTIONS(pcp_arguments)                                                                        \
	{"pcp", 0, 0, G_OPTION_ARG_NONE, &(pcp_arguments)->pcp,                                              \
		"Feed a stock LiteOS_Lab device without an agent, which fetches the package by PCP; with "   \
		"--version",                                                                                 \
		NULL},                                                                                       \
	{                                                                                                    \
		"fragment", 0, 0, G_OPTION_ARG_INT, &(pcp_arguments)->fragment,                              \
			"With --pcp: bytes that the device fetches at once, 32 to 500 (500)", "N"            \
	}

/** gy_pcp_arguments_check: %FALSE with %GY_USAGE_ERROR for options that need --pcp, or --pcp without what it needs. */
gboolean gy_pcp_arguments_check(const GyPcpArguments *arguments, const char *version, GError **error);

/**
 * gy_flash_pcp:
 * @output: where it is shown
 * @input: the package
 * @arguments: checked
 * @version: of what is in it
 * @port: where
 * @baud: 0: 115200
 * @database: (nullable): of records, see gy_records_open()
 *
 * Returns: what the program ends with
 */
int gy_flash_pcp(const GyOutput *output, const char *input, const GyPcpArguments *arguments,
	const char *version, const char *port, guint baud, const char *database);
