// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/options.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"

static const struct {
	guint32 id;
	const char *name;
	gboolean known; /* to a device: it installs this one */
} images[] = {
	{WS63_IMAGE_APPLICATION, "application", TRUE},
	{WS63_IMAGE_FLASHBOOT, "flashboot", TRUE},
	{WS63_IMAGE_NV, "nv", TRUE},
	{WS63_IMAGE_HILINK, "hilink", TRUE},
	{WS63_IMAGE_RES_INDEX, "res_index", FALSE},
	{WS63_IMAGE_RES_DATA, "res_data", FALSE},
};

char *
gy_ws63_image_name(guint32 id)
{
	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		if (images[i].id == id)
			return g_strdup(images[i].name);
	return g_strdup_printf("0x%08X", id);
}

guint32
gy_ws63_image_id(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		if (g_str_equal(images[i].name, name))
			return images[i].id;
	return 0;
}

gboolean
gy_ws63_is_known_image(guint32 id)
{
	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		if (images[i].id == id)
			return images[i].known;
	return FALSE;
}

gboolean
gy_ws63_is_zero(const guint8 *data, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (data[i] != 0)
			return FALSE;
	return TRUE;
}

guint64
gy_ws63_table_length(guint64 n_images)
{
	return (n_images * WS63_ENTRY_SIZE + WS63_ALIGNMENT - 1) / WS63_ALIGNMENT * WS63_ALIGNMENT;
}

guint64
gy_ws63_table_offset(const guint8 *package)
{
	guint32 offset = gyw_get_u32le(package + WS63_INFO + WS63_INFO_TABLE_ADDR);

	return offset ? offset : WS63_HEAD_SIZE;
}

guint
gy_ws63_n_entries(const guint8 *package, gsize size)
{
	guint64 table = gy_ws63_table_offset(package);
	guint32 claimed = gyw_get_u32le(package + WS63_INFO + WS63_INFO_IMAGE_NUM);
	guint64 room;

	if (table < WS63_HEAD_SIZE || table > size)
		return 0;
	room = (size - table) / WS63_ENTRY_SIZE;
	return (guint) MIN(MIN(room, claimed), WS63_MAX_IMAGES);
}

gboolean
gy_ws63_find_image(const guint8 *package, gsize size, guint index, GyWs63Image *image)
{
	guint64 entry = gy_ws63_table_offset(package) + (guint64) index * WS63_ENTRY_SIZE;
	guint64 header = gyw_get_u32le(package + entry + WS63_ENTRY_IMAGE_ADDR);
	guint64 data_size;

	if (header > size || size - header < WS63_HEADER_SIZE)
		return FALSE;
	data_size = gyw_get_u32le(package + header + WS63_HEADER_IMAGE_LEN);
	if (data_size > size - header - WS63_HEADER_SIZE)
		return FALSE;
	image->index = index;
	image->entry = entry;
	image->header = header;
	image->data = header + WS63_HEADER_SIZE;
	image->data_size = data_size;
	return TRUE;
}

static GyStorage
storage_of(const guint8 *header)
{
	guint32 decompress = gyw_get_u32le(header + WS63_HEADER_DECOMPRESS);
	GyStorage storage = GY_STORAGE_PLAIN;

	/* NV is stored plain whatever its flag says */
	if (gyw_get_u32le(header + WS63_HEADER_IMAGE_ID) == WS63_IMAGE_NV)
		decompress = 0;
	if (decompress == WS63_FLAG_LZMA)
		storage |= GY_STORAGE_LZMA;
	if (decompress == WS63_FLAG_DIFF)
		storage |= GY_STORAGE_DIFF;
	if (gyw_get_u32le(header + WS63_HEADER_RE_ENC) == WS63_FLAG_ENCRYPTED)
		storage |= GY_STORAGE_ENCRYPTED;
	return storage;
}

static void
add_image(GyPackage *package, const guint8 *data, const GyWs63Image *at)
{
	const guint8 *header = data + at->header;
	GyImage *image = g_new0(GyImage, 1);

	image->id = gyw_get_u32le(header + WS63_HEADER_IMAGE_ID);
	image->name = gy_ws63_image_name(image->id);
	image->offset = at->data;
	image->stored_size = at->data_size;
	image->size = gyw_get_u32le(header + WS63_HEADER_NEW_IMAGE_LEN);
	image->storage = storage_of(header);
	image->version = gyw_get_u32le(header + WS63_HEADER_VERSION_EXT);
	memcpy(image->sha256, header + WS63_HEADER_IMAGE_HASH, sizeof image->sha256);
	gy_package_add_image(package, image);
}

