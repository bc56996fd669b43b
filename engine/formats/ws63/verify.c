// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/formats/ws63/diff.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

/* What the checks share; FORMAT.md, "Checks", lists them in the same order. */
typedef struct {
	GyPackage *package;
	const guint8 *data;
	gsize size;
	gboolean unpacks; /* whether images are unpacked and looked into */
} Check;

/* ---- saying what is wrong ------------------------------------------------------------------------------- */

static void
report_word(const Check *check, GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *expected, const char *message)
{
	g_autofree char *found = g_strdup_printf("0x%08X", gyw_get_u32le(check->data + offset));

	gy_package_add_finding(check->package,
		gy_finding_new(severity, code, field, offset, found, expected, "%s", message));
}

static void
report_number(const Check *check, GyError code, const char *field, guint64 offset, guint64 found,
	const char *expected, const char *message)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, found);

	gy_package_add_finding(check->package,
		gy_finding_new(GY_SEVERITY_ERROR, code, field, offset, text, expected, "%s", message));
}

/* The word at @offset has to be @expected. */
static gboolean
check_word(const Check *check, const char *field, guint64 offset, guint32 expected, const char *message)
{
	g_autofree char *text = NULL;

	if (gyw_get_u32le(check->data + offset) == expected)
		return TRUE;
	text = g_strdup_printf("0x%08X", expected);
	report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, field, offset, text, message);
	return FALSE;
}

/* SHA-256 of a range has to be what stands at @stated. */
static gboolean
check_hash(const Check *check, const char *field, guint64 stated, guint64 from, guint64 length,
	const char *message)
{
	guint8 digest[GY_SHA256_SIZE];
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	gy_sha256(check->data + from, (gsize) length, digest);
	if (memcmp(digest, check->data + stated, sizeof digest) == 0)
		return TRUE;
	/* what stands in the file is the statement; the digest of the bytes is what was found */
	found = gy_hex(digest, sizeof digest);
	expected = gy_hex(check->data + stated, sizeof digest);
	gy_package_add_finding(
		check->package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, field, stated, found,
					expected, _("%s (the bytes 0x%" PRIx64 " to 0x%" PRIx64 " changed)"),
					message, from, from + length));
	return FALSE;
}

/* ---- areas ---------------------------------------------------------------------------------------------- */

static void
check_key_alg(const Check *check)
{
	guint32 alg = gyw_get_u32le(check->data + WS63_KEY_ALG);
	guint32 length = gyw_get_u32le(check->data + WS63_AREA_SIGNATURE_LENGTH);
	g_autofree char *expected = NULL;

	switch (alg) {
	case WS63_KEY_ALG_ECDSA: expected = g_strdup(_("0x00000040, since KeyAlg is 0x2A13C812")); break;
	case WS63_KEY_ALG_HASH_ECC:
	case WS63_KEY_ALG_HASH_RSA:
		expected = g_strdup_printf(_("0x00000020, since KeyAlg is 0x%08X"), alg);
		break;
	case WS63_KEY_ALG_SM2:
	case WS63_KEY_ALG_RSA:
	case WS63_KEY_ALG_HASH_SM3:
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "key_area.key_alg",
			WS63_KEY_ALG, "0x2A13C812",
			_("the algorithm belongs to other chips of the family, a WS63 does not have it"));
		return;
	default:
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "key_area.key_alg",
			WS63_KEY_ALG, "0x2A13C812", _("the algorithm is not known"));
		return;
	}
	if ((length == WS63_DIGEST_SIZE) != (alg != WS63_KEY_ALG_ECDSA))
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "key_area.signature_length",
			WS63_AREA_SIGNATURE_LENGTH, expected,
			_("the signature's length contradicts the algorithm, and the device goes by the "
			  "length "
			  "alone"));
}

