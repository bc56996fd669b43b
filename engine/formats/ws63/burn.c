// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/digest.h"
#include "engine/formats/ws63/ws63.h"

enum {
	HEADER_CRC = 4, /* u16 */
	HEADER_COUNT = 6,
	HEADER_TOTAL = 8,
	RECORD_OFFSET = 32,
	RECORD_LENGTH = 36,
	RECORD_ADDRESS = 40,
	RECORD_SIZE = 44,
	RECORD_TYPE = 48,
};

static guint16
get_u16(const guint8 *data)
{
	return (guint16) (data[0] | data[1] << 8);
}

/* CRC-16 with polynomial 0x1021 from 0, not reflected. */
static guint16
crc16(const guint8 *data, gsize size)
{
	guint crc = 0;

	for (gsize i = 0; i < size; i++) {
		crc ^= (guint) data[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return (guint16) crc;
}

gboolean
gy_ws63_burn_probe(const guint8 *data, gsize size)
{
	return size >= 4 && gyw_get_u32le(data) == WS63_BURN_MAGIC;
}

static void
add_record(GyPackage *package, const guint8 *data, gsize size, const guint8 *record)
{
	guint64 offset = gyw_get_u32le(record + RECORD_OFFSET);
	guint64 length = gyw_get_u32le(record + RECORD_LENGTH);
	g_autofree char *raw = g_strndup((const char *) record, WS63_BURN_NAME_SIZE);
	GyImage *image;

	if (offset > size || length > size - offset)
		return;
	image = g_new0(GyImage, 1);
	image->name = g_utf8_make_valid(raw, -1);
	image->id = gyw_get_u32le(record + RECORD_TYPE);
	image->offset = offset;
	image->stored_size = length;
	image->size = length;
	gy_sha256(data + offset, (gsize) length, image->sha256);
	gy_package_add_image(package, image);
}

static void
add_address(GyPackage *package, const guint8 *record, guint index)
{
	g_autofree char *raw = g_strndup((const char *) record, WS63_BURN_NAME_SIZE);
	g_autofree char *image = g_utf8_make_valid(raw, -1);
	g_autofree char *name = g_strdup_printf("burn_address_%u", index);

	gy_package_add_field(package, name, "Burn address", "%s at 0x%08X, room for %u", image,
		gyw_get_u32le(record + RECORD_ADDRESS), gyw_get_u32le(record + RECORD_SIZE));
}

/* Records that lie inside the file, at most the largest number that is taken. */
static guint
count_records(const guint8 *data, gsize size)
{
	guint room =
		(guint) MIN((size - WS63_BURN_HEADER_SIZE) / WS63_BURN_RECORD_SIZE, WS63_BURN_MAX_IMAGES);

	return MIN(room, get_u16(data + HEADER_COUNT));
}

GyPackage *
gy_ws63_burn_load(GBytes *bytes, const char *name, GError **error)
{
	GyPackage *package;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	if (size < WS63_BURN_HEADER_SIZE + WS63_BURN_RECORD_SIZE) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			"%s has %" G_GSIZE_FORMAT " bytes, a burn container has at least %u", name, size,
			WS63_BURN_HEADER_SIZE + WS63_BURN_RECORD_SIZE);
		return NULL;
	}
	package = gy_package_new(&gy_ws63_format, GY_WS63_KIND_BURN, name, bytes);
	gy_package_set_trust(package, GY_TRUST_UNSIGNED);
	gy_package_add_field(package, "image_count", "Images", "%u", get_u16(data + HEADER_COUNT));
	gy_package_add_field(package, "total_size", "Total size", "%u", gyw_get_u32le(data + HEADER_TOTAL));
	for (guint i = 0; i < count_records(data, size); i++) {
		const guint8 *record = data + WS63_BURN_HEADER_SIZE + i * WS63_BURN_RECORD_SIZE;

		add_record(package, data, size, record);
		add_address(package, record, i);
	}
	return package;
}

static void
report(GyPackage *package, GyError code, const char *field, guint64 offset, guint64 found, guint64 expected,
	const char *message)
{
	g_autofree char *found_text = g_strdup_printf("0x%" G_GINT64_MODIFIER "X", found);
	g_autofree char *expected_text = g_strdup_printf("0x%" G_GINT64_MODIFIER "X", expected);

	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, code, field, offset, found_text,
						expected_text, "%s", message));
}

static void
check_records(GyPackage *package, const guint8 *data, gsize size)
{
	guint count = get_u16(data + HEADER_COUNT);
	guint records = count_records(data, size);

	if (count == 0 || records != count)
		report(package, GY_ERROR_PACKAGE_TRUNCATED, "burn.image_count", HEADER_COUNT, count, records,
			"the container does not hold as many records as it says");
	for (guint i = 0; i < records; i++) {
		guint64 at = WS63_BURN_HEADER_SIZE + (guint64) i * WS63_BURN_RECORD_SIZE;
		guint64 offset = gyw_get_u32le(data + at + RECORD_OFFSET);
		guint64 length = gyw_get_u32le(data + at + RECORD_LENGTH);
		g_autofree char *field = g_strdup_printf("burn.record[%u].length", i);

		if (offset > size || length > size - offset)
			report(package, GY_ERROR_PACKAGE_TRUNCATED, field, at + RECORD_LENGTH, length,
				offset > size ? 0 : size - offset,
				"the image reaches past the end of the container");
	}
}

void
gy_ws63_burn_verify(GyPackage *package)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	gsize covered = WS63_BURN_HEADER_SIZE + (gsize) count_records(data, size) * WS63_BURN_RECORD_SIZE;
	guint16 crc = crc16(data + HEADER_COUNT, covered - HEADER_COUNT);

	check_records(package, data, size);
	if (crc != get_u16(data + HEADER_CRC))
		report(package, GY_ERROR_PACKAGE_HASH, "burn.crc", HEADER_CRC, crc,
			get_u16(data + HEADER_CRC), "the records are not what the container's CRC-16 says");
	if (gyw_get_u32le(data + HEADER_TOTAL) != size)
		report(package, GY_ERROR_PACKAGE_TRUNCATED, "burn.total_size", HEADER_TOTAL, size,
			gyw_get_u32le(data + HEADER_TOTAL),
			"the container does not have the size that it says");
	gy_package_add_finding(package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_BURN, "burn.magic",
						0, "0xEFBEADDF", "0xCB8D154E",
						"this is a container for the boot ROM; it never goes through "
						"the upgrade path, which would erase the "
						"stored package and then refuse it"));
}

GBytes *
gy_ws63_burn_unpack(GyPackage *package, guint index, GError **error)
{
	const GyImage *image = gy_package_images(package)->pdata[index];

	/* checked when it was loaded */
	return g_bytes_new_from_bytes(
		gy_package_bytes(package), (gsize) image->offset, (gsize) image->stored_size);
}
