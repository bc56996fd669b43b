// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** Frames of PCP (PCP.md). Numbers are big endian. */
#define GY_PCP_HEAD_SIZE      8
#define GY_PCP_DATA_MAX       1024
#define GY_PCP_FRAME_MAX      (GY_PCP_HEAD_SIZE + GY_PCP_DATA_MAX)
#define GY_PCP_VERSION_SIZE   16
#define GY_PCP_FRAGMENT_LEAST 32
#define GY_PCP_FRAGMENT_MOST  500

/** GyPcpCode: messages. */
typedef enum {
	GY_PCP_QUERY = 0x13,
	GY_PCP_NEW_VERSION = 0x14,
	GY_PCP_FRAGMENT = 0x15,
	GY_PCP_DOWNLOADED = 0x16,
	GY_PCP_EXECUTE = 0x17,
	GY_PCP_UPGRADED = 0x18,
} GyPcpCode;

/** GyPcpResult: those that this end gives or looks for. */
typedef enum {
	GY_PCP_OK = 0x00,
	GY_PCP_BUSY = 0x01,
	GY_PCP_LATEST = 0x03,
	GY_PCP_CHECK_FAILED = 0x07,
	GY_PCP_MISMATCH = 0x08,
	GY_PCP_NO_TASK = 0x80,
	GY_PCP_NO_FRAGMENT = 0x81,
} GyPcpResult;

/** gy_pcp_result_name: (nullable): what it means, for the end of a sentence. */
const char *gy_pcp_result_name(guint8 result);

/** gy_pcp_checksum: over @size bytes of a frame, in which its own field counts as 0. */
guint16 gy_pcp_checksum(const guint8 *frame, gsize size);

/** GyPcpFrame: @data are @size bytes that belong to whoever gave the frame. */
typedef struct {
	guint8 code;
	const guint8 *data;
	gsize size;
} GyPcpFrame;

/** gy_pcp_frame_append: a whole frame to the end of @out; at most %GY_PCP_DATA_MAX bytes of data. */
void gy_pcp_frame_append(GByteArray *out, const GyPcpFrame *frame);

/**
 * GyPcpReader: finds frames in a stream of bytes. Zeroed, it is empty. What is no frame, or a damaged one, is passed over, byte by
 * byte, so that a frame that begins within it is found.
 * @skipped: bytes that were passed over so far
 */
typedef struct {
	guint8 bytes[2 * GY_PCP_FRAME_MAX];
	gsize used;
	gsize taken; /* of the frame that was given last */
	gint64 heard_ms;
	guint64 skipped;
} GyPcpReader;

/** gy_pcp_reader_add: takes as many of @size bytes as it has room for; then gy_pcp_reader_next() makes more. Returns: how many */
gsize gy_pcp_reader_add(GyPcpReader *reader, const guint8 *bytes, gsize size, gint64 now_ms);

/**
 * gy_pcp_reader_next:
 * @frame: (out): valid until the next call
 *
 * To be called until it returns %FALSE. The beginning of a frame that does not go on for half a second is passed over.
 */
gboolean gy_pcp_reader_next(GyPcpReader *reader, gint64 now_ms, GyPcpFrame *frame);
