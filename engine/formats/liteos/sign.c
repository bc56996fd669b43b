// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/sign.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/liteos/liteos.h"
#include "engine/packages/rsa-signing.h"

#define HOW "SHA-256, RSA PKCS#1 v1.5"

/* (transfer full): info block and patch of a package that can be signed. */
static GBytes *
signed_part(GyPackage *package, GError **error)
{
	const GyLiteosPackage *own = gy_liteos_package_of(package);
	GBytes *bytes = gy_package_bytes(package);

	if (own->generation == GY_LITEOS_G2 || own->generation == GY_LITEOS_G3)
		return g_bytes_new_from_bytes(
			bytes, own->info_offset, g_bytes_get_size(bytes) - own->info_offset);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("%s is of generation %s; packages of g3 are signed, and become g2"),
		gy_package_name(package), gy_liteos_generation_word(own->generation));
	return NULL;
}

gboolean
gy_liteos_put_signed(GBytes *unsigned_bytes, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) signature = gy_rsa_signing_make(
		options, GY_KEY_RSA2048, GY_RSA_PKCS1, GY_LITEOS_SIGNED, unsigned_bytes, error);

	return signature && gy_draft_append_bytes(draft, signature, error) &&
	       gy_draft_append_bytes(draft, unsigned_bytes, error);
}

gboolean
gy_liteos_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) part = signed_part(package, error);

	if (part && gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a package of LiteOS_Lab has no digest in place of its signature"));
		return FALSE;
	}
	return part && gy_liteos_put_signed(part, options, draft, error);
}

GPtrArray *
gy_liteos_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GBytes) part = signed_part(package, error);

	if (!part)
		return NULL;
	g_ptr_array_add(ranges, gy_signed_range_new(GY_LITEOS_SIGNED, HOW, part));
	return g_steal_pointer(&ranges);
}

GStrv
gy_liteos_signed_names(GyPackage *package)
{
	static const char *const names[] = {GY_LITEOS_SIGNED, NULL};

	return g_strdupv((GStrv) names);
}

gboolean
gy_liteos_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error)
{
	const GySignedRange *range = ranges->pdata[0];
	g_autoptr(GBytes) part = signed_part(package, error);

	return part &&
	       gy_rsa_signing_check_range(options, GY_KEY_RSA2048, GY_RSA_PKCS1, part, range, error) &&
	       gy_draft_append_bytes(draft, range->signature, error) &&
	       gy_draft_append_bytes(draft, part, error);
}
