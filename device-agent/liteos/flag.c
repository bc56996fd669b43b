/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_flag.h>

#include "device-agent/include/checksum.h"
#include "device-agent/liteos/module-private.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define CRC_AT     (OTA_FLAG_SIZE - 4)
#define INFO_WORDS 6u

static void
write_info(struct gyw_writer *w, const ota_img_info_t *info)
{
	gyw_write_bytes(w, info->version, sizeof info->version);
	gyw_write_words(w, &info->version_code, INFO_WORDS);
}

static void
read_info(struct gyw_reader *r, ota_img_info_t *info)
{
	gyw_read_bytes(r, info->version, sizeof info->version);
	gyw_read_words(r, &info->version_code, INFO_WORDS);
}

void
liteos_flag_encode(ota_flag_t *flag, uint8_t bytes[OTA_FLAG_SIZE])
{
	struct gyw_writer w;

	gyw_writer_init(&w, bytes, OTA_FLAG_SIZE);
	gyw_write_u32le(&w, flag->status);
	gyw_write_u32le(&w, flag->step);
	write_info(&w, &flag->running);
	write_info(&w, &flag->backup);
	write_info(&w, &flag->download);
	flag->crc = gya_crc32(0, bytes, CRC_AT);
	gyw_write_u32le(&w, flag->crc);
}

static void
decode(ota_flag_t *flag, const uint8_t bytes[OTA_FLAG_SIZE])
{
	struct gyw_reader r;

	gyw_reader_init(&r, bytes, OTA_FLAG_SIZE);
	flag->status = gyw_read_u32le(&r);
	flag->step = gyw_read_u32le(&r);
	read_info(&r, &flag->running);
	read_info(&r, &flag->backup);
	read_info(&r, &flag->download);
	flag->crc = gyw_read_u32le(&r);
}

static bool
read_copy(ota_type_t type, ota_img_t image, uint8_t bytes[OTA_FLAG_SIZE])
{
	return ota_img_read(type, image, 0, bytes, OTA_FLAG_SIZE) == 0 &&
	       gya_crc32(0, bytes, CRC_AT) == gyw_get_u32le(bytes + CRC_AT);
}

static bool
write_copy(ota_type_t type, ota_img_t image, const uint8_t bytes[OTA_FLAG_SIZE])
{
	return ota_img_erase(type, image) == 0 && ota_img_write(type, image, 0, bytes, OTA_FLAG_SIZE) == 0 &&
	       ota_img_flush(type, image) == 0;
}

int
ota_flag_save(ota_type_t type, ota_flag_t *flag)
{
	uint8_t bytes[OTA_FLAG_SIZE];
	uint8_t backup[OTA_FLAG_SIZE];
	bool backup_is_whole;
	bool first;
	bool second;

	if (flag == NULL)
		return -1;
	liteos_flag_encode(flag, bytes);
	/* the copy that is whole goes last: it stands until the other one does */
	backup_is_whole = read_copy(type, OTA_IMG_FLAG_BACKUP, backup);
	first = write_copy(type, backup_is_whole ? OTA_IMG_FLAG : OTA_IMG_FLAG_BACKUP, bytes);
	second = write_copy(type, backup_is_whole ? OTA_IMG_FLAG_BACKUP : OTA_IMG_FLAG, bytes);
	return first || second ? 0 : -1;
}

int
ota_flag_get(ota_type_t type, ota_flag_t *flag)
{
	uint8_t master[OTA_FLAG_SIZE];
	uint8_t backup[OTA_FLAG_SIZE];
	bool master_is_whole = read_copy(type, OTA_IMG_FLAG, master);
	bool backup_is_whole = read_copy(type, OTA_IMG_FLAG_BACKUP, backup);

	if (flag == NULL || (!master_is_whole && !backup_is_whole))
		return -1;
	decode(flag, master_is_whole ? master : backup);
	if (!master_is_whole)
		(void) write_copy(type, OTA_IMG_FLAG, backup);
	else if (!backup_is_whole || memcmp(master, backup, sizeof master) != 0)
		(void) write_copy(type, OTA_IMG_FLAG_BACKUP, master);
	return 0;
}