static GyTrust
trust_of(const guint8 *data)
{
	const guint8 *info = data + WS63_INFO;

	if (gy_ws63_is_zero(data + WS63_AREA_SIGNATURE, WS63_SIGNATURE_SIZE) &&
		gy_ws63_is_zero(info + WS63_AREA_SIGNATURE, WS63_SIGNATURE_SIZE))
		return GY_TRUST_UNSIGNED;
	/* the device goes by this length alone, for each area on its own */
	if (gyw_get_u32le(data + WS63_AREA_SIGNATURE_LENGTH) == WS63_DIGEST_SIZE ||
		gyw_get_u32le(info + WS63_AREA_SIGNATURE_LENGTH) == WS63_DIGEST_SIZE)
		return GY_TRUST_INTEGRITY_ONLY;
	return GY_TRUST_SIGNED;
}

static const char *
key_alg_name(guint32 alg)
{
	switch (alg) {
	case WS63_KEY_ALG_ECDSA: return _("ECDSA brainpoolP256r1 with SHA-256");
	case WS63_KEY_ALG_SM2: return _("SM2 with SM3");
	case WS63_KEY_ALG_RSA: return _("RSA-4096 with SHA-256");
	case WS63_KEY_ALG_HASH_ECC:
	case WS63_KEY_ALG_HASH_RSA: return _("SHA-256 only");
	case WS63_KEY_ALG_HASH_SM3: return _("SM3 only");
	default: return _("unknown");
	}
}

static void
add_version(GyPackage *package, const guint8 *user_defined)
{
	g_autofree char *text = g_strndup((const char *) user_defined, WS63_USER_DEFINED_SIZE);

	if (*text == '\0')
		return;
	if (!g_utf8_validate(text, -1, NULL)) {
		g_autofree char *valid = g_utf8_make_valid(text, -1);

		gy_package_set_version(package, valid);
		return;
	}
	gy_package_set_version(package, text);
}

static void
add_fields(GyPackage *package, const guint8 *data)
{
	const guint8 *info = data + WS63_INFO;
	guint32 alg = gyw_get_u32le(data + WS63_KEY_ALG);
	static const struct {
		const char *name;
		const char *label;
		guint offset; /* in the file */
	} numbers[] = {
		{"key_version", "Key version", WS63_KEY_VERSION_EXT},
		{"key_version_mask", "Key version mask", WS63_KEY_VERSION_MASK},
		{"key_msid", "Key market id", WS63_KEY_MSID},
		{"key_msid_mask", "Key market id mask", WS63_KEY_MSID_MASK},
		{"fota_version", "Package version number", WS63_INFO + WS63_INFO_VERSION_EXT},
		{"fota_version_mask", "Package version mask", WS63_INFO + WS63_INFO_VERSION_MASK},
		{"msid", "Market id", WS63_INFO + WS63_INFO_MSID},
		{"msid_mask", "Market id mask", WS63_INFO + WS63_INFO_MSID_MASK},
	};

	if (gy_package_version(package))
		gy_package_add_field(package, "version", "Version", "%s", gy_package_version(package));
	gy_package_add_field(package, "key_alg", "Algorithm", "0x%08X (%s)", alg, key_alg_name(alg));
	gy_package_add_field(
		package, "hardware_id", "Hardware id", "%u", gyw_get_u32le(info + WS63_INFO_HARDWARE_ID));
	gy_package_add_field(
		package, "key_owner_id", "Key owner id", "%u", gyw_get_u32le(data + WS63_KEY_OWNER_ID));
	gy_package_add_field(package, "key_id", "Key id", "%u", gyw_get_u32le(data + WS63_KEY_ID));
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
		gy_package_add_field(package, numbers[i].name, numbers[i].label, "0x%08X",
			gyw_get_u32le(data + numbers[i].offset));
}

