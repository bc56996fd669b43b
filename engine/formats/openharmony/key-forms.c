// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/key-forms.h"

#include "engine/keys/key-rsa.h"

#define PUBLIC_ARR_VALUES 18
#define C_ARRAY_VALUES    12

/* The original's file has no zeros in front and no blanks. */
GBytes *
gy_ohos_public_arr(const GyPublicKey *key)
{
	g_autoptr(GBytes) der = gy_rsa_public_der(key);
	g_autoptr(GString) text = g_string_new(NULL);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(der, &size);

	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "0x%x,%s", data[i],
			i % PUBLIC_ARR_VALUES == PUBLIC_ARR_VALUES - 1 || i + 1 == size ? "\n" : "");
	return g_string_free_to_bytes(g_steal_pointer(&text));
}

GBytes *
gy_ohos_c_array(const GyPublicKey *key)
{
	g_autoptr(GBytes) der = gy_rsa_public_der(key);
	g_autoptr(GString) text = g_string_new(NULL);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(der, &size);

	g_string_append_printf(text,
		"/* Public key of OTA packages, %s: PKCS#1 RSAPublicKey, DER. */\n"
		"static unsigned char g_pub_key[%zu] = {",
		gy_key_type_name(gy_public_key_type(key)), size);
	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "%s0x%02x,", i % C_ARRAY_VALUES == 0 ? "\n\t" : " ", data[i]);
	g_string_append(text, "\n};\n");
	return g_string_free_to_bytes(g_steal_pointer(&text));
}
