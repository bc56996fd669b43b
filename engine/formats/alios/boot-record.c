// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/boot-record.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/alios/diff.h"
#include "protocol/host/crc16.h"

#define CRC_SIZE  2
#define FLAG      14
#define STATES_OF 1048576 /* bytes that have a state for each of their slices */
#define PLACES_OF 524288  /* bytes of a difference that have a place for each of their slices */

static const GyAliosRecordField fields[] = {
	{"dst_adr", 4, {0, 0, 0, 0}},
	{"src_adr", 4, {4, 4, 4, 4}},
	{"len", 4, {8, 8, 8, 8}},
	{"crc", 2, {12, 12, 12, 12}},
	{"upg_flag", 4, {FLAG, FLAG, FLAG, FLAG}},
	{"boot_count", 1, {18, 18, 18, 18}},
	{"rec_size", 4, {-1, 19, -1, 19}},
	{"splict_size", 4, {19, 23, 19, 23}},
	{"off_bp", 4, {23, 27, -1, -1}},
	{"res_type", 4, {27, 31, -1, -1}},
	{"recovery_phase", 2, {-1, -1, 23, 27}},
	{"seekpos", 4, {-1, -1, 25, 29}},
	{"patched_size", 4, {-1, -1, 29, 33}},
	{"pending_size", 4, {-1, -1, 33, 37}},
	{"status", 2, {-1, -1, 37, 41}},
	{"diff", 1, {-1, -1, 39, 43}},
	{"num", 2, {-1, -1, 40, 44}},
	{"swap_addr", 2, {-1, -1, 42, 46}},
	{"swaped_idx", 2, {-1, -1, 44, 48}},
	{"swaped_state", 2, {-1, -1, 46, 50}},
	{"patch_index", 1, {-1, -1, 48, 52}},
	{NULL},
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
		if (g_str_equal(field->name, name))
			return field->offset[kind] >= 0 ? field : NULL;
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

void
gy_alios_record_set(guint8 *data, GyAliosRecordKind kind, const char *name, guint32 value)
{
	const GyAliosRecordField *field = find_field(kind, name);

	g_return_if_fail(field);
	for (guint i = 0; i < field->size; i++)
		data[(guint) field->offset[kind] + i] = (guint8) (value >> 8 * i);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

gboolean
gy_alios_record_probe(const guint8 *data, gsize size, GyAliosRecordKind *kind)
{
	if (size < kinds[GY_ALIOS_RECORD_BOOT_1_0].size)
		return FALSE;
	for (guint i = 0; i < GY_ALIOS_N_RECORDS; i++) {
		GyAliosRecordKind one = (GyAliosRecordKind) i;
		guint32 flag = gy_alios_record_get(data, one, "upg_flag");
		guint32 slice_size = gy_alios_record_get(data, one, "splict_size");

		if (!gy_alios_record_flag_text(flag) || gy_alios_record_size(one, slice_size) != size)
			continue;
		*kind = one;
		return TRUE;
	}
	return FALSE;
}

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
