// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/update-bin.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/keys/digest.h"
#include "protocol/wire/bytes.h"

static void
component_free(GyOhosComponent *component)
{
	g_free(component->name);
	g_free(component->version);
	g_free(component);
}

void
gy_ohos_update_free(GyOhosUpdate *update)
{
	if (!update)
		return;
	g_clear_pointer(&update->bytes, g_bytes_unref);
	g_free(update->product_id);
	g_free(update->software_version);
	g_free(update->date);
	g_free(update->time);
	g_ptr_array_unref(update->components);
	g_free(update);
}

const char *
gy_ohos_generation_name(GyOhosGeneration generation)
{
	switch (generation) {
	case GY_OHOS_LEGACY: return "LEGACY";
	case GY_OHOS_2022: return "2022";
	case GY_OHOS_2025: return "2025";
	}
	g_return_val_if_reached("unknown");
}

gboolean
gy_ohos_update_probe(const guint8 *data, gsize size)
{
	guint16 type;
	guint n_right = 0;

	if (size < OHOS_TABLE)
		return FALSE;
	type = gy_ohos_get_u16(data + OHOS_TYPE);
	n_right += type == OHOS_TYPE_RSA2048 || type == OHOS_TYPE_RSA3072;
	n_right += gy_ohos_get_u16(data + OHOS_LENGTH) == OHOS_LENGTH_VALUE;
	n_right += gy_ohos_get_u16(data + OHOS_TIME_TAG) == OHOS_TIME_TAG_VALUE;
	n_right += gy_ohos_get_u16(data + OHOS_TIME_LENGTH) == 2 * OHOS_DATE_SIZE;
	n_right += gy_ohos_get_u16(data + OHOS_TABLE_TAG) == OHOS_TABLE_TAG_VALUE;
	return n_right >= 3;
}

/* ---- the head ------------------------------------------------------------------------------------------- */

static char *
text_at(const guint8 *field, gsize size)
{
	g_autofree char *text = g_strndup((const char *) field, size);

	return g_utf8_make_valid(text, -1);
}

static void
parse_texts(GyOhosUpdate *update, const guint8 *data)
{
	update->type = gy_ohos_get_u16(data + OHOS_TYPE);
	update->file_version = gyw_get_u32le(data + OHOS_FILE_VERSION);
	update->product_id = text_at(data + OHOS_PRODUCT_ID, OHOS_TEXT_SIZE);
	update->software_version = text_at(data + OHOS_SOFTWARE, OHOS_TEXT_SIZE);
	update->date = text_at(data + OHOS_DATE, OHOS_DATE_SIZE);
	update->time = text_at(data + OHOS_TIME, OHOS_DATE_SIZE);
}

/* Of all components by their records, if these have @record_size bytes. */
static guint64
sum_of_sizes(const guint8 *table, guint table_size, guint record_size)
{
	guint64 sum = 0;

	for (guint at = 0; at < table_size; at += record_size)
		sum += gyw_get_u32le(table + at + record_size - OHOS_RECORD_REST + OHOS_RECORD_SIZE);
	return sum;
}

/* 0 if the table's length is a multiple of neither. @rest: bytes of the file behind the head. */
static guint
guess_record_size(const guint8 *table, guint table_size, guint64 rest)
{
	gboolean may_be_small = table_size % OHOS_RECORD_SMALL == 0;
	gboolean may_be_standard = table_size % OHOS_RECORD_STANDARD == 0;
	guint64 sum;

	if (!may_be_small || !may_be_standard)
		return may_be_small ? OHOS_RECORD_SMALL : may_be_standard ? OHOS_RECORD_STANDARD : 0;
	/* 87 records of the one or 71 of the other: the right sizes leave room for an area and nothing else */
	sum = sum_of_sizes(table, table_size, OHOS_RECORD_STANDARD);
	return table_size > 0 && sum < rest && rest - sum <= OHOS_AREA_SIZE ? OHOS_RECORD_STANDARD
									    : OHOS_RECORD_SMALL;
}

