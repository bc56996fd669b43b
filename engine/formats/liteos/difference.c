// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/difference.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/liteos/assemble.h"
#include "engine/formats/liteos/sign.h"

/* A package that was signed stays signed; else a loader that knows envelopes gets the smaller patch, and is told both images. */
static GyLiteosGeneration
generation_for(const GyLiteosPackage *own, const GyDifferenceOptions *options)
{
	if (own->generation == GY_LITEOS_G2 || own->generation == GY_LITEOS_GANTRY)
		return own->generation;
	return options->takes_envelopes ? GY_LITEOS_GANTRY : GY_LITEOS_G3;
}

static gboolean
check(GyPackage *whole, const GyLiteosPackage *own, const GyDifferenceOptions *options, GError **error)
{
	if (own->is_difference || own->generation == GY_LITEOS_G1) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s does not hold a whole image that a difference can be made to"),
			gy_package_name(whole));
		return FALSE;
	}
	if (own->generation == GY_LITEOS_G2 && !options->keys) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("%s is signed, and a difference has to be signed too: that takes the key"),
			gy_package_name(whole));
		return FALSE;
	}
	return TRUE;
}

static GBytes *
sign(GBytes *package, const GyBuildOptions *keys, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return draft && gy_liteos_put_signed(package, keys, draft, error) ? gy_draft_read(draft, error)
									  : NULL;
}

GBytes *
gy_liteos_make_difference(GyPackage *whole, GBytes *old, const GyDifferenceOptions *options,
	const GyWatch *watch, GError **error)
{
	const GyLiteosPackage *own = gy_liteos_package_of(whole);
	g_autoptr(GBytes) new = NULL;
	g_autoptr(GBytes) made = NULL;
	GyLiteosParts parts = {
		.generation = generation_for(own, options),
		.old = old,
		.dictionary = GY_PATCH_DICTIONARY,
		.version = gy_package_version(whole),
	};

	if (!check(whole, own, options, error))
		return NULL;
	new = gy_liteos_unpack_image(whole, 0, error);
	if (!new)
		return NULL;
	parts.new_bytes = new;
	made = gy_liteos_assemble(&parts, watch, error);
	if (!made || parts.generation != GY_LITEOS_G2)
		return g_steal_pointer(&made);
	return sign(made, options->keys, error);
}