static void
check_signature_lengths(const Check *check)
{
	guint32 key = gyw_get_u32le(check->data + WS63_AREA_SIGNATURE_LENGTH);
	guint32 info = gyw_get_u32le(check->data + WS63_INFO + WS63_AREA_SIGNATURE_LENGTH);
	g_autofree char *same = NULL;

	if (key != WS63_SIGNATURE_SIZE && key != WS63_DIGEST_SIZE)
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "key_area.signature_length",
			WS63_AREA_SIGNATURE_LENGTH, _("0x00000040 or 0x00000020"),
			_("the signature's length is not possible"));
	if (info == key)
		return;
	same = g_strdup_printf(_("0x%08X, as in the key area"), key);
	report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "info_area.signature_length",
		WS63_INFO + WS63_AREA_SIGNATURE_LENGTH, same, _("the two areas do not agree"));
}

static void
check_areas(const Check *check)
{
	check_word(check, "key_area.image_id", WS63_AREA_IMAGE_ID, WS63_PACKAGE_ID,
		_("this is no upgrade package's id"));
	check_word(check, "key_area.struct_version", WS63_AREA_STRUCT_VERSION, WS63_STRUCT_VERSION,
		_("the structure's version is not known"));
	check_word(check, "key_area.struct_length", WS63_AREA_STRUCT_LENGTH, WS63_AREA_SIZE,
		_("the area has another layout than a WS63 reads"));
	check_word(check, "info_area.image_id", WS63_INFO + WS63_AREA_IMAGE_ID, WS63_PACKAGE_ID,
		_("this is no upgrade package's id"));
	check_word(check, "info_area.struct_version", WS63_INFO + WS63_AREA_STRUCT_VERSION,
		WS63_STRUCT_VERSION, _("the structure's version is not known"));
	check_word(check, "info_area.struct_length", WS63_INFO + WS63_AREA_STRUCT_LENGTH, WS63_AREA_SIZE,
		_("the area has another layout than a WS63 reads"));
	check_signature_lengths(check);
	check_key_alg(check);
}

/* ---- hash table ----------------------------------------------------------------------------------------- */

/* Whether the table can be walked. */
static gboolean
check_table(const Check *check)
{
	const guint64 num_at = WS63_INFO + WS63_INFO_IMAGE_NUM;
	const guint64 length_at = WS63_INFO + WS63_INFO_TABLE_LENGTH;
	guint32 n_images = gyw_get_u32le(check->data + num_at);
	guint32 length = gyw_get_u32le(check->data + length_at);
	guint64 table = gy_ws63_table_offset(check->data);

	if (n_images < 1 || n_images > WS63_MAX_IMAGES) {
		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "info_area.image_num", num_at, n_images,
			_("1 to 20"), _("the number of images is not possible"));
		return FALSE;
	}
	if (table < WS63_HEAD_SIZE || table > check->size || length > check->size - table) {
		g_autofree char *expected =
			g_strdup_printf(_("0x%08X, inside %zu bytes"), WS63_HEAD_SIZE, check->size);

		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			"info_area.image_hash_table_addr", WS63_INFO + WS63_INFO_TABLE_ADDR, expected,
			_("the hash table does not lie inside the package"));
		return FALSE;
	}
	/* whatever stood between would be covered by no digest */
	if (table != WS63_HEAD_SIZE)
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			"info_area.image_hash_table_addr", WS63_INFO + WS63_INFO_TABLE_ADDR, "0x00000200",
			_("the hash table does not follow the areas"));
	if (length != gy_ws63_table_length(n_images)) {
		g_autofree char *expected = g_strdup_printf(
			_("%" PRIu64 " for %u images"), gy_ws63_table_length(n_images), n_images);

		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "info_area.image_hash_table_length",
			length_at, length, expected,
			_("the hash table's length does not fit the number of images"));
		return FALSE;
	}
	check_hash(check, "info_area.image_hash_table_hash", WS63_INFO + WS63_INFO_TABLE_HASH, table, length,
		_("the hash table is not what the info area says"));
	return TRUE;
}

/* ---- one image ------------------------------------------------------------------------------------------ */

/* "image[0].image_len" */
static char *
image_field(guint index, const char *name)
{
	return g_strdup_printf("image[%u].%s", index, name);
}

