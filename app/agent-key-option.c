// SPDX-License-Identifier: Apache-2.0
#include "app/agent-key-option.h"

gboolean
gy_agent_key_option_load(const GyAgentKeyOption *option, GyAgentKey **key, GError **error)
{
	GyPassphraseSource source;

	if (!option->uri)
		return TRUE;
	*key = gy_agent_key_load(
		option->uri, gy_passphrase_source_init(&source, option->files, FALSE), error);
	return *key != NULL;
}

void
gy_agent_key_option_clear(GyAgentKeyOption *option)
{
	g_clear_pointer(&option->uri, g_free);
	g_clear_pointer(&option->files, g_strfreev);
}
