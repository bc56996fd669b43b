// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-map.h"

#include <glib/gi18n-lib.h>

#include "engine/safe-text.h"
#include "ui/model/words.h"

static int
compare_offsets(gconstpointer a, gconstpointer b)
{
	const GyPackageRegion *one = a, *other = b;

	if (one->offset != other->offset)
		return one->offset < other->offset ? -1 : 1;
	return one->image - other->image;
}

/* Of every image what lies inside of the file. */
static GArray *
claims_of(GyPackage *package, guint64 total)
{
	GPtrArray *images = gy_package_images(package);
	GArray *claims = g_array_new(FALSE, FALSE, sizeof(GyPackageRegion));

	for (guint i = 0; i < images->len; i++) {
		const GyImage *image = g_ptr_array_index(images, i);
		GyPackageRegion claim = {.offset = image->offset, .image = (int) i};

		if (image->offset >= total || image->stored_size == 0)
			continue;
		claim.size = MIN(image->stored_size, total - image->offset);
		g_array_append_val(claims, claim);
	}
	g_array_sort(claims, compare_offsets);
	return claims;
}

static void
append_rest(GArray *regions, guint64 *at, guint64 until)
{
	GyPackageRegion region = {.offset = *at, .size = until - *at, .image = -1};

	if (until > *at)
		g_array_append_val(regions, region);
	*at = until;
}

GArray *
gy_package_map(GyPackage *package)
{
	guint64 total = g_bytes_get_size(gy_package_bytes(package));
	g_autoptr(GArray) claims = claims_of(package, total);
	GArray *regions = g_array_new(FALSE, FALSE, sizeof(GyPackageRegion));
	guint64 at = 0;

	for (guint i = 0; i < claims->len; i++) {
		GyPackageRegion claim = g_array_index(claims, GyPackageRegion, i);
		guint64 end = claim.offset + claim.size;

		if (end <= at)
			continue;
		append_rest(regions, &at, MAX(claim.offset, at));
		claim.offset = at;
		claim.size = end - at;
		g_array_append_val(regions, claim);
		at = end;
	}
	append_rest(regions, &at, total);
	return regions;
}

int
gy_package_map_find(const GArray *regions, double fraction)
{
	const GyPackageRegion *last;
	double at;

	if (regions->len == 0 || !(fraction >= 0 && fraction <= 1))
		return -1;
	last = &g_array_index(regions, GyPackageRegion, regions->len - 1);
	at = fraction * (double) (last->offset + last->size);
	for (guint i = 0; i < regions->len; i++) {
		const GyPackageRegion *region = &g_array_index(regions, GyPackageRegion, i);

		if (at < (double) (region->offset + region->size))
			return (int) i;
	}
	return (int) regions->len - 1;
}

char *
gy_package_map_region_name(GyPackage *package, const GyPackageRegion *region)
{
	g_autofree char *size = gy_words_size(region->size);
	g_autofree char *offset = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", region->offset);
	g_autofree char *name = NULL;

	if (region->image >= 0) {
		const GyImage *image = g_ptr_array_index(gy_package_images(package), (guint) region->image);

		name = gy_text_safe(image->name);
	} else {
		name = g_strdup(_("headers and tables"));
	}
	/* Translators: application, 17.9 KiB at 0x330 */
	return g_strdup_printf(_("%1$s, %2$s at %3$s"), name, size, offset);
}

char *
gy_package_map_sentence(GyPackage *package, const GArray *regions)
{
	GString *text = g_string_new(_("The package from its first byte to its last: "));

	for (guint i = 0; i < regions->len; i++) {
		g_autofree char *name =
			gy_package_map_region_name(package, &g_array_index(regions, GyPackageRegion, i));

		g_string_append_printf(text, "%s%s", i ? "; " : "", name);
	}
	return g_string_free(text, FALSE);
}