static void
report_image(const Check *check, const GyWs63Image *image, GySeverity severity, GyError code,
	const char *name, guint offset, const char *expected, const char *message)
{
	g_autofree char *field = image_field(image->index, name);

	report_word(check, severity, code, field, image->header + offset, expected, message);
}

static void
check_header_words(const Check *check, const GyWs63Image *image)
{
	g_autofree char *magic = image_field(image->index, "header_magic");
	g_autofree char *id = image_field(image->index, "image_id");
	g_autofree char *offset = image_field(image->index, "image_offset");
	g_autofree char *length = g_strdup_printf("hash_table[%u].image_length", image->index);

	check_word(check, magic, image->header + WS63_HEADER_MAGIC_AT, WS63_HEADER_MAGIC,
		_("this is no image header"));
	check_word(check, id, image->header + WS63_HEADER_IMAGE_ID,
		gyw_get_u32le(check->data + image->entry + WS63_ENTRY_IMAGE_ID),
		_("the image header and the hash table name different images"));
	check_word(check, offset, image->header + WS63_HEADER_IMAGE_OFFSET, (guint32) image->data,
		_("the data do not follow their header"));
	check_word(check, length, image->entry + WS63_ENTRY_IMAGE_LENGTH,
		(guint32) (WS63_HEADER_SIZE + image->data_size),
		_("the hash table does not count the header and the data"));
	if (image->data_size == 0 || image->data_size % WS63_ALIGNMENT != 0)
		report_image(check, image, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "image_len",
			WS63_HEADER_IMAGE_LEN, _("a multiple of 16"), _("the data are not padded"));
}

static void
check_flags(const Check *check, const GyWs63Image *image, guint32 id)
{
	const guint8 *header = check->data + image->header;
	guint32 decompress = gyw_get_u32le(header + WS63_HEADER_DECOMPRESS);
	guint32 re_enc = gyw_get_u32le(header + WS63_HEADER_RE_ENC);
	guint32 version = gyw_get_u32le(header + WS63_HEADER_VERSION_EXT);
	gboolean encrypted = re_enc == WS63_FLAG_ENCRYPTED;

	if (decompress == WS63_FLAG_DIFF && id != WS63_IMAGE_NV)
		report_image(check, image, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"decompress_flag", WS63_HEADER_DECOMPRESS, _("0x3C7896E1 or 0"),
			_("a WS63 is built without difference images and refuses them"));
	else if (decompress != WS63_FLAG_LZMA && decompress != 0)
		report_image(check, image, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "decompress_flag",
			WS63_HEADER_DECOMPRESS, _("0x3C7896E1 or 0"),
			_("the flag is not known; the device takes it as plain data"));
	if (re_enc != 0 && !encrypted)
		report_image(check, image, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "re_enc_flag",
			WS63_HEADER_RE_ENC, _("0x3C7896E1 or 0"),
			_("the flag is not known; the device takes it as not encrypted"));
	if (encrypted && decompress != WS63_FLAG_LZMA)
		report_image(check, image, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "re_enc_flag",
			WS63_HEADER_RE_ENC, "0",
			_("the device decrypts only compressed images and would write this one as it is"));
	if (encrypted && id != WS63_IMAGE_APPLICATION)
		report_image(check, image, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "re_enc_flag",
			WS63_HEADER_RE_ENC, "0", _("the device decrypts only the application"));
	if ((version & (version + 1)) != 0)
		report_image(check, image, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "version_ext",
			WS63_HEADER_VERSION_EXT, _("0, 1, 3, 7, … (ones from bit 0 up)"),
			_("the version number is not unary, so the fuses cannot count with it"));
	if (!encrypted && !gy_ws63_is_zero(header + WS63_HEADER_KEY_L1, 3 * 16))
		report_image(check, image, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "enc_pk_l1",
			WS63_HEADER_KEY_L1, "zeros",
			_("an image that is not encrypted carries protection keys"));
}

