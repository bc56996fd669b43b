/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_flag.h>

#include "device-agent/include/liteos-check.h"
#include "device-agent/liteos/module-private.h"
#include "protocol/wire/mem.h"

int
ota_init(void)
{
	return ota_img_init();
}

/* ---- whole areas ---- */

/* What each of its steps is called, when it fails. */
struct copying {
	ota_img_t from;
	ota_img_t to;
	ota_ret_t size;
	ota_ret_t erase;
	ota_ret_t read;
	ota_ret_t write;
	ota_ret_t flush;
};

/* As much as Running holds, whichever way. */
static ota_ret_t
copy_area(ota_type_t type, const struct copying *copying)
{
	uint8_t *piece = liteos_module.work.piece;
	int room;
	int size;
	int done;

	if ((unsigned) type >= OTA_TYPES)
		return OTA_RET_PARAMETER;
	if (ota_img_size(type, OTA_IMG_RUNNING, &size) != 0 ||
		ota_img_size(type, OTA_IMG_BACKUP, &room) != 0 || room < size)
		return copying->size;
	if (ota_img_erase(type, copying->to) != 0)
		return copying->erase;
	for (done = 0; done < size; done += (int) OTA_PIECE) {
		int n = size - done < (int) OTA_PIECE ? size - done : (int) OTA_PIECE;

		liteos_watchdog();
		if (ota_img_read(type, copying->from, done, piece, n) != 0)
			return copying->read;
		if (ota_img_write(type, copying->to, done, piece, n) != 0)
			return copying->write;
	}
	return ota_img_flush(type, copying->to) == 0 ? OTA_RET_SUCCESS : copying->flush;
}

ota_ret_t
ota_backup(ota_type_t type)
{
	/* that a failed erase of Backup is Running's is the original's oversight, which hosts know */
	static const struct copying copying = {OTA_IMG_RUNNING, OTA_IMG_BACKUP, OTA_RET_BACKUP_SIZE,
		OTA_RET_RUNNING_ERASE, OTA_RET_RUNNING_READ, OTA_RET_BACKUP_WRITE, OTA_RET_BACKUP_FLUSH};

	return copy_area(type, &copying);
}

ota_ret_t
ota_recover(ota_type_t type)
{
	static const struct copying copying = {OTA_IMG_BACKUP, OTA_IMG_RUNNING, OTA_RET_RUNNING_SIZE,
		OTA_RET_RUNNING_ERASE, OTA_RET_BACKUP_READ, OTA_RET_RUNNING_WRITE, OTA_RET_RUNNING_FLUSH};

	return copy_area(type, &copying);
}

/* ---- what a boot does ---- */

static void
save(ota_type_t type, ota_flag_t *flag, ota_status_t status, ota_step_t step)
{
	flag->status = status;
	flag->step = step;
	/* what cannot be saved is done again at the next boot, to the same end */
	(void) ota_flag_save(type, flag);
}

static ota_ret_t
recover(ota_type_t type, ota_flag_t *flag, ota_ret_t before)
{
	ota_ret_t ret = ota_recover(type);

	save(type, flag, OTA_STATUS_FAILED, OTA_STEP_DONE);
	return ret == OTA_RET_SUCCESS ? before : OTA_RET_RECOVER_FAILED;
}

static ota_ret_t
patch(ota_type_t type, ota_flag_t *flag)
{
	if (ota_patch(type, (int) flag->download.file_size) == OTA_RET_SUCCESS) {
		save(type, flag, OTA_STATUS_SUCCESS, OTA_STEP_DONE);
		return OTA_RET_SUCCESS;
	}
	save(type, flag, OTA_STATUS_DOWNLOADED, OTA_STEP_RECOVER);
	return recover(type, flag, OTA_RET_PATCH_FAILED);
}

static ota_ret_t
backup(ota_type_t type, ota_flag_t *flag)
{
	if (ota_backup(type) != OTA_RET_SUCCESS) {
		save(type, flag, OTA_STATUS_FAILED, OTA_STEP_DONE);
		return OTA_RET_BACKUP_FAILED;
	}
	save(type, flag, OTA_STATUS_DOWNLOADED, OTA_STEP_PATCH);
	return patch(type, flag);
}

/* The original finds out after it has erased both areas. */
static ota_ret_t
begin(ota_type_t type, ota_flag_t *flag)
{
	if (liteos_look(type, (int) flag->download.file_size) != OTA_RET_SUCCESS) {
		save(type, flag, OTA_STATUS_FAILED, OTA_STEP_DONE);
		return OTA_RET_PATCH_FAILED;
	}
	return backup(type, flag);
}

ota_ret_t
ota_commonflow(ota_type_t type)
{
	ota_flag_t flag;

	if ((unsigned) type >= OTA_TYPES)
		return OTA_RET_PARAMETER;
	if (ota_flag_get(type, &flag) != 0) {
		memset(&flag, 0, sizeof flag);
		save(type, &flag, OTA_STATUS_IDLE, OTA_STEP_INIT);
		return OTA_RET_FLAG_GET;
	}
	if (flag.status == GYA_LITEOS_CHECK_ASKED)
		liteos_check(type, flag.step);
	if (flag.status >= GYA_LITEOS_CHECK_ASKED && flag.status <= GYA_LITEOS_CHECK_FAILED)
		return OTA_RET_NO_RUNNING;
	if (flag.status != OTA_STATUS_DOWNLOADED)
		return OTA_RET_SUCCESS;
	switch (flag.step) {
	case OTA_STEP_START:
	case OTA_STEP_BACKUP: return begin(type, &flag);
	case OTA_STEP_PATCH: return patch(type, &flag);
	/* after a power cut in the recovery nobody knows any more why it was needed */
	case OTA_STEP_RECOVER: return recover(type, &flag, OTA_RET_UNKNOWN);
	default: return OTA_RET_UNKNOWN;
	}
}
