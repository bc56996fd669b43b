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

enum { RECORD_TYPE_LOADER = 0, RECORD_TYPE_NORMAL = 1 };

#define FLASH_BUS 0x200000u /* where the flash begins on the bus */
#define FLASH_MAX 0x800000u
#define SECTOR    0x1000u

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

typedef struct {
	guint64 from;
	guint64 to;
} Range;

static gboolean
overlap(Range a, Range b)
{
	return a.from < b.to && b.from < a.to && a.from != a.to && b.from != b.to;
}

static Range
file_range(const guint8 *record)
{
	guint64 offset = gyw_get_u32le(record + RECORD_OFFSET);

	return (Range){offset, offset + gyw_get_u32le(record + RECORD_LENGTH)};
}

/* Whole sectors are erased. */
static Range
flash_range(const guint8 *record)
{
	guint64 address = gyw_get_u32le(record + RECORD_ADDRESS);

	return (Range){
		address, (address + gyw_get_u32le(record + RECORD_LENGTH) + SECTOR - 1) / SECTOR * SECTOR};
}

static void
check_pair(GyPackage *package, const guint8 *one, const guint8 *other, guint index, guint64 at)
{
	g_autofree char *offset_field = g_strdup_printf("burn.record[%u].offset", index);
	g_autofree char *address_field = g_strdup_printf("burn.record[%u].burn_addr", index);

	if (overlap(file_range(one), file_range(other)))
		report(package, GY_ERROR_PACKAGE_MALFORMED, offset_field, at + RECORD_OFFSET,
			file_range(other).from, file_range(one).to,
			"two images lie over each other in the container");
	if (gyw_get_u32le(one + RECORD_TYPE) == RECORD_TYPE_NORMAL &&
		gyw_get_u32le(other + RECORD_TYPE) == RECORD_TYPE_NORMAL &&
		overlap(flash_range(one), flash_range(other)))
		report(package, GY_ERROR_PACKAGE_MALFORMED, address_field, at + RECORD_ADDRESS,
			flash_range(other).from, flash_range(one).to,
			"two images are burnt over each other in the flash");
}

/* Places in the file and in the flash, which the CRC says nothing about. */
static void
check_places(GyPackage *package, const guint8 *data, gsize size)
{
	guint records = count_records(data, size);
	guint64 table_end = WS63_BURN_HEADER_SIZE + (guint64) records * WS63_BURN_RECORD_SIZE;
	guint loaders = 0;

	for (guint i = 0; i < records; i++) {
		guint64 at = WS63_BURN_HEADER_SIZE + (guint64) i * WS63_BURN_RECORD_SIZE;
		const guint8 *record = data + at;
		g_autofree char *offset_field = g_strdup_printf("burn.record[%u].offset", i);
		g_autofree char *address_field = g_strdup_printf("burn.record[%u].burn_addr", i);

		if (file_range(record).from < table_end)
			report(package, GY_ERROR_PACKAGE_MALFORMED, offset_field, at + RECORD_OFFSET,
				file_range(record).from, table_end,
				"the image lies over the container's records");
		if (gyw_get_u32le(record + RECORD_TYPE) == RECORD_TYPE_NORMAL &&
			(flash_range(record).from < FLASH_BUS ||
				flash_range(record).to > FLASH_BUS + FLASH_MAX))
			report(package, GY_ERROR_PACKAGE_MALFORMED, address_field, at + RECORD_ADDRESS,
				flash_range(record).from, FLASH_BUS,
				"the image is burnt to where no flash is");
		loaders += gyw_get_u32le(record + RECORD_TYPE) == RECORD_TYPE_LOADER;
		for (guint j = 0; j < i; j++)
			check_pair(package, data + WS63_BURN_HEADER_SIZE + j * WS63_BURN_RECORD_SIZE, record,
				i, at);
	}
	if (loaders > 1)
		report(package, GY_ERROR_PACKAGE_MALFORMED, "burn.image_count", HEADER_COUNT, loaders, 1,
			"the container has more than one loader");
}

void
gy_ws63_burn_verify(GyPackage *package)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	gsize covered = WS63_BURN_HEADER_SIZE + (gsize) count_records(data, size) * WS63_BURN_RECORD_SIZE;
	guint16 crc = crc16(data + HEADER_COUNT, covered - HEADER_COUNT);

	check_records(package, data, size);
	check_places(package, data, size);
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

/* Where the images of an upgrade package are burnt to in the standard layout; bus addresses. */
static guint32
usual_address(guint32 image_id)
{
	switch (image_id) {
	case WS63_IMAGE_APPLICATION: return FLASH_BUS + 0x030000;
	case WS63_IMAGE_FLASHBOOT: return FLASH_BUS + 0x020000;
	case WS63_IMAGE_NV: return FLASH_BUS + 0x3FC000;
	default: return 0;
	}
}

static guint32
address_of(GyPackage *package, const GyImage *image)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

	for (guint i = 0; i < count_records(data, size); i++) {
		const guint8 *record = data + WS63_BURN_HEADER_SIZE + i * WS63_BURN_RECORD_SIZE;

		if (gyw_get_u32le(record + RECORD_OFFSET) == image->offset)
			return gyw_get_u32le(record + RECORD_ADDRESS);
	}
	return 0;
}

/* An NV image has no header that says what it is; its place does. */
static gboolean
is_image(GyPackage *package, const GyImage *image, guint32 image_id)
{
	const guint8 *data =
		(const guint8 *) g_bytes_get_data(gy_package_bytes(package), NULL) + image->offset;

	if (image->id != RECORD_TYPE_NORMAL)
		return FALSE;
	if (image_id == WS63_IMAGE_NV)
		return address_of(package, image) == usual_address(image_id);
	return image->size >= WS63_FIRMWARE_HEADER_SIZE && gyw_get_u32le(data + WS63_CODE_INFO) == image_id;
}

int
gy_ws63_burn_find(GyPackage *package, guint32 image_id, GError **error)
{
	GPtrArray *images = gy_package_images(package);
	g_autofree char *name = gy_ws63_image_name(image_id);
	int found = -1;
	guint n_found = 0;

	for (guint i = 0; i < images->len; i++) {
		if (!is_image(package, images->pdata[i], image_id))
			continue;
		if (address_of(package, images->pdata[i]) == usual_address(image_id))
			return (int) i;
		found = (int) i;
		n_found++;
	}
	if (n_found == 1)
		return found;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		n_found ? "%s holds several images of %s and none at its usual address; unpack it and give "
			  "the right one"
			: "%s holds no image of %s",
		gy_package_name(package), name);
	return -1;
}

GBytes *
gy_ws63_burn_unpack(GyPackage *package, guint index, GError **error)
{
	const GyImage *image = gy_package_images(package)->pdata[index];

	/* checked when it was loaded */
	return g_bytes_new_from_bytes(
		gy_package_bytes(package), (gsize) image->offset, (gsize) image->stored_size);
}
