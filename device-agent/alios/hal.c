/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_hal_plat.h>

#include <aos/kv.h>
#include <stddef.h>

#include "device-agent/alios/hal.h"
#include "device-agent/alios/module-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/mem.h"

#define REBOOT_AFTER_MS 1500u
#define NEVER_COUNTED   0xFFu
#define SUB_DEVICE      "v1.0.0-20180101-1000"

/* ---- the system's calls ---- */

void
ota_hal_register_module(ota_hal_module_t *module)
{
	alios_module.hal = module;
}

int
ota_hal_init(ota_boot_param_t *boot_param)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->init != NULL ? hal->init(boot_param) : OTA_INIT_FAIL;
}

int
ota_hal_write(int *off, char *buf, int len)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->write != NULL ? hal->write(off, buf, len) : OTA_INIT_FAIL;
}

int
ota_hal_read(int *off, char *buf, int len)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->read != NULL ? hal->read(off, buf, len) : OTA_INIT_FAIL;
}

int
ota_hal_boot(ota_boot_param_t *boot_param)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->boot != NULL ? hal->boot(boot_param) : OTA_INIT_FAIL;
}

int
ota_hal_rollback(void *arg)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->rollback != NULL ? hal->rollback(arg) : OTA_INIT_FAIL;
}

const char *
ota_hal_get_version(unsigned char dev_type)
{
	const ota_hal_module_t *hal = alios_module.hal;

	return hal != NULL && hal->version != NULL ? hal->version(dev_type) : NULL;
}

/* ---- the reference platform ---- */

static bool
is_diff(const ota_boot_param_t *param)
{
	return (param->upg_flag & OTA_DIFF) != 0;
}

/* What may be downloaded: where a difference is patched in place, the saved slice has its place behind it. */
static uint32_t
room_for(const ota_boot_param_t *param)
{
	const struct gya_alios_board *board = alios_port->board;

	if (is_diff(param) && board->recovery == GYA_ALIOS_DIRECT)
		return board->backup_offset;
	return alios_flash_size(alios_download_partition());
}

/* What a cut has left behind the breakpoint; the sector that the breakpoint is in has to stay. */
static bool
erase_behind(uint32_t offset)
{
	uint32_t partition = alios_download_partition();
	uint32_t sector = alios_port->nor->sector_size;

	for (offset = (offset + sector - 1) / sector * sector; offset < alios_flash_size(partition);
		offset += sector) {
		alios_kick();
		if (!alios_flash_is_blank(partition, offset, sector) &&
			!alios_flash_erase(partition, offset, sector))
			return false;
	}
	return true;
}

static bool
go_on(uint32_t offset)
{
	int size = sizeof alios_module.crc;

	return aos_kv_get(ALIOS_KEY_CRC, &alios_module.crc, &size) == 0 &&
	       size == (int) sizeof alios_module.crc && erase_behind(offset);
}

static int
init(void *boot_param)
{
	const ota_boot_param_t *param = boot_param;
	uint32_t offset = (uint32_t) param->off_bp;
	bool ok;

	if (param->len == 0 || param->len > room_for(param) || param->off_bp < 0 || offset > param->len)
		return OTA_PARAM_FAIL;
	alios_module.length = param->len;
	alios_module.written = offset;
	alios_module.crc = 0;
	ok = offset == 0 ? alios_flash_erase(alios_download_partition(), 0,
				   alios_flash_size(alios_download_partition()))
			 : go_on(offset);
	if (!ok)
		alios_module.length = 0;
	return ok ? 0 : OTA_INIT_FAIL;
}

static int
write(int *off, char *buf, int len)
{
	const uint8_t *bytes = (const uint8_t *) buf;
	uint32_t size = (uint32_t) len;

	(void) off;
	if (len < 0 || size > alios_module.length - alios_module.written)
		return OTA_PARAM_FAIL;
	if (!alios_flash_program(alios_download_partition(), alios_module.written, bytes, size))
		return OTA_DOWNLOAD_WRITE_FAIL;
	alios_module.crc = gya_crc16(alios_module.crc, bytes, size);
	alios_module.written += size;
	return 0;
}

