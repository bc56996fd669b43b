// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/update-write.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/formats/openharmony/container.h"
#include "engine/formats/openharmony/signature.h"
#include "engine/keys/digest.h"
#include "protocol/wire/bytes.h"

typedef struct {
	const GyOhosConfig *config;
	const GyOhosSystem *system;
	GPtrArray *contents;
	GyKeyType signature_type;
	guint name_size;
} Writing;

static void
add_u16(GByteArray *out, guint16 value)
{
	guint8 bytes[2];

	gy_ohos_put_u16(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

static void
add_u32(GByteArray *out, guint32 value)
{
	guint8 bytes[4];

	gyw_put_u32le(bytes, value);
	g_byte_array_append(out, bytes, sizeof bytes);
}

static void
add_zeros(GByteArray *out, guint size)
{
	guint at = out->len;

	g_byte_array_set_size(out, at + size);
	memset(out->data + at, 0, size);
}

/* A text of at most @size bytes, filled with zeros. */
static void
add_text(GByteArray *out, const char *text, guint size)
{
	guint length = (guint) strlen(text);

	g_return_if_fail(length <= size);

	g_byte_array_append(out, (const guint8 *) text, length);
	add_zeros(out, size - length);
}

static guint16
type_of(const Writing *writing)
{
	if (!writing->system->is_legacy)
		return writing->system->is_standard ? OHOS_TYPE_RSA2048 : OHOS_TYPE_RSA3072;
	return writing->signature_type == GY_KEY_RSA2048 ? OHOS_TYPE_RSA2048 : OHOS_TYPE_RSA3072;
}

static void
add_record(GByteArray *out, const Writing *writing, const GyOhosContent *content)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(content->bytes, &size);
	guint8 digest[GY_SHA256_SIZE];
	const guint8 kinds[] = {content->res_type, 0, content->type};

	gy_sha256(data, size, digest);
	add_text(out, content->name, writing->name_size);
	add_u16(out, content->id);
	g_byte_array_append(out, kinds, sizeof kinds);
	add_text(out, content->version, OHOS_COMP_VER_SIZE);
	add_u32(out, (guint32) size);
	add_u32(out, 0);
	g_byte_array_append(out, digest, sizeof digest);
}

static void
add_head(GByteArray *out, const Writing *writing)
{
	const GyOhosConfig *config = writing->config;
	guint table = writing->contents->len * (writing->name_size + OHOS_RECORD_REST);

	add_u16(out, type_of(writing));
	add_u16(out, OHOS_LENGTH_VALUE);
	add_u32(out, OHOS_HEAD_FIXED + table);
	add_u32(out, config->file_version);
	add_text(out, config->product_id, OHOS_TEXT_SIZE);
	add_text(out, config->software_version, OHOS_TEXT_SIZE);
	add_u16(out, OHOS_TIME_TAG_VALUE);
	add_u16(out, 2 * OHOS_DATE_SIZE);
	add_text(out, config->date, OHOS_DATE_SIZE);
	add_text(out, config->time, OHOS_DATE_SIZE);
	add_u16(out, OHOS_TABLE_TAG_VALUE);
	add_u16(out, (guint16) table);
	for (guint i = 0; i < writing->contents->len; i++)
		add_record(out, writing, writing->contents->pdata[i]);
	add_text(out, OHOS_PACKAGE_ID, OHOS_PACKAGE_ID_SIZE);
}

/* ---- hashes of ranges ----------------------------------------------------------------------------------- */

static void
add_hash_entry(GByteArray *out, const GyOhosContent *content)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(content->bytes, &size);
	guint8 digest[GY_SHA256_SIZE];

	add_text(out, content->name, OHOS_NAME_STANDARD);
	add_u16(out, (guint16) ((size + OHOS_HASH_RANGE - 1) / OHOS_HASH_RANGE));
	add_u32(out, (guint32) size);
	for (gsize from = 0; from < size; from += OHOS_HASH_RANGE) {
		gsize length = MIN(size - from, OHOS_HASH_RANGE);

		add_u32(out, (guint32) from);
		add_u32(out, (guint32) (from + length - 1));
		gy_sha256(data + from, length, digest);
		g_byte_array_append(out, digest, sizeof digest);
	}
}

