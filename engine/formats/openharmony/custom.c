// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/custom.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/openharmony/device.h"
#include "engine/keys/digest.h"
#include "engine/packages/format.h"

/* What the device may see of it before it says yes: all that can be said is that there is something. */
#define MANIFEST_SIZE 64

static const GyFormat custom_format;

static gboolean
probe(GBytes *bytes)
{
	return FALSE;
}

static GyPackage *
load(GBytes *bytes, const char *name, GError **error)
{
	GyPackage *package = gy_package_new(&custom_format, GY_OHOS_KIND_CUSTOM, name, bytes);
	GyImage *image = g_new0(GyImage, 1);

	image->name = g_strdup("file");
	image->stored_size = image->size = g_bytes_get_size(bytes);
	gy_sha256(g_bytes_get_data(bytes, NULL), image->size, image->sha256);
	gy_package_set_trust(package, GY_TRUST_UNSIGNED);
	gy_package_add_image(package, image);
	return package;
}

static gboolean
verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	gy_package_clear_findings(package);
	if (key)
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "package",
				GY_NO_OFFSET, NULL, NULL,
				_("a custom package has no signature that a key could be held against")));
	return TRUE;
}

static GBytes *
unpack_image(GyPackage *package, guint index, GError **error)
{
	return g_bytes_ref(gy_package_bytes(package));
}

static GBytes *
manifest(GyPackage *package)
{
	GBytes *bytes = gy_package_bytes(package);

	return g_bytes_new_from_bytes(bytes, 0, MIN(MANIFEST_SIZE, g_bytes_get_size(bytes)));
}

/* What the device makes of it is the device's to know. */
static GPtrArray *
identities(GyPackage *package, GError **error)
{
	const GyImage *image = gy_package_images(package)->pdata[0];
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	GyImageIdentity *identity = g_new0(GyImageIdentity, 1);

	identity->size = image->size;
	memcpy(identity->sha256, image->sha256, sizeof identity->sha256);
	memcpy(identity->code_sha256, image->sha256, sizeof identity->code_sha256);
	g_ptr_array_add(all, identity);
	return all;
}

static const GyFormat custom_format = {
	.system = "openharmony",
	.title = N_("OpenHarmony, custom package"),
	.key_types = GY_KEY_RSA,
	.max_size = G_MAXUINT32,
	.probe = probe,
	.load = load,
	.verify = verify,
	.unpack_image = unpack_image,
	.manifest = manifest,
	.check_device = gy_ohos_check_storage,
	.identities = identities,
	.image_name = gy_ohos_image_name,
	.result_name = gy_ohos_result_name,
	.code_name = gy_ohos_code_name,
	.sent_kind = GY_OHOS_KIND_CUSTOM,
	.is_custom = TRUE,
};

GyPackage *
gy_ohos_custom_load(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_map(path, GY_PACKAGE_MEMORY_MAX, GY_PACKAGE_MAX, error);

	return bytes ? load(bytes, path, error) : NULL;
}