static int
read(int *off, char *buf, int len)
{
	if (off == NULL || *off < 0 || len < 0 ||
		!alios_flash_read(
			alios_download_partition(), (uint32_t) *off, (uint8_t *) buf, (uint32_t) len))
		return OTA_DOWNLOAD_READ_FAIL;
	*off += len;
	return 0;
}

/* A difference waits for the second boot; dst and src are partition numbers (spec: 2.4). */
static void
ask_for_patch(const ota_boot_param_t *param, struct alios_record *record)
{
	const struct gya_alios_board *board = alios_port->board;

	record->is_patch = true;
	record->dst_adr = alios_running_partition();
	record->src_adr = alios_download_partition();
	record->len = board->generation == GYA_ALIOS_2_1 ? 0 : param->len;
	record->rec_size = board->generation == GYA_ALIOS_2_1 ? param->len : 0;
	record->splict_size = param->splict_size;
	record->upg_flag = ALIOS_FLAG_RECOVERY;
	record->diff = 1;
}

/* A whole image: the other bank starts, or it is brought to the one address (2.5). */
static void
ask_for_image(const ota_boot_param_t *param, struct alios_record *record)
{
	if (alios_port->board->recovery == GYA_ALIOS_ABBOOT) {
		record->upg_flag = ALIOS_FLAG_DUAL;
		record->len = param->len;
	} else {
		record->upg_flag = ALIOS_FLAG_SWAP;
	}
}

static int
leave_record(const ota_boot_param_t *param)
{
	struct alios_record record, check;

	memset(&record, 0, sizeof record);
	if (is_diff(param))
		ask_for_patch(param, &record);
	else
		ask_for_image(param, &record);
	record.crc = alios_module.crc;
	if (!alios_record_write(&record) || alios_record_read(&check) != ALIOS_RECORD_OK ||
		check.upg_flag != record.upg_flag || check.crc != record.crc)
		return OTA_REBOOT_FAIL;
	return 0;
}

static int
finish(ota_boot_param_t *param)
{
	int result;

	if (alios_module.length == 0 || alios_module.written != alios_module.length ||
		param->len != alios_module.length)
		return OTA_UPGRADE_FAIL;
	param->crc = alios_module.crc;
	result = leave_record(param);
	if (result != 0)
		return result;
	if (alios_port->sleep_ms != NULL)
		alios_port->sleep_ms(alios_port->context, REBOOT_AFTER_MS);
	alios_port->reboot(alios_port->context);
	return 0;
}

static int
boot(void *boot_param)
{
	ota_boot_param_t *param = boot_param;

	if (param->res_type == OTA_FINISH)
		return finish(param);
	if (param->res_type != OTA_BREAKPOINT)
		return OTA_PARAM_FAIL;
	return aos_kv_set(ALIOS_KEY_CRC, &alios_module.crc, sizeof alios_module.crc, 1) == 0
		       ? 0
		       : OTA_REBOOT_FAIL;
}

static int
rollback(void *arg)
{
	struct alios_record record;

	(void) arg;
	if (alios_record_read(&record) != ALIOS_RECORD_OK || record.boot_count == 0 ||
		record.boot_count == NEVER_COUNTED)
		return 0;
	record.upg_flag = ALIOS_FLAG_NORMAL;
	record.boot_count = 0;
	return alios_record_write(&record) ? 0 : OTA_UPGRADE_FAIL;
}

static const char *
version(unsigned char dev_type)
{
	return dev_type == 0 ? alios_port->version : SUB_DEVICE;
}

void
gya_alios_register(void)
{
	static ota_hal_module_t platform = {init, write, read, boot, rollback, version};

	ota_hal_register_module(&platform);
}
