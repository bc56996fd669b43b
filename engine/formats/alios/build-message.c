// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/build-message.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/options.h"
#include "engine/formats/alios/sign.h"
#include "engine/formats/alios/version.h"
#include "engine/keys/digest.h"
#include "engine/source-date.h"

static gboolean
take_text(const GyBuildOptions *options, const char *key, gsize length_max, char **text, GError **error)
{
	const char *value = gy_build_options_get(options, key);

	if (!value) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("the message has a member that is missing: --%s"), key);
		return FALSE;
	}
	if (strlen(value) > length_max || !g_utf8_validate(value, -1, NULL)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s has %zu bytes, expected text of at most %zu"), key, strlen(value), length_max);
		return FALSE;
	}
	*text = g_strdup(value);
	return TRUE;
}

static void
take_file(GyAliosMessage *message, GBytes *file)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(file, &size);
	g_autoptr(GBytes) digest = gy_alios_file_digest(message->method, file);

	message->size = size;
	message->digest = gy_hex(g_bytes_get_data(digest, NULL), g_bytes_get_size(digest));
	message->is_difference = gy_alios_diff_probe(data, size);
}

/* Of the first slice, unless it is the only one: that may be shorter than what the device is built with. */
static guint32
find_slice_size(const GyBuildOptions *options, GBytes *file)
{
	g_autoptr(GArray) slices =
		gy_alios_diff_slices(g_bytes_get_data(file, NULL), g_bytes_get_size(file), NULL);
	const char *text = gy_build_options_get(options, "slice-size");
	guint32 slice_size = gy_alios_chip(options)->slice_size;

	if (slices->len > 1)
		return g_array_index(slices, GyAliosSlice, 0).new_size;
	if (text && !gy_number_parse(text, &slice_size))
		g_return_val_if_reached(0);
	return slice_size;
}

static gint64
message_id(void)
{
	gint64 seconds = 0;

	return gy_source_date(&seconds) ? seconds : g_get_real_time() / G_USEC_PER_SEC;
}

static gboolean
check_version(const GyBuildOptions *options, const char *version, GPtrArray *notes, GError **error)
{
	const char *running = gy_build_options_get(options, "running-ver");

	return !running || gy_alios_version_check(version, running,
				   gy_build_options_get_flag(options, "any-version"), notes, error);
}

GBytes *
gy_alios_build_message(const GyBuildOptions *options, GBytes *file, GPtrArray *notes, GError **error)
{
	g_autoptr(GyAliosMessage) message = g_new0(GyAliosMessage, 1);
	const char *digest = gy_build_options_get(options, "digest");

	/* something that is no upgrade file at all would be announced just as well */
	if (!gy_alios_check(file, _("the file that the message is about"), error) ||
		!take_text(options, "ver", ALIOS_VERSION_MAX, &message->version, error) ||
		!take_text(options, "url", ALIOS_URL_MAX, &message->url, error) ||
		!check_version(options, message->version, notes, error))
		return NULL;
	message->id = message_id();
	message->has_method = TRUE;
	message->method = g_strcmp0(digest, "md5") == 0 ? GY_ALIOS_MD5 : GY_ALIOS_SHA256;
	take_file(message, file);
	if (message->is_difference)
		message->slice_size = find_slice_size(options, file);
	if (gy_alios_wants_signature(options) && !gy_alios_message_sign(message, options, error))
		return NULL;
	return gy_alios_message_write(message);
}