static void
check_known_id(const Check *check, const GyWs63Image *image, guint32 id)
{
	g_autofree char *field = g_strdup_printf("hash_table[%u].image_id", image->index);

	if (gy_ws63_is_known_image(id))
		return;
	if (id == WS63_IMAGE_RES_INDEX || id == WS63_IMAGE_RES_DATA)
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, field, image->entry,
			_("application, flashboot, nv or hilink"),
			_("a WS63 is built without resource images and refuses them"));
	else
		report_word(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, field, image->entry,
			_("application, flashboot, nv or hilink"),
			_("only a firmware that was extended by this image takes it; any other skips it, "
			  "never "
			  "finishes the upgrade, and resets for ever"));
}

static gboolean
check_lzma_header(const Check *check, const GyWs63Image *image)
{
	const guint8 *data = check->data + image->data;
	g_autofree char *field = image_field(image->index, "data.lzma_header");
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;
	guint8 wanted[WS63_LZMA_HEADER_SIZE] = WS63_LZMA_PROPERTIES;

	gyw_put_u32le(wanted + WS63_LZMA_SIZE_AT,
		gyw_get_u32le(check->data + image->header + WS63_HEADER_NEW_IMAGE_LEN));
	if (image->data_size >= sizeof wanted && memcmp(data, wanted, sizeof wanted) == 0)
		return TRUE;
	found = gy_hex(data, (gsize) MIN(image->data_size, sizeof wanted));
	expected = gy_hex(wanted, sizeof wanted);
	gy_package_add_finding(check->package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
						       field, image->data, found, expected,
						       _("the LZMA header is not the one the device reads: "
							 "5a00100000, new_image_len, zeros")));
	return FALSE;
}

/* The firmware image that comes out; offsets inside it only mean something in the file if it is stored plain. */
static void
check_inner_image(const Check *check, const GyWs63Image *image, guint32 id, GBytes *unpacked, gboolean plain)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(unpacked, &size);
	GyFinding *finding;
	char *field;

	if (id == WS63_IMAGE_NV) {
		if (size == 0 || size % WS63_NV_PAGE != 0)
			report_image(check, image, GY_SEVERITY_ERROR, GY_ERROR_IMAGE_TRUNCATED,
				"new_image_len", WS63_HEADER_NEW_IMAGE_LEN, _("a multiple of 4096"),
				_("an NV image consists of whole pages; the device fails with others after "
				  "the "
				  "reset"));
		return;
	}
	if (!gy_ws63_is_known_image(id))
		return;
	finding = gy_ws63_image_check(data, size, id);
	if (!finding)
		return;
	field = image_field(image->index, finding->field);
	g_free(finding->field);
	finding->field = field;
	finding->offset =
		plain && finding->offset != GY_NO_OFFSET ? finding->offset + image->data : image->data;
	gy_package_add_finding(check->package, finding);
}

/* What it would do, for people who look at it; no WS63 takes it. */
static void
explain_difference(const Check *check, const GyWs63Image *image)
{
	const guint8 *header = check->data + image->header;
	guint32 old_size = gyw_get_u32le(header + WS63_HEADER_OLD_IMAGE_LEN);
	guint32 new_size = gyw_get_u32le(header + WS63_HEADER_NEW_IMAGE_LEN);
	g_autofree char *field = image_field(image->index, "data");
	g_autofree char *old_hash = gy_hex(header + WS63_HEADER_OLD_IMAGE_HASH, GY_SHA256_SIZE);
	g_autoptr(GError) error = NULL;
	GyWs63Patch patch;

	if (!gy_ws63_patch_read(check->data + image->data, (gsize) image->data_size, old_size, new_size,
		    &patch, &error)) {
		gy_package_add_finding(
			check->package, gy_finding_new(GY_SEVERITY_ERROR, (GyError) error->code, field,
						image->data, NULL, NULL, "%s", error->message));
		return;
	}
	gy_package_add_finding(check->package,
		gy_finding_new(GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED, field, image->data, NULL,
			NULL,
			_("the image is a difference: %u bytes with SHA-256 %s become %u bytes in %u blocks, "
			  "%" PRIu64 " bytes made from old ones and %" PRIu64
			  " new; whole with gantry unpack --old"),
			old_size, old_hash, new_size, patch.n_blocks, patch.n_changed, patch.n_new));
}