static gboolean
probe(GBytes *bytes)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	if (gy_ws63_burn_probe(data, size))
		return TRUE;
	if (size >= 4 && gyw_get_u32le(data) == WS63_PACKAGE_ID)
		return TRUE;
	/* a damaged first word shall be named as what it is, so the info area's word counts as well */
	return size >= WS63_INFO + 12 && gyw_get_u32le(data + WS63_INFO) == WS63_PACKAGE_ID &&
	       gyw_get_u32le(data + WS63_INFO + WS63_AREA_STRUCT_LENGTH) == WS63_AREA_SIZE;
}

GyPackage *
gy_ws63_load(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyPackage) package = NULL;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	guint n_entries;

	if (gy_ws63_burn_probe(data, size))
		return gy_ws63_burn_load(bytes, name, error);
	if (size < WS63_PACKAGE_MIN) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("%s has %zu bytes, an upgrade package has at least %u"), name, size,
			WS63_PACKAGE_MIN);
		return NULL;
	}

	package = gy_package_new(&gy_ws63_format, GY_WS63_KIND_UPGRADE, name, bytes);
	gy_package_set_trust(package, trust_of(data));
	gy_package_set_hardware_id(package, gyw_get_u32le(data + WS63_INFO + WS63_INFO_HARDWARE_ID));
	add_version(package, data + WS63_INFO + WS63_INFO_USER_DEFINED);
	add_fields(package, data);
	n_entries = gy_ws63_n_entries(data, size);
	for (guint i = 0; i < n_entries; i++) {
		GyWs63Image image;

		/* what lies outside is for verification to report */
		if (gy_ws63_find_image(data, size, i, &image))
			add_image(package, data, &image);
	}
	return g_steal_pointer(&package);
}

/* What the agent judges before it erases: the areas, the table, and every image's header in the table's order. */
static GBytes *
manifest(GyPackage *package)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint64 table;
	guint64 table_length;
	guint n_entries;

	if (!g_str_equal(gy_package_kind(package), GY_WS63_KIND_UPGRADE))
		return NULL;
	table = gy_ws63_table_offset(data);
	table_length = gyw_get_u32le(data + WS63_INFO + WS63_INFO_TABLE_LENGTH);
	n_entries = gy_ws63_n_entries(data, size);
	if (n_entries != gyw_get_u32le(data + WS63_INFO + WS63_INFO_IMAGE_NUM) || table > size ||
		table_length > size - table)
		return NULL;

	g_byte_array_append(out, data, WS63_HEAD_SIZE);
	g_byte_array_append(out, data + table, (guint) table_length);
	for (guint i = 0; i < n_entries; i++) {
		GyWs63Image image;

		if (!gy_ws63_find_image(data, size, i, &image))
			return NULL;
		g_byte_array_append(out, data + image.header, WS63_HEADER_SIZE);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static GyBuildOptions *
options_from_config(GBytes *config, const char *name, GPtrArray *notes, GError **error)
{
	g_autoptr(GyFotaCfg) cfg = gy_fota_cfg_parse(config, name, error);

	return cfg ? gy_fota_cfg_to_options(cfg, notes, error) : NULL;
}

const GyFormat gy_ws63_format = {
	.system = "ws63",
	.title = "HiSilicon WS63",
	.key_types = GY_KEY_BP256R1,
	.max_size = GY_PACKAGE_MEMORY_MAX,
	.probe = probe,
	.load = gy_ws63_load,
	.verify = gy_ws63_verify,
	.unpack_image = gy_ws63_unpack_image,
	.unpack_difference = gy_ws63_unpack_difference,
	.manifest = manifest,
	.build = gy_ws63_build,
	.sign = gy_ws63_sign,
	.to_be_signed = gy_ws63_to_be_signed,
	.signed_names = gy_ws63_signed_names,
	.take_signatures = gy_ws63_take_signatures,
	.image_name = gy_ws63_image_name,
	.result_name = gy_ws63_result_name,
	.code_name = gy_ws63_code_name,
	.root_key_from_record = gy_ws63_root_record_read,
	.check_device = gy_ws63_check_device,
	.identities = gy_ws63_identities,
	.sent_kind = GY_WS63_KIND_UPGRADE,
	.file_name = "update.fwpkg",
	.options = gy_ws63_options,
	.image_options = gy_ws63_image_options,
	.image_sections = gy_ws63_image_sections,
	.options_from_config = options_from_config,
	.options_to_config = gy_fota_cfg_write,
};
