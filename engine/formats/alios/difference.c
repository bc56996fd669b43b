// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/difference.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/diff-make.h"
#include "engine/formats/alios/options.h"

/* NULL, or why there can be none. Both sides end with a trailer: the device looks for the new one when it has made it. */
static const char *
find_reason(GyPackage *whole, GBytes *old)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(old, &size);

	if (!g_str_equal(gy_package_kind(whole), GY_ALIOS_KIND_IMAGE))
		return _("a difference is made between images with trailers");
	/* such a device takes the end of whatever it loads for a sign block */
	if (gy_alios_image_of(whole)->sign_offset != 0)
		return _("it has a sign block, and no difference has one");
	return gy_alios_has_trailer(data, size) ? NULL : _("the image that the device runs has no trailer");
}

GBytes *
gy_alios_make_difference(GyPackage *whole, GBytes *old, const GyDifferenceOptions *options,
	const GyWatch *watch, GError **error)
{
	g_autoptr(GyBuildOptions) no_chip = gy_build_options_new();
	const GyAliosChip *any = gy_alios_chip(no_chip);
	const GyAliosDiffOptions how = {.slice_size = any->slice_size, .dictionary = any->dictionary};

	const char *reason = find_reason(whole, old);

	if (!reason)
		return gy_alios_diff_make(old, gy_package_bytes(whole), &how, watch, error);
	g_set_error(
		error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "%s: %s", gy_package_name(whole), reason);
	return NULL;
}