static void
check_content(const Check *check, const GyWs63Image *image, guint32 id)
{
	const guint8 *header = check->data + image->header;
	gboolean packed =
		gyw_get_u32le(header + WS63_HEADER_DECOMPRESS) == WS63_FLAG_LZMA && id != WS63_IMAGE_NV;
	g_autofree char *field = image_field(image->index, "data");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) unpacked = NULL;

	if (gyw_get_u32le(header + WS63_HEADER_RE_ENC) == WS63_FLAG_ENCRYPTED) {
		gy_package_add_finding(check->package,
			gy_finding_new(GY_SEVERITY_NOTE, GY_ERROR_PACKAGE_NOT_SUPPORTED, field, image->data,
				NULL, NULL,
				_("the image is encrypted for the chip: what is inside cannot "
				  "be checked here")));
		return;
	}
	if (gyw_get_u32le(header + WS63_HEADER_DECOMPRESS) == WS63_FLAG_DIFF && id != WS63_IMAGE_NV) {
		explain_difference(check, image);
		return;
	}
	if (packed && !check_lzma_header(check, image))
		return;
	unpacked = gy_ws63_unpack(check->data, image, &error);
	if (unpacked) {
		check_inner_image(check, image, id, unpacked, !packed);
		return;
	}
	gy_package_add_finding(check->package, gy_finding_new(GY_SEVERITY_ERROR, (GyError) error->code, field,
						       image->data, NULL, NULL, "%s", error->message));
}

static void
check_image(const Check *check, const GyWs63Image *image)
{
	guint32 id = gyw_get_u32le(check->data + image->entry + WS63_ENTRY_IMAGE_ID);
	g_autofree char *header_hash = g_strdup_printf("hash_table[%u].image_hash", image->index);
	g_autofree char *data_hash = image_field(image->index, "image_hash");
	gboolean intact;

	check_known_id(check, image, id);
	check_header_words(check, image);
	check_flags(check, image, id);
	check_hash(check, header_hash, image->entry + WS63_ENTRY_IMAGE_HASH, image->header, WS63_HEADER_SIZE,
		_("the image header is not what the hash table says"));
	intact = check_hash(check, data_hash, image->header + WS63_HEADER_IMAGE_HASH, image->data,
		image->data_size, _("the image's data are not what its header says"));
	/* what comes out of damaged data tells nothing more */
	if (intact && check->unpacks)
		check_content(check, image, id);
}

/* ---- all images together -------------------------------------------------------------------------------- */

static void
report_outside(const Check *check, guint index, guint64 entry)
{
	guint64 header = gyw_get_u32le(check->data + entry + WS63_ENTRY_IMAGE_ADDR);
	g_autofree char *expected = g_strdup_printf(_("inside %zu bytes"), check->size);
	g_autofree char *hash_field = NULL;
	g_autofree char *field = NULL;

	if (header > check->size || check->size - header < WS63_HEADER_SIZE) {
		field = g_strdup_printf("hash_table[%u].image_addr", index);
		report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, field,
			entry + WS63_ENTRY_IMAGE_ADDR, expected,
			_("the image header does not lie inside the package"));
		return;
	}
	field = image_field(index, "image_len");
	hash_field = g_strdup_printf("hash_table[%u].image_hash", index);
	check_hash(check, hash_field, entry + WS63_ENTRY_IMAGE_HASH, header, WS63_HEADER_SIZE,
		_("the image header is not what the hash table says"));
	report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, field,
		header + WS63_HEADER_IMAGE_LEN, expected,
		_("the image's data do not lie inside the package"));
}

