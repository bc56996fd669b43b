// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"

enum {
	HEADER_CRC = 4, /* u16 */
	HEADER_COUNT = 6,
	HEADER_TOTAL = 8,
};

/* The five words of a record, after its name. */
enum { WORD_OFFSET, WORD_LENGTH, WORD_ADDRESS, WORD_ROOM, WORD_TYPE };

/* The second version has a name of its own in the header, and longer names; it is read, never written. */
typedef struct {
	gsize header_size;
	gsize record_size;
	gsize name_size;
} Layout;

typedef struct {
	guint64 at; /* of the record itself */
	const char *raw_name;
	gsize name_size;
	guint32 offset;
	guint32 length;
	guint32 address;
	guint32 room;
	guint32 type;
} Record;

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

/* %NULL if this is no container. */
static const Layout *
find_layout(const guint8 *data, gsize size)
{
	static const Layout first = {WS63_BURN_HEADER_SIZE, WS63_BURN_RECORD_SIZE, WS63_BURN_NAME_SIZE};
	static const Layout second = {WS63_BURN2_HEADER_SIZE, WS63_BURN2_RECORD_SIZE, WS63_BURN2_NAME_SIZE};
	guint32 magic = size >= 4 ? gyw_get_u32le(data) : 0;

	if (magic == WS63_BURN_MAGIC)
		return &first;
	return magic >= WS63_BURN2_MAGIC_FIRST && magic <= WS63_BURN2_MAGIC_LAST ? &second : NULL;
}

gboolean
gy_ws63_burn_probe(const guint8 *data, gsize size)
{
	return find_layout(data, size) != NULL;
}

static Record
read_record(const guint8 *data, const Layout *layout, guint index)
{
	guint64 at = layout->header_size + (guint64) index * layout->record_size;
	const guint8 *words = data + at + layout->name_size;

	return (Record){at, (const char *) data + at, layout->name_size,
		gyw_get_u32le(words + 4 * WORD_OFFSET), gyw_get_u32le(words + 4 * WORD_LENGTH),
		gyw_get_u32le(words + 4 * WORD_ADDRESS), gyw_get_u32le(words + 4 * WORD_ROOM),
		gyw_get_u32le(words + 4 * WORD_TYPE)};
}

static guint64
place_of(const Record *record, guint word)
{
	return record->at + record->name_size + 4 * word;
}

static char *
name_of(const Record *record)
{
	g_autofree char *raw = g_strndup(record->raw_name, record->name_size);

	return g_utf8_make_valid(raw, -1);
}

static void
add_record(GyPackage *package, const guint8 *data, gsize size, const Record *record)
{
	GyImage *image;

	if (record->offset > size || record->length > size - record->offset)
		return;
	image = g_new0(GyImage, 1);
	image->name = name_of(record);
	image->id = record->type;
	image->offset = record->offset;
	image->stored_size = record->length;
	image->size = record->length;
	gy_sha256(data + record->offset, record->length, image->sha256);
	gy_package_add_image(package, image);
}

static void
add_address(GyPackage *package, const Record *record, guint index)
{
	g_autofree char *image = name_of(record);
	g_autofree char *name = g_strdup_printf("burn_address_%u", index);

	gy_package_add_field(package, name, "Burn address", _("%s at 0x%08X, room for %u"), image,
		record->address, record->room);
}

/* Records that lie inside the file, at most the largest number that is taken. */
static guint
count_records(const guint8 *data, gsize size)
{
	const Layout *layout = find_layout(data, size);
	guint room = (guint) MIN((size - layout->header_size) / layout->record_size, WS63_BURN_MAX_IMAGES);

	return MIN(room, get_u16(data + HEADER_COUNT));
}

