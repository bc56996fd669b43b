// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/key-forms.h"

#include "engine/keys/key-rsa.h"

#define VALUES_A_LINE 12

static void
append_array(GString *text, const char *name, GBytes *bytes)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_string_append_printf(text, "\nstatic const unsigned char %s[%zu] = {", name, size);
	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "%s0x%02X,", i % VALUES_A_LINE == 0 ? "\n\t" : " ", data[i]);
	g_string_append(text, "\n};\n");
}

GBytes *
gy_alios_key_header(const GyPublicKey *key)
{
	g_autoptr(GBytes) modulus = NULL;
	g_autoptr(GBytes) exponent = NULL;
	g_autoptr(GString) text = g_string_new("/* Public key of upgrade messages, RSA-2048, big endian. */\n"
					       "#ifndef OTA_PUBLIC_KEY_CONFIG_H\n"
					       "#define OTA_PUBLIC_KEY_CONFIG_H\n");

	gy_rsa_public_numbers(key, &modulus, &exponent);
	append_array(text, "ota_pubn_buf", modulus);
	append_array(text, "ota_pube_buf", exponent);
	g_string_append(text, "\n#endif\n");
	return g_string_free_to_bytes(g_steal_pointer(&text));
}
