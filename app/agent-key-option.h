// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/passphrase.h"
#include "engine/keys/agent-key.h"

/** GyAgentKeyOption: --agent-key of the commands that work on a device, with its passphrase. */
typedef struct {
	char *uri;
	char **files;
} GyAgentKeyOption;

/** GY_AGENT_KEY_OPTIONS: the options that fill it. */
#define GY_AGENT_KEY_OPTIONS(option)                                                                         \
	{"agent-key", 0, 0, G_OPTION_ARG_FILENAME, &(option)->uri,                                           \
		"Private key for a device that wants to know who asks", "URI"},                              \
	{                                                                                                    \
		"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &(option)->files,                      \
			"Its first line is the passphrase of an encrypted key", "FILE"                       \
	}

/**
 * gy_agent_key_option_load:
 * @key: (out) (nullable) (transfer full): the key; %NULL if none was named
 *
 * Asks for a passphrase if there has to be one. Returns: %FALSE with an error of gy_agent_key_load()
 */
gboolean gy_agent_key_option_load(const GyAgentKeyOption *option, GyAgentKey **key, GError **error);

void gy_agent_key_option_clear(GyAgentKeyOption *option);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyAgentKeyOption, gy_agent_key_option_clear)
