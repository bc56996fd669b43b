// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/script.h"

guint8
script_u8(Script *script)
{
	if (script->left == 0)
		return 0;
	script->left--;
	return *script->at++;
}

guint16
script_u16(Script *script)
{
	guint8 low = script_u8(script);

	return (guint16) (low | script_u8(script) << 8);
}

const guint8 *
script_bytes(Script *script, guint8 *size)
{
	const guint8 *bytes;
	guint8 wanted = script_u8(script);

	bytes = script->at;
	*size = (guint8) MIN(wanted, script->left);
	script->at += *size;
	script->left -= *size;
	return bytes;
}

guint32
script_frame(guint8 *line, guint8 type, guint8 seq, guint16 session, const guint8 *body, guint32 body_size)
{
	struct gyw_writer w;

	gyw_frame_open(&w, line, GYW_MTU_MIN);
	for (guint32 i = 0; i < body_size; i++)
		gyw_write_u8(&w, body[i]);
	return gyw_frame_close(&w, line, GYW_MTU_MIN, type, seq, session);
}
