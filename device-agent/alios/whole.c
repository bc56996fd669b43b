/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_service.h>

#include "device-agent/alios/install-private.h"
#include "protocol/wire/mem.h"

#define STATUS_MASK 0xFFu
#define PHASE_SHIFT 8u /* in patch_status of 3.x */

/* ---- the record ---- */

static bool
is_3_x(void)
{
	return alios_port->board->generation == GYA_ALIOS_3_X;
}

static bool
has_banks(void)
{
	return alios_port->board->recovery == GYA_ALIOS_ABBOOT;
}

uint32_t
alios_phase(const struct alios_record *record)
{
	return is_3_x() ? (uint32_t) record->status >> PHASE_SHIFT : record->recovery_phase;
}

void
alios_set_phase(struct alios_record *record, uint32_t phase)
{
	if (is_3_x())
		record->status = (uint16_t) (phase << PHASE_SHIFT | (record->status & STATUS_MASK));
	else
		record->recovery_phase = (uint16_t) phase;
}

enum alios_status
alios_status(const struct alios_record *record)
{
	return (record->status & STATUS_MASK) == ALIOS_STATUS_COPY_BACK ? ALIOS_STATUS_COPY_BACK
									: ALIOS_STATUS_PATCH;
}

void
alios_set_status(struct alios_record *record, enum alios_status status)
{
	record->status = (uint16_t) ((record->status & ~STATUS_MASK) | status);
}

static void
restart(struct alios_record *record, uint32_t flag)
{
	memset(record, 0, sizeof *record);
	record->is_patch = true; /* as the second boot always writes it */
	record->upg_flag = flag;
}

bool
alios_begin_probation(struct alios_record *record)
{
	uint32_t len = record->len;
	uint16_t crc = record->crc;

	restart(record, is_3_x() ? ALIOS_FLAG_NORMAL : ALIOS_FLAG_VERIFY);
	if (has_banks()) {
		record->len = len;
		record->crc = crc;
	}
	return alios_record_write(record);
}

bool
alios_end(struct alios_record *record)
{
	restart(record, ALIOS_FLAG_NORMAL);
	return alios_record_write(record);
}

void
alios_hand_over(struct alios_record *record, uint32_t size, uint16_t crc)
{
	restart(record, is_3_x() ? ALIOS_FLAG_RAW_3_X : has_banks() ? ALIOS_FLAG_DUAL : ALIOS_FLAG_SWAP);
	record->len = size;
	record->crc = crc;
}

/* ---- what was downloaded ---- */

bool
alios_find_whole(const struct alios_record *record, uint32_t *size, uint32_t *trailer)
{
	uint32_t partition = alios_download_partition();
	uint16_t crc;
	int code;

	*size = record->len != 0 ? record->len : alios_trailer_find(partition);
	if (*size == 0 || *size > alios_flash_size(partition))
		return false;
	code = alios_trailer_check(partition, *size);
	*trailer = code == 0 ? ALIOS_TRAILER_SIZE : 0;
	if (record->len == 0)
		return code == 0;
	/* a magic that is none is no trailer */
	return (code == 0 || code == OTA_PARAM_FAIL) && alios_flash_crc16(partition, *size, &crc) &&
	       crc == record->crc;
}

/* ---- what stands behind an image ---- */

bool
alios_clear_behind(uint32_t partition, uint32_t size)
{
	uint32_t sector = alios_port->nor->sector_size;
	uint32_t end = alios_flash_size(partition);
	uint32_t at;

	for (at = (size + sector - 1) / sector * sector; at < end; at += sector) {
		alios_kick();
		if (!alios_flash_is_blank(partition, at, sector) && !alios_flash_erase(partition, at, sector))
			return false;
	}
	return true;
}

/* ---- one address: it is copied to where it runs ---- */

static enum alios_install
copy(struct alios_record *record)
{
	uint32_t size, trailer;

	if (!alios_find_whole(record, &size, &trailer) || size > alios_flash_size(GYA_ALIOS_APPLICATION))
		return ALIOS_INSTALL_REFUSED;
	/* what is copied stays as it is, so a cut copies again what is not right yet */
	if (!alios_flash_copy(GYA_ALIOS_OTA_TEMP, 0, GYA_ALIOS_APPLICATION, 0, size) ||
		!alios_flash_is_same(GYA_ALIOS_OTA_TEMP, 0, GYA_ALIOS_APPLICATION, 0, size) ||
		!alios_clear_behind(GYA_ALIOS_APPLICATION, size))
		return ALIOS_INSTALL_FAILED;
	return alios_begin_probation(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

/* ---- two: the chip is told to start the other bank ---- */

/*
 * The record names the bank that is to start before the chip is told, so that a cut between the two does not choose a
 * second time; and it keeps what the bank that is left holds, which may be gone back to only while it does.
 */
static bool
note_switch(struct alios_record *record)
{
	uint32_t flag = record->upg_flag;
	uint32_t left = alios_running_partition();

	restart(record, flag);
	record->dst_adr = alios_download_partition();
	record->len = alios_flash_size(left);
	alios_set_phase(record, ALIOS_PHASE_SWITCH);
	return alios_flash_crc16(left, record->len, &record->crc) && alios_record_write(record);
}

static enum alios_install
switch_bank(struct alios_record *record)
{
	uint32_t size, trailer;

	if (alios_phase(record) != ALIOS_PHASE_SWITCH) {
		if (!alios_find_whole(record, &size, &trailer) || trailer == 0)
			return ALIOS_INSTALL_REFUSED;
		if (!note_switch(record))
			return ALIOS_INSTALL_FAILED;
	}
	return alios_bank_select(record->dst_adr == GYA_ALIOS_APPLICATION ? 0 : 1) &&
			       alios_begin_probation(record)
		       ? ALIOS_INSTALL_DONE
		       : ALIOS_INSTALL_FAILED;
}

enum alios_install
alios_install_whole(struct alios_record *record)
{
	return has_banks() ? switch_bank(record) : copy(record);
}
