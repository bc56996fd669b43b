// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/agent-key.h"

#include <glib/gi18n-lib.h>

#define XY_SIZE  64
#define PER_LINE 8

struct _GyAgentKey {
	GMutex lock;
	GyPrivateKey *key;
};

GyAgentKey *
gy_agent_key_load(const char *uri, GyPassphrase *passphrase, GError **error)
{
	GyPrivateKey *private_key =
		gy_private_key_load(uri, GY_KEY_BP256R1, C_("which key", "agent"), passphrase, error);
	GyAgentKey *key;

	if (!private_key)
		return NULL;
	key = g_atomic_rc_box_new0(GyAgentKey);
	g_mutex_init(&key->lock);
	key->key = private_key;
	return key;
}

GyAgentKey *
gy_agent_key_ref(GyAgentKey *key)
{
	return g_atomic_rc_box_acquire(key);
}

static void
clear(gpointer data)
{
	GyAgentKey *key = data;

	g_mutex_clear(&key->lock);
	gy_private_key_free(key->key);
}

void
gy_agent_key_unref(GyAgentKey *key)
{
	g_atomic_rc_box_release_full(key, clear);
}

static gboolean
sign(gpointer data, const guint8 *message, gsize size, guint8 signature[GYW_SIGNATURE_SIZE], char **why)
{
	GyAgentKey *key = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&key->lock);

	if (gy_private_key_sign(key->key, message, size, signature, &error))
		return TRUE;
	*why = g_strdup(error->message);
	return FALSE;
}

void
gy_agent_key_offer(GyAgentKey *key, GySessionOptions *options)
{
	options->sign = key ? sign : NULL;
	options->sign_data = key;
}

char *
gy_agent_key_header(const GyPublicKey *key, const char *name)
{
	GString *text = g_string_new(
		"/* The public key that a host has to have the private half of: brainpoolP256r1, X and "
		"Y, big endian. */\n");
	guint8 xy[XY_SIZE];

	gy_public_key_get_xy(key, xy);
	g_string_append_printf(text, "#include <stdint.h>\n\nstatic const uint8_t %s[%d] = {", name, XY_SIZE);
	for (guint i = 0; i < XY_SIZE; i++)
		g_string_append_printf(text, "%s0x%02x,", i % PER_LINE == 0 ? "\n\t" : " ", xy[i]);
	g_string_append(text, "\n};\n");
	return g_string_free(text, FALSE);
}
