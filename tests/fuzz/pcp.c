// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/pcp/pcp.h"
#include "tests/fuzz/target.h"

/*
 * Anything from a line: frames are found without a byte too far, what is found is written again as it was, and an upgrade that hears
 * it ends or goes on. Every 64 bytes a second passes.
 */

static void
read_frames(const uint8_t *data, size_t size)
{
	static GyPcpReader reader;
	gint64 now_ms = 0;
	GyPcpFrame frame;

	reader = (GyPcpReader){.used = 0};
	while (size > 0) {
		gsize n = gy_pcp_reader_add(&reader, data, MIN(size, 64), now_ms);

		data += n;
		size -= n;
		now_ms += 1000;
		while (gy_pcp_reader_next(&reader, now_ms, &frame)) {
			g_autoptr(GByteArray) again = g_byte_array_new();

			gy_pcp_frame_append(again, &frame);
			g_assert_cmpuint(again->len, ==, reader.taken);
			g_assert_true(memcmp(again->data, reader.bytes, reader.taken) == 0);
		}
	}
}

static void
hear(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) package = g_bytes_new_static("0123456789012345678901234567890123456789", 40);
	GyPcpOptions options = {.package = package, .version = "V1.0", .fragment_size = 32};
	g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);
	guint8 out[256];

	for (size_t at = 0; at < size; at += 64) {
		gint64 now_ms = (gint64) (at / 64) * 1000;

		gy_pcp_receive(pcp, data + at, MIN(size - at, 64), now_ms);
		gy_pcp_step(pcp, now_ms);
		while (gy_pcp_send(pcp, out, sizeof out, now_ms) > 0)
			continue;
	}
	g_assert_true((gy_pcp_stage(pcp) == GY_PCP_STAGE_FAILED) == (gy_pcp_error(pcp) != NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_frames(data, size);
	hear(data, size);
	return 0;
}
