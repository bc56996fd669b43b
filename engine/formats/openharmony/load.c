// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/build.h"
#include "engine/formats/openharmony/device.h"
#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/options.h"
#include "engine/formats/openharmony/seal.h"
#include "engine/formats/openharmony/signature.h"

/* Head of a package that is installed while it comes. */
#define STREAM_MAGIC     0x00AA
#define STREAM_HEAD_SIZE 6
#define PACKAGE_KEY      "gy-ohos-package"
#define MEMBER_NAME_AT   30

static void
package_free(GyOhosPackage *own)
{
	gy_ohos_update_free(own->update);
	gy_ohos_container_free(own->container);
	gy_ohos_container_free(own->tools);
	g_free(own->script);
	g_clear_pointer(&own->differences, g_ptr_array_unref);
	g_free(own);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosPackage, package_free)

GyOhosPackage *
gy_ohos_package_of(GyPackage *package)
{
	return g_object_get_data(G_OBJECT(package), PACKAGE_KEY);
}

static gboolean
is_stream(const guint8 *data, gsize size)
{
	return size > STREAM_HEAD_SIZE && gy_ohos_get_u16(data) == STREAM_MAGIC &&
	       gy_zip_probe(data + STREAM_HEAD_SIZE, size - STREAM_HEAD_SIZE);
}

/* A zip whose first member is update.bin. */
static gboolean
is_container(const guint8 *data, gsize size)
{
	gsize length = strlen(OHOS_MEMBER_UPDATE);

	return gy_zip_probe(data, size) && size >= MEMBER_NAME_AT + length &&
	       memcmp(data + MEMBER_NAME_AT, OHOS_MEMBER_UPDATE, length) == 0;
}

static gboolean
probe(GBytes *bytes)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return is_container(data, size) || is_stream(data, size) || gy_ohos_update_probe(data, size);
}

/* ---- images and fields ---------------------------------------------------------------------------------- */

static void
add_image(GyPackage *package, const GyOhosComponent *component)
{
	GyImage *image = g_new0(GyImage, 1);

	/* the slash is the device's business */
	image->name = g_strdup(component->name[0] == '/' ? component->name + 1 : component->name);
	image->id = component->id;
	image->offset = component->offset;
	image->stored_size = component->size;
	image->size = component->size;
	image->version_text = g_strdup(component->version);
	memcpy(image->sha256, component->sha256, sizeof image->sha256);
	gy_package_add_image(package, image);
}

static const char *
seal_name(GyOhosSeal seal)
{
	switch (seal) {
	case GY_OHOS_SEAL_NONE: return _("not signed");
	case GY_OHOS_SEAL_LEGACY: return _("signature area behind the zip");
	case GY_OHOS_SEAL_PKCS7: return _("PKCS#7 in the zip's comment");
	}
	g_return_val_if_reached("unknown");
}

static void
add_fields(GyPackage *package, const GyOhosPackage *own)
{
	const GyOhosUpdate *update = own->update;

	gy_package_add_field(package, "version", "Version", "%s", update->software_version);
	gy_package_add_field(package, "product_id", "Product id", "%s", update->product_id);
	gy_package_add_field(package, "date", "Date", "%s", update->date);
	gy_package_add_field(package, "time", "Time", "%s", update->time);
	gy_package_add_field(package, "file_version", "File version", "%u", update->file_version);
	gy_package_add_field(
		package, "generation", "Generation", "%s", gy_ohos_generation_name(update->generation));
	gy_package_add_field(package, "type", "Type", "0x%04X", update->type);
	gy_package_add_field(
		package, "signature_bits", "Signature", "RSA-%" G_GUINT64_FORMAT, update->signature_size * 8);
	if (own->container)
		gy_package_add_field(
			package, "zip_signature", "Zip signature", "%s", seal_name(own->container->seal));
}

/* ---- loading -------------------------------------------------------------------------------------------- */

static gboolean
has_differences(const GyOhosPackage *own)
{
	for (guint i = 0; own->container && i < gy_zip_n_members(own->container->zip); i++)
		if (g_str_has_suffix(gy_zip_member(own->container->zip, i), ".patch.dat"))
			return TRUE;
	for (guint i = 0; i < own->update->components->len; i++)
		if (((const GyOhosComponent *) own->update->components->pdata[i])->type == 1)
			return TRUE;
	return FALSE;
}

static const char *
kind_of(const GyOhosPackage *own)
{
	if (!own->update->is_standard)
		return GY_OHOS_KIND_SMALL;
	if (has_differences(own))
		return GY_OHOS_KIND_INCREMENTAL;
	return own->update->hashes ? GY_OHOS_KIND_SD_CARD : GY_OHOS_KIND_STANDARD;
}