static void
add_hashes(GByteArray *out, const Writing *writing)
{
	g_autoptr(GByteArray) entries = g_byte_array_new();

	for (guint i = 0; i < writing->contents->len; i++)
		add_hash_entry(entries, writing->contents->pdata[i]);
	add_u16(out, OHOS_BLOCK_HASH_INFO);
	add_u32(out, OHOS_HASH_INFO_SIZE);
	add_u16(out, OHOS_HASH_KIND);
	add_u16(out, GY_SHA256_SIZE);
	add_u16(out, (guint16) writing->contents->len);
	add_u32(out, OHOS_HASH_RANGE);
	add_u16(out, OHOS_BLOCK_HASHES);
	add_u32(out, entries->len);
	g_byte_array_append(out, entries->data, entries->len);
}

static void
add_area(GByteArray *out, const Writing *writing)
{
	guint size = (guint) gy_rsa_signature_size(writing->signature_type);

	if (writing->system->is_legacy) {
		add_zeros(out, OHOS_AREA_SIZE);
		return;
	}
	if (writing->system->is_sd_card)
		add_hashes(out, writing);
	add_u16(out, OHOS_BLOCK_SIGNATURE);
	add_u32(out, size);
	add_zeros(out, size);
}

/* Every record names its data's size in 32 bits, of which devices take 31. */
static gboolean
check_size(const Writing *writing, GError **error)
{
	guint64 total = 0;

	for (guint i = 0; i < writing->contents->len; i++) {
		const GyOhosContent *content = writing->contents->pdata[i];

		if (g_bytes_get_size(content->bytes) > OHOS_COMPONENT_MAX) {
			g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
				_("component %s has %zu bytes, at most %u are possible"), content->name,
				g_bytes_get_size(content->bytes), OHOS_COMPONENT_MAX);
			return FALSE;
		}
		total += g_bytes_get_size(content->bytes);
	}
	if (total <= OHOS_DATA_MAX &&
		writing->contents->len <= G_MAXUINT16 / (writing->name_size + OHOS_RECORD_REST))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
		_("%u components with %" PRIu64 " bytes are more than a package takes: at most %u, "
		  "with %u bytes"),
		writing->contents->len, total, G_MAXUINT16 / (writing->name_size + OHOS_RECORD_REST),
		OHOS_DATA_MAX);
	return FALSE;
}

gboolean
gy_ohos_update_write(const GyOhosConfig *config, const GyOhosSystem *system, GPtrArray *contents,
	GyKeyType signature_type, GyDraft *draft, GError **error)
{
	const Writing writing = {
		.config = config,
		.system = system,
		.contents = contents,
		.signature_type = signature_type,
		.name_size = system->is_standard && !system->is_legacy ? OHOS_NAME_STANDARD : OHOS_NAME_SMALL,
	};
	g_autoptr(GByteArray) out = g_byte_array_new();

	if (!check_size(&writing, error))
		return FALSE;
	add_head(out, &writing);
	add_area(out, &writing);
	if (!gy_draft_append(draft, out->data, out->len, error))
		return FALSE;
	for (guint i = 0; i < contents->len; i++)
		if (!gy_draft_append_bytes(draft, ((const GyOhosContent *) contents->pdata[i])->bytes, error))
			return FALSE;
	return TRUE;
}

/* ---- signing -------------------------------------------------------------------------------------------- */

/* The slot follows from the type, as long as nothing is in it. */
static gboolean
check_key(const GyOhosUpdate *update, const GyPublicKey *key, GError **error)
{
	gsize size = gy_rsa_signature_size(gy_public_key_type(key));

	if (update->signature_size == size)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_OTHER_TYPE,
		_("the package has a place for a signature of %" PRIu64 " bytes, this key (%s) makes %zu"),
		update->signature_size, gy_key_type_name(gy_public_key_type(key)), size);
	return FALSE;
}

GySignedRange *
gy_ohos_update_range(const GyOhosUpdate *update)
{
	g_autoptr(GBytes) message = gy_ohos_scheme_message(update, update->generation);

	return gy_signed_range_new(
		OHOS_SIGNED_UPDATE, gy_ohos_how(gy_ohos_scheme_padding(update, update->generation)), message);
}

gboolean
gy_ohos_update_sign(GyDraft *draft, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GBytes) bytes = gy_draft_read(draft, error);
	g_autoptr(GyOhosUpdate) update = bytes ? gy_ohos_update_parse(bytes, _("the package"), error) : NULL;
	g_autoptr(GySignedRange) range = NULL;
	guint8 signature[GY_RSA_SIGNATURE_MAX];

	if (!update || !check_key(update, signer->public, error))
		return FALSE;
	range = gy_ohos_update_range(update);
	return gy_ohos_signer_sign(signer, range->name, gy_ohos_scheme_padding(update, update->generation),
		       range->bytes, signature, error) &&
	       gy_draft_put(draft, update->signature, signature, (gsize) update->signature_size, error);
}