static gboolean
parse_table(GyOhosUpdate *update, const guint8 *data, gsize size, const char *name, GError **error)
{
	guint table_size = gy_ohos_get_u16(data + OHOS_TABLE_LENGTH);

	if (table_size > size - OHOS_HEAD_FIXED) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("%s ends after %zu bytes, inside its table of components of %u bytes"), name, size,
			table_size);
		return FALSE;
	}
	update->head_size = OHOS_HEAD_FIXED + table_size;
	update->record_size = guess_record_size(data + OHOS_TABLE, table_size, size - update->head_size);
	if (update->record_size == 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("%s has a table of components of %u bytes, expected a multiple of %u or of %u"),
			name, table_size, OHOS_RECORD_SMALL, OHOS_RECORD_STANDARD);
		return FALSE;
	}
	update->name_size = update->record_size - OHOS_RECORD_REST;
	return TRUE;
}

/* ---- the area behind the head --------------------------------------------------------------------------- */

/* Whether a block stands there whose length can be that of its type, and lies inside the file. */
static gboolean
find_block(const guint8 *data, gsize size, guint64 at, guint16 type, guint32 *length)
{
	if (at > size || size - at < OHOS_BLOCK_HEAD || gy_ohos_get_u16(data + at) != type)
		return FALSE;
	*length = gyw_get_u32le(data + at + 2);
	return *length <= size - at - OHOS_BLOCK_HEAD;
}

/* %FALSE, with nothing changed, if no list of blocks stands behind the head. */
static gboolean
parse_blocks(GyOhosUpdate *update, const guint8 *data, gsize size)
{
	guint64 at = update->head_size;
	guint64 info = 0, hashes = 0;
	guint32 length = 0, hashes_size = 0;

	if (find_block(data, size, at, OHOS_BLOCK_HASH_INFO, &length) && length == OHOS_HASH_INFO_SIZE) {
		info = at + OHOS_BLOCK_HEAD;
		at = info + length;
		if (!find_block(data, size, at, OHOS_BLOCK_HASHES, &hashes_size))
			return FALSE;
		hashes = at + OHOS_BLOCK_HEAD;
		at = hashes + hashes_size;
	}
	if (!find_block(data, size, at, OHOS_BLOCK_SIGNATURE, &length) ||
		(length != OHOS_SLOT_2048_SIZE && length != OHOS_SLOT_3072_SIZE))
		return FALSE;
	update->hash_info = info;
	update->hashes = hashes;
	update->hashes_size = hashes_size;
	update->signature = at + OHOS_BLOCK_HEAD;
	update->signature_size = length;
	update->data = update->signature + length;
	update->generation = GY_OHOS_2025;
	return TRUE;
}

static gboolean
is_zero(const guint8 *data, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (data[i] != 0)
			return FALSE;
	return TRUE;
}

/* Two slots: the type says which one counts, but the 2022 packager wrote one type for both. */
static gboolean
parse_slots(GyOhosUpdate *update, const guint8 *data, gsize size, const char *name, GError **error)
{
	const guint8 *area = data + update->head_size;
	gboolean in_first;

	if (size - update->head_size < OHOS_AREA_SIZE) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("%s has %" PRIu64 " bytes behind its head, the signature area alone takes %u"),
			name, size - update->head_size, OHOS_AREA_SIZE);
		return FALSE;
	}
	in_first =
		update->type != OHOS_TYPE_RSA3072 ||
		(!is_zero(area, OHOS_SLOT_2048_SIZE) && is_zero(area + OHOS_SLOT_3072, OHOS_SLOT_3072_SIZE));
	update->generation = update->record_size == OHOS_RECORD_STANDARD     ? GY_OHOS_2022
			     : in_first && update->type == OHOS_TYPE_RSA3072 ? GY_OHOS_2022
									     : GY_OHOS_LEGACY;
	update->signature = update->head_size + (in_first ? OHOS_SLOT_2048 : OHOS_SLOT_3072);
	update->signature_size = in_first ? OHOS_SLOT_2048_SIZE : OHOS_SLOT_3072_SIZE;
	update->data = update->head_size + OHOS_AREA_SIZE;
	return TRUE;
}

