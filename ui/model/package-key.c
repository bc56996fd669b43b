// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-key.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/keys/key-rsa.h"

#define TOKEN_SCHEME "pkcs11:"

/* (transfer full): the value of an attribute of a pkcs11: URI (RFC 7512), "" if it has none */
static char *
attribute(const char *uri, const char *name)
{
	g_auto(GStrv) parts = g_strsplit_set(uri + strlen(TOKEN_SCHEME), ";?&", -1);
	g_autofree char *prefix = g_strconcat(name, "=", NULL);

	for (guint i = 0; parts[i]; i++)
		if (g_str_has_prefix(parts[i], prefix)) {
			char *plain = g_uri_unescape_string(parts[i] + strlen(prefix), NULL);

			return plain ? plain : g_strdup(parts[i] + strlen(prefix));
		}
	return g_strdup("");
}

static char *
describe_on_token(const char *uri)
{
	g_autofree char *object = attribute(uri, "object");
	g_autofree char *token = attribute(uri, "token");

	if (!*object)
		return g_strdup_printf(
			_("On token %s; its PIN is asked when it is used"), *token ? token : "?");
	/* Translators: the name of a key, then that of the token that holds it */
	return g_strdup_printf(
		_("%1$s · on token %2$s; its PIN is asked when it is used"), object, *token ? token : "?");
}

/* What is seen of a key's public half: enough to tell two keys apart. */
static char *
describe_half(const GyPublicKey *key)
{
	g_autoptr(GBytes) der = NULL;
	g_autofree char *digest = NULL;
	guint8 xy[64];

	if (gy_public_key_type(key) == GY_KEY_BP256R1) {
		gy_public_key_get_xy(key, xy);
		/* Translators: how the public half of a key begins */
		return g_strdup_printf(
			_("public half %1$02x%2$02x%3$02x%4$02x…"), xy[0], xy[1], xy[2], xy[3]);
	}
	der = gy_rsa_public_der(key);
	digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, der);
	/* Translators: how the SHA-256 of the public half of a key begins */
	return g_strdup_printf(_("public half's SHA-256 %.8s…"), digest);
}

static char *
describe_public(const char *uri, const GyPublicKey *key)
{
	g_autofree char *name = g_filename_display_basename(uri);
	g_autofree char *folder = g_path_get_dirname(uri);
	g_autofree char *shown = g_filename_display_name(folder);
	g_autofree char *half = describe_half(key);

	/* Translators: the name of a key's file, its type, how its public half begins, and the folder it is in */
	return g_strdup_printf(_("%1$s · %2$s, %3$s · in %4$s"), name,
		gy_key_type_name(gy_public_key_type(key)), half, shown);
}

static char *
describe(const char *uri, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GyPublicKey) key = NULL;
	g_autofree char *name = NULL;

	if (g_str_has_prefix(uri, TOKEN_SCHEME))
		return describe_on_token(uri);
	key = gy_public_key_load(uri, GY_KEY_ANY, "chosen", NULL, &cause);
	if (key)
		return describe_public(uri, key);
	if (!g_error_matches(cause, GY_ERROR, GY_ERROR_KEY_PASSPHRASE)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	name = g_filename_display_basename(uri);
	return g_strdup_printf(_("%s · encrypted; its passphrase is asked when it is used"), name);
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	GError *error = NULL;
	char *text = describe(data, &error);

	if (text)
		g_task_return_pointer(task, text, g_free);
	else
		g_task_return_error(task, error);
}

void
gy_package_key_describe_async(
	const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);

	g_task_set_task_data(task, g_strdup(uri), g_free);
	g_task_set_return_on_cancel(task, TRUE);
	g_task_run_in_thread(task, run);
}

char *
gy_package_key_describe_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
