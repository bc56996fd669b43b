// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/boot-record.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/alios/diff.h"
#include "protocol/host/crc16.h"

#define CRC_SIZE  2
#define FLAG      14
#define STATES_OF 1048576 /* bytes that have a state for each of their slices */
#define PLACES_OF 524288  /* bytes of a difference that have a place for each of their slices */

static const GyAliosRecordField fields[] = {
	{"dst_adr", 4, {0, 0, 0, 0, 0}},
	{"src_adr", 4, {4, 4, 4, 4, 4}},
	{"len", 4, {8, 8, 8, 8, 8}},
	{"crc", 2, {12, 12, 12, 12, 12}},
	{"upg_flag", 4, {FLAG, FLAG, FLAG, FLAG, -1}},
	{"upg_flag", 2, {-1, -1, -1, -1, FLAG}},
	{"boot_count", 1, {18, 18, 18, 18, 16}},
	{"rec_size", 4, {-1, 19, -1, 19, -1}},
	{"splict_size", 4, {19, 23, 19, 23, -1}},
	{"off_bp", 4, {23, 27, -1, -1, -1}},
	{"res_type", 4, {27, 31, -1, -1, -1}},
	{"recovery_phase", 2, {-1, -1, 23, 27, -1}},
	{"seekpos", 4, {-1, -1, 25, 29, -1}},
	{"patched_size", 4, {-1, -1, 29, 33, -1}},
	{"pending_size", 4, {-1, -1, 33, 37, -1}},
	{"status", 2, {-1, -1, 37, 41, -1}},
	{"diff", 1, {-1, -1, 39, 43, -1}},
	{"num", 2, {-1, -1, 40, 44, -1}},
	{"swap_addr", 2, {-1, -1, 42, 46, -1}},
	{"swaped_idx", 2, {-1, -1, 44, 48, -1}},
	{"swaped_state", 2, {-1, -1, 46, 50, -1}},
	{"patch_index", 1, {-1, -1, 48, 52, -1}},
	{"upg_status", 4, {-1, -1, -1, -1, 20}},
	{"hash_type", 1, {-1, -1, -1, -1, 24}},
	{"old_size", 4, {-1, -1, -1, -1, 668}},
	{"patch_num", 2, {-1, -1, -1, -1, 672}},
	{"patch_status", 2, {-1, -1, -1, -1, 674}},
	{"patch_off", 4, {-1, -1, -1, -1, 676}},
	{"new_off", 4, {-1, -1, -1, -1, 680}},
	{"new_size", 4, {-1, -1, -1, -1, 684}},
	{"upg_magic", 4, {-1, -1, -1, -1, 688}},
	{NULL},
};

/* Of 3.x; the signature is no text. */
static const struct {
	const char *name;
	gsize offset;
	gsize size;
} texts[] = {
	{"url", 25, 256},
	{"hash", 537, 66},
	{"ver", 603, 64},
};

static const struct {
	const char *name;
	gsize size; /* of a patch's: without what depends on the slices */
	gboolean is_patch;
} kinds[GY_ALIOS_N_RECORDS] = {
	[GY_ALIOS_RECORD_BOOT_1_0] = {N_("boot record of 1.0"), 33, FALSE},
	[GY_ALIOS_RECORD_BOOT_2_1] = {N_("boot record of 2.1"), 37, FALSE},
	[GY_ALIOS_RECORD_PATCH_1_0] = {N_("patch record of 1.0"), 179, TRUE},
	[GY_ALIOS_RECORD_PATCH_2_1] = {N_("patch record of 2.1"), 55, TRUE},
	[GY_ALIOS_RECORD_BOOT_3] = {N_("boot record of 3.x"), 708, FALSE},
};

static const struct {
	guint32 flag;
	const char *text;
} flags[] = {
	{0x52455659, N_("RECOVERY: a difference waits")},
	{0x52455656, N_("VERIFY: a new image on probation")},
	{0x524F424B, N_("ROLLBACK: the old image comes back")},
	{0x52535546, N_("SWAP: a new image is swapped in")},
	{0x52445546, N_("DUAL: the other bank starts")},
	{0x55504745, N_("UPGRADE: the other bank starts")},
	{0x9669, N_("a whole image waits")},
	{0xA55A, N_("a packed image waits")},
	{0xB44B, N_("a difference waits")},
	{0xC33C, N_("a kernel waits")},
	{0xD22D, N_("an application waits")},
	{0x7083, N_("a file system's image waits")},
	{0x8778, N_("something of the product's own waits")},
	{0, N_("NORMAL: nothing waits")},
};

