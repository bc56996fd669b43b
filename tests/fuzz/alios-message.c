// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/message.h"
#include "tests/fuzz/target.h"

/* What was read can be written, and what was written can be read. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GyAliosMessage) message = gy_alios_message_parse(data, size, NULL);
	g_autoptr(GyAliosMessage) again = NULL;
	g_autoptr(GBytes) digest = NULL;
	g_autoptr(GBytes) signature = NULL;
	g_autoptr(GBytes) written = NULL;

	if (!message)
		return 0;
	digest = gy_alios_message_digest(message);
	signature = gy_alios_message_signature(message);
	if (!digest || !message->url || !message->version)
		return 0;
	written = gy_alios_message_write(message);
	again = gy_alios_message_parse(g_bytes_get_data(written, NULL), g_bytes_get_size(written), NULL);
	if (g_bytes_get_size(written) <= GY_ALIOS_MESSAGE_MAX && (!again || again->size != message->size))
		g_error("a message that was written cannot be read");
	return 0;
}