GyPackage *
gy_ws63_burn_load(GBytes *bytes, const char *name, GError **error)
{
	GyPackage *package;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	const Layout *layout = find_layout(data, size);

	g_return_val_if_fail(layout != NULL, NULL);
	if (size < layout->header_size + layout->record_size) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED,
			_("%s has %zu bytes, a burn container has at least %zu"), name, size,
			layout->header_size + layout->record_size);
		return NULL;
	}
	package = gy_package_new(&gy_ws63_format, GY_WS63_KIND_BURN, name, bytes);
	gy_package_set_trust(package, GY_TRUST_UNSIGNED);
	gy_package_add_field(package, "container", "Container", _("version %d"),
		layout->header_size == WS63_BURN_HEADER_SIZE ? 1 : 2);
	gy_package_add_field(package, "image_count", "Images", "%u", get_u16(data + HEADER_COUNT));
	gy_package_add_field(package, "total_size", "Total size", "%u", gyw_get_u32le(data + HEADER_TOTAL));
	for (guint i = 0; i < count_records(data, size); i++) {
		Record record = read_record(data, layout, i);

		add_record(package, data, size, &record);
		add_address(package, &record, i);
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
			_("the container does not hold as many records as it says"));
	for (guint i = 0; i < records; i++) {
		Record record = read_record(data, find_layout(data, size), i);
		g_autofree char *field = g_strdup_printf("burn.record[%u].length", i);

		if (record.offset > size || record.length > size - record.offset)
			report(package, GY_ERROR_PACKAGE_TRUNCATED, field, place_of(&record, WORD_LENGTH),
				record.length, record.offset > size ? 0 : size - record.offset,
				_("the image reaches past the end of the container"));
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
file_range(const Record *record)
{
	return (Range){record->offset, (guint64) record->offset + record->length};
}

/* Whole sectors are erased. */
static Range
flash_range(const Record *record)
{
	return (Range){
		record->address, ((guint64) record->address + record->length + SECTOR - 1) / SECTOR * SECTOR};
}

static void
check_pair(GyPackage *package, const Record *one, const Record *other, guint index)
{
	g_autofree char *offset_field = g_strdup_printf("burn.record[%u].offset", index);
	g_autofree char *address_field = g_strdup_printf("burn.record[%u].burn_addr", index);

	if (overlap(file_range(one), file_range(other)))
		report(package, GY_ERROR_PACKAGE_MALFORMED, offset_field, place_of(other, WORD_OFFSET),
			file_range(other).from, file_range(one).to,
			_("two images lie over each other in the container"));
	if (one->type == RECORD_TYPE_NORMAL && other->type == RECORD_TYPE_NORMAL &&
		overlap(flash_range(one), flash_range(other)))
		report(package, GY_ERROR_PACKAGE_MALFORMED, address_field, place_of(other, WORD_ADDRESS),
			flash_range(other).from, flash_range(one).to,
			_("two images are burnt over each other in the flash"));
}

static void
check_place(GyPackage *package, const Record *record, guint index, guint64 table_end)
{
	g_autofree char *offset_field = g_strdup_printf("burn.record[%u].offset", index);
	g_autofree char *address_field = g_strdup_printf("burn.record[%u].burn_addr", index);

	if (file_range(record).from < table_end)
		report(package, GY_ERROR_PACKAGE_MALFORMED, offset_field, place_of(record, WORD_OFFSET),
			file_range(record).from, table_end, _("the image lies over the container's records"));
	if (record->type == RECORD_TYPE_NORMAL &&
		(flash_range(record).from < FLASH_BUS || flash_range(record).to > FLASH_BUS + FLASH_MAX))
		report(package, GY_ERROR_PACKAGE_MALFORMED, address_field, place_of(record, WORD_ADDRESS),
			flash_range(record).from, FLASH_BUS, _("the image is burnt to where no flash is"));
}

/* Places in the file and in the flash, which the CRC says nothing about. */
static void
check_places(GyPackage *package, const guint8 *data, gsize size)
{
	const Layout *layout = find_layout(data, size);
	guint records = count_records(data, size);
	guint64 table_end = layout->header_size + (guint64) records * layout->record_size;
	guint loaders = 0;

	for (guint i = 0; i < records; i++) {
		Record record = read_record(data, layout, i);

		check_place(package, &record, i, table_end);
		loaders += record.type == RECORD_TYPE_LOADER;
		for (guint j = 0; j < i; j++) {
			Record before = read_record(data, layout, j);

			check_pair(package, &before, &record, i);
		}
	}
	if (loaders > 1)
		report(package, GY_ERROR_PACKAGE_MALFORMED, "burn.image_count", HEADER_COUNT, loaders, 1,
			_("the container has more than one loader"));
}

void
gy_ws63_burn_verify(GyPackage *package)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	const Layout *layout = find_layout(data, size);
	gsize covered = layout->header_size + (gsize) count_records(data, size) * layout->record_size;
	g_autofree char *magic = g_strdup_printf("0x%08X", gyw_get_u32le(data));
	guint16 crc = crc16(data + HEADER_COUNT, covered - HEADER_COUNT);

	check_records(package, data, size);
	check_places(package, data, size);
	if (crc != get_u16(data + HEADER_CRC))
		report(package, GY_ERROR_PACKAGE_HASH, "burn.crc", HEADER_CRC, crc,
			get_u16(data + HEADER_CRC),
			_("the records are not what the container's CRC-16 says"));
	if (gyw_get_u32le(data + HEADER_TOTAL) != size)
		report(package, GY_ERROR_PACKAGE_TRUNCATED, "burn.total_size", HEADER_TOTAL, size,
			gyw_get_u32le(data + HEADER_TOTAL),
			_("the container does not have the size that it says"));
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_BURN, "burn.magic", 0, magic, "0xCB8D154E",
			_("this is a container for the boot ROM; it never goes through "
			  "the upgrade path, which would erase the "
			  "stored package and then refuse it")));
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
		Record record = read_record(data, find_layout(data, size), i);

		if (record.offset == image->offset)
			return record.address;
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
		n_found ? _("%s holds several images of %s and none at its usual address; unpack it and give "
			    "the right one")
			: _("%s holds no image of %s"),
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
