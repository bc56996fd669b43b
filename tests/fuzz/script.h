// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "protocol/wire/frame.h"

/*
 * A fuzzer's bytes read as a list of steps: a frame with a CRC, which no mutation would ever hit, raw bytes, time, and
 * what the target makes of the rest.
 */
typedef struct {
	const guint8 *at;
	gsize left;
} Script;

/* Zero past the end. */
guint8 script_u8(Script *script);
guint16 script_u16(Script *script);
/* A length byte and as many bytes, or what is left of them. */
const guint8 *script_bytes(Script *script, guint8 *size);

/* A whole frame as it is on the line; returns its size. `line` has GYW_LINE_SIZE(GYW_MTU_MIN) bytes. */
guint32 script_frame(
	guint8 *line, guint8 type, guint8 seq, guint16 session, const guint8 *body, guint32 body_size);
