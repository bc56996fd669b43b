// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/root-record.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/error.h"
#include "engine/formats/ws63/layout.h"
#include "protocol/wire/bytes.h"

void
gy_ws63_root_record_from_xy(const guint8 xy[64], guint8 out[128])
{
	static const guint32 words[] = {
		WS63_ROOT_RECORD_ID,
		WS63_STRUCT_VERSION,
		WS63_ROOT_RECORD_SIZE,
		1 /* key_owner_id */,
		1 /* key_id */,
		WS63_KEY_ALG_ECDSA,
		WS63_KEY_ALG_ECDSA /* curve */,
		WS63_PUBLIC_KEY_SIZE,
	};

	memset(out, 0, WS63_ROOT_RECORD_SIZE);
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		gyw_put_u32le(out + 4 * i, words[i]);
	memcpy(out + WS63_ROOT_RECORD_XY, xy, WS63_PUBLIC_KEY_SIZE);
}

void
gy_ws63_root_record(const GyPublicKey *key, guint8 out[128])
{
	guint8 xy[64];

	gy_public_key_get_xy(key, xy);
	gy_ws63_root_record_from_xy(xy, out);
}

GyPublicKey *
gy_ws63_root_record_read(GBytes *record, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(record, &size);
	guint8 expected[WS63_ROOT_RECORD_SIZE];

	if (size != WS63_ROOT_RECORD_SIZE || gyw_get_u32le(data) != WS63_ROOT_RECORD_ID)
		return NULL;
	gy_ws63_root_record_from_xy(data + WS63_ROOT_RECORD_XY, expected);
	if (memcmp(data, expected, sizeof expected) != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			_("the root key record has fields before its key that are not those of a WS63"));
		return NULL;
	}
	return gy_public_key_from_xy(data + WS63_ROOT_RECORD_XY, error);
}