const GyAliosRecordField *
gy_alios_record_fields(void)
{
	return fields;
}

const char *
gy_alios_record_kind_name(GyAliosRecordKind kind)
{
	return _(kinds[kind].name);
}

const char *
gy_alios_record_flag_text(guint32 flag)
{
	for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
		if (flags[i].flag == flag)
			return _(flags[i].text);
	return NULL;
}

gsize
gy_alios_record_size(GyAliosRecordKind kind, guint32 slice_size)
{
	if (!kinds[kind].is_patch)
		return kinds[kind].size;
	if (slice_size < GY_ALIOS_SLICE_MIN || slice_size > GY_ALIOS_SLICE_LIMIT)
		return 0;
	return kinds[kind].size + STATES_OF / slice_size + PLACES_OF / slice_size * sizeof(guint16);
}

/* ---- fields --------------------------------------------------------------------------------------------- */

static const GyAliosRecordField *
find_field(GyAliosRecordKind kind, const char *name)
{
	for (const GyAliosRecordField *field = fields; field->name; field++)
		if (field->offset[kind] >= 0 && g_str_equal(field->name, name))
			return field;
	return NULL;
}

guint32
gy_alios_record_get(const guint8 *data, GyAliosRecordKind kind, const char *name)
{
	const GyAliosRecordField *field = find_field(kind, name);
	guint32 value = 0;

	for (guint i = field ? field->size : 0; i-- > 0;)
		value = value << 8 | data[(guint) field->offset[kind] + i];
	return value;
}

char *
gy_alios_record_text(const guint8 *data, GyAliosRecordKind kind, const char *name)
{
	for (guint i = 0; kind == GY_ALIOS_RECORD_BOOT_3 && i < G_N_ELEMENTS(texts); i++) {
		const char *start = (const char *) data + texts[i].offset;
		gsize length = strnlen(start, texts[i].size);

		if (g_str_equal(texts[i].name, name) && length > 0)
			return g_utf8_make_valid(start, (gssize) length);
	}
	return NULL;
}

void
gy_alios_record_set(guint8 *data, GyAliosRecordKind kind, const char *name, guint32 value)
{
	const GyAliosRecordField *field = find_field(kind, name);

	g_return_if_fail(field);
	for (guint i = 0; i < field->size; i++)
		data[(guint) field->offset[kind] + i] = (guint8) (value >> 8 * i);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

guint16
gy_alios_record_crc(const guint8 *data, gsize size)
{
	return gy_crc16(GY_CRC16_INIT, data, size - CRC_SIZE);
}

guint16
gy_alios_record_stored_crc(const guint8 *data, gsize size)
{
	return (guint16) (data[size - 2] | data[size - 1] << 8);
}

void
gy_alios_record_seal(guint8 *data, gsize size)
{
	guint16 crc = gy_alios_record_crc(data, size);

	data[size - 2] = (guint8) crc;
	data[size - 1] = (guint8) (crc >> 8);
}

/* A record that asks for nothing has nothing to be known by but its CRC, which zeros have too. */
static gboolean
is_sealed(const guint8 *data, gsize size)
{
	guint16 crc = gy_alios_record_crc(data, size);

	return crc != 0 && crc == gy_alios_record_stored_crc(data, size);
}

static gboolean
is_of_kind(const guint8 *data, gsize size, GyAliosRecordKind kind)
{
	guint32 flag;

	if (size < kinds[kind].size ||
		gy_alios_record_size(kind, gy_alios_record_get(data, kind, "splict_size")) != size)
		return FALSE;
	flag = gy_alios_record_get(data, kind, "upg_flag");
	return flag == 0 ? is_sealed(data, size) : gy_alios_record_flag_text(flag) != NULL;
}

gboolean
gy_alios_record_probe(const guint8 *data, gsize size, GyAliosRecordKind *kind)
{
	for (guint i = 0; i < GY_ALIOS_N_RECORDS; i++) {
		if (!is_of_kind(data, size, (GyAliosRecordKind) i))
			continue;
		*kind = (GyAliosRecordKind) i;
		return TRUE;
	}
	return FALSE;
}
