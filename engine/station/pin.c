// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "engine/file.h"
#include "engine/ini.h"
#include "engine/station/station.h"

/* pbkdf2-sha256:ROUNDS:SALT:HASH. A PIN is short: each try has to cost something. */
#define WORD       "pbkdf2-sha256"
#define ROUNDS     200000
#define ROUNDS_MAX 10000000
#define SALT_SIZE  16
#define HASH_SIZE  32

static char *
to_hex(const guint8 *bytes, gsize size)
{
	GString *text = g_string_sized_new(2 * size);

	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

static gboolean
from_hex(const char *text, guint8 *bytes, gsize size)
{
	if (strlen(text) != 2 * size)
		return FALSE;
	for (gsize i = 0; i < size; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		bytes[i] = (guint8) (high << 4 | low);
	}
	return TRUE;
}

static gboolean
derive(const char *pin, const guint8 *salt, guint rounds, guint8 hash[HASH_SIZE])
{
	return PKCS5_PBKDF2_HMAC(pin, (int) strlen(pin), salt, SALT_SIZE, (int) rounds, EVP_sha256(),
		       HASH_SIZE, hash) == 1;
}

char *
gy_station_pin_make(const char *pin)
{
	guint8 salt[SALT_SIZE];
	guint8 hash[HASH_SIZE];
	g_autofree char *salt_text = NULL;
	g_autofree char *hash_text = NULL;

	if (RAND_bytes(salt, sizeof salt) != 1 || !derive(pin, salt, ROUNDS, hash))
		g_error("OpenSSL gives no random bytes or no PBKDF2");
	salt_text = to_hex(salt, sizeof salt);
	hash_text = to_hex(hash, sizeof hash);
	return g_strdup_printf(WORD ":%u:%s:%s", ROUNDS, salt_text, hash_text);
}

gboolean
gy_station_pin_check(const char *hash, const char *pin)
{
	g_auto(GStrv) parts = g_strsplit(hash, ":", -1);
	guint8 salt[SALT_SIZE];
	guint8 expected[HASH_SIZE];
	guint8 found[HASH_SIZE];
	guint64 rounds = 0;

	return g_strv_length(parts) == 4 && g_str_equal(parts[0], WORD) &&
	       g_ascii_string_to_unsigned(parts[1], 10, 1, ROUNDS_MAX, &rounds, NULL) &&
	       from_hex(parts[2], salt, sizeof salt) && from_hex(parts[3], expected, sizeof expected) &&
	       derive(pin, salt, (guint) rounds, found) && CRYPTO_memcmp(found, expected, sizeof found) == 0;
}

/* (transfer full): @text with @line in place of the line @at, or as a new one after it; lines count from 1. */
static char *
put_line(const char *text, guint at, gboolean replaces, const char *line)
{
	GString *all = g_string_new(NULL);
	const char *rest = text;
	guint number = 0;

	while (*rest) {
		gsize size = strcspn(rest, "\n");
		gboolean has_end = rest[size] == '\n';

		number++;
		if (number != at || !replaces)
			g_string_append_len(all, rest, (gssize) (size + has_end));
		if (number == at)
			g_string_append_printf(all, "%s%s\n", replaces || has_end ? "" : "\n", line);
		rest += size + has_end;
	}
	return g_string_free(all, FALSE);
}

gboolean
gy_station_pin_store(const char *path, const char *pin, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, GY_STATION_MAX, error);
	g_autoptr(GyIni) ini = bytes ? gy_ini_parse(bytes, path, GY_INI_NONE, error) : NULL;
	g_autoptr(GBytes) changed = NULL;
	g_autofree char *text = NULL;
	g_autofree char *hash = NULL;
	g_autofree char *line = NULL;
	char *result;
	guint pin_line;

	if (!ini)
		return FALSE;
	if (!gy_ini_has_section(ini, "station")) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING, _("%s has no section [station]"), path);
		return FALSE;
	}
	hash = gy_station_pin_make(pin);
	line = g_strconcat("pin = ", hash, NULL);
	pin_line = gy_ini_line(ini, "station", "pin");
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	result = put_line(text, pin_line ? pin_line : gy_ini_line(ini, "station", NULL), pin_line > 0, line);
	changed = g_bytes_new_take(result, strlen(result));
	return gy_file_write(path, changed, 0666, error);
}