/* Images stand one after the other behind the table, in its order, and nothing else is in the file. */
static void
check_places(const Check *check, const GyWs63Image *images, guint n_images)
{
	guint64 end = gy_ws63_table_offset(check->data) +
		      gyw_get_u32le(check->data + WS63_INFO + WS63_INFO_TABLE_LENGTH);

	for (guint i = 0; i < n_images; i++) {
		g_autofree char *field = g_strdup_printf("hash_table[%u].image_addr", images[i].index);
		g_autofree char *expected = g_strdup_printf("0x%08" G_GINT64_MODIFIER "X", end);

		if (images[i].header != end)
			report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, field,
				images[i].entry + WS63_ENTRY_IMAGE_ADDR, expected,
				images[i].header < end ? _("the image lies over what stands before it")
						       : _("there is a gap before the image"));
		end = MAX(end, images[i].data + images[i].data_size);
	}
	if (end != check->size) {
		g_autofree char *expected = g_strdup_printf("%" G_GUINT64_FORMAT, end);

		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "package", end, check->size, expected,
			_("the file does not end with its last image"));
	}
}

static void
check_ids(const Check *check, const GyWs63Image *images, guint n_images)
{
	gboolean has_nv = FALSE;
	gboolean has_application = FALSE;

	for (guint i = 0; i < n_images; i++) {
		guint32 id = gyw_get_u32le(check->data + images[i].entry);
		g_autofree char *field = g_strdup_printf("hash_table[%u].image_id", images[i].index);

		has_nv |= id == WS63_IMAGE_NV;
		has_application |= id == WS63_IMAGE_APPLICATION;
		for (guint j = 0; j < i; j++)
			if (gyw_get_u32le(check->data + images[j].entry) == id) {
				report_word(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, field,
					images[i].entry, _("each image once"),
					_("the image is in the package twice"));
				break;
			}
	}
	if (has_nv && !has_application)
		gy_package_add_finding(
			check->package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
						"hash_table", gy_ws63_table_offset(check->data),
						_("nv without application"), _("nv with application"),
						_("the application applies the NV image, so both have to be "
						  "in one package")));
}

static void
check_images(const Check *check)
{
	GyWs63Image images[WS63_MAX_IMAGES];
	guint n_entries = gy_ws63_n_entries(check->data, check->size);
	guint n_images = 0;

	for (guint i = 0; i < n_entries; i++) {
		if (gy_ws63_find_image(check->data, check->size, i, &images[n_images]))
			check_image(check, &images[n_images++]);
		else
			report_outside(
				check, i, gy_ws63_table_offset(check->data) + (guint64) i * WS63_ENTRY_SIZE);
	}
	check_ids(check, images, n_images);
	if (n_images == n_entries)
		check_places(check, images, n_images);
	if (check->size > WS63_DEFAULT_STORAGE) {
		g_autofree char *found = g_strdup_printf("%" G_GSIZE_FORMAT, check->size);

		gy_package_add_finding(check->package,
			gy_finding_new(GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_TOO_LARGE, "package",
				GY_NO_OFFSET, found, _("at most 1572864"),
				_("the package is larger than the storage of the standard partition table")));
	}
}

static void
check_package(const Check *check, const GyPublicKey *key)
{
	gboolean can_be_walked;

	check_areas(check);
	gy_ws63_check_signatures(check->package, key);
	can_be_walked = check_table(check);
	if (can_be_walked)
		check_images(check);
	gy_ws63_add_chain(check->package, key, can_be_walked);
}

gboolean
gy_ws63_verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	Check check = {.package = package, .unpacks = TRUE};

	if (g_str_equal(gy_package_kind(package), GY_WS63_KIND_BURN)) {
		gy_ws63_burn_verify(package);
		return TRUE;
	}
	check.data = g_bytes_get_data(gy_package_bytes(package), &check.size);
	check_package(&check, key);
	return TRUE;
}

void
gy_ws63_verify_outside(GyPackage *package, const GyPublicKey *key)
{
	Check check = {.package = package};

	check.data = g_bytes_get_data(gy_package_bytes(package), &check.size);
	check_package(&check, key);
}