/* Tools that cannot be read are for verification to complain about. */
static void
load_tools(GyOhosPackage *own)
{
	g_autoptr(GBytes) bytes = gy_ohos_container_read(own->container, OHOS_MEMBER_TOOLS, NULL);
	g_autoptr(GBytes) script = NULL;

	own->tools = bytes ? gy_ohos_container_parse(bytes, OHOS_MEMBER_TOOLS, NULL) : NULL;
	script = own->tools ? gy_ohos_container_read(own->tools, OHOS_TOOL_SCRIPT, NULL) : NULL;
	if (script)
		own->script = g_strndup(g_bytes_get_data(script, NULL), g_bytes_get_size(script));
}

static GyOhosPackage *
take_apart(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyOhosPackage) own = g_new0(GyOhosPackage, 1);
	g_autoptr(GBytes) update = NULL;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	if (is_stream(data, size)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s is a streaming package, which is not read: build it without -su"), name);
		return NULL;
	}
	if (is_container(data, size)) {
		own->container = gy_ohos_container_parse(bytes, name, error);
		update = own->container ? gy_ohos_container_read(own->container, OHOS_MEMBER_UPDATE, error)
					: NULL;
		if (!update)
			return NULL;
		load_tools(own);
	} else {
		update = g_bytes_ref(bytes);
	}
	own->differences = gy_ohos_differences_of_script(own->script ? own->script : "");
	own->update = gy_ohos_update_parse(update, own->container ? OHOS_MEMBER_UPDATE : name, error);
	return own->update ? g_steal_pointer(&own) : NULL;
}

static gboolean
is_signed(const GyOhosPackage *own)
{
	return gy_ohos_is_signed(own->update) &&
	       (!own->container || gy_ohos_container_is_signed(own->container));
}

GyPackage *
gy_ohos_load(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyOhosPackage) own = take_apart(bytes, name, error);
	g_autoptr(GyPackage) package = NULL;

	if (!own)
		return NULL;
	package = gy_package_new(&gy_openharmony_format, kind_of(own), name, bytes);
	gy_package_set_trust(package, is_signed(own) ? GY_TRUST_SIGNED : GY_TRUST_UNSIGNED);
	gy_package_set_version(package, own->update->software_version);
	add_fields(package, own);
	for (guint i = 0; i < own->update->components->len; i++)
		add_image(package, own->update->components->pdata[i]);
	for (guint i = 0; i < own->differences->len; i++)
		gy_package_add_image(
			package, gy_ohos_difference_image(own->differences->pdata[i], own->container));
	g_object_set_data_full(
		G_OBJECT(package), PACKAGE_KEY, g_steal_pointer(&own), (GDestroyNotify) package_free);
	return g_steal_pointer(&package);
}

GBytes *
gy_ohos_unpack_image(GyPackage *package, guint index, GError **error)
{
	const GyOhosUpdate *update = gy_ohos_package_of(package)->update;

	if (index < update->components->len)
		return gy_ohos_update_data(update, update->components->pdata[index], error);
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
		_("%s: %s is a difference: the old image is needed, or the source package that has it"),
		gy_package_name(package), ((const GyImage *) gy_package_images(package)->pdata[index])->name);
	return NULL;
}

GBytes *
gy_ohos_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	guint n_components = own->update->components->len;

	g_return_val_if_fail(index >= n_components, NULL);

	return gy_ohos_difference_apply(
		own->differences->pdata[index - n_components], own->container, old, error);
}

const GyFormat gy_openharmony_format = {
	.system = "openharmony",
	.title = "OpenHarmony",
	.key_types = GY_OHOS_KEYS,
	.max_size = G_MAXUINT32,
	.probe = probe,
	.load = gy_ohos_load,
	.verify = gy_ohos_verify,
	.unpack_image = gy_ohos_unpack_image,
	.unpack_difference = gy_ohos_unpack_difference,
	.build = gy_ohos_build,
	.sign = gy_ohos_sign,
	.to_be_signed = gy_ohos_to_be_signed,
	.signed_names = gy_ohos_signed_names,
	.take_signatures = gy_ohos_take_signatures,
	.manifest = gy_ohos_manifest,
	.check_device = gy_ohos_check_device,
	.identities = gy_ohos_identities,
	.image_name = gy_ohos_image_name,
	.result_name = gy_ohos_result_name,
	.code_name = gy_ohos_code_name,
	.sent_kind = GY_OHOS_KIND_SMALL,
	.file_name = "update.zip",
	.options = gy_ohos_options,
	.input = "target",
};