/* ---- components ----------------------------------------------------------------------------------------- */

static GyOhosComponent *
parse_component(const GyOhosUpdate *update, const guint8 *data, guint64 record, guint64 offset)
{
	const guint8 *rest = data + record + update->name_size;
	GyOhosComponent *component = g_new0(GyOhosComponent, 1);

	component->name = text_at(data + record, update->name_size);
	component->id = gy_ohos_get_u16(rest + OHOS_RECORD_ID);
	component->res_type = rest[OHOS_RECORD_RES_TYPE];
	component->flags = rest[OHOS_RECORD_FLAGS];
	component->type = rest[OHOS_RECORD_TYPE];
	component->version = text_at(rest + OHOS_RECORD_VERSION, OHOS_COMP_VER_SIZE);
	component->size = gyw_get_u32le(rest + OHOS_RECORD_SIZE);
	memcpy(component->sha256, rest + OHOS_RECORD_SHA256, sizeof component->sha256);
	component->record = record;
	component->offset = offset;
	return component;
}

static void
parse_components(GyOhosUpdate *update, const guint8 *data)
{
	guint64 end = update->head_size - OHOS_PACKAGE_ID_SIZE;
	guint64 offset = update->data;

	for (guint64 record = OHOS_TABLE; record < end; record += update->record_size) {
		GyOhosComponent *component = parse_component(update, data, record, offset);

		offset += component->size;
		g_ptr_array_add(update->components, component);
	}
}

/* Names of standard systems are paths of devices. */
static gboolean
is_standard(const GyOhosUpdate *update)
{
	const GyOhosComponent *first = update->components->len > 0 ? update->components->pdata[0] : NULL;

	return update->record_size == OHOS_RECORD_STANDARD || (first && first->name[0] == '/');
}

GyOhosUpdate *
gy_ohos_update_parse(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyOhosUpdate) update = g_new0(GyOhosUpdate, 1);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	update->bytes = g_bytes_ref(bytes);
	update->components = g_ptr_array_new_with_free_func((GDestroyNotify) component_free);
	if (size < OHOS_HEAD_FIXED) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("%s has %zu bytes, the head of an update.bin has at least %u"), name, size,
			OHOS_HEAD_FIXED);
		return NULL;
	}
	parse_texts(update, data);
	if (!parse_table(update, data, size, name, error))
		return NULL;
	if (!parse_blocks(update, data, size) && !parse_slots(update, data, size, name, error))
		return NULL;
	parse_components(update, data);
	update->is_standard = is_standard(update);
	return g_steal_pointer(&update);
}

const GyOhosComponent *
gy_ohos_update_find(const GyOhosUpdate *update, const char *name)
{
	for (guint i = 0; i < update->components->len; i++) {
		const GyOhosComponent *component = update->components->pdata[i];

		if (g_str_equal(component->name, name))
			return component;
	}
	return NULL;
}

gboolean
gy_ohos_update_has_data(const GyOhosUpdate *update, const GyOhosComponent *component)
{
	gsize size = g_bytes_get_size(update->bytes);

	return component->offset <= size && component->size <= size - component->offset;
}

GBytes *
gy_ohos_update_data(const GyOhosUpdate *update, const GyOhosComponent *component, GError **error)
{
	const guint8 *data = g_bytes_get_data(update->bytes, NULL);
	guint8 digest[GY_SHA256_SIZE];
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	if (!gy_ohos_update_has_data(update, component)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("the data of %s begin at 0x%" PRIx64 " and have %u bytes, but the file ends at %"
			  "zu"),
			component->name, component->offset, component->size, g_bytes_get_size(update->bytes));
		return NULL;
	}
	gy_sha256(data + component->offset, component->size, digest);
	if (memcmp(digest, component->sha256, sizeof digest) == 0)
		return g_bytes_new_from_bytes(update->bytes, (gsize) component->offset, component->size);
	found = gy_hex(digest, sizeof digest);
	expected = gy_hex(component->sha256, sizeof digest);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_HASH,
		_("the data of %s have SHA-256 %s, its record says %s"), component->name, found, expected);
	return NULL;
}
