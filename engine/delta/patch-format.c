// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/patch-format.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

gboolean
gy_patch_fail(GError **error, GyError code, const char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	g_propagate_error(error, g_error_new_valist(GY_ERROR, (int) code, message, arguments));
	va_end(arguments);
	return FALSE;
}

gboolean
gy_patch_begins_with(GBytes *bytes, const char *magic)
{
	return g_bytes_get_size(bytes) >= strlen(magic) &&
	       memcmp(g_bytes_get_data(bytes, NULL), magic, strlen(magic)) == 0;
}

gboolean
gy_patch_check_size(guint64 size, const char *what, GError **error)
{
	return size <= GY_DELTA_SIZE_MAX || gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
						    _("%s would have %" PRIu64 " bytes, at most %d are read"),
						    what, size, GY_DELTA_SIZE_MAX);
}
